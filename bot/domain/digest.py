"""The digest: what waits for one person, in one message a day instead of several.

It is drawn from how things stand at the moment it goes out. So a nudge need not be told apart when its digest has gone
already that day, provided the digest could tell of the same; `waits_for` says of what it can.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.campus import Campus
from bot.domain.intro import STUDENT, Intro, State, Who
from bot.domain.nudges import CHECK

DIGEST_VIEW = "digest"
"""The one view that tells of what waits. Other lines of the class (a word at the end of a term) say something of their
own, so nothing can be folded into them."""
SEVERAL = 2
"""From so many open requests on, an alum gets a digest instead of a nudge for each."""


@dataclass(frozen=True)
class LastDigest:
    """A person's newest digest: one that still `waits` for its time, or when it was sent."""

    at: datetime
    waits: bool


def waits_for(intro: Intro, role: Who, campus: Campus, at: datetime) -> bool:
    """Whether something in this intro waits for this one of the two at that moment, as it stands."""
    match intro.state, role:
        case State.REQUESTED, Who.ALUM:
            return not intro.waits_for_student
        case State.REQUESTED, Who.STUDENT:
            return intro.waits_for_student or _may_move_on(intro, campus, at)
        case State.ACCEPTED, _:
            return True
        case State.SCHEDULED, _:
            return _is_over(intro, at) or (role is STUDENT and _is_near(intro, campus, at))
        case State.MET, Who.STUDENT:
            return True
        case _:
            return False


def is_told(intro: Intro, role: Who, campus: Campus, at: datetime) -> bool:
    """Whether a digest tells of it: it waits, and this one of the two did not ask for peace about it."""
    snoozed = intro.snoozed_until(role)
    peace = intro.is_stopped_by(role) or (snoozed is not None and snoozed > at)
    return not peace and waits_for(intro, role, campus, at)


def could_tell(intro: Intro, role: Who, campus: Campus, at: datetime, now: datetime) -> bool:
    """Whether a digest that went out `at` told what a nudge would tell `now`: the same thing waited already."""
    same = intro.state is not State.SCHEDULED or _is_over(intro, at) == _is_over(intro, now)
    return same and intro.since <= at and is_told(intro, role, campus, at)


def is_open_request(intro: Intro, alum: int) -> bool:
    """Whether this alum's answer is waited for, and may be asked after."""
    mine = intro.alum == alum and not intro.stopped_by_alum
    return mine and intro.state is State.REQUESTED and not intro.waits_for_student


def _may_move_on(intro: Intro, campus: Campus, at: datetime) -> bool:
    return intro.has_next and at >= intro.since + timedelta(days=campus.ask_next_from_day)


def _is_over(intro: Intro, at: datetime) -> bool:
    return intro.ends_at is not None and intro.ends_at <= at


def _is_near(intro: Intro, campus: Campus, at: datetime) -> bool:
    checks = CHECK(intro, campus)
    return not intro.in_writing and checks is not None and checks <= at
