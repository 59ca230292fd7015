"""What happened: dated facts, kept for ever, with nobody's name in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.asks import AskId
from bot.domain.intro import IntroId
from bot.domain.steps import Moment, Row, Step

__all__ = ["Step", "Steps"]


class Steps(Protocol):
    def add(self, step: Step) -> None: ...

    def count(self, what: str, who: str, since: datetime) -> int:
        """How often that has happened to this one since then."""

    def of_intro(self, intro: IntroId) -> Sequence[Step]: ...

    def of_ask(self, ask: AskId) -> Sequence[Step]: ...

    def rows(self, what: frozenset[str], since: datetime | None, until: datetime) -> Iterator[Row]:
        """Those named, from `since` (None: from the beginning) to before `until`, in order."""
        ...

    def moments(self, what: frozenset[str], since: datetime | None, until: datetime) -> Iterator[Moment]:
        """The same, narrow: of intros, when what happened to them."""
        ...
