"""What files are made of: many rows at a time, plain, in a stable order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.intro import State, Who
from bot.domain.people import PersonId
from bot.ports.upkeep import Entry


@dataclass(frozen=True, slots=True)
class IntroRow:
    """One intro, with as much of its two people as a coordinator's list shows."""

    id: int
    desk_token: str
    student: PersonId
    alum: PersonId
    state: State
    requested_at: datetime
    accepted_at: datetime | None
    starts_at: datetime | None
    ended_at: datetime | None
    minutes: int
    rank: int
    in_writing: bool
    met_by_student: bool
    met_by_alum: bool
    missed_by: Who | None
    reason: str


@dataclass(frozen=True, slots=True)
class NameRow:
    """Somebody's name, and what a student said they study."""

    person: PersonId
    given_name: str
    family_name: str
    degree: str
    year: str


@dataclass(frozen=True, slots=True)
class OfficeKey:
    """By what the office knows an alum: its own key, and the e-mail it gave."""

    alum_id: str
    email: str


@dataclass(frozen=True, slots=True)
class CountedStudent:
    """A student who agreed to be counted, by what the office knows them, and by their key on Steps."""

    who: str
    known_as: str


class Exports(Protocol):
    def intros(self, since: datetime, until: datetime) -> Iterator[IntroRow]:
        """Those requested from `since` to before `until`, in that order."""
        ...

    def asked_about(self, since: datetime, until: datetime) -> Mapping[int, tuple[str, str]]:
        """An intro → the student's college and the alum's field, on the day of asking."""
        ...

    def first(self, what: str, since: datetime) -> Mapping[int, datetime]:
        """An intro → when that happened to it first, from `since` on."""
        ...

    def names(self) -> Iterator[NameRow]:
        """Of everybody who is known."""
        ...

    def office_keys(self) -> Mapping[PersonId, OfficeKey]:
        """Of everybody on a list of the office's."""
        ...

    def talks_of_alumni(self) -> Mapping[PersonId, tuple[int, int, int]]:
        """How often each was asked, how many talks were held by what either said, and the minutes of these."""
        ...

    def audit(self, since: datetime, until: datetime) -> Iterator[Entry]:
        """In the order in which it was done."""
        ...

    def keys_of_alumni(self) -> Mapping[str, PersonId]:
        """An alum's key on Steps → the alum, of those who are still known."""
        ...

    def counted_students(self, version: int) -> Iterator[CountedStudent]:
        """Those whose newest word about being counted is a yes to this wording, and who said by what they are known."""
        ...
