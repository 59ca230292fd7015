"""What happened: dated facts, kept for ever, with nobody's name in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.asks import AskId
from bot.domain.intro import IntroId


@dataclass(frozen=True)
class Step:
    """A dated fact, kept for ever, with nobody's name in it. `who` and `whom` are random keys."""

    what: str
    at: datetime
    who: str = ""
    whom: str = ""
    intro: int | None = None
    ask: int | None = None
    detail: str = ""
    platform: str = ""
    field: str = ""


class Steps(Protocol):
    def add(self, step: Step) -> None: ...

    def of_intro(self, intro: IntroId) -> Sequence[Step]: ...

    def of_ask(self, ask: AskId) -> Sequence[Step]: ...
