"""Somebody joined: students whose question nobody could answer hear of it, as they asked to.

It is looked at once an alum may be offered, in a transaction of its own: who waits, whether the newcomer would be
offered to them (the hard facts, as for every match), and whether they fit at all. A student hears of the first
who does: then the wish to be told was answered, and is used up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.messages import Kind, Message
from bot.domain.people import Person, PersonId
from bot.matching.index import Index
from bot.matching.ranking import rank
from bot.ports import Step, UnitOfWork
from bot.use_cases.find import whom_to_offer, wish_of

TASK = "somebody_joined"


def announce(uow: UnitOfWork, alum: Person, now: datetime) -> None:
    """This alum may be offered from now on."""
    uow.outbox.add(Message(Kind.TASK, TASK, now, keys={"alum": alum.id}))


def tell_who_waits(uow: UnitOfWork, alum_id: PersonId, now: datetime) -> bool:
    """Offer a newcomer to every waiting student whose ask they fit; whether there was anybody to tell."""
    alum, campus = uow.people.get(alum_id), uow.places.campus()
    if alum.alum is None:
        return False
    index, told = Index.build((alum,)), False
    for ask in uow.asks.waiting(now - timedelta(days=campus.notes_kept_days)):
        student = uow.people.get(ask.student)
        if student.is_erased or not whom_to_offer(uow, student, campus, now, among=(alum_id,)):
            continue
        if not rank(wish_of(ask, student), index, frozenset((alum_id,)), 0):
            continue
        uow.asks.show(ask.id, (alum_id,), now)
        uow.asks.save(replace(ask, tell_when=False))
        uow.steps.add(Step("somebody_joined", now, who=student.who, whom=alum.who, ask=ask.id))
        uow.outbox.add(Message(Kind.NEWS, "somebody_joined", now, to=student.id, keys={"ask": ask.id}))
        told = True
    return told
