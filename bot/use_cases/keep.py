"""Keeping in touch: after the thanks, each of the two may wish to hear of the other again. Only where both do, the
student is reminded, twice in half a year, to tell what came of it, and notes are carried again."""

from __future__ import annotations

from bot.domain.intro import Intro, State
from bot.domain.messages import Status
from bot.domain.nudges import plan
from bot.domain.refusals import MovedOn
from bot.ports import Step
from bot.use_cases.visit import Say, Visit

AFTER_THE_THANKS = frozenset({State.THANKED, State.CLOSED})


def keep(visit: Visit) -> Say:
    """I'd like to hear of them again. Neither learns what the other wished, unless both did."""
    intro = visit.intro
    if intro.state not in AFTER_THE_THANKS or not intro.met_by_student:
        raise MovedOn(intro.state, intro.id)
    visit.uow.intros.set_keeps(intro.id, visit.role, True)
    intro = visit.uow.intros.get(intro.id)
    visit.uow.steps.add(Step("keep", visit.now, who=visit.me.who, intro=intro.id))
    if intro.is_final and not _is_planned(visit, intro):
        visit.uow.outbox.add(*plan(intro, visit.campus, visit.now))
    return Say("keeping", {"intro": intro.id})


def _is_planned(visit: Visit, intro: Intro) -> bool:
    """Whether the reminders wait already, from before a change of mind."""
    waiting = (line for line in visit.uow.planned.of_intro(intro.id) if line.status is Status.WAITING)
    return any(line.message.version == intro.version for line in waiting)


def let_go(visit: Visit) -> Say:
    """Rather not any more: reminders and notes end, and nobody is told."""
    visit.uow.intros.set_keeps(visit.intro.id, visit.role, False)
    visit.uow.steps.add(Step("let_go", visit.now, who=visit.me.who, intro=visit.intro.id))
    return Say("let_go", {"intro": visit.intro.id})
