"""The sandbox's clock: campus time that can be moved while a real bot follows it.

How a bot follows (all on loopback, JSON):

* ``GET {url}`` → ``{"now": "2026-03-02T09:00:00+00:00", "version": 3, "running": true}``. Between two answers the bot
  counts on by itself when `running`, and stands still when not.
* ``GET {url}?after=3&wait=25`` answers as soon as the version is another than 3, at the latest after `wait` seconds
  (60 at most). The version changes whenever the clock is moved, halted or let go.
* ``POST {url}`` with ``{"seen": 3, "next_due": "2026-03-02T10:00:00+00:00" | null, "in_flight": 0}`` after each sweep:
  the version that the sweep went by, when something is due next (now or earlier if there is more to do at once), and
  how much is under way. Replicas add ``"who": "a name of their own"`` (``&who=`` in a GET); each of them is waited for.

A move first halts the clock under a new version, so that no report from before it counts; waits until every bot has
swept under that version with nothing in flight and nothing due; then steps to the smaller of target and next_due, and
so on to the target. So a week passes in a second or two and everything in it happens at its own hour. A bot counts as
there while it polls, and 15 s after its last report unless its poll was cut; without one the clock simply jumps.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

LONGEST_WAIT = 60.0  # of one poll, in seconds
STILL_THERE = 15.0  # seconds of silence after which a bot counts as gone


class ClockStuck(Exception):
    """The bot did not come to rest in time; the message says what was last heard of it."""


@dataclass(frozen=True)
class Report:
    """What a bot said after a sweep. `next_due` is a unix time."""

    seen: int
    next_due: float | None
    in_flight: int
    at: float


class SandboxClock:
    """Campus time: starts at a given or the real time, runs along with it unless frozen, and can be moved forward."""

    def __init__(
        self, start: datetime | None = None, *, frozen: bool = False, wall: Callable[[], float] = time.time
    ) -> None:
        self._wall = wall
        self._base = start.timestamp() if start else wall()
        self._since: float | None = None if frozen else wall()  # None: it stands still
        self._frozen = frozen
        self.version = 0
        self._reports: dict[str, Report] = {}
        self._heard: dict[str, float] = {}
        self._polls = 0
        self._changed = asyncio.Condition()
        self._moving = asyncio.Lock()

    # reading it

    def unix(self) -> float:
        """Campus time in unix seconds."""
        return self._base if self._since is None else self._base + self._wall() - self._since

    def now(self) -> datetime:
        """Campus time, UTC."""
        return datetime.fromtimestamp(self.unix(), UTC)

    @property
    def running(self) -> bool:
        return self._since is not None

    def followed(self) -> bool:
        """Whether a bot goes by this clock now."""
        return self._polls > 0 or bool(self._followers())

    def next_due(self) -> datetime | None:
        """When something is due next, as the bots said last; None if nothing is, or nobody said."""
        dues = [report.next_due for report in self._current() if report.next_due is not None]
        return datetime.fromtimestamp(min(dues), UTC) if dues else None

    def as_json(self) -> dict[str, Any]:
        return {"now": self.now().isoformat(), "version": self.version, "running": self.running}

    # moving it

    async def move(self, by: timedelta, *, timeout: float = 60.0) -> None:
        """Let that much time pass; returns when the bot has done all that fell due in it."""
        if by < timedelta():
            raise ValueError("The clock only goes forward.")
        await self._go(self.unix() + by.total_seconds(), timeout)

    async def move_to(self, target: datetime, *, timeout: float = 60.0, at_rest: bool = False) -> None:
        """Let time pass until `target`. ValueError if that is in the past, ClockStuck if the bot does not settle.

        `at_rest` spares the first wait, for who has seen the bot settle and has done nothing since."""
        if target.timestamp() < self.unix():
            raise ValueError("The clock only goes forward.")
        await self._go(target.timestamp(), timeout, at_rest=at_rest)

    async def settle(self, *, timeout: float = 60.0) -> None:
        """Wait until everything that is due now has been done."""
        await self._go(0.0, timeout)

    async def _go(self, target: float, timeout: float, *, at_rest: bool = False) -> None:
        async with self._moving:
            try:
                await asyncio.wait_for(self._steps(target, at_rest), timeout)
            except TimeoutError:
                raise ClockStuck(
                    f"The bot did not settle within {timeout:g} s at {self.now()}: {self._last()}"
                ) from None
            finally:
                if not self._frozen:
                    await self._set(self.unix(), running=True)

    async def freeze(self, frozen: bool = True) -> None:
        """Stand still, or run along with the real time again."""
        self._frozen = frozen
        await self._set(self.unix(), running=not frozen)

    async def _steps(self, target: float, at_rest: bool) -> None:
        if not at_rest:
            await self._set(self.unix(), running=False)
        while True:
            await self._quiet()
            if self.unix() >= target:
                return
            dues = [r.next_due for r in self._current() if r.next_due is not None]
            await self._set(min([target, *dues]), running=False)

    async def _quiet(self) -> None:
        """Wait until each bot that is there has swept under this version and has nothing left to do now."""
        async with self._changed:
            while self.followed() and not self._settled():
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.5)
                except TimeoutError:
                    continue  # a bot may have gone meanwhile: look again

    def _settled(self) -> bool:
        current = self._current()
        return bool(current) and all(
            r.seen == self.version and r.in_flight == 0 and (r.next_due is None or r.next_due > self.unix())
            for r in current
        )

    def _followers(self) -> list[str]:
        return [who for who, at in self._heard.items() if self._wall() - at < STILL_THERE]

    def _current(self) -> list[Report]:
        """The newest report of each bot that is there."""
        return [self._reports[who] for who in self._followers() if who in self._reports]

    def _last(self) -> str:
        return (
            "; ".join(
                f"{who or 'it'} said {report} (version is {self.version})" for who, report in self._reports.items()
            )
            or "it never reported a sweep"
        )

    async def _set(self, unix: float, *, running: bool) -> None:
        async with self._changed:
            self._base, self._since = unix, self._wall() if running else None
            self.version += 1
            self._changed.notify_all()

    # the wire

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return (web.get("/clock", self._get), web.post("/clock", self._post))

    async def _get(self, request: web.Request) -> web.Response:
        try:
            after = int(request.query["after"]) if "after" in request.query else None
            wait = min(float(request.query.get("wait", "0")), LONGEST_WAIT)
        except ValueError:
            return _bad("`after` is a version number and `wait` a number of seconds.")
        if after is not None and after == self.version and wait > 0:
            await self._poll(request, after, wait)
        return web.json_response(self.as_json())

    async def _poll(self, request: web.Request, after: int, wait: float) -> None:
        """Hold the answer back until the version changes; a bot that is killed meanwhile stops counting at once."""
        until = self._wall() + wait
        self._polls += 1
        try:
            async with self._changed:
                while self.version == after and (left := until - self._wall()) > 0 and _open(request):
                    try:
                        await asyncio.wait_for(self._changed.wait(), min(left, 0.5))
                    except TimeoutError:
                        continue
        finally:
            self._polls -= 1
        if not _open(request):
            self._heard.pop(request.query.get("who", ""), None)

    async def _post(self, request: web.Request) -> web.Response:
        try:
            said = await request.json()
            report = Report(int(said["seen"]), _unix(said["next_due"]), int(said["in_flight"]), self.unix())
        except (ValueError, KeyError, TypeError):
            return _bad('Expected {"seen": version, "next_due": ISO 8601 or null, "in_flight": number}.')
        who = str(said.get("who", ""))
        async with self._changed:
            self._reports[who] = report
            self._heard[who] = self._wall()
            self._changed.notify_all()
        return web.json_response(self.as_json())


def _open(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _unix(due: str | None) -> float | None:
    if due is None:
        return None
    moment = datetime.fromisoformat(due)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    unix = moment.timestamp()
    if not math.isfinite(unix):
        raise ValueError("not a time")
    return unix


def _bad(why: str) -> web.Response:
    return web.json_response({"error": why}, status=400)
