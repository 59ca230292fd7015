"""Was it worth it, and is it clearer now? One press each, by the student alone."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.intro import STUDENT
from bot.domain.refusals import MovedOn, NotYours
from bot.domain.worth import POINTS, QUESTIONS, answered, may_be_asked
from bot.use_cases.advance import step
from bot.use_cases.visit import Say, Visit


def worth(visit: Visit) -> Say:
    """One answer, which counts once: what was said already stays as it was said. Without one, the next question."""
    intro = visit.intro
    question, _, points = visit.press.arg.partition(".")
    if visit.press.arg and (question not in QUESTIONS or points not in POINTS):
        raise NotYours
    if not may_be_asked(intro):
        raise MovedOn(intro.state, intro.id)
    if not visit.press.arg:
        return Say("worth", {"intro": intro.id})
    if question in answered(visit.uow.steps.of_intro(intro.id)):
        return Say("worth", {"intro": intro.id}, {"said": "before"})
    told = step(visit.uow, intro, question, STUDENT, visit.now)
    visit.uow.steps.add(replace(told, amount=int(points)))
    return Say("worth", {"intro": intro.id}, {"said": "now"})
