"""People: who is known, by which handles, what they agreed to, and what an alum offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", int)
"""A table key. It never leaves the house; a Step knows people by a random key instead."""


class Platform(StrEnum):
    SLACK = "slack"
    DISCORD = "discord"

    @property
    def has_home(self) -> bool:
        """Whether a bot has a page of its own there, which it can keep up to date (Slack's App Home)."""
        return self is Platform.SLACK

    @property
    def tells_zone(self) -> bool:
        """Whether somebody's profile there says where their clock is, and follows them (Slack)."""
        return self is Platform.SLACK

    @property
    def has_threads(self) -> bool:
        """Whether somebody who takes no direct messages can be asked to come, in a private thread (Discord)."""
        return self is Platform.DISCORD

    @property
    def answers_with_files(self) -> bool:
        """Whether an answer that one person alone sees can hold a file (Discord); Slack shows a file to one person only
        in a direct message."""
        return self is Platform.DISCORD


class Right(StrEnum):
    """What the platform says a handle may do here: a Slack user group, a Discord role. Linking passes none on."""

    STUDENT = "student"
    COORDINATOR = "coordinator"
    EXPORT = "export"
    SETTINGS = "settings"
    AUDIT = "audit"


OF_THEIR_OWN = (Right.EXPORT, Right.SETTINGS, Right.AUDIT)
"""Rights that coordinators have, unless the operator named other roles for them."""
AT_THE_DESK = frozenset({Right.COORDINATOR, *OF_THEIR_OWN})


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
    export_roles: frozenset[str] = frozenset()
    settings_roles: frozenset[str] = frozenset()
    audit_roles: frozenset[str] = frozenset()

    def roles_for(self, right: Right) -> frozenset[str]:
        """The roles that the operator named for a right; for one of their own, else the coordinators'."""
        match right:
            case Right.STUDENT:
                return self.student_roles
            case Right.EXPORT:
                return self.export_roles or self.coordinator_roles
            case Right.SETTINGS:
                return self.settings_roles or self.coordinator_roles
            case Right.AUDIT:
                return self.audit_roles or self.coordinator_roles
            case Right.COORDINATOR:
                return self.coordinator_roles

    @property
    def roles(self) -> frozenset[str]:
        """Every role that means something here."""
        return frozenset().union(*(self.roles_for(right) for right in Right))

    def rights_of(self, roles: Iterable[str]) -> frozenset[Right]:
        """What somebody with these roles may do here. (That the whole place are students is another matter.)"""
        has = frozenset(roles)
        return frozenset(right for right in Right if not has.isdisjoint(self.roles_for(right)))


class Standing(StrEnum):
    """Where an alum stands. Only an APPROVED alum is ever offered to anybody."""

    INVITED = "invited"
    WAITING = "waiting"
    APPROVED = "approved"
    TURNED_AWAY = "turned_away"
    LEFT = "left"


WEEKDAYS = (0, 1, 2, 3, 4)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
LONGEST_TYPED = 300
IN_PERSON = "in_person"
FORMATS = ("video", "phone", IN_PERSON, "in_writing")


@dataclass(frozen=True)
class GoodHours:
    """When somebody is glad to talk, local time. Default: weekdays at lunch and after work."""

    weekdays: tuple[int, ...] = WEEKDAYS
    spans: tuple[tuple[time, time], ...] = ((time(12), time(14)), (time(17), time(20)))


PARTS_OF_DAY: Mapping[str, tuple[time, time]] = {
    "mornings": (time(9), time(12)),
    "lunch": (time(12), time(14)),
    "afternoons": (time(14), time(17)),
    "evenings": (time(17), time(20)),
}
WEEKENDS = "weekends"


def hours_of(parts: Iterable[str]) -> GoodHours:
    """Good hours from parts of the day, and whether weekends too; the usual ones where no part is named."""
    chosen = frozenset(parts)
    spans = tuple(span for part, span in PARTS_OF_DAY.items() if part in chosen)
    return GoodHours(EVERY_DAY if WEEKENDS in chosen else WEEKDAYS, spans or GoodHours().spans)


def parts_of(hours: GoodHours) -> tuple[str, ...]:
    """The parts of the day that these good hours are made of."""
    parts = tuple(part for part, span in PARTS_OF_DAY.items() if span in hours.spans)
    return (*parts, WEEKENDS) if set(hours.weekdays) == set(EVERY_DAY) else parts


def as_typed(several: Iterable[str]) -> str:
    """Several short things as they stand in one line of a form."""
    return ", ".join(several)[:LONGEST_TYPED]


@dataclass(frozen=True)
class Pace:
    """Capacity: intros accepted in a calendar month, and at a time."""

    month: int = 2
    at_once: int = 2


@dataclass(frozen=True)
class Terms:
    """On which terms an alum may be asked: all of a profile that decides whether they are offered at all."""

    standing: Standing
    pace: Pace = Pace()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    paused_until: date | None = None
    paused_since: datetime | None = None

    def is_paused(self, today: date) -> bool:
        """Paused, with or without an end: a pause ends by itself on its last day."""
        if self.paused_since is None:
            return False
        return self.paused_until is None or today <= self.paused_until

    def is_here(self, today: date) -> bool:
        """Opted in, let in and not away."""
        return self.standing is Standing.APPROVED and not self.is_paused(today)


@dataclass(frozen=True)
class AlumProfile:
    """What an alum offers. Titles and topics are what matching reads; a room link is a place, no
    contact; a booking link goes over when both share, or when the alum sends it."""

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
    booking_link: str = ""
    hides: frozenset[str] = frozenset()
    paused_until: date | None = None
    paused_since: datetime | None = None
    joined_at: datetime | None = None
    desk_token: str = ""
    """Points at this alum from the coordinators' channel."""
    lengths: tuple[int, ...] = ()
    """Minutes that a talk may take; empty leaves it to the campus."""
    formats: tuple[str, ...] = ()
    """How they like to talk, of FORMATS; empty: any way."""
    confirmed_at: datetime | None = None
    """When they last said that all this is right; before that, when they joined."""
    asked_at: datetime | None = None
    """When they were last asked whether it still is."""
    silent: int = 0
    """How many requests in a row ran out without a word from them."""

    @property
    def terms(self) -> Terms:
        return Terms(self.standing, self.pace, self.languages, self.formats, self.paused_until, self.paused_since)

    def is_paused(self, today: date) -> bool:
        return self.terms.is_paused(today)

    def minutes(self, usual: int) -> int:
        """How long a talk with them is: as usual, or the nearest of what suits them, rather shorter."""
        if not self.lengths or usual in self.lengths:
            return usual
        shorter = [length for length in self.lengths if length < usual]
        return max(shorter) if shorter else min(self.lengths)

    def is_to_confirm(self, now: datetime, days: int) -> bool:
        """Whether it is time to ask if all this still holds: once, when it is older than so many days."""
        since = self.confirmed_at or self.joined_at
        if since is None or now - since < timedelta(days=days):
            return False
        return self.asked_at is None or self.asked_at <= since


@dataclass(frozen=True)
class Quiet:
    """How somebody wishes to be reminded: in fewer hours and on fewer days than the campus would (local time), less
    often, in one digest a day, or not at all. None leaves it to the campus. It narrows what the campus allows and never
    widens it; and it is about nudges and digests alone: answers, news, appointments and safety come all the same."""

    from_hour: int | None = None
    until_hour: int | None = None
    weekdays: tuple[int, ...] = EVERY_DAY
    a_week: int | None = None
    digest_only: bool = False
    stopped: bool = False


def how_reminded(quiet: Quiet) -> str:
    """In a word: `each`, `digest` or `none`."""
    return "none" if quiet.stopped else "digest" if quiet.digest_only else "each"


@dataclass(frozen=True)
class StudentProfile:
    """What a student told us about themself, kept for next time."""

    about: str = ""
    degree: str = ""
    year: str = ""
    desk_token: str = ""
    """Points at this student for coordinators, from the day one of them looked."""
    known_as: str = ""
    """By what the office knows them (an e-mail address, a student number), from those who agreed to be counted."""


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
    quiet: Quiet = field(default_factory=Quiet)
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
    NOTICE = "notice"
    """The privacy notice was shown, and a form beneath it was sent."""
    OF_AGE = "of_age"
    """A student's own word that they are 18 or over; the no is kept as well."""
    COUNTED = "counted"
    """A student's: the career office may know in its report on graduates that I had a talk, and when."""


CONSENT_VERSIONS: Mapping[ConsentTo, int] = {
    ConsentTo.ASK: 1,
    ConsentTo.BE_ASKED: 1,
    ConsentTo.NOTICE: 1,
    ConsentTo.OF_AGE: 1,
    ConsentTo.COUNTED: 1,
}


@dataclass(frozen=True)
class Consent:
    """A dated yes (or its withdrawal) to a version of a wording. Append-only: the newest of a kind counts."""

    to: ConsentTo
    version: int
    given: bool
    at: datetime
