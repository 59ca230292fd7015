"""What is kept about somebody, in their own hands: see it, change its language, have it erased."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.asks import plain
from bot.domain.people import CONSENT_VERSIONS, Consent, ConsentTo, StudentProfile
from bot.domain.refusals import Mend, Refusal
from bot.phrases import PSEUDO, languages
from bot.ports import Step
from bot.use_cases import doorway
from bot.use_cases.first_use import YES
from bot.use_cases.host import end_intros
from bot.use_cases.visit import Say, Visit

LONGEST_KNOWN_AS = 120


def set_language(visit: Visit) -> Say:
    """Speak to me in this language."""
    wanted = visit.text("language").lower()
    if wanted not in (*languages(), PSEUDO):
        raise Refusal("no_such_language", languages=", ".join(languages()))
    visit.uow.people.save(replace(visit.me, language=wanted))
    return Say("saved")


def count_me(visit: Visit) -> Say:
    """Whether the office's report on graduates may know of my talks, and by what it knows me. A no takes back what was
    told. Raises Mend for a yes by which nobody could be found."""
    student = visit.me.student or StudentProfile()
    yes, known_as = visit.text("counted") == YES, plain(visit.text("known_as"))[:LONGEST_KNOWN_AS]
    if yes and not known_as:
        raise Mend({"known_as": "known_as_empty"})
    before = visit.uow.people.consent(visit.me.id, ConsentTo.COUNTED)
    if yes or (before is not None and before.given):
        version = CONSENT_VERSIONS[ConsentTo.COUNTED]
        visit.uow.people.record(visit.me.id, Consent(ConsentTo.COUNTED, version, yes, visit.now))
    if visit.me.student is not None or yes:
        visit.uow.people.save_student(visit.me.id, replace(student, known_as=known_as if yes else ""))
    return Say("counted" if yes else "not_counted")


def erase(visit: Visit) -> Say:
    """Everything about a person goes; what they took part in ends kindly, and its steps keep nobody's name. Of whoever
    was not known there is nothing to erase, and nothing to count: mostly they are erased already and press again."""
    me = visit.me
    if visit.is_new:
        visit.uow.people.erase(me.id)
        return Say("erased_already")
    visit.uow.steps.add(Step("erased", visit.now, who=me.who, amount=0))
    end_intros(visit, me)
    visit.uow.outbox.void_for(me.id)
    visit.uow.roster.keep_person_away(me.id, visit.now)
    pages = visit.uow.people.pages_of(me.id)
    visit.uow.people.erase(me.id)
    doorway.empty(visit.uow, pages, visit.now)
    visit.matcher.changed()
    return Say("erased")
