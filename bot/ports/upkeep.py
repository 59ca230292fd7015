"""What is forgotten by itself, and what is written down about those who run this."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


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


class Audit(Protocol):
    def add(self, at: datetime, who: str, act: str, target: str = "") -> None: ...
