"""The lines to be sent, each claimed, tried and settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.messages import Copy, Message, MessageId, Status
from bot.domain.people import PersonId, Platform


@dataclass(frozen=True)
class Claimed:
    """A due line, claimed: `status` is already SENDING for this worker and attempt."""

    message: Message
    attempt: int


@dataclass(frozen=True)
class Arrival:
    """A try that arrived: of which line, where, and the copy that its reader has, if that is to be kept."""

    line: MessageId
    attempt: int
    platform: Platform
    copy: Copy | None = None


class OutboxReading(Protocol):
    """How the outbox looks."""

    def in_flight(self) -> int: ...

    def oldest_due(self, now: datetime, wall: datetime) -> datetime | None:
        """When the oldest line was due that waits although its time has come and nothing holds it back."""

    def held_back(self, wall: datetime) -> int:
        """How many lines must not be tried before a time that is yet to come."""


class Outbox(OutboxReading, Protocol):
    def add(self, *lines: Message) -> None:
        """New lines; one whose newest wins voids those before it that still wait."""

    def claim(self, now: datetime, wall: datetime, worker: str, lease_seconds: int, most: int) -> Sequence[Claimed]:
        """The oldest due lines, marked `sending` with a lease that ends by the wall clock; also lines whose lease ran
        out (these come back with `repeat` set). At most one line per recipient at a time, in order. SKIP LOCKED."""

    def settle(
        self, line: MessageId, worker: str, attempt: int, status: Status, *, due: datetime | None = None,
        hold_until: datetime | None = None, repeat: bool = False, failed: bool = False, reason: str = "",
    ) -> bool:  # fmt: skip
        """How a try ended; `failed` is counted. Only with WAITING: `due`, the campus's time at which it shall be sent
        instead, and `hold_until`, the wall's before which it (and whatever its recipient has after it) must not be
        tried.
        False when the fence says somebody else has it."""

    def settle_arrivals(self, worker: str, arrivals: Sequence[Arrival]) -> frozenset[MessageId]:
        """Many tries that arrived, at once; those of them that the fence says were this worker's."""

    def keep(self, line: MessageId, worker: str, attempt: int, until: datetime) -> bool:
        """A claim that takes longer ends then, by the wall; False when the fence says somebody else has it."""

    def end_leases(self, wall: datetime, workers: str = "") -> None:
        """Every claim (of workers whose names begin so) ends now, for who knows that none of them lives: its line comes
        back as if its lease had run out."""

    def next_due(self) -> datetime | None: ...

    def count(self, *statuses: Status) -> int:
        """How many lines stand so."""

    def last_status(self, person: PersonId) -> Status | None:
        """How the newest line to this person ended that was sent or could not be; None before the first."""

    def void_for(self, person: PersonId) -> None:
        """Everything still waiting for this person, who is erased: it is void, and says why."""

    def arrived(self, line: MessageId) -> frozenset[str]:
        """The ids of the copies that this line's recipient has of other lines: none of these can be this one."""

    def by_token(self, token: str) -> Message | None:
        """A line by the token that left the house with it."""

    def try_again(self, person: PersonId, now: datetime) -> None:
        """Whatever of news and notes could not reach this person is due once more."""

    def undeliverable(self) -> Sequence[Message]: ...
