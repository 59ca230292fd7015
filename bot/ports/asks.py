"""What students hope to learn, and who was offered to them for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.asks import Ask, AskId
from bot.domain.people import PersonId


@dataclass(frozen=True)
class Shown:
    """An alum offered to a student for an ask; `token` points at the offer, for that student alone."""

    ask: AskId
    alum: PersonId
    token: str
    at: datetime
    by_desk: bool = False
    """A coordinator suggested it."""


class AsksReading(Protocol):
    def get(self, ask: AskId) -> Ask: ...

    def by_token(self, token: str) -> Ask | None: ...

    def newest_of(self, student: PersonId) -> Ask | None: ...

    def shown_for(self, ask: AskId) -> Sequence[Shown]: ...

    def shown_by_token(self, token: str) -> Shown | None: ...

    def waiting(self, since: datetime) -> Sequence[Ask]:
        """Those made since then whose students want to hear when somebody joins who fits; the longest waiting first."""

    def shown_since(self, student: PersonId, since: datetime) -> frozenset[PersonId]: ...


class Asks(AsksReading, Protocol):
    def add(
        self, student: PersonId, wonder: str, question: str, about: str, now: datetime, *, advised: bool, unsure: bool
    ) -> Ask: ...

    def save(self, ask: Ask) -> None: ...

    def show(self, ask: AskId, alumni: Sequence[PersonId], now: datetime, *, by_desk: bool = False) -> Sequence[Shown]:
        """Remember who was offered (those offered before keep their token)."""
