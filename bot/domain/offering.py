"""Offering: whether an alum may be shown to a student at all. Relevance comes after; no match outweighs a fact here.

One function says why not, so that whom a student is shown and what a coordinator is told can't differ.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.campus import Campus
from bot.domain.capacity import Load, has_room
from bot.domain.people import IN_PERSON, PersonId, Standing, Terms


class WhyNot(StrEnum):
    """Each is a phrase under `[why_not]`, but for those that are PRIVATE."""

    NOT_APPROVED = "not_approved"
    PAUSED = "paused"
    FULL = "full"
    LANGUAGE = "language"
    IN_PERSON = "in_person"
    SELF = "self"
    AVOIDED = "avoided"
    ASKED_LATELY = "asked_lately"
    SEEN_ENOUGH = "seen_enough"


PRIVATE = frozenset({WhyNot.AVOIDED, WhyNot.ASKED_LATELY, WhyNot.SELF, WhyNot.SEEN_ENOUGH})
"""What is between an alum and one student: told to nobody."""


@dataclass(frozen=True)
class Asker:
    """What of a student counts here. `only`: the alumni they have seen, where they may see nobody new; else None."""

    id: PersonId
    avoided: AbstractSet[PersonId] = frozenset()
    asked: AbstractSet[PersonId] = frozenset()
    only: AbstractSet[PersonId] | None = None


def why_not(terms: Terms, load: Load, campus: Campus, today: date, language: str) -> WhyNot | None:
    """What keeps an alum from being offered to anybody who reads `language`; None when nothing does. The campus's own
    language is everybody's."""
    if terms.standing is not Standing.APPROVED:
        return WhyNot.NOT_APPROVED
    if terms.is_paused(today):
        return WhyNot.PAUSED
    if not has_room(terms.pace, load.at_once, load.accepted_this_month, load.requested):
        return WhyNot.FULL
    if terms.languages and {language, campus.language}.isdisjoint(terms.languages):
        return WhyNot.LANGUAGE
    if terms.formats == (IN_PERSON,) and not campus.in_person:
        return WhyNot.IN_PERSON
    return None


def why_not_to(asker: Asker, alum: PersonId) -> WhyNot | None:
    """What keeps this alum from being offered to this one student."""
    if alum == asker.id:
        return WhyNot.SELF
    if alum in asker.avoided:
        return WhyNot.AVOIDED
    if alum in asker.asked:
        return WhyNot.ASKED_LATELY
    if asker.only is not None and alum not in asker.only:
        return WhyNot.SEEN_ENOUGH
    return None
