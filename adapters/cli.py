"""`grounds`: what an operator does from a shell.

What may go wrong in everyday life is told in one line and ends with 1; a traceback means a fault of ours. What a
command needs is loaded by the command, so that each starts fast.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from adapters.alumni import alumni
from adapters.bench import bench
from adapters.exports import export
from adapters.nudges import nudges
from adapters.reports import report
from adapters.settings import SettingsError, read_settings
from adapters.terminal import LANGUAGE, OPERATOR, No, json_option, tell
from adapters.vocabulary import vocabulary
from bot.domain.refusals import Refusal


class Polite(click.Group):
    """Tells whatever an operator can put right in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise No(_in_words(refusal)) from None
        except Exception as error:
            if not isinstance(error, _expected()):
                raise
            raise No(str(error)) from None


def _expected() -> tuple[type[Exception], ...]:
    """What an operator can put right; loaded only once something went wrong."""
    from adapters.clock import ClockUnreachable
    from adapters.lock import AlreadyRunning
    from adapters.main import NoEntry
    from storage.errors import StoreError

    return (SettingsError, AlreadyRunning, StoreError, ClockUnreachable, NoEntry)


def _in_words(refusal: Refusal) -> str:
    from bot.phrases import say

    return say(f"refusals.{refusal.key}", LANGUAGE, **refusal.params)


slack_option = click.option(
    "--slack",
    type=click.Choice(["socket", "http"]),
    default="socket",
    show_default=True,
    help="How the pretend Slack reaches the bot: Socket Mode, or signed HTTP.",
)


@click.group(cls=Polite)
@click.version_option(package_name="common-grounds", prog_name="grounds")
def grounds() -> None:
    """Career conversations between students and alumni, inside Slack and Discord."""


@grounds.command()
def run() -> None:
    """Run the bot until it is told to stop."""
    from adapters.main import run as run_bot

    run_bot(read_settings())


# --- the database ---------------------------------------------------------------------------------------------------


@grounds.group()
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Bring the tables to this version."""
    from adapters.main import opened

    with opened(read_settings(), as_it_is=True) as store:
        store.upgrade()
    click.echo("The database is at this version.")


@db.command()
def check() -> None:
    """Say whether the tables are those of this version."""
    from adapters.main import opened

    settings = read_settings()
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        raise No("There is no database yet: it is made at the first start.")
    with opened(settings, as_it_is=True) as store:
        store.require_current()
    click.echo("The database is at this version.")


# --- spaces ---------------------------------------------------------------------------------------------------------


@grounds.group()
def space() -> None:
    """The Slack workspaces and Discord servers that belong to this campus."""


@space.command()
@click.argument("platform", type=click.Choice(["slack", "discord"]))
@click.argument("realm")
@click.option("--app", default="", help="The app's id on that platform.")
@click.option("--name", help="What people call the place.")
@click.option("--desk-channel", help="The coordinators' channel, by its id.")
@click.option("--student-role", "student_roles", multiple=True, help="A role or user group of students, by its id.")
@click.option("--coordinator-role", "coordinator_roles", multiple=True, help="The same for coordinators.")
@click.option("--export-role", "export_roles", multiple=True, help="Who may take files out; else coordinators may.")
@click.option("--settings-role", "settings_roles", multiple=True, help="Who may change rules and wording; the same.")
@click.option("--audit-role", "audit_roles", multiple=True, help="Who may see who did what; the same.")
@click.option(
    "--everyone-is-student/--not-everyone-is-student", default=None, help="Everybody in this place is a student."
)
def admit(
    platform: str,
    realm: str,
    app: str,
    name: str | None,
    desk_channel: str | None,
    student_roles: tuple[str, ...],
    coordinator_roles: tuple[str, ...],
    export_roles: tuple[str, ...],
    settings_roles: tuple[str, ...],
    audit_roles: tuple[str, ...],
    everyone_is_student: bool | None,
) -> None:
    """Admit a workspace or server (REALM is its id), or change what is known of it. What is not named stays as it was;
    an empty name ("") takes it away."""
    from dataclasses import replace

    from adapters.main import opened
    from bot.domain.people import Platform, Space

    roles = {
        "student_roles": student_roles, "coordinator_roles": coordinator_roles, "export_roles": export_roles,
        "settings_roles": settings_roles, "audit_roles": audit_roles,
    }  # fmt: skip
    told: dict[str, Any] = {key: frozenset(filter(None, each)) for key, each in roles.items() if each}
    others = {"name": name, "desk_channel": desk_channel, "everyone_is_student": everyone_is_student}
    told |= {key: value for key, value in others.items() if value is not None}
    with opened(read_settings()) as store, store.begin() as uow:
        before = uow.places.space(Platform(platform), realm, app)
        admitted = replace(before or Space(Platform(platform), realm, app, realm, ""), **told)
        uow.places.admit(admitted)
        uow.audit.add(datetime.now(UTC), OPERATOR, "admit_space", f"{platform}/{realm}")
        uow.commit()
    click.echo(f"{admitted.name} is admitted.")


@space.command("list")
@json_option
def list_spaces(as_json: bool) -> None:
    """List the places that were admitted."""
    from adapters.main import opened

    with opened(read_settings()) as store, store.read() as reading:
        spaces = reading.places.spaces()
    told = [
        {
            "platform": str(one.platform),
            "realm": one.realm,
            "app": one.app,
            "name": one.name,
            "desk_channel": one.desk_channel,
            "student_roles": sorted(one.student_roles),
            "coordinator_roles": sorted(one.coordinator_roles),
            "everyone_is_student": one.everyone_is_student,
            "export_roles": sorted(one.export_roles),
            "settings_roles": sorted(one.settings_roles),
            "audit_roles": sorted(one.audit_roles),
        }
        for one in spaces
    ]
    lines = [f"{one.platform}\t{one.realm}\t{one.name}\tdesk {one.desk_channel or '-'}" for one in spaces]
    tell(as_json, {"spaces": told}, lines or ["No place is admitted yet: `grounds space admit`."])


# --- the campus's rules ---------------------------------------------------------------------------------------------


@grounds.group()
def campus() -> None:
    """The campus's own rules."""


