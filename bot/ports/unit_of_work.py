"""One transaction over everything, and one look at it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from bot.ports.asks import Asks, AsksReading
from bot.ports.gestures import Gestures
from bot.ports.history import History
from bot.ports.intros import Intros, IntrosReading
from bot.ports.letters import Letters, LettersReading
from bot.ports.outbox import Outbox
from bot.ports.people import People, PeopleReading
from bot.ports.places import Places
from bot.ports.roster import Codes, Roster
from bot.ports.steps import Steps
from bot.ports.upkeep import Audit, Retention


class Reading(Protocol):
    """A consistent look, that never waits for a writer."""

    @property
    def people(self) -> PeopleReading: ...
    @property
    def asks(self) -> AsksReading: ...
    @property
    def intros(self) -> IntrosReading: ...
    @property
    def letters(self) -> LettersReading: ...
    @property
    def places(self) -> Places: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def history(self) -> History: ...


class UnitOfWork(Protocol):
    """One transaction over everything."""

    @property
    def people(self) -> People: ...
    @property
    def asks(self) -> Asks: ...
    @property
    def intros(self) -> Intros: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def gestures(self) -> Gestures: ...
    @property
    def places(self) -> Places: ...
    @property
    def roster(self) -> Roster: ...
    @property
    def codes(self) -> Codes: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def retention(self) -> Retention: ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undone, and nothing else, when an exception leaves it."""

    def commit(self) -> None: ...
