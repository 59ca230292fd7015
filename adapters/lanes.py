"""Who may be written to just now: one message at a time to a destination, and none before a platform will have it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

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
        if not self._until:
            return 0.0
        now = self._monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        return max(self._until.get(key, now) for key in (str(address.platform), address.destination)) - now

    def __len__(self) -> int:
        now = self._monotonic()
        return sum(until > now for until in self._until.values())


class Lanes:
    """One at a time for each destination, first come, first served."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}

    def one(self, destination: str) -> _Lane:
        """Its lane, to be entered with `async with`."""
        lane = self._lanes.get(destination)
        if lane is None:
            lane = self._lanes[destination] = _Lane(self._lanes, destination)
        return lane


class _Lane:
    """Those who are sent to one destination, or wait for that. It goes with the last of them."""

    def __init__(self, lanes: dict[str, _Lane], destination: str) -> None:
        self._lanes, self._destination = lanes, destination
        self._lock = asyncio.Lock()
        self._users = 0

    async def __aenter__(self) -> None:
        self._users += 1
        try:
            await self._lock.acquire()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *error: object) -> None:
        self._lock.release()
        self._leave()

    def _leave(self) -> None:
        self._users -= 1
        if not self._users:
            del self._lanes[self._destination]
