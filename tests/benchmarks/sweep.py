"""`grounds bench sweep`: due lines claimed, drawn and handed over, and what a sweep costs when nothing is due.

Ours is the real thing: the store, the core on its threads, the pump; only the messenger takes each line at once. It is
beside APScheduler's own job store on the same database, which runs as many date jobs that are due at once and do
nothing. (Its jobs are drawn from nothing and settled by being deleted; ours look up the reader, are checked, drawn,
settled, and their copies kept.)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import click

from adapters.bench import Goal, Measured, show
from adapters.clock import Clock
from adapters.core import CannotTell, Copy, Delivered, Found, Outcome, Outgoing
from adapters.delivery import Pump
from adapters.memory import put_aside_what_stays
from adapters.terminal import json_option
from adapters.threads import FOR_POSTGRES, FOR_SQLITE, RunningCore
from bot.domain.messages import Kind
from bot.domain.people import Platform
from storage.engine import Store, open_store
from tests.benchmarks._explained import listening, scans
from tests.benchmarks._figures import LoopWatch, ratio
from tests.benchmarks._places import BOTH, SQLITE, Places, a_run
from tests.benchmarks._population import add_lines, add_people

VIEW = "resumed"
WORKER = "bench"
TIMES_FASTER = {"sqlite": 2.0, "postgres": 4.0}
LONGEST_BLOCK_MS = 100.0
SHARE_OF_THEIR_BLOCK = 1 / 50
MOST_SELECTS = 2
LINES = frozenset({"message", "other"})
"""The outbox's table, and the name by which a claim looks at it once more."""
IDLE_SWEEPS = 20
WARM_UP = 20
"""Lines that are not counted: the first ones of a process load the phrases and calendars of their language."""


class Taker:
    """A messenger that takes each line at once."""

    platform = Platform.SLACK

    def __init__(self, many: int) -> None:
        self._left = many
        self.done = asyncio.Event()
        self.tokens: set[str] = set()

    async def send(self, line: Outgoing) -> Outcome:
        self.tokens.add(line.token)
        self._left -= 1
        if not self._left:
            self.done.set()
        return Delivered(Copy("D0BENCH", line.token))

    async def look_for(self, line: Outgoing) -> Found:
        return CannotTell("not_asked")

    async def take_back(self, copy: Copy) -> bool:
        return True


@click.command()
@click.option("--rows", default=10_000, show_default=True, help="Lines that are due at once.")
@click.option("--future", default=1_000_000, show_default=True, help="Lines that are due some other day.")
@json_option
def bench(rows: int, future: int, as_json: bool) -> None:
    """Due lines claimed and handed over, beside APScheduler's own job store."""
    figures: dict[str, Any] = {}
    baselines: dict[str, Any] = {}
    goals: list[Goal] = []
    with a_run() as places:
        put_aside_what_stays()  # as `grounds run` does when it has started
        handed_over(places, SQLITE, WARM_UP)
        for kind in BOTH:
            ours = handed_over(places, kind, rows)
            theirs = _theirs(places, kind, rows)
            idle = when_idle(places, kind, future)
            figures[kind] = ours | {"idle": idle}
            baselines[f"apscheduler_{kind}"] = theirs
            goals += _goals(kind, ours, theirs, idle)
    show(Measured("sweep", goals, figures, baselines), as_json=as_json)


def _goals(kind: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], idle: Mapping[str, Any]) -> list[Goal]:
    faster = ratio(ours["rows_per_s"], theirs["rows_per_s"])
    block = ratio(ours["loop_block_ms"], theirs["loop_block_ms"])
    return [
        Goal(f"{kind}_times_apscheduler", faster, TIMES_FASTER[kind]),
        Goal(f"{kind}_loop_block_ms", ours["loop_block_ms"], LONGEST_BLOCK_MS, at_most=True),
        Goal(f"{kind}_block_share_of_apscheduler", block, SHARE_OF_THEIR_BLOCK, at_most=True),
        Goal(f"{kind}_lost_or_doubled", ours["lost_or_doubled"], 0, at_most=True),
        Goal(f"{kind}_idle_selects", idle["selects"], MOST_SELECTS, at_most=True),
        Goal(f"{kind}_idle_other_statements", idle["others"], 0, at_most=True),
        Goal(f"{kind}_idle_scans", len(idle["scans"]), 0, at_most=True),
    ]


def _theirs(places: Places, kind: str, rows: int) -> dict[str, float]:
    from tests.benchmarks._scheduler import date_jobs  # loads APScheduler

    with places.database(kind) as url:
        return asyncio.run(date_jobs(url, rows))


def _opened(url: str) -> Store:
    from tests import databases

    return open_store(url, databases.keys())


def _core(store: Store, clock: Clock) -> RunningCore:
    return RunningCore(store, clock, hands=FOR_SQLITE if store.is_sqlite else FOR_POSTGRES, worker=WORKER)


# --- what is due ------------------------------------------------------------------------------------------------------


def handed_over(places: Places, kind: str, rows: int) -> dict[str, Any]:
    """So many due lines, each to somebody else: rows a second until the last is handed over, and until it is settled
    too."""
    with places.database(kind) as url:
        store = _opened(url)
        try:
            add_people(store, rows)
            add_lines(store, rows, kind=Kind.NEWS, view=VIEW, due=_minutes(-1), people=rows)
            return asyncio.run(_deliver(store, rows))
        finally:
            store.close()


async def _deliver(store: Store, rows: int) -> dict[str, Any]:
    clock, taker = Clock(), Taker(rows)
    core = _core(store, clock)
    await core.start()
    pump = Pump(core, clock, {Platform.SLACK: taker}, worker=WORKER)
    core.on_commit = pump.wake
    async with LoopWatch() as watch:
        began = time.perf_counter()
        pump.start()
        pump.wake()
        await taker.done.wait()
        handed = time.perf_counter() - began
        while pump.in_flight:  # noqa: ASYNC110 - it tells nobody when it is done
            await asyncio.sleep(0.005)
        settled = time.perf_counter() - began
    await pump.stop()
    await core.close()
    return {
        "rows_per_s": round(rows / handed, 1),
        "settled_per_s": round(rows / settled, 1),
        "loop_block_ms": round(watch.longest_ms, 1),
        "lost_or_doubled": rows - len(taker.tokens),
    }


def _minutes(many: int) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=many)


# --- what is not ------------------------------------------------------------------------------------------------------


def when_idle(places: Places, kind: str, future: int) -> dict[str, Any]:
    """What one sweep asks of a database in which so many lines wait for another day."""
    with places.database(kind) as url:
        store = _opened(url)
        try:
            add_people(store, max(1, future // 100))
            add_lines(store, future, kind=Kind.NUDGE, view=VIEW, due=_minutes(60 * 24), people=max(1, future // 100))
            return asyncio.run(_sweep(store))
        finally:
            store.close()


async def _sweep(store: Store) -> dict[str, Any]:
    clock = Clock()
    core = _core(store, clock)
    await core.start()
    pump = Pump(core, clock, {}, worker=WORKER)
    await pump.sweep()  # the first one looks whether a calendar run was missed
    with listening(store) as heard:
        await pump.sweep()
    took = []
    for _ in range(IDLE_SWEEPS):
        began = time.perf_counter()
        await pump.sweep()
        took.append((time.perf_counter() - began) * 1000)
    await core.close()
    found = [step for statement, filled in heard.selects for step in scans(store, statement, filled, LINES)]
    return {
        "selects": len(heard.selects),
        "others": len(heard.others),
        "scans": found,
        "sweep_ms": round(median(took), 2),
    }
