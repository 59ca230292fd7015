"""What happens by itself: moves that time makes, and the next choice asked. Each in a transaction of its own.

A task is an outbox line like any other: planned with the nudges, void as soon as its intro moved, claimed by a sweep.
What it does stands only together with its settlement, so whoever was stopped past the end of the claim does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.asks import AskId
from bot.domain.calendar import local_day, zone_of
from bot.domain.intro import AGREED, TIME, Intro, IntroId
from bot.domain.messages import Kind, Message, Status
from bot.domain.people import PersonId
from bot.domain.refusals import Refusal
from bot.ports import Claimed, UnitOfWork
from bot.use_cases import hand_over, invitations, respond
from bot.use_cases.advance import advance
from bot.use_cases.desk_export import TASK as WRITE_EXPORT
from bot.use_cases.desk_export import send_written
from bot.use_cases.request import ask_next
from bot.use_cases.somebody_joined import TASK as SOMEBODY_JOINED
from bot.use_cases.somebody_joined import tell_who_waits


class TakenOver(Exception):
    """Another worker has claimed the task meanwhile: the transaction must not be committed."""


def run_task(uow: UnitOfWork, task: Claimed, now: datetime, *, worker: str) -> None:
    """Do what a claimed task says, and settle it, in one transaction that the caller commits. Raises Conflict,
    TakenOver."""
    line = task.message
    assert line.id is not None, "a claimed line has an id"
    done = FOLLOW_UPS.get(line.view, _move)(uow, line, now)
    if not uow.outbox.settle(line.id, worker, task.attempt, Status.SENT if done else Status.VOID):
        raise TakenOver


def _ask_next(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    return ask_next(uow, AskId(line.keys["ask"]), now) is not None


def _tell_who_waits(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    return tell_who_waits(uow, PersonId(line.keys["alum"]), now)


def _bring_in(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    return hand_over.run_part(uow, line.keys["roster"], now)


def _say_that_nobody_writes(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    return send_written(uow, line, "failed", now)


def _move(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    """The move, if the intro is still where it was when this was planned; the people first, then the intro."""
    intro = uow.intros.get(IntroId(line.keys["intro"]))
    uow.people.lock((intro.student, intro.alum))
    intro = uow.intros.get(intro.id)
    if intro.version != line.version:
        return False
    silent = _goes_silent(uow, intro, now) if line.view == "expire" else 0
    try:
        advance(uow, intro, line.view, by=TIME, now=now, telling={"silent": str(silent)} if silent else {})
    except Refusal:
        return False
    if silent:
        _pause(uow, intro, now)
    return True


def _goes_silent(uow: UnitOfWork, intro: Intro, now: datetime) -> int:
    """One more request that the alum let run out: counted, and how many it makes in a row where that is too many. What
    the student had to answer is not the alum's silence."""
    person = uow.people.get(intro.alum)
    if person.alum is None or intro.waits_for_student:
        return 0
    silent = person.alum.silent + 1
    uow.people.save_alum(person.id, replace(person.alum, silent=silent))
    campus = uow.places.campus()
    here = person.alum.terms.is_here(local_day(now, zone_of("", campus)))
    return silent if here and silent >= campus.silent_expired else 0


def _pause(uow: UnitOfWork, intro: Intro, now: datetime) -> None:
    """Nobody is asked in vain any more. The alum is told kindly (with the news that this one was let go) and comes back
    with one press; what they had agreed stands, and they are asked about it."""
    respond.pause(uow, uow.people.get(intro.alum), None, now, why="silent")
    if any(each.alum == intro.alum and each.state in AGREED for each in uow.intros.of(intro.alum, live_only=True)):
        uow.outbox.add(Message(Kind.NEWS, "agreed", now, to=intro.alum))


def _write_invitations(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    return invitations.write(uow, PersonId(line.keys["by"]), line.handle, now)


FOLLOW_UPS: Mapping[str, Callable[[UnitOfWork, Message, datetime], bool]] = {
    "ask_next": _ask_next,
    "bring_in": _bring_in,
    "write_invitations": _write_invitations,
    WRITE_EXPORT: _say_that_nobody_writes,
    SOMEBODY_JOINED: _tell_who_waits,
}
"""What follows from something else. Every other task is a move that time makes. (Files are written elsewhere, by
`adapters/errands.py`; here it is only told that nobody does.)"""
