"""Getting ready for a talk: the prep kit in parts, and a word five minutes before the end for whoever wants one."""

from __future__ import annotations

from bot.domain.intro import State
from bot.domain.nudges import plan
from bot.domain.refusals import MovedOn, NotYours
from bot.use_cases.visit import Say, Visit
from bot.views.prep import PARTS


def prep(visit: Visit) -> Say:
    """The card that opens the parts; before the talk or long after it, it does no harm."""
    return Say("prep", {"intro": visit.intro.id})


def prep_part(visit: Visit) -> Say:
    """One part. The student's own question comes first among the questions, so the ask is looked up too."""
    if visit.press.arg not in PARTS:
        raise NotYours
    return Say("prep_part", {"intro": visit.intro.id, "ask": visit.intro.ask}, {"part": visit.press.arg})


def five_minutes(visit: Visit) -> Say:
    """A word five minutes before the end, of this talk and of another time for it. Pressed twice it comes once."""
    intro = visit.intro
    if intro.state is not State.SCHEDULED or intro.in_writing or intro.ends_at is None or intro.ends_at <= visit.now:
        raise MovedOn(intro.state, intro.id)
    if not intro.five_minutes:
        visit.uow.intros.set_five_minutes(intro.id)
        wished = plan(visit.uow.intros.get(intro.id), visit.campus, visit.now)
        visit.uow.outbox.add(*(line for line in wished if line.view == "five_minutes"))
    return Say("five_minutes_kept", {"intro": intro.id})
