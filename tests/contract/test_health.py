"""What /readyz and /metrics say, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from adapters.clock import Clock, Heartbeat
from adapters.core import Delivered
from adapters.delivery import Outlook, Pump
from adapters.health import NOT_CONNECTED, Health
from bot.domain.messages import Copy
from bot.domain.people import Platform
from tests.unit.adapters.test_delivery import Outbox, Postman, posting, until

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Side:
    up: bool = True
    failed: str = ""
    restarts: int = 0

    def connected(self) -> bool:
        return self.up and not self.failed


@dataclass
class House:
    health: Health
    pump: Pump
    heartbeat: Heartbeat
    side: Side
    outbox: Outbox
    seconds: list[float]
    outlook: list[Outlook | Exception]

    async def get(self, path: str) -> tuple[int, str]:
        address = f"http://127.0.0.1:{self.health.port}{path}"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    outbox, seconds = Outbox(), [0.0]
    pump = Pump(outbox, Clock(), {Platform.SLACK: Postman()}, worker="w", monotonic=lambda: seconds[0])
    heartbeat, side = Heartbeat(pump.sweep), Side()
    outlook: list[Outlook | Exception] = [Outlook(None, 0, 0)]

    async def look() -> Outlook:
        if isinstance(outlook[-1], Exception):
            raise outlook[-1]
        return outlook[-1]

    health = Health("127.0.0.1", 0, pump, heartbeat, {Platform.DISCORD: side}, look, lambda: NOW)
    await health.start()
    yield House(health, pump, heartbeat, side, outbox, seconds, outlook)
    await health.stop()


async def test_all_is_well(house: House) -> None:
    assert await house.get("/readyz") == (200, "ready\n")
    assert (await house.get("/"))[0] == 404


async def test_what_is_wrong_is_said_in_plain_words(house: House) -> None:
    house.side.up = False
    house.seconds[0] = 20.0
    house.outlook.append(Outlook(NOW - timedelta(minutes=3), 0, 0))

    status, said = await house.get("/readyz")

    assert (status, said.splitlines()) == (
        503,
        [
            "Nothing has been looked for to send for 20 seconds: the database is slow or away.",
            NOT_CONNECTED[Platform.DISCORD],
            "A message has been due for 180 seconds, and nothing holds it back.",
        ],
    )


async def test_a_refused_token_and_a_database_that_is_away_are_said(house: House) -> None:
    house.side.failed = "bad_token"
    house.outlook.append(OSError("sqlite:///secret.db"))

    status, said = await house.get("/readyz")

    assert (status, len(said.splitlines()), "DISCORD_TOKEN" in said, "secret" in said) == (503, 2, True, False)


async def test_the_figures_tell_what_was_sent_and_how_it_ended(house: House) -> None:
    house.outbox.waiting = [posting(1), posting(2)]
    await house.heartbeat.beat()
    await until(lambda: len(house.outbox.settled) == 2)
    house.health.answered(0.02)
    house.outlook.append(Outlook(NOW - timedelta(seconds=5), 3, 1))

    _, said = await house.get("/metrics")

    figures = dict(line.rsplit(" ", 1) for line in said.splitlines() if not line.startswith("#"))
    wanted = {
        "grounds_sweeps_total": "1.0", "grounds_failures_total": "0.0", "grounds_lines_in_flight": "1.0",
        'grounds_lines_total{kind="news",outcome="delivered"}': "2.0", "grounds_lines_held_back": "3.0",
        "grounds_oldest_due_age_seconds": "5.0", "grounds_gesture_seconds_count": "1.0",
        'grounds_reconnects_total{platform="discord"}': "0.0",
    }  # fmt: skip
    assert {name: figures.get(name) for name in wanted} == wanted


async def test_a_sweep_that_throws_is_counted_and_the_next_one_tries_again(house: House) -> None:
    house.outbox.broken = 1
    house.outbox.waiting = [posting(1)]

    await house.heartbeat.beat()
    await house.heartbeat.beat()
    await until(lambda: house.outbox.settled)

    _, said = await house.get("/metrics")
    assert "grounds_failures_total 1.0" in said
    assert house.outbox.settled == {1: Delivered(Copy("C1", "1"))}
