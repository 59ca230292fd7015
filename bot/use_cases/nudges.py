"""Nudges at the moment of sending: everything that counts is loaded, the domain decides, and what it decided is kept.

The same question, asked ahead of time, is what `grounds nudges plan` prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.campus import Campus
from bot.domain.codes import intro_code, read_intro_code
from bot.domain.digest import DIGEST_VIEW, is_open_request, is_told
from bot.domain.holding import (
    KEEP_VIEW,
    REQUEST_VIEW,
    WEEK,
    Drop,
    Facts,
    Fold,
    Hold,
    Send,
    Verdict,
    Why,
    decide,
    decide_for_desk,
)
from bot.domain.holding import moved_on as why_moved_on
from bot.domain.intro import LIVE, STUDENT, Intro, IntroId, State
from bot.domain.messages import WAITS_FOR_GOOD_HOURS, Kind, Message, Status
from bot.domain.people import Person, PersonId
from bot.ports import Line, Reading, Step, UnitOfWork

YEAR = timedelta(days=365)
NAMED = {Hold: "nudge_held", Fold: "nudge_folded", Drop: "nudge_dropped"}
"""The Step of what was not sent, whose detail says why. Nudges that died because their intro moved on leave none: that
Step is the move's."""


def why_void(reading: Reading | UnitOfWork, line: Message, campus: Campus, now: datetime) -> Why | None:
    """Why a planned line of whatever kind is not true any more."""
    if line.version is None or line.intro is None:
        return None
    return why_moved_on(line, reading.intros.get(IntroId(line.intro)), campus, now)


def weigh(reading: Reading | UnitOfWork, line: Message, campus: Campus, now: datetime) -> Verdict:
    """What becomes of a line whose time has come; whatever is no nudge and no digest goes out."""
    if line.kind not in WAITS_FOR_GOOD_HOURS:
        return Send()
    if line.to is None:
        return decide_for_desk(now, campus)
    return decide(_facts(reading, line, reading.people.get(line.to), campus, now))


def _facts(reading: Reading | UnitOfWork, line: Message, reader: Person, campus: Campus, now: datetime) -> Facts:
    return Facts(
        line,
        now,
        campus,
        reader,
        intro=reading.intros.get(IntroId(line.intro)) if line.intro is not None else None,
        nudged=reading.planned.nudged_at(reader.id, now - WEEK, but=line.id),
        digest=reading.planned.last_digest(reader.id, but=line.id),
        open_requests=_open_requests(reading, reader.id) if line.view == REQUEST_VIEW else 0,
        asks=line.view == DIGEST_VIEW and _asks(reading, reader.id, campus, now),
        kept=reading.steps.count(KEEP_VIEW, reader.who, now - YEAR) if line.view == KEEP_VIEW else 0,
    )


def _open_requests(reading: Reading | UnitOfWork, alum: PersonId) -> int:
    return sum(is_open_request(intro, alum) for intro in reading.intros.of(alum, live_only=True))


def _asks(reading: Reading | UnitOfWork, person: PersonId, campus: Campus, now: datetime) -> bool:
    """Whether a digest tells them something as a student."""
    mine = reading.intros.of(person, live_only=True)
    return any(intro.student == person and is_told(intro, STUDENT, campus, now) for intro in mine)


def record(uow: UnitOfWork, line: Message, verdict: Verdict, now: datetime) -> None:
    """What was decided, as a Step; and the digest that a fold asks for. Of what goes out only the reminders of old
    talks leave one, since they are counted by the year."""
    if line.to is None or (isinstance(verdict, Send) and line.view != KEEP_VIEW):
        return
    who = uow.people.get(line.to).who
    if isinstance(verdict, Send):
        uow.steps.add(Step(KEEP_VIEW, now, who=who, intro=line.intro))
        return
    uow.steps.add(Step(NAMED[type(verdict)], now, who=who, intro=line.intro, detail=verdict.why))
    if isinstance(verdict, Fold) and verdict.new:
        uow.outbox.add(Message(Kind.DIGEST, DIGEST_VIEW, now, to=line.to))


# --- ahead of time -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outlook:
    """A planned line, and what would become of it if its time came and nothing changed until then. `verdict` is None
    for what has ended already, for moves that time makes and for whatever waits for no good moment."""

    line: Line
    verdict: Verdict | None = None


def outlook(reading: Reading | UnitOfWork, intro: Intro, now: datetime) -> Sequence[Outlook]:
    """When what would go to whom, and why something would not."""
    campus = reading.places.campus()
    return [Outlook(line, _verdict(reading, line, campus, now)) for line in reading.planned.of_intro(intro.id)]


def _verdict(reading: Reading | UnitOfWork, line: Line, campus: Campus, now: datetime) -> Verdict | None:
    message = line.message
    if line.status is not Status.WAITING or message.kind is Kind.TASK:
        return None
    at = max(now, message.due)
    why = why_void(reading, message, campus, at)
    if why is not None:
        return Drop(why)
    return weigh(reading, message, campus, at) if message.kind in WAITS_FOR_GOOD_HOURS else None


def by_code(reading: Reading | UnitOfWork, code: str) -> Intro | None:
    """The intro that a coordinator means, if there is one."""
    meant = read_intro_code(code)
    for intro in reading.intros.in_states(*State):
        if meant and intro_code(intro.desk_token) == meant:
            return intro
    return None


def live(reading: Reading | UnitOfWork) -> Sequence[Intro]:
    """All that are under way, those that have stood longest first."""
    return reading.intros.in_states(*LIVE)
