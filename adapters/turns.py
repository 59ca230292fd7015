"""Turns: what only one of several processes on a database does at a time, and what each has to know of the others.

A turn is a lease row that its holder renews each second. Whoever stands by asks for it each second too, so a process
that was killed or stopped is relieved within the lease and a second. Who was stopped and wakes up takes what it held
for lost before it asks again; what it did in between is fenced elsewhere (a line by its attempt, a gesture by its key).

On SQLite there is one process, which holds everything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from adapters.logs import whereabouts

log = structlog.get_logger("grounds.turns")

TURN_SECONDS = 10.0
EACH_SECONDS = 1.0
GIVE_UP_SECONDS = 2.0
GATEWAY, CALENDAR = "gateway/discord", "calendar"


@dataclass(frozen=True)
class Kept:
    """Which turns are ours now; how many processes live; which platforms another was told to leave alone, for how many
    seconds."""

    held: frozenset[str] = frozenset()
    processes: int = 1
    holds: Mapping[str, float] = field(default_factory=dict)


class Rows(Protocol):
    """The core's side; each call is one transaction, committed when it returns."""

    async def keep_turns(self, names: Sequence[str], seconds: float) -> Kept: ...

    async def give_up_turns(self, names: Sequence[str]) -> None: ...


@dataclass(frozen=True)
class _Turn:
    gained: Callable[[], Awaitable[None]]
    lost: Callable[[], Awaitable[None]]


class Turns:
    """Takes turns, until stopped. `on_kept` hears each second of what is known."""

    def __init__(
        self,
        rows: Rows,
        *,
        seconds: float = TURN_SECONDS,
        each: float = EACH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rows, self._seconds, self._each, self._monotonic = rows, seconds, each, monotonic
        self._turns: dict[str, _Turn] = {}
        self._running: asyncio.Task[None] | None = None
        self._kept_at = monotonic()
        self.held: frozenset[str] = frozenset()
        self.on_kept: Callable[[Kept], None] = lambda _: None

    def on(self, name: str, gained: Callable[[], Awaitable[None]], lost: Callable[[], Awaitable[None]]) -> None:
        """What to do when a turn begins and when it is over."""
        self._turns[name] = _Turn(gained, lost)

    def start(self) -> None:
        """Begin; from within the running loop."""
        self._running = asyncio.create_task(self._run(), name="turns")

    async def freeze(self) -> None:
        """Take no more turns; those that are held stay so for the rest of their lease, or until `give_up`."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def give_up(self) -> None:
        """Let others have them at once."""
        await self.freeze()
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                await self._rows.give_up_turns(tuple(self._turns))
        except Exception as error:  # noqa: BLE001 - their leases end by themselves
            log.warning("turns.not_given_up", error=type(error).__name__)

    async def _run(self) -> None:
        while True:
            await self.beat()
            await asyncio.sleep(self._each)

    async def beat(self) -> None:
        """Renew what is held and ask for the rest, once."""
        begun = self._monotonic()
        if self.held and begun - self._kept_at > self._seconds:
            log.warning("turns.lost", seconds=round(begun - self._kept_at, 1))
            await self._change(frozenset())
        try:
            async with asyncio.timeout(self._seconds):
                kept = await self._rows.keep_turns(tuple(self._turns), self._seconds)
        except Exception as error:  # noqa: BLE001 - a database that is away: asked again in a second
            log.error("turns.not_kept", error=type(error).__name__, where=whereabouts(error))
            return
        self._kept_at = begun
        await self._change(kept.held)
        self.on_kept(kept)

    async def _change(self, held: frozenset[str]) -> None:
        for name in sorted(self.held ^ held):
            log.info("turns.gained" if name in held else "turns.over", name=name)
            turn = self._turns[name]
            await (turn.gained() if name in held else turn.lost())
        self.held = held
