"""What is forgotten by itself, and what is written down about those who run this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId


class Retention(Protocol):
    """What is forgotten by itself, a retention class at a time; each tells how many rows went."""

    def forget_notes(self, ended_before: datetime) -> int:
        """Texts of intros that ended before then, and of asks with no intro that is younger. What was written since, by
        two who keep in touch, stays as long again."""

    def forget_drafts(self, before: datetime) -> int: ...

    def forget_gestures(self, before: datetime) -> int: ...

    def forget_lines(self, before: datetime) -> int:
        """Lines that ended, with their copies, by when they were last tried or due."""

    def forget_invited(self, before: datetime, *, without_notice_before: datetime, now: datetime) -> int:
        """Alumni invited and never joined, by when they came in, unless their code still works: whole people; of those
        who have an account, only what makes them an alum."""


@dataclass(frozen=True)
class Entry:
    """Who did what to what, by random keys and closed words; `person` as long as the key still leads to one."""

    at: datetime
    who: str
    act: str
    target: str = ""
    person: PersonId | None = None


class AuditReading(Protocol):
    def newest(self, most: int, after: int = 0) -> Sequence[Entry]:
        """So many, the newest first, leaving out the newest `after`."""

    def newest_about(self, target: str, act: str) -> Entry | None: ...

    def has_done(self, who: str, act: str) -> bool: ...


class Audit(AuditReading, Protocol):
    def add(self, at: datetime, who: str, act: str, target: str = "") -> None: ...
