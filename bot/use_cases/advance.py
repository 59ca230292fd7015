"""Moving an intro along: the one way that every use case and every move by time takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.intro import ALUM, MOVES_ON, Intro, Who, move
from bot.domain.messages import Kind, Message
from bot.domain.news import calendar_files, news
from bot.domain.nudges import plan
from bot.domain.people import PersonId
from bot.ports import Step, UnitOfWork
from bot.use_cases.doorway import refresh
from bot.use_cases.tally import intro_step


def advance(
    uow: UnitOfWork,
    intro: Intro,
    name: str,
    *,
    by: Who,
    now: datetime,
    telling: Mapping[str, str] | None = None,
    **facts: object,
) -> Intro:
    """Move an intro along, write the step, tell whoever should know, plan what comes by time: all of it, or none.

    The people of the intro are held already. `telling` goes with the news, as closed words.
    Raises MovedOn, Refusal, Conflict.
    """
    moved, told = move(intro, name, by, now, **facts)
    uow.intros.save(moved)
    uow.steps.add(step(uow, moved, name, by, now))
    told_now = (*news(moved, name, told, by, now, telling or {}), *calendar_files(intro, moved, name, now))
    uow.outbox.add(*told_now, *plan(moved, uow.places.campus(), now))
    if moved.state in MOVES_ON and moved.state is not intro.state:
        uow.outbox.add(Message(Kind.TASK, "ask_next", now, keys={"ask": moved.ask}))
    if by is ALUM:
        _is_heard_from(uow, moved.alum)
    refresh(uow, (moved.student, moved.alum), now)
    return moved


def _is_heard_from(uow: UnitOfWork, person: PersonId) -> None:
    """Whatever an alum does ends the row of requests that nobody answered."""
    alum = uow.people.get(person).alum
    if alum is not None and alum.silent:
        uow.people.save_alum(person, replace(alum, silent=0))


def step(uow: UnitOfWork, intro: Intro, name: str, by: Who, now: datetime, detail: str = "") -> Step:
    """A dated fact about an intro, with nobody's name in it."""
    return intro_step(uow.people.get(intro.student), uow.people.get(intro.alum), intro, name, by, now, detail)
