"""The core as the adapters see it: a few awaitable calls, and no storage.

The core is synchronous and runs on threads (`adapters/threads.py` keeps these promises): an adapter is async and awaits
them. Everybody but `main.py` and `cli.py` is handed a `Core`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol, TypeAlias

from bot.conversation.gestures import Gesture
from bot.domain.messages import (
    Address,
    Copy,
    Delivered,
    HeldBack,
    Kind,
    MessageId,
    Outcome,
    Unclear,
    Undeliverable,
)
from bot.domain.people import Platform, Space
from bot.views.elements import Shown, View

__all__ = [
    "CannotTell",
    "Copy",
    "Core",
    "Delivered",
    "Found",
    "HeldBack",
    "Messenger",
    "NotThere",
    "Outcome",
    "Outgoing",
    "Unclear",
    "Undeliverable",
]


@dataclass(frozen=True)
class Outgoing:
    """A claimed line, drawn: send `view` to `address`. `token` is the same for each try of one line (22 characters);
    `worker` and `attempt` are the fence: a settlement with an older one changes nothing.

    `known` are the ids of what the recipient has from us already, for a line that is looked for. After `until`
    (seconds, of `time.monotonic`) nothing may be posted any more, because another worker may have taken the line over
    while we were stopped (`last_moment.py`)."""

    id: MessageId
    kind: Kind
    address: Address
    view: View
    token: str
    attempt: int
    worker: str
    known: frozenset[str] = frozenset()
    until: float = inf


@dataclass(frozen=True)
class NotThere:
    """Looked for, and certainly never arrived."""


@dataclass(frozen=True)
class CannotTell:
    """Looking for it tells nothing: no right to look, or nothing by which to know it."""

    reason: str


Found: TypeAlias = Delivered | NotThere | CannotTell | HeldBack
"""What looking for an earlier try of a line found."""


class Messenger(Protocol):
    """One platform's way out. It sends and reports; waiting, repeating and choosing handles is delivery's business."""

    platform: Platform

    async def send(self, line: Outgoing) -> Outcome:
        """Deliver one line; never raises for what a platform may answer."""

    async def look_for(self, line: Outgoing) -> Found:
        """Whether an earlier try of this line arrived; never raises for what a platform may answer."""

    async def take_back(self, copy: Copy) -> bool:
        """Delete a delivered copy; whether it is gone now."""


class Core(Protocol):
    """What happens and what is said."""

    async def answer(self, gesture: Gesture) -> Shown:
        """One gesture, one transaction; every refusal is a View already. Raises only for a broken database."""

    async def promised(self, gesture: Gesture) -> View:
        """What a `Later` promised to `gesture`, drawn whole; never raises. It may take a minute, and nobody else waits
        for it meanwhile."""

    async def space(self, platform: Platform, realm: str, app: str) -> Space | None:
        """The admitted Space, or None: then nothing from there is read any further."""

    async def spaces(self, platform: Platform) -> tuple[Space, ...]:
        """Every admitted Space of a platform."""

    def opens_form(self, verb: str) -> bool:
        """Whether pressing this verb opens a form at once (must be answered within the platform's 3 s, never
        deferred)."""

    async def gate(self, language: str) -> View:
        """What somebody from a Space that was never admitted, or an outsider, is told. Writes nothing."""

    async def sorry(self, language: str) -> View:
        """What is said when something of ours broke: it is known, and nothing was lost."""
