"""What happened: dated facts, kept for ever, with nobody's name in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.asks import AskId
from bot.domain.intro import IntroId
from bot.domain.steps import Columns, Step

__all__ = ["Step", "Steps"]


class Steps(Protocol):
    def add(self, *steps: Step) -> None: ...

    def count(self, what: str, who: str, since: datetime) -> int:
        """How often that has happened to this one since then."""

    def of_intro(self, intro: IntroId) -> Sequence[Step]: ...

    def of_ask(self, ask: AskId) -> Sequence[Step]: ...

    def columns(
        self, facts: Sequence[str], what: frozenset[str], since: datetime | None, until: datetime
    ) -> Iterator[Columns]:
        """These facts of all Steps so named, from `since` (None: from the beginning) to before `until`: some weeks of
        them at a time, in the order in which they happened."""
        ...
