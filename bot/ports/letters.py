"""Everything that somebody wrote, sealed, apart from what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.intro import IntroId
from bot.domain.people import PersonId


class LetterKind(StrEnum):
    """Free text and where it belongs. Kept in one encrypted column."""

    NOTE = "note"
    """The request's note."""
    MORE = "more"
    """A question first, its answer, and every note after: carried between the two."""
    PLACE = "place"
    CONTACT = "contact"
    """What one of the two typed to share."""
    THANKS = "thanks"
    REPLY = "reply"
    FLAG = "flag"
    REASON = "reason"
    OFFICE = "office"
    """What the career office wrote, carried to those whom it was for."""
    DRAFT = "draft"
    """What has been typed into a form so far; kept 7 days."""
    ROSTER = "roster"
    """A list of alumni that was handed over, until it is brought in; kept as long as a draft."""
    INVITATIONS = "invitations"
    """Letters that invite, as the file that a coordinator was given; kept as long as a draft."""
    EXPORT = "export"
    """A file that somebody asked for, until it has arrived; kept as long as a draft."""


MAY_BE_QUOTED = "may_be_quoted"
"""What stands in `about` of thanks whose writer ticked that the office may quote them, without a name."""


@dataclass(frozen=True)
class Letter:
    """A text somebody wrote; `intro` it belongs to, if any; `about` names the form of a draft."""

    id: int
    kind: LetterKind
    writer: PersonId
    text: str
    at: datetime
    intro: IntroId | None = None
    about: str = ""


class LettersReading(Protocol):
    def get(self, letter: int) -> Letter | None: ...

    def newest(
        self, kind: LetterKind, *, intro: IntroId | None = None, writer: PersonId | None = None, about: str = ""
    ) -> Letter | None: ...

    def of_intro(self, intro: IntroId) -> Sequence[Letter]:
        """In the order in which they were written."""


class Letters(LettersReading, Protocol):
    def add(
        self, kind: LetterKind, writer: PersonId, text: str, now: datetime, *, intro: IntroId | None = None,
        about: str = "",
    ) -> Letter: ...  # fmt: skip

    def drop(self, kind: LetterKind, *, writer: PersonId, about: str = "") -> None: ...

    def forget(self, letter: int) -> None: ...
