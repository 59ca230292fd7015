"""What is kept about somebody, in their own hands: see it, change its language, have it erased."""

from __future__ import annotations

from bot.domain.refusals import Refusal
from bot.phrases import PSEUDO, languages
from bot.ports import Step
from bot.use_cases import doorway
from bot.use_cases.host import end_intros
from bot.use_cases.visit import Say, Visit


def set_language(visit: Visit) -> Say:
    """Speak to me in this language."""
    from dataclasses import replace

    wanted = visit.text("language").lower()
    if wanted not in (*languages(), PSEUDO):
        raise Refusal("no_such_language", languages=", ".join(languages()))
    visit.uow.people.save(replace(visit.me, language=wanted))
    return Say("saved")


def erase(visit: Visit) -> Say:
    """Everything about a person goes; what they took part in ends kindly, and its steps keep nobody's name."""
    me = visit.me
    visit.uow.steps.add(Step("erased", visit.now, who=me.who, amount=0))
    end_intros(visit, me)
    visit.uow.outbox.void_for(me.id)
    visit.uow.roster.keep_person_away(me.id, visit.now)
    pages = visit.uow.people.pages_of(me.id)
    visit.uow.people.erase(me.id)
    doorway.empty(visit.uow, pages, visit.now)
    visit.matcher.changed()
    return Say("erased")
