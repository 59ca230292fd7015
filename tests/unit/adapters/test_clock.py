from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from adapters.clock import Clock, ClockUnreachable, Heartbeat, SandboxClock, wall
from adapters.sandbox.clock import SandboxClock as Moved

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@asynccontextmanager
async def followed(clock: Moved):
    """A clock of the sandbox on a port, and ours that follows it."""
    app = web.Application()
    app.router.add_routes(clock.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ours = SandboxClock(f"http://127.0.0.1:{runner.addresses[0][1]}/clock")
    await ours.start()
    try:
        yield ours
    finally:
        await ours.stop()
        await runner.cleanup()


async def until(condition, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


def test_the_real_clock_shows_the_walls_time_in_utc():
    assert abs(Clock().now() - wall()) < timedelta(seconds=1)
    assert Clock().now().tzinfo is UTC


async def test_a_frozen_sandbox_stands_still():
    async with followed(Moved(START, frozen=True)) as clock:
        await asyncio.sleep(0.05)

        assert clock.now() == START


async def test_a_running_sandbox_is_counted_on_between_two_answers():
    async with followed(Moved(START)) as clock:
        first = clock.now()
        await asyncio.sleep(0.05)

        assert timedelta(seconds=0.03) < clock.now() - first < timedelta(seconds=2)


async def test_a_moved_clock_is_told_at_once():
    sandbox, told = Moved(START, frozen=True), asyncio.Event()
    async with followed(sandbox) as clock:
        clock.on_move(told.set)
        moving = asyncio.create_task(sandbox.move(timedelta(days=7)))
        async with asyncio.timeout(2):
            await told.wait()

        assert clock.read().version == sandbox.version
        moving.cancel()


async def test_a_sandbox_waits_for_the_sweeps_word_and_stops_at_what_is_due():
    sandbox, seen = Moved(START, frozen=True), []
    due = START + timedelta(days=3)
    async with followed(sandbox) as clock:

        async def sweep() -> None:
            moment = clock.read()
            seen.append(moment.now)
            await clock.report(moment.version, None if moment.now >= due else due, 0)

        sweeps: list[asyncio.Task[None]] = []
        clock.on_move(lambda: sweeps.append(asyncio.create_task(sweep())))
        await until(sandbox.followed)
        await sandbox.move(timedelta(days=7), timeout=5)
        await asyncio.gather(*sweeps)

    assert list(dict.fromkeys(seen)) == [START, due, START + timedelta(days=7)]


async def test_a_sandbox_that_is_not_there_is_told_in_one_line():
    clock = SandboxClock("http://127.0.0.1:1/clock")

    with pytest.raises(ClockUnreachable, match=r"^GROUNDS_SANDBOX_CLOCK does not answer"):
        await clock.start()


async def test_a_clock_follows_again_when_the_sandbox_was_away():
    clock = SandboxClock("http://127.0.0.1:1/clock")

    clock._take({"now": START.isoformat(), "version": 4, "running": False})
    clock._take({"now": START.isoformat(), "version": 3, "running": True})

    assert (clock.now(), clock.read().version) == (START, 4)


async def test_the_heart_beats_again_and_again():
    beats = []

    async def sweep() -> None:
        beats.append(1)

    heart = Heartbeat(sweep, every=0.05)
    heart.start()
    await until(lambda: len(beats) >= 3)
    await heart.stop()
    count = len(beats)
    await asyncio.sleep(0.15)

    assert len(beats) == count


async def test_a_sweep_that_throws_is_counted_and_tried_again():
    tries = []

    async def sweep() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("the disk is full")

    heart = Heartbeat(sweep, every=0.05)
    heart.start()
    await until(lambda: heart.sweeps >= 1)
    await heart.stop()

    assert heart.failures == 2


async def test_sweeps_never_overlap():
    at_once, most = [0], [0]

    async def sweep() -> None:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        await asyncio.sleep(0.12)
        at_once[0] -= 1

    heart = Heartbeat(sweep, every=0.05)
    heart.start()
    await until(lambda: heart.sweeps >= 2)
    await heart.stop()

    assert most == [1]


async def test_a_stop_lets_the_sweep_that_has_begun_come_to_its_end():
    """A claim that is cancelled half-way lies there until its lease runs out."""
    begun, ended = asyncio.Event(), []

    async def sweep() -> None:
        begun.set()
        await asyncio.sleep(0.1)
        ended.append(1)

    heart = Heartbeat(sweep, every=0.05)
    heart.start()
    await begun.wait()
    await heart.stop()

    assert ended == [1]


async def test_a_scheduler_that_died_is_started_anew():
    """As with a job store that threw: it runs by its own word, and does nothing."""
    made: list[AsyncIOScheduler] = []

    class Dead(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler ships no types
        def wakeup(self) -> None:
            """Never."""

    def scheduler() -> AsyncIOScheduler:
        made.append(Dead(timezone=UTC) if not made else AsyncIOScheduler(timezone=UTC))
        return made[-1]

    async def sweep() -> None:
        pass

    heart = Heartbeat(sweep, every=0.05, patience=0.2, scheduler=scheduler)
    heart.start()
    await until(lambda: heart.sweeps >= 2)
    await heart.stop()

    assert (heart.restarts, len(made)) == (1, 2)
