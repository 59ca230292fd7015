"""How it is going, for whoever runs it: `/readyz` in plain words, `/metrics` for Prometheus.

On a listener of its own, on this machine alone unless told otherwise: nothing here is for the internet. `/readyz` is
200 while everything is as it should be, else 503 and one line for each thing that isn't. Figures name kinds and
outcomes, never a person, a place or a text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import datetime
from inspect import isawaitable
from typing import Protocol

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from adapters.clock import Heartbeat, wall
from adapters.delivery import Outlook, Pump
from adapters.listening import Listening
from bot.domain.people import Platform

log = structlog.get_logger("grounds.health")

LATE_SECONDS = 15.0
"""How old the last good sweep may be: one begins each second, and a slow database makes it take a few."""
OVERDUE_SECONDS = 120.0
"""A line that waits so long although it is due and nothing holds it back is stuck."""
FINISH_SECONDS = 1.0
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0)
NOT_CONNECTED = {
    Platform.SLACK: "Slack is not connected: no command or press arrives. It is tried again by itself.",
    Platform.DISCORD: "Discord's gateway is not connected: no command or press arrives. It is tried again by itself.",
}
REFUSED = "Discord refuses us for good: look at DISCORD_TOKEN, then start again."


class Watched(Protocol):
    """A platform's side, as far as it is looked at."""

    def connected(self) -> bool | Awaitable[bool]: ...


class Health(Listening):
    """Answers on `host:port`."""

    def __init__(
        self, host: str, port: int, pump: Pump, heartbeat: Heartbeat, sides: Mapping[Platform, Watched],
        outlook: Callable[[], Awaitable[Outlook]], now: Callable[[], datetime] = wall,
    ) -> None:  # fmt: skip
        self._pump, self._heartbeat, self._sides, self._outlook, self._now = pump, heartbeat, sides, outlook, now
        self._seen: Outlook | None = None
        self._registry = CollectorRegistry()
        self._gestures = Histogram(
            "grounds_gesture_seconds", "How long a gesture took to answer", buckets=BUCKETS, registry=self._registry
        )
        self._registry.register(self)
        app = web.Application()
        app.add_routes([web.get("/readyz", self._readyz), web.get("/metrics", self._metrics)])
        super().__init__(host, port, app, finish_seconds=FINISH_SECONDS)

    async def start(self) -> None:
        await super().start()
        log.info("health.listening", host=self.host, port=self.port)

    def answered(self, seconds: float) -> None:
        """A gesture was answered, after so many seconds."""
        self._gestures.observe(seconds)

    async def wrong(self) -> list[str]:
        """What is not as it should be, a sentence each."""
        found = []
        if self._heartbeat.age() > LATE_SECONDS:
            found.append(f"The heartbeat stands still: no sweep has ended for {self._heartbeat.age():.0f} seconds.")
        if self._pump.age() > LATE_SECONDS:
            found.append(
                f"Nothing has been looked for to send for {self._pump.age():.0f} seconds: the database is slow or away."
            )
        for platform, side in self._sides.items():
            answer = side.connected()
            if not (await answer if isawaitable(answer) else answer):
                found.append(REFUSED if getattr(side, "failed", "") else NOT_CONNECTED[platform])
        try:
            self._seen = await self._outlook()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is wrong
            return [*found, f"The database can't be read ({type(error).__name__})."]
        if (age := self._oldest()) > OVERDUE_SECONDS:
            found.append(f"A message has been due for {age:.0f} seconds, and nothing holds it back.")
        return found

    def collect(self) -> Iterator[Metric]:
        """The figures as they are now; the outbox's as last looked at."""
        pump, beats = self._pump, self._heartbeat
        yield _counter("grounds_sweeps", "Sweeps of the outbox that went well", pump.sweeps)
        yield _counter("grounds_failures", "Sweeps, tasks and settlements that failed", pump.failures + beats.failures)
        yield _counter("grounds_heartbeat_restarts", "How often the scheduler had to be started anew", beats.restarts)
        yield _gauge("grounds_last_sweep_age_seconds", "Since the last sweep that went well", pump.age())
        ended = CounterMetricFamily("grounds_lines", "Tries of lines, by how they ended", labels=("kind", "outcome"))
        for (kind, outcome), count in sorted(pump.ended.items()):
            ended.add_metric((kind, outcome.lower()), count)
        yield ended
        yield _gauge("grounds_destinations_held_back", "Destinations and platforms left alone now", pump.held_back)
        if self._seen is not None:
            yield _gauge("grounds_lines_in_flight", "Lines being sent, by any process", self._seen.in_flight)
            yield _gauge("grounds_lines_held_back", "Lines that must not be tried yet", self._seen.held_back)
            yield _gauge(
                "grounds_oldest_due_age_seconds", "How long the oldest line that could go has waited", self._oldest()
            )
        reconnects = CounterMetricFamily("grounds_reconnects", "Connections given up as deaf", labels=("platform",))
        for platform, side in self._sides.items():
            reconnects.add_metric((str(platform),), getattr(side, "restarts", 0))
        yield reconnects

    def _oldest(self) -> float:
        oldest = self._seen.oldest_due if self._seen else None
        return max((self._now() - oldest).total_seconds(), 0.0) if oldest else 0.0

    async def _readyz(self, _: web.Request) -> web.Response:
        found = await self.wrong()
        return web.Response(status=503 if found else 200, text=_lines(found or ["ready"]))

    async def _metrics(self, _: web.Request) -> web.Response:
        await self.wrong()
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _lines(found: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in found)


def _counter(name: str, what: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, what, value=value)


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=value)
