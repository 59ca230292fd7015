"""How long a report takes, from 1,000 to 100,000 intros, on both databases; and who presses a button meanwhile.

Each report is made as the bot has it made: in a process of its own that starts, reads, counts and ends. All intros lie
in the one period that is counted, which is the worst there can be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from adapters.bench import Goal, Measured, show
from adapters.terminal import json_option
from bot.domain.reports import REPORTS
from bot.ports import Step
from storage.engine import open_store
from tests import databases
from tests.benchmarks._terms import Term, steps, write

SIZES = (1_000, 10_000, 100_000)
START = datetime(2025, 9, 1, tzinfo=UTC)
ONE = """
import gc, json, resource, sys, time
began, cpu = time.perf_counter(), time.process_time()
gc.disable()
from datetime import datetime, UTC
from bot.use_cases.reporting import make_report
from storage.engine import open_store
from storage.keys import read_keys
store = open_store(sys.argv[1], read_keys(sys.argv[3]))
with store.read() as reading:
    made = make_report(reading, sys.argv[2], "year-2025", datetime(2027, 1, 1, tzinfo=UTC))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.perf_counter() - began, time.process_time() - cpu, peak, len(made.metrics)]))
"""


@click.command()
@click.option("--most", default=SIZES[-1], show_default=True, help="The largest number of intros.")
@json_option
def bench(as_json: bool, most: int) -> None:
    """Make every report over 1,000 to 100,000 intros, and watch what that does to others."""
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}
    goals: list[Goal] = []
    databases.begin_run()
    try:
        for kind in ("sqlite", "postgres"):
            with _database(kind) as url:
                figures[kind] = _measured(url, most)
            largest = figures[kind][str(max(size for size in SIZES if size <= most))]
            slowest = max(largest[name]["seconds"] for name in REPORTS if name != "overview")
            goals += [
                Goal(f"{kind}.slowest_report_seconds", slowest, 2.0, at_most=True),
                Goal(f"{kind}.overview_seconds", largest["overview"]["seconds"], 5.0, at_most=True),
                Goal(f"{kind}.peak_mb", max(one["peak_mb"] for one in _reports(largest)), 400, at_most=True),
                Goal(f"{kind}.others_p99_ms", figures[kind]["others_p99_ms_meanwhile"],
                     max(50.0, 2 * figures[kind]["others_p99_ms_alone"]), at_most=True),
            ]  # fmt: skip
    finally:
        databases.end_run()
    figures["load_after"] = round(os.getloadavg()[0], 2)
    show(Measured("report", goals, figures), as_json=as_json)


def _reports(largest: dict[str, Any]) -> Iterator[dict[str, float]]:
    return (one for one in largest.values() if isinstance(one, dict))


@contextmanager
def _database(kind: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield databases.new_sqlite(Path(folder))
        else:
            with databases.new_postgres() as url:
                yield url


def _measured(url: str, most: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    store = open_store(url, databases.keys())
    try:
        for size in (size for size in SIZES if size <= most):
            with store.begin() as uow:
                uow.steps._connection.exec_driver_sql("DELETE FROM step")
                uow.commit()
            made = steps(Term(1, size, START, days=330))
            write(store, made)
            found[str(size)] = {"steps": len(made), **{name: _one(url, name) for name in REPORTS}}
            del made
        found["others_p99_ms_alone"] = _others(store, 300, until=None)
        child = _start(url, "overview")
        found["others_p99_ms_meanwhile"] = _others(store, 5_000, until=child)
        child.communicate()
    finally:
        store.close()
    return found


def _one(url: str, name: str) -> dict[str, float]:
    began = time.perf_counter()
    out, _ = _start(url, name).communicate()
    seconds, cpu, peak, _metrics = json.loads(out)
    return {
        "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "with_start": round(time.perf_counter() - began, 2),
        "peak_mb": round(peak, 1),
    }  # fmt: skip


def _start(url: str, name: str) -> subprocess.Popen[str]:
    from storage import keys

    text = _KEYS.setdefault("text", keys.new_keys_text())
    return subprocess.Popen([sys.executable, "-c", ONE, url, name, text], stdout=subprocess.PIPE, text=True)


_KEYS: dict[str, str] = {}


def _others(store: Any, most: int, until: subprocess.Popen[str] | None) -> float:
    """The 99th percentile of a small write and a small look, while a report is made or while nothing is."""
    taken: list[float] = []
    while len(taken) < most and (until is None or until.poll() is None):
        began = time.perf_counter()
        with store.begin() as uow:
            uow.steps.add(Step("doorway", datetime(2029, 1, 1, tzinfo=UTC)))
            uow.commit()
        with store.read() as reading:
            reading.places.campus()
        taken.append(1000 * (time.perf_counter() - began))
        time.sleep(0.005)
    taken.sort()
    return round(taken[min(len(taken) - 1, int(len(taken) * 0.99))], 2) if taken else 0.0
