"""Everybody we know: their accounts, profiles, consents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.people import AlumProfile, Consent, ConsentTo, Handle, Person, PersonId, StudentProfile, Terms


class PeopleReading(Protocol):
    def get(self, person: PersonId) -> Person:
        """Raises LookupError."""

    def expect(self, people: Iterable[PersonId]) -> None:
        """These are about to be asked for one by one: read them at once."""

    def expect_accounts(self, handles: Iterable[Handle]) -> None:
        """These are about to be asked for one by one: read whose they are at once."""

    def by_handle(self, handle: Handle) -> Person | None: ...

    def by_desk_token(self, token: str) -> Person | None:
        """An alum or a student, from the coordinators' side."""

    def by_who(self, who: str) -> Person | None:
        """By the random key that stands for them on Steps."""

    def search(self, words: str, *, alumni: bool, most: int) -> tuple[Sequence[Person], int]:
        """Alumni (by name, work and where) or students (by name) in whom each word is found, and how many in all."""

    def alumni(self, *, standing: str | None = None) -> Sequence[Person]:
        """Every alum (of one standing), in a stable order."""

    def on_offer(self) -> Mapping[PersonId, Terms]:
        """Every approved alum, and on which terms they may be asked: quick, since each ask begins with it."""

    def consent(self, person: PersonId, to: ConsentTo) -> Consent | None:
        """The newest of its kind, whether given or withdrawn."""

    def avoided_by(self, person: PersonId) -> frozenset[PersonId]:
        """Whom never to match this person with, whichever of the two said so."""

    def count_alumni(self, standing: str) -> int: ...

    def is_welcomed(self, handle: Handle) -> bool:
        """Whether its owner has been to the bot's own place (its page, its DM) before."""

    def pages_of(self, person: PersonId) -> Sequence[Handle]:
        """Their welcomed accounts on platforms that have a page to keep up to date."""


class People(PeopleReading, Protocol):
    def lock(self, people: Iterable[PersonId]) -> None:
        """The first statement of a gesture: holds everybody it will touch, at once and in id order."""

    def add(self, handle: Handle | None, given_name: str, family_name: str, zone: str, language: str) -> Person:
        """A new person (with a fresh `who`)."""

    def link(self, person: PersonId, handle: Handle, *, preferred: bool = False) -> None:
        """One more account of this person. Raises Conflict when it is somebody's already."""

    def prefer(self, person: PersonId, handle: Handle) -> None:
        """Write to them there first from now on."""

    def set_closed(self, handle: Handle, closed: bool) -> None:
        """Whether this account refuses direct messages."""

    def is_closed(self, handle: Handle) -> bool: ...

    def thread(self, handle: Handle) -> str:
        """The private thread in which we knock when this account takes no direct messages; empty before the first."""

    def set_thread(self, handle: Handle, thread: str) -> None: ...

    def welcome(self, handle: Handle, at: datetime) -> None:
        """Its owner has come to the bot's own place for the first time."""

    def save(self, person: Person) -> None:
        """Names, zone, language, good hours."""

    def save_alum(self, person: PersonId, alum: AlumProfile) -> None: ...

    def drop_alum(self, person: PersonId) -> None:
        """No alum any more, and else as before."""

    def save_student(self, person: PersonId, student: StudentProfile) -> None: ...

    def record(self, person: PersonId, consent: Consent) -> None: ...

    def avoid(self, person: PersonId, whom: PersonId, at: datetime) -> None: ...

    def erase(self, person: PersonId) -> None:
        """Names, handles, profile, consents, letters and the row that ties the steps to this person: gone. What is
        left is a key without a name."""
