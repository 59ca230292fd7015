"""People: who is known, by which handles, what they agreed to, and what an alum offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", int)
"""A table key. It never leaves the house; a Step knows people by a random key instead."""


class Platform(StrEnum):
    SLACK = "slack"
    DISCORD = "discord"


class Right(StrEnum):
    """What the platform says a handle may do here: a Slack user group, a Discord role. Linking passes none on."""

    STUDENT = "student"
    COORDINATOR = "coordinator"


@dataclass(frozen=True)
class Handle:
    """One account. Realm is the Slack team; empty for Discord, where one account is one handle in every server."""

    platform: Platform
    realm: str
    user_id: str


@dataclass(frozen=True)
class Space:
    """A Slack workspace or Discord server that the operator admitted. `everyone_is_student`: the whole place is."""

    platform: Platform
    realm: str
    app: str
    name: str
    desk_channel: str
    student_roles: frozenset[str] = frozenset()
    coordinator_roles: frozenset[str] = frozenset()
    everyone_is_student: bool = False


class Standing(StrEnum):
    """Where an alum stands. Only an APPROVED alum is ever offered to anybody."""

    INVITED = "invited"
    WAITING = "waiting"
    APPROVED = "approved"
    TURNED_AWAY = "turned_away"
    LEFT = "left"


WEEKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class GoodHours:
    """When somebody is glad to talk, local time. Default: weekdays at lunch and after work."""

    weekdays: tuple[int, ...] = WEEKDAYS
    spans: tuple[tuple[time, time], ...] = ((time(12), time(14)), (time(17), time(20)))


@dataclass(frozen=True)
class Pace:
    """Capacity: intros accepted in a calendar month, and at a time."""

    month: int = 2
    at_once: int = 2


@dataclass(frozen=True)
class AlumProfile:
    """What an alum offers. Titles and topics are what matching reads; room link and phone are places, not contact."""

    standing: Standing
    title: str = ""
    employer: str = ""
    industry: str = ""
    field: str = ""
    past_titles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    degree: str = ""
    grad_year: int | None = None
    languages: tuple[str, ...] = ("en",)
    pace: Pace = Pace()
    room_link: str = ""
    hides: frozenset[str] = frozenset()
    paused_until: date | None = None
    paused_since: datetime | None = None
    joined_at: datetime | None = None
    desk_token: str = ""
    """Points at this alum from the coordinators' channel."""

    def is_paused(self, today: date) -> bool:
        """Paused, with or without an end: a pause ends by itself on its last day."""
        if self.paused_since is None:
            return False
        return self.paused_until is None or today <= self.paused_until


@dataclass(frozen=True)
class StudentProfile:
    """What a student told us about themself, kept for next time."""

    about: str = ""
    degree: str = ""
    year: str = ""


@dataclass(frozen=True)
class Person:
    """Anyone we know. `who` is the random key that stands for them on Steps until they are erased."""

    id: PersonId
    who: str
    given_name: str = ""
    family_name: str = ""
    zone: str = ""
    language: str = "en"
    alum: AlumProfile | None = None
    student: StudentProfile | None = None
    hours: GoodHours = field(default_factory=GoodHours)
    handles: tuple[Handle, ...] = ()
    """Preferred first."""

    @property
    def is_erased(self) -> bool:
        """Nothing is left but a key: nothing is sent to them, and nothing done for them any more."""
        return not self.who

    @property
    def short_name(self) -> str:
        """First name and initial: what a match shows."""
        initial = f" {self.family_name[0]}." if self.family_name else ""
        return f"{self.given_name}{initial}"


class ConsentTo(StrEnum):
    ASK = "ask"
    """A student's: my note goes to the alum I choose."""
    BE_ASKED = "be_asked"
    """An alum's opt-in: students may be shown my profile and ask me."""


CONSENT_VERSIONS: Mapping[ConsentTo, int] = {ConsentTo.ASK: 1, ConsentTo.BE_ASKED: 1}


@dataclass(frozen=True)
class Consent:
    """A dated yes (or its withdrawal) to a version of a wording. Append-only: the newest of a kind counts."""

    to: ConsentTo
    version: int
    given: bool
    at: datetime
