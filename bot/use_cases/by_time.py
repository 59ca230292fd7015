"""What happens by itself: moves that time makes, and the next choice asked. Each in a transaction of its own.

A task is an outbox line like any other: planned with the nudges, void as soon as its intro moved, claimed by a sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.asks import AskId
from bot.domain.intro import TIME, IntroId
from bot.domain.messages import Message, Status
from bot.domain.refusals import Refusal
from bot.ports import Claimed, UnitOfWork
from bot.use_cases import hand_over
from bot.use_cases.advance import advance
from bot.use_cases.request import ask_next


def run_task(uow: UnitOfWork, task: Claimed, now: datetime, *, worker: str) -> None:
    """Do what a claimed task says, and settle it, in one transaction that the caller commits. Raises Conflict."""
    line = task.message
    assert line.id is not None, "a claimed line has an id"
    done = TASKS.get(line.view, _move)(uow, line, now)
    uow.outbox.settle(line.id, worker, task.attempt, Status.SENT if done else Status.VOID)


def _ask_next(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    return ask_next(uow, AskId(line.keys["ask"]), now) is not None


def _bring_in(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    return hand_over.run_part(uow, line.keys["roster"], now)


def _move(uow: UnitOfWork, line: Message, now: datetime) -> bool:
    """The move, if the intro is still where it was when this was planned; the people first, then the intro."""
    intro = uow.intros.get(IntroId(line.keys["intro"]))
    uow.people.lock((intro.student, intro.alum))
    intro = uow.intros.get(intro.id)
    if intro.version != line.version:
        return False
    try:
        advance(uow, intro, line.view, by=TIME, now=now)
    except Refusal:
        return False
    return True


TASKS: Mapping[str, Callable[[UnitOfWork, Message, datetime], bool]] = {"ask_next": _ask_next, "bring_in": _bring_in}
"""What a task's name says to do; any other is a move of the lifecycle."""
