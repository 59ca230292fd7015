"""`grounds alumni`: the office's roster comes in, letters go out, and who objects stays out.

A letter's code stands in the file of letters and nowhere else: nothing prints or logs one.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.settings import read_settings
from adapters.terminal import LANGUAGE, OPERATOR, No, json_option, tell

if TYPE_CHECKING:
    from bot.use_cases.import_alumni import ImportReport

NOT_STATED, NO_NOTICE = "not stated", "no notice sent"


@click.group()
def alumni() -> None:
    """The office's roster."""


@alumni.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="", help="Where these rows come from; it stays with each person.")
@click.option("--notice-date", default="", help="When these people were told (YYYY-MM-DD), if they were.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, change nothing.")
@json_option
def import_roster(file: Path, source: str, notice_date: str, dry_run: bool, as_json: bool) -> None:
    """Bring in a CSV of alumni: they are invited then, and nobody can ask them yet."""
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not as_json
    if asks and not source:
        source = click.prompt("Where do these rows come from?", default=NOT_STATED, err=True)
    if asks and not notice_date:
        notice_date = click.prompt("When were these people told (YYYY-MM-DD)?", default=NO_NOTICE, err=True)
    report = _bring_in(file, source or NOT_STATED, _day(notice_date), dry_run, draw=sys.stderr.isatty() and not as_json)
    _tell_import(report, dry_run, as_json)


def _day(text: str) -> date | None:
    if text in ("", NO_NOTICE):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise No(f"--notice-date should be a day like 2026-03-02, not {text[:20]!r}.") from None


def _bring_in(file: Path, source: str, notice: date | None, dry_run: bool, *, draw: bool) -> ImportReport:
    from adapters.clock import wall
    from adapters.main import opened
    from adapters.roster_file import import_file, read_roster
    from adapters.tryout import rehearsed
    from bot.domain.roster import Unreadable
    from bot.phrases import say

    try:
        length = read_roster(file).lines if draw else 0
        with (
            opened(read_settings()) as store,
            click.progressbar(length=length, file=sys.stderr, label=file.name, hidden=not draw) as bar,
        ):
            return import_file(
                rehearsed(store.begin) if dry_run else store.begin,
                file,
                source=source,
                notice_date=notice,
                now=wall(),
                on_row=(lambda line: bar.update(line - bar.pos)) if draw else None,
            )
    except Unreadable as unreadable:
        raise No(say(f"roster.{unreadable.problem.key}", LANGUAGE, **unreadable.problem.params)) from None


def _tell_import(report: ImportReport, dry_run: bool, as_json: bool) -> None:
    from bot.phrases import say
    from bot.use_cases.import_alumni import in_words

    told = {
        "rows": report.rows,
        "imported": report.imported,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "errors": [
            {"line": line, "reason": say(f"roster.{key}", LANGUAGE, **params)} for line, key, params in report.errors
        ],
    }
    counts = f"{report.rows} rows: {report.imported} new, {report.changed} changed, {report.unchanged} unchanged, "
    counts += f"{report.bad_rows} not used."
    tell(as_json, told, [*in_words(report, LANGUAGE), counts, *(["Nothing was changed."] if dry_run else [])])


@alumni.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--only-new", is_flag=True, help="Only for those who have no code that still works.")
@json_option
def invitations(file: Path, only_new: bool, as_json: bool) -> None:
    """Write FILE, a CSV for your own mail merge: a code, the way in and a letter for each who hasn't joined.

    Everybody in it gets a new code; one they had works no more. Keep the file to yourself, and delete it once the
    letters are sent: whoever has a code can come in as its owner.
    """
    from adapters.clock import wall
    from adapters.letters import Taken, write_letters
    from adapters.main import opened

    with opened(read_settings()) as store:
        try:
            written = write_letters(store.begin, file, wall(), only_new=only_new, by=OPERATOR)
        except Taken:
            raise No(f"{file} is there already, and may hold what you need. Choose another name.") from None
        except OSError as error:
            raise No(f"{file} can't be written: {error.strerror}.") from None
        with store.read() as reading:
            campus = reading.places.campus()
    has_link = bool(campus.slack_invite or campus.discord_invite)
    told = {
        "file": str(file),
        "invited": written.invited,
        "renewed": written.renewed,
        "left_alone": written.left_alone,
        "without_email": written.without_email,
        "has_link": has_link,
    }
    lines = [
        f"{written.invited} letters are in {file}. Only you can read it; delete it once they are sent.",
        f"{written.renewed} had a code before: the old one works no more." if written.renewed else "",
        f"{written.left_alone} have a code that still works, and were left alone." if written.left_alone else "",
        f"{written.without_email} without an e-mail address." if written.without_email else "",
        f"The codes work for {campus.code_days} days.",
        ""
        if has_link
        else "No link leads into your chat yet: `grounds campus set slack_invite https://…`, "
        "or discord_invite, and write the letters again.",
    ]
    tell(as_json, told, filter(None, lines))


@alumni.command("object")
@click.argument("key", metavar="ALUM_ID|EMAIL")
@json_option
def keep_away(key: str, as_json: bool) -> None:
    """Somebody doesn't want to be on the list: their row goes, and no import brings it back."""
    from adapters.clock import wall
    from adapters.main import opened
    from bot.use_cases.invite import keep_away

    with opened(read_settings()) as store, store.begin() as uow:
        was_there = keep_away(uow, key, wall())
        uow.audit.add(wall(), OPERATOR, "keep_away")
        uow.commit()
    said = "They are gone, and stay out." if was_there else "They weren't on the list, and will stay out."
    tell(as_json, {"was_there": was_there}, [said])
