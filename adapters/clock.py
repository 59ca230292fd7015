"""The two clocks, and the heartbeat.

`Clock.now()` is the campus's time: due times, quiet hours, expiry. In a sandbox it follows the sandbox's clock, which
can be moved; `wall()` never can, and leases and Retry-After go by it.

The heartbeat is APScheduler with a memory store, one job and UTC. With job stores of its own it loses jobs on a kill
and drops those that are late; so the truth is in our tables, and the scheduler only says when to look. It can also
die without a word (`running` stays true), so a watchdog that needs no scheduler looks after it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from adapters.logs import whereabouts

log = structlog.get_logger("grounds.clock")

SWEEP_SECONDS = 1.0
PATIENCE_SECONDS = 30.0
"""How old the last sweep may become before the scheduler is started anew."""
STOP_SECONDS = 2.0
POLL_SECONDS = 25.0
CALL_SECONDS = 5.0
AGAIN_SECONDS = 1.0


class ClockUnreachable(Exception):
    """GROUNDS_SANDBOX_CLOCK names a clock that does not answer."""


@dataclass(frozen=True)
class Moment:
    """Campus time, and the version of the clock it was read from (0 for the real one)."""

    now: datetime
    version: int = 0


class Clock:
    """Real time. Never moved."""

    follows = False
    """Whether somebody waits to hear how far we are."""

    async def start(self) -> None:
        """Nothing to wait for."""

    async def stop(self) -> None:
        """Nothing to end."""

    def on_move(self, moved: Callable[[], None]) -> None:
        """Nobody moves it."""

    def read(self) -> Moment:
        return Moment(wall())

    def now(self) -> datetime:
        """Campus time, UTC."""
        return self.read().now

    async def report(self, seen: int, next_due: datetime | None, in_flight: int) -> None:
        """Nobody asks."""


def wall() -> datetime:
    """The time that nobody can move, UTC."""
    return datetime.now(UTC)


def is_over(until: float) -> bool:
    """Whether a moment of `time.monotonic` is past. It goes on while a process is stopped."""
    return time.monotonic() > until


@dataclass(frozen=True)
class _Reading:
    now: datetime
    version: int
    running: bool
    at: float


class SandboxClock(Clock):
    """Follows a sandbox's clock at `url`: counts on by itself between two answers, or stands still."""

    follows = True

    def __init__(self, url: str, *, who: str = "", monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._who = {"who": who} if who else {}
        self._monotonic = monotonic
        self._reading = _Reading(wall(), -1, False, monotonic())
        self._moved: list[Callable[[], None]] = []
        self._http: aiohttp.ClientSession | None = None
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read it once, then follow it. Raises ClockUnreachable."""
        self._http = aiohttp.ClientSession()
        try:
            self._take(await self._get({}))
        except TROUBLE as error:
            await self._http.close()
            raise ClockUnreachable(f"GROUNDS_SANDBOX_CLOCK does not answer ({type(error).__name__}).") from None
        self._following = asyncio.create_task(self._follow(), name="sandbox-clock")

    async def stop(self) -> None:
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        if self._http is not None:
            await self._http.close()

    def on_move(self, moved: Callable[[], None]) -> None:
        """Call `moved` whenever the clock was moved, halted or let go."""
        self._moved.append(moved)

    def read(self) -> Moment:
        reading = self._reading
        on = timedelta(seconds=self._monotonic() - reading.at) if reading.running else timedelta()
        return Moment(reading.now + on, reading.version)

    async def report(self, seen: int, next_due: datetime | None, in_flight: int) -> None:
        """Tell the sandbox how far we are; it waits for this before it steps on."""
        if self._http is None or self._http.closed:
            return
        said = {"seen": seen, "next_due": next_due.isoformat() if next_due else None, "in_flight": in_flight}
        try:
            async with self._http.post(self._url, json=said | self._who, timeout=_within(CALL_SECONDS)) as answer:
                self._take(await answer.json())
        except TROUBLE as error:
            log.warning("clock.unheard", error=type(error).__name__)

    async def _follow(self) -> None:
        while True:
            try:
                self._take(await self._get({"after": str(self._reading.version), "wait": f"{POLL_SECONDS:g}"}))
            except TROUBLE as error:
                log.warning("clock.unreachable", error=type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _get(self, query: dict[str, str]) -> dict[str, Any]:
        assert self._http is not None
        async with self._http.get(
            self._url, params=query | self._who, timeout=_within(POLL_SECONDS + CALL_SECONDS)
        ) as answer:
            answer.raise_for_status()
            said: dict[str, Any] = await answer.json()
            return said

    def _take(self, said: dict[str, Any]) -> None:
        """Go by what the clock says now; an answer that was overtaken by a newer one is left."""
        version = int(said["version"])
        if version < self._reading.version:
            return
        moved = version != self._reading.version
        now = datetime.fromisoformat(said["now"]).astimezone(UTC)
        self._reading = _Reading(now, version, bool(said["running"]), self._monotonic())
        if moved:
            for tell in self._moved:
                tell()


TROUBLE = (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, TypeError)


def _within(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)


class Heartbeat:
    """Sweeps each second, whatever a sweep ends in, and comes back to life if the scheduler stops."""

    def __init__(
        self,
        sweep: Callable[[], Awaitable[None]],
        *,
        every: float = SWEEP_SECONDS,
        patience: float = PATIENCE_SECONDS,
        scheduler: Callable[[], AsyncIOScheduler] = lambda: AsyncIOScheduler(timezone=UTC),
    ) -> None:
        self._sweep = sweep
        self._every, self._patience = every, patience
        self._make = scheduler
        self._scheduler: AsyncIOScheduler | None = None
        self._watching: asyncio.Task[None] | None = None
        self._current: asyncio.Task[None] | None = None
        self._last = time.monotonic()
        self.sweeps = 0
        self.failures = 0
        self.restarts = 0

    def start(self) -> None:
        """Begin; from within the running loop."""
        self._last = time.monotonic()
        self._schedule()
        self._watching = asyncio.create_task(self._watch(), name="heartbeat-watchdog")

    async def stop(self) -> None:
        """No sweep begins any more, and the one that has begun comes to its end."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        if self._scheduler is not None:
            self._scheduler.pause()
        if self._current is not None:
            await asyncio.wait({self._current}, timeout=STOP_SECONDS)
        self._unschedule()

    def age(self) -> float:
        """Seconds since the last sweep ended, well or not."""
        return time.monotonic() - self._last

    async def beat(self) -> None:
        """One sweep, in a task of its own: the scheduler cancels its jobs when it ends, and a claim that was cancelled
        half-way would lie there until its lease runs out."""
        if self._current is None or self._current.done():
            self._current = asyncio.create_task(self._beat(), name="sweep")
        await asyncio.shield(self._current)

    async def _beat(self) -> None:
        """What a sweep throws is logged and counted, and the next one tries again."""
        try:
            await self._sweep()
            self.sweeps += 1
        except Exception as error:  # noqa: BLE001 - a sweep must never be the last one
            self.failures += 1
            log.error("heartbeat.sweep_failed", error=type(error).__name__, where=whereabouts(error))
        finally:
            self._last = time.monotonic()

    def _schedule(self) -> None:
        self._scheduler = self._make()
        self._scheduler.add_job(
            self.beat,
            "interval",
            seconds=self._every,
            id="sweep",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=wall(),
        )
        self._scheduler.start()

    def _unschedule(self) -> None:
        if self._scheduler is not None and self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._scheduler = None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(min(self._every, self._patience / 3))
            if self.age() > self._patience:
                log.error("heartbeat.stopped", seconds=round(self.age(), 1))
                self.restarts += 1
                self._last = time.monotonic()
                self._unschedule()
                self._schedule()
