"""Somebody's first time at the desk: they are greeted with three things to do, and the others are told who has come.

That is noticed at the first gesture that only a coordinator may make, whichever it is, and written down in the audit,
so that it happens once. Being told is what protects everybody: a role given by mistake, or to an account that was taken
over, does not stay unseen.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.messages import Kind, Message
from bot.domain.people import Handle, Person
from bot.domain.refusals import NotYours
from bot.ports import Reading, Step, UnitOfWork
from bot.use_cases.visit import Say, Visit
from bot.views.first_hour import PRACTICE

BEGAN = "began"


def is_new(reading: Reading | UnitOfWork, me: Person) -> bool:
    """Whether somebody was never at the desk before."""
    return not reading.audit.has_done(me.who, BEGAN)


def arrive(uow: UnitOfWork, me: Person, handle: Handle, now: datetime) -> None:
    """Greet whoever is new at the desk, and tell the others."""
    if not is_new(uow, me):
        return
    uow.audit.add(now, me.who, BEGAN)
    uow.steps.add(Step("desk_began", now, who=me.who, platform=handle.platform))
    uow.outbox.add(
        Message(Kind.SAFETY, "began_desk", now, desk=True, keys={"alum": me.id}),
        Message(Kind.NEWS, "desk_hello", now, to=me.id, handle=handle),
    )


def practise(visit: Visit) -> Say:
    """One step of the practice round. The people in it are invented, and nothing of it is kept."""
    step = visit.press.arg or PRACTICE[0]
    if step not in PRACTICE:
        raise NotYours
    return Say("practice", {}, {"step": step})
