"""Looking back at what was sent: for reports on the outbox itself, and for whoever checks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.intro import IntroId
from bot.domain.messages import Kind, Status
from bot.domain.people import PersonId
from bot.ports.steps import Step


@dataclass(frozen=True)
class PastLine:
    """A line of the outbox as it stands: what it was, to whom, and how it ended or why it still waits."""

    token: str
    kind: Kind
    view: str
    to: PersonId | None
    desk: bool
    intro: IntroId | None
    due: datetime
    status: Status
    reason: str
    attempt: int
    repeat: bool
    tried_at: datetime | None


class History(Protocol):
    def lines(self) -> Sequence[PastLine]:
        """Every line that is still kept, in the order in which they were added."""

    def steps(self) -> Sequence[Step]:
        """Every step, in the order in which they happened."""
