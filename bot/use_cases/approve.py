"""The office lets alumni in who came without a code: one by one, or all that it has just looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import Kind, Message
from bot.domain.people import AlumProfile, Person, Standing
from bot.domain.refusals import NotYours, Refusal
from bot.use_cases.doorway import refresh
from bot.use_cases.join import BY_OFFICE
from bot.use_cases.somebody_joined import announce
from bot.use_cases.stage import EPOCH, waits_since
from bot.use_cases.tally import alum_step
from bot.use_cases.visit import Say, Visit

MOST_DIGITS = 17
"""Of a moment in microseconds: so it is always one that there is."""


def approve(visit: Visit) -> Say:
    """A coordinator lets somebody in; pressed twice, or by two, the second is told."""
    let_one_in(visit, visit.alum)
    return Say("approved_desk", {"alum": visit.alum.id})


def let_one_in(visit: Visit, alum: Person) -> None:
    """Raises Refusal (`taken`, `decided_already`)."""
    _let_in(visit, alum, _waiting(visit, alum))


def approve_all(visit: Visit) -> Say:
    """Everybody on the list that was looked at, and nobody who came after it was drawn."""
    if not (visit.press.arg.isdecimal() and len(visit.press.arg) <= MOST_DIGITS):
        raise NotYours
    newest = EPOCH + timedelta(microseconds=int(visit.press.arg))
    seen = [alum for alum in visit.found.alumni if waits_since(alum) <= newest]
    if not seen:
        raise Refusal("all_decided")
    for alum in seen:
        _let_in(visit, alum, _waiting(visit, alum))
    return Say("waiting_desk", {}, {"approved": str(len(seen))})


def _let_in(visit: Visit, alum: Person, profile: AlumProfile) -> None:
    visit.uow.people.save_alum(alum.id, replace(profile, standing=Standing.APPROVED))
    visit.uow.steps.add(alum_step("approved", visit.now, alum, detail=BY_OFFICE))
    refresh(visit.uow, (alum.id,), visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "approve", alum.who)
    visit.uow.outbox.add(Message(Kind.NEWS, "welcome_alum", visit.now, to=alum.id))
    announce(visit.uow, alum, visit.now)
    visit.matcher.changed()


def _waiting(visit: Visit, alum: Person, standing: Standing = Standing.WAITING) -> AlumProfile:
    """Raises Refusal for somebody who doesn't stand there, or not any more: `taken` names the coordinator who was
    first, else `decided_already`."""
    if alum.alum is not None and alum.alum.standing is standing:
        return alum.alum
    entries = [entry for act in ("approve", "turn_away") if (entry := visit.uow.audit.newest_about(alum.who, act))]
    first = max(entries, key=lambda entry: entry.at, default=None)
    if first is not None and first.person is not None and first.person != visit.me.id:
        raise Refusal("taken", about=first.person)
    raise Refusal("decided_already", about=alum.id)


def turn_away(visit: Visit) -> Say:
    """A coordinator turns somebody away, kindly."""
    alum = visit.alum
    profile = _waiting(visit, alum)
    visit.uow.people.save_alum(alum.id, replace(profile, standing=Standing.TURNED_AWAY))
    visit.uow.steps.add(alum_step("turned_away", visit.now, alum))
    refresh(visit.uow, (alum.id,), visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "turn_away", alum.who)
    visit.uow.outbox.add(Message(Kind.NEWS, "not_now_alum", visit.now, to=alum.id))
    return Say("turned_away_desk", {"alum": alum.id})


def let_in(visit: Visit) -> Say:
    """It was a mix-up: somebody who was turned away comes in after all. Their yes still stands."""
    _let_in(visit, visit.alum, _waiting(visit, visit.alum, Standing.TURNED_AWAY))
    return Say("approved_desk", {"alum": visit.alum.id})
