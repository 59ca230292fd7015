"""The campus's own words, and the lists that coordinators hand over in the chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain.people import PersonId


@dataclass(frozen=True)
class Version:
    """One version of a sentence. Seen before it goes live; ended when somebody took it back."""

    id: int
    token: str
    key: str
    language: str
    text: str
    at: datetime
    live_at: datetime | None = None
    ended_at: datetime | None = None


class WordingReading(Protocol):
    def live(self) -> Mapping[tuple[str, str], str]:
        """(language, key) → what is said instead of the catalogue's sentence."""

    def by_token(self, token: str) -> Version | None: ...

    def live_versions(self) -> Sequence[Version]:
        """The one that counts of each sentence, the newest first."""


class Wording(WordingReading, Protocol):
    def propose(self, key: str, language: str, text: str, who: str, at: datetime) -> Version: ...

    def go_live(self, version: int, at: datetime) -> None: ...

    def end(self, version: int, at: datetime) -> None:
        """Take it back: what was live before it is live again, else the catalogue's own."""


@dataclass(frozen=True)
class RosterImport:
    """A list on its way in. `stage`: `looking`, `looked` (nothing has been changed), `bringing`, `done`, `left`."""

    id: int
    token: str
    at: datetime
    by: PersonId
    source: str
    notice: date | None
    letter: int | None
    lines: int
    done_lines: int = 0
    stage: str = "looking"
    imported: int = 0
    changed: int = 0
    unchanged: int = 0
    objected: int = 0
    bad_rows: int = 0
    errors: tuple[Mapping[str, Any], ...] = ()
    """Of the first that were wrong: line, key of a phrase under `[roster]`, its params."""
    notes: tuple[Mapping[str, Any], ...] = ()


class ImportsReading(Protocol):
    def get(self, roster: int) -> RosterImport:
        """Raises LookupError."""

    def by_token(self, token: str) -> RosterImport | None: ...

    def without_letter(self, now: datetime) -> int:
        """How many are invited, haven't joined and have no code that works."""


class Imports(ImportsReading, Protocol):
    def add(
        self, by: PersonId, source: str, notice: date | None, letter: int, lines: int, at: datetime
    ) -> RosterImport: ...

    def save(self, roster: RosterImport) -> None: ...

    def with_errors(self, since: datetime) -> Sequence[RosterImport]:
        """Those brought in since then of which rows were left out."""
