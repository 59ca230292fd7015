"""An alum's own affairs beside the profile: their talks, someone else they know, and leaving."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.intro import ALUM, FINAL, STUDENT, State
from bot.domain.people import CONSENT_VERSIONS, Consent, ConsentTo, Person, Standing
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.use_cases.advance import advance
from bot.use_cases.doorway import refresh
from bot.use_cases.respond import profile_of
from bot.use_cases.tally import alum_step
from bot.use_cases.visit import Say, Visit


def mine(visit: Visit) -> Say:
    """Where their talks stand, also of somebody who has left. Raises Refusal (`not_an_alum`) for who never joined."""
    if not any(intro.alum == visit.me.id for intro in visit.uow.intros.of(visit.me.id)):
        profile_of(visit.me)
    return Say("mine", {}, {"role": ALUM.value})


def pass_on(visit: Visit) -> Say:
    """Somebody else would do better: words and a link for the alum to forward. Whom they think of we never ask, write
    to or keep."""
    if visit.me.alum is None:
        raise Refusal("not_an_alum")
    visit.uow.steps.add(alum_step("referral", visit.now, visit.me))
    return Say("pass_on")


def leave(visit: Visit) -> Say:
    """What leaving means, before it is done. Raises Refusal (`not_an_alum`) where there is nothing to leave."""
    profile_of(visit.me)
    return Say("leave_check")


def send_leave(visit: Visit) -> Say:
    """Leave as an alum: the opt-in is withdrawn, waiting students are moved on, agreed talks end kindly."""
    leave_as_alum(visit.uow, visit.me, visit)
    return Say("left")


def leave_as_alum(uow: UnitOfWork, alum: Person, visit: Visit) -> None:
    """Everything that leaving means, for somebody who is an alum."""
    profile = profile_of(alum)
    uow.people.save_alum(alum.id, replace(profile, standing=Standing.LEFT, paused_since=None, paused_until=None))
    version = CONSENT_VERSIONS[ConsentTo.BE_ASKED]
    uow.people.record(alum.id, Consent(ConsentTo.BE_ASKED, version, False, visit.now))
    uow.steps.add(alum_step("left", visit.now, alum))
    refresh(uow, (alum.id,), visit.now)
    end_intros(visit, alum, as_student=False)
    visit.matcher.changed()


ENDS = {
    State.REQUESTED: ("alum_away", "withdraw"),
    State.ACCEPTED: ("cancel", "cancel"),
    State.SCHEDULED: ("cancel", "cancel"),
    State.MISSED: ("cancel", "cancel"),
    State.UNCONFIRMED: ("part", "part"),
    State.MET: ("part", "part"),
    State.THANKED: ("close_delivered", "close_delivered"),
    State.FROZEN: ("part", "part"),
}
"""How each live state ends when its alum, or its student, goes."""


def end_intros(visit: Visit, person: Person, *, as_student: bool = True) -> None:
    """Every live intro of somebody who goes ends kindly."""
    for intro in visit.uow.intros.of(person.id, live_only=True):
        role = intro.role_of(person.id)
        if intro.state in FINAL or (role is STUDENT and not as_student):
            continue
        by_alum, by_student = ENDS[intro.state]
        advance(
            visit.uow,
            intro,
            by_alum if role is ALUM else by_student,
            by=ALUM if role is ALUM else STUDENT,
            now=visit.now,
        )