@campus.command("set")
@click.argument("key")
@click.argument("value")
def set_rule(key: str, value: str) -> None:
    """Change one rule."""
    from adapters.main import opened
    from bot.domain.campus import in_words, with_setting

    with opened(read_settings()) as store, store.begin() as uow:
        said = in_words(with_setting(uow.places.campus(), key, value), key)
        uow.places.set_campus(key, said)
        uow.audit.add(datetime.now(UTC), OPERATOR, "set_campus", key)
        uow.commit()
    click.echo(f"{key} = {said}")


@campus.command("show")
@json_option
def show_rules(as_json: bool) -> None:
    """Show the rules in force."""
    from dataclasses import fields

    from adapters.main import opened
    from bot.domain.campus import in_words

    with opened(read_settings()) as store, store.read() as reading:
        rules = reading.places.campus()
    told = {field.name: in_words(rules, field.name) for field in fields(rules)}
    tell(as_json, told, [f"{key} = {value}" for key, value in told.items()])


grounds.add_command(alumni)
grounds.add_command(report)
grounds.add_command(export)
grounds.add_command(bench)
grounds.add_command(nudges)
grounds.add_command(vocabulary)


# --- whom would we offer? -------------------------------------------------------------------------------------------


@grounds.command()
@click.argument("text")
@click.option("--degree", default="", help="What the student studies, if they said.")
@click.option("--explain", is_flag=True, help="Show the ten who fit best as well, and why somebody is not offered.")
@json_option
def match(text: str, degree: str, explain: bool, as_json: bool) -> None:
    """Show whom a student who asks TEXT would be offered, and why."""
    from adapters.main import opened
    from adapters.tryout import offers_for

    with opened(read_settings()) as store, store.read() as reading:
        offers = offers_for(reading, text, degree, datetime.now(UTC), LANGUAGE)
    lines = [str(one) for one in offers.matches] or ["Nobody fits."]
    if explain and offers.closest:
        lines += ["", "Who fits best of all:", *(f"{one.score:5.2f}  {one}" for one in offers.closest)]
    tell(as_json, offers.as_json(explain=explain), lines)


