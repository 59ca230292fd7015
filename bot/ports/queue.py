"""What needs a coordinator, each row once, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.asks import AskId
from bot.domain.intro import IntroId
from bot.domain.people import PersonId
from bot.domain.queue import Finding, Need


@dataclass(frozen=True)
class QueueRow:
    """A finding with a token of its own. `settled_by` is the random key of whoever was first, empty where it passed by
    itself."""

    id: int
    token: str
    need: Need
    since: datetime
    intro: IntroId | None = None
    person: PersonId | None = None
    ask: AskId | None = None
    roster: int | None = None
    settled_at: datetime | None = None
    settled_by: str = ""


@dataclass(frozen=True)
class Held:
    """What an alum gave: the talks that were first said to have taken place in some time, and their minutes."""

    alum: PersonId
    intros: tuple[IntroId, ...]
    minutes: int


class QueueReading(Protocol):
    def by_token(self, token: str) -> QueueRow | None: ...

    def open(self, now: datetime) -> Sequence[QueueRow]:
        """What was neither settled nor put off, the most urgent first, then what has stood longest."""


class Queue(QueueReading, Protocol):
    def unreached(self) -> Sequence[tuple[PersonId, IntroId | None, datetime]]:
        """Whom a message could not reach, with the intro it was about and when it was due; nobody who got one since."""

    def no_shows(self, since: datetime, least: int) -> Sequence[tuple[PersonId, IntroId, datetime]]:
        """Who is said to have missed at least so many talks since then: with the last of them."""

    def asked_for_help(self, whats: Iterable[str], since: datetime) -> Sequence[tuple[str, AskId, datetime]]:
        """The newest step of these for each ask whose student has asked nobody since: what, for which ask, when."""

    def keep(self, found: Iterable[Finding], now: datetime) -> None:
        """These are all that there are now: new ones get a row, and open rows of others have passed."""

    def settle(self, row: int, who: str, how: str, at: datetime) -> bool:
        """Done with, by this one. False where somebody was faster."""

    def snooze(self, row: int, until: datetime) -> None: ...

    def held(self, since: datetime, until: datetime) -> Sequence[Held]:
        """For each alum the talks of that time."""

    def fields_wanted(self, whats: Iterable[str], since: datetime) -> frozenset[str]:
        """The fields that stand on the steps of these."""

    def thanks_to_quote(self, since: datetime, until: datetime, intros: Sequence[IntroId] = ()) -> int | None:
        """The newest thanks of that time (of these intros, if told) whose writer said that they may be quoted."""
