"""Who may be written to just now: one message at a time to a destination, and none before a platform will have it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from adapters.core import HeldBack
from bot.domain.messages import Address
from bot.domain.people import Platform


class Holds:
    """Who said 429, and until when, by a clock that can't be moved."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until: dict[str, float] = {}

    def hold(self, address: Address, answer: HeldBack) -> None:
        """Hold back a destination, or its whole platform."""
        self._hold(str(address.platform) if answer.whole_platform else address.destination, answer.seconds)

    def hold_platform(self, platform: Platform, seconds: float) -> None:
        """Another process was told that this platform wants to be left alone."""
        self._hold(str(platform), seconds)

    def _hold(self, key: str, seconds: float) -> None:
        self._until[key] = max(self._until.get(key, 0.0), self._monotonic() + seconds)

    def left(self, address: Address) -> float:
        """Seconds until something may be sent there again."""
        now = self._monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        return max(self._until.get(key, now) for key in (str(address.platform), address.destination)) - now

    def __len__(self) -> int:
        now = self._monotonic()
        return sum(until > now for until in self._until.values())


class Lanes:
    """One at a time for each destination, first come, first served."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def one(self, destination: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(destination, asyncio.Lock())
        self._users[destination] = self._users.get(destination, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[destination] -= 1
            if not self._users[destination]:
                del self._users[destination], self._locks[destination]
