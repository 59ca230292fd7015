"""`grounds nudges`: when what would go to whom about an intro, and why something would not.

People are named by their part in it alone: who they are is no operator's business here. The code is what the career
office calls an intro; it points at nothing outside.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from adapters.settings import read_settings
from adapters.terminal import No, json_option, tell

if TYPE_CHECKING:
    from bot.domain.holding import Verdict
    from bot.domain.intro import Intro
    from bot.use_cases.nudges import Outlook


@click.group()
def nudges() -> None:
    """What is said by itself, and when."""


@nudges.command()
@click.option("--intro", "code", default="", metavar="CODE", help="The intro, by its code.")
@click.option("--list", "lists", is_flag=True, help="List the intros that are under way, with their codes.")
@click.option("--at", default="", metavar="WHEN", help="As if it were then (2026-03-02T09:00), UTC.")
@json_option
def plan(code: str, lists: bool, at: str, as_json: bool) -> None:
    """Print when what would go to whom, and why something would not."""
    from adapters.clock import wall
    from adapters.main import opened
    from bot.domain.codes import in_groups, intro_code
    from bot.use_cases.nudges import by_code, live, outlook

    if bool(code) is lists:
        raise No("Say which one with --intro CODE, or see them all with --list.")
    now = _moment(at) if at else wall()
    with opened(read_settings()) as store, store.read() as reading:
        if lists:
            found = [_told(intro, in_groups(intro_code(intro.desk_token))) for intro in live(reading)]
            lines = [f"{one['code']}  {one['state']} since {one['since']}" for one in found]
            tell(as_json, {"intros": found}, lines or ["Nothing is under way."])
            return
        intro = by_code(reading, code)
        if intro is None:
            raise No(f"There is no intro with the code {code[:20]!r}. See them with --list.")
        planned = [_line(intro, one) for one in outlook(reading, intro, now)]
    told = _told(intro, in_groups(intro_code(intro.desk_token))) | {"now": now.isoformat(), "lines": planned}
    tell(as_json, told, [f"{told['code']}  {told['state']} since {told['since']}", *map(_in_words, planned)])


def _moment(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise No(f"--at should be a moment like 2026-03-02T09:00, not {text[:20]!r}.") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _told(intro: Intro, code: str) -> dict[str, object]:
    return {"code": code, "state": str(intro.state), "since": intro.since.isoformat(), "version": intro.version}


def _line(intro: Intro, one: Outlook) -> dict[str, object]:
    """One line, and what has become of it, or would."""
    message = one.line.message
    role = intro.role_of(message.to) if message.to is not None else None
    will, until, why = _outcome(one.verdict)
    return {
        "due": message.due.isoformat(),
        "to": str(role or ("desk" if message.desk else "nobody")),
        "kind": str(message.kind),
        "view": message.view,
        "status": str(one.line.status),
        "why": why or one.line.why,
        "will": will,
        "until": until.isoformat() if until else None,
    }


def _outcome(verdict: Verdict | None) -> tuple[str, datetime | None, str]:
    from bot.domain.holding import Drop, Fold, Hold, Send

    match verdict:
        case Send():
            return "send", None, ""
        case Hold(until, why):
            return "hold", until, why
        case Fold(why):
            return "fold", None, why
        case Drop(why):
            return "drop", None, why
        case None:
            return "", None, ""


def _in_words(line: dict[str, object]) -> str:
    what = f"{line['due']}  {line['to']:<8} {line['kind']:<12} {line['view']:<16}"
    until = f" until {line['until']}" if line["until"] else ""
    why = f" ({line['why']})" if line["why"] else ""
    outcome = f"would {line['will']}" if line["will"] and line["will"] != "send" else str(line["status"])
    return f"{what} {outcome}{until}{why}"