@grounds.command()
@json_option
def doctor(as_json: bool) -> None:
    """Look at settings, database, keys, places and platforms; ends with 1 if something is wrong."""
    from adapters.doctor import look_at_everything

    findings = look_at_everything()
    told = {"ok": all(one.ok for one in findings), "checks": [one.as_json() for one in findings]}
    tell(as_json, told, [str(one) for one in findings])
    if not told["ok"]:
        raise SystemExit(1)


# --- trying it out --------------------------------------------------------------------------------------------------


@grounds.group(invoke_without_command=True)
@click.option("--port", default=4711, show_default=True, help="Where the pretend platforms and their page are.")
@click.option("--roster", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV of alumni.")
@slack_option
@click.pass_context
def sandbox(context: click.Context, port: int, roster: Path | None, slack: str) -> None:
    """Try everything out on this machine, with a pretend Slack and a pretend Discord."""
    if context.invoked_subcommand:
        return
    from adapters.sandbox_run import BotDied, Running, play_until_stopped

    def tell(running: Running) -> None:
        click.echo(f"The sandbox is at {running.page}")
        click.echo(f"{len(running.people)} people are there to be played. The database is {running.database_url}.")
        click.echo("Everything is thrown away when you press Ctrl+C.")

    try:
        play_until_stopped(port, roster, tell, slack=slack)
    except BotDied as died:
        raise No(f"The bot ended by itself: {died}") from None
    except OSError as taken:
        raise No(f"Port {port} can't be used ({taken.strerror}): choose another with --port.") from None


@sandbox.command()
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder, made if need be."
)
@click.option("--dark", is_flag=True, help="In the dark.")
def gallery(out: Path, dark: bool) -> None:
    """Draw every view and every form on both platforms, as a sheet and, with a Chromium, as pictures."""
    from adapters.gallery import hang
    from adapters.sandbox.camera import NoPicture

    try:
        pieces, pictures = hang(out, dark=dark)
    except NoPicture as missing:
        raise No(f"The sheet is at {out / 'index.html'}, but there are no pictures: {missing}.") from None
    click.echo(f"{pieces} pieces are at {out / 'index.html'}, with {pictures} pictures beside it.")
    if not pictures:
        click.echo("Pictures need a Chromium; the sheet can be opened in any browser.")


@grounds.command()
@click.option("--student", type=click.Choice(["slack", "discord"]), default="slack", show_default=True)
@click.option("--alum", type=click.Choice(["slack", "discord"]), default="discord", show_default=True)
@click.option(
    "--database",
    default="",
    envvar="GROUNDS_DATABASE_URL",
    metavar="URL",
    help="A Postgres database to play in, in a schema of its own; otherwise a throw-away file.",
)
@slack_option
@json_option
def demo(student: str, alum: str, database: str, slack: str, as_json: bool) -> None:
    """Play one introduction from the first question to the thanks, and print what everybody sees."""
    from adapters.demo import play

    url = database if database.startswith("postgresql") else ""
    if not play(student=student, alum=alum, as_json=as_json, database=url, slack=slack):
        raise click.exceptions.Exit(1)


@grounds.group()
def simulate() -> None:
    """Play made-up people through the real bot, at speed."""


@simulate.command()
@click.option("--seed", default=1, show_default=True, help="Which term: the same people do the same again.")
@click.option("--students", default=500, show_default=True, type=click.IntRange(1, 2000))
@click.option("--alumni", default=300, show_default=True, type=click.IntRange(3, 2000))
@click.option("--weeks", default=16, show_default=True, type=click.IntRange(1, 26))
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Draw when messages came, into this file.")
@click.option(
    "--keep", type=click.Path(dir_okay=False, path_type=Path), help="Keep the term's database, as this SQLite file."
)
@json_option
def term(seed: int, students: int, alumni: int, weeks: int, png: Path | None, keep: Path | None, as_json: bool) -> None:
    """Play a whole term and check that no rule was broken; ends with 1 if one was."""
    from adapters.bench import show
    from adapters.term.simulate import Size
    from adapters.term.simulate import simulate as play_term

    played = play_term(
        seed, Size(students, alumni, weeks), keep=keep, png=png, tell=lambda words: click.echo(words, err=True)
    )
    show(played.measured, as_json=as_json)
    if played.broken:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    grounds()
