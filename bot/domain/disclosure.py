"""Who may see what of whom, when: one table, field × stage × viewer.

Views are drawn from what `disclose()` lets through and never from a Person. What is missing here is seen by nobody. An
avatar, an e-mail address, a handle and a roster key appear nowhere in it: contact is only what a person typed to share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.intro import Intro, State, Who
from bot.domain.people import Person


class Field(StrEnum):
    GIVEN_NAME = "given_name"
    INITIAL = "initial"
    TITLE = "title"
    EMPLOYER = "employer"
    DEGREE = "degree"
    GRAD_YEAR = "grad_year"
    STUDY_YEAR = "study_year"
    NOTE = "note"
    ZONE = "zone"
    TIME = "time"
    PLACE = "place"
    CONTACT = "contact"
    BOOKING = "booking"
    FORMATS = "formats"


class Stage(StrEnum):
    MATCH = "match"
    REQUEST = "request"
    AGREED = "agreed"
    SCHEDULED = "scheduled"
    SHARED = "shared"
    FROZEN = "frozen"


F = Field
_MATCH = frozenset({F.GIVEN_NAME, F.INITIAL, F.TITLE, F.EMPLOYER, F.DEGREE, F.GRAD_YEAR})
_REQUEST = frozenset({F.GIVEN_NAME, F.DEGREE, F.STUDY_YEAR, F.NOTE})
_AGREED = frozenset({F.NOTE, F.ZONE})
_TALK = frozenset({F.TIME, F.PLACE})

OF_THE_ALUM: Mapping[Stage, frozenset[Field]] = {
    Stage.MATCH: _MATCH,
    Stage.REQUEST: _MATCH | {F.NOTE},
    Stage.AGREED: _MATCH | _AGREED | {F.FORMATS},
    Stage.SCHEDULED: _MATCH | _AGREED | _TALK | {F.FORMATS},
    Stage.SHARED: _MATCH | _AGREED | _TALK | {F.FORMATS, F.CONTACT, F.BOOKING},
    Stage.FROZEN: frozenset({F.GIVEN_NAME}),
}
"""What the student sees of the alum. A booking link that the alum sends before both share goes over as their note."""

OF_THE_STUDENT: Mapping[Stage, frozenset[Field]] = {
    Stage.MATCH: frozenset(),
    Stage.REQUEST: _REQUEST,
    Stage.AGREED: _REQUEST | _AGREED,
    Stage.SCHEDULED: _REQUEST | _AGREED | _TALK,
    Stage.SHARED: _REQUEST | _AGREED | _TALK | {F.CONTACT},
    Stage.FROZEN: frozenset({F.GIVEN_NAME}),
}
"""What the alum sees of the student."""

OF_BOTH_TO_THE_DESK = frozenset({F.GIVEN_NAME, F.INITIAL})
"""What coordinators see of either in the card of a flagged intro: whom it is about, and no text of theirs."""

REASONS_TO_READ = ("safety", "what_happened", "asked_to", "law")
"""Why a coordinator may open what two people wrote, after one of them flagged it; each time it leaves a trace."""


def texts_open_to_desk(intro: Intro) -> bool:
    """Whether coordinators may read the texts of an intro: only while it is stopped because somebody flagged it."""
    return intro.state is State.FROZEN


@dataclass(frozen=True)
class Disclosed:
    """What one reader may know of one person now. A field that is not let through reads as empty."""

    fields: Mapping[Field, str] = field(default_factory=dict)

    def __getitem__(self, name: Field) -> str:
        return self.fields.get(name, "")

    @property
    def first_name(self) -> str:
        return self[F.GIVEN_NAME]

    @property
    def short_name(self) -> str:
        initial = self[F.INITIAL]
        return f"{self[F.GIVEN_NAME]} {initial}." if initial else self[F.GIVEN_NAME]


def stage_of(intro: Intro) -> Stage:
    """How far an intro has come, for disclosure."""
    if intro.state is State.FROZEN:
        return Stage.FROZEN
    if intro.both_share:
        return Stage.SHARED
    if intro.starts_at is not None:
        return Stage.SCHEDULED
    if intro.accepted_at is not None:
        return Stage.AGREED
    return Stage.REQUEST


def disclose(person: Person, role: Who, stage: Stage, *, letters: Mapping[Field, str] | None = None) -> Disclosed:
    """What the other of the two may see of `person`, who is `role` in it. `letters` are texts: note, place, contact."""
    allowed = (OF_THE_ALUM if role is Who.ALUM else OF_THE_STUDENT)[stage]
    known = {**_own_facts(person, role), **(letters or {})}
    return Disclosed({name: value for name, value in known.items() if name in allowed and value})


def disclose_to_desk(person: Person) -> Disclosed:
    """What a coordinator's card shows of either."""
    known = _own_facts(person, Who.STUDENT)
    return Disclosed({name: value for name, value in known.items() if name in OF_BOTH_TO_THE_DESK and value})


def _own_facts(person: Person, role: Who) -> dict[Field, str]:
    facts = {F.GIVEN_NAME: person.given_name, F.INITIAL: person.family_name[:1], F.ZONE: person.zone}
    if role is Who.ALUM and person.alum is not None:
        alum = person.alum
        facts |= {
            F.TITLE: alum.title,
            F.EMPLOYER: alum.employer,
            F.DEGREE: alum.degree,
            F.GRAD_YEAR: str(alum.grad_year or ""),
            F.BOOKING: alum.booking_link,
            F.FORMATS: " ".join(alum.formats),
        }
        facts = {name: value for name, value in facts.items() if name not in alum.hides}
    if role is Who.STUDENT and person.student is not None:
        facts |= {F.DEGREE: person.student.degree, F.STUDY_YEAR: person.student.year}
    return facts
