"""How long a report takes, from 1,000 to 100,000 intros, on both databases; and who presses a button meanwhile.

Each report is made in a process of its own that starts, reads, counts and ends: its time and its memory are of all
that. All intros lie in the one period that is counted, which is the worst there can be. Processes start as an installed
program does, with their bytecode compiled before.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from adapters.bench import Goal, Measured, show
from adapters.terminal import json_option
from bot.domain.reports import REPORTS
from storage.engine import open_store
from storage.keys import new_keys_text
from tests import databases
from tests.benchmarks._desk import others
from tests.benchmarks._places import BOTH, a_run
from tests.benchmarks._terms import Term, steps, write

KEYS = new_keys_text()
SIZES = (1_000, 10_000, 100_000)
START = datetime(2025, 9, 1, tzinfo=UTC)
ONE = """
import gc, json, sys, time
from pathlib import Path
began, cpu = time.perf_counter(), time.process_time()
gc.disable()
from datetime import datetime, UTC
from bot.use_cases.reporting import make_report
from storage.engine import open_store
from storage.keys import read_keys
store = open_store(sys.argv[1], read_keys(sys.argv[3]))
with store.read() as reading:
    made = make_report(reading, sys.argv[2], "year-2025", datetime(2027, 1, 1, tzinfo=UTC))
status = Path("/proc/self/status")  # what getrusage tells begins with the memory of the process that started this one
peak = int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024 if status.exists() else None
print(json.dumps([time.perf_counter() - began, time.process_time() - cpu, peak, len(made.metrics)]))
"""


@click.command()
@click.option("--most", default=SIZES[-1], show_default=True, help="The largest number of intros.")
@click.option("--on", default="both", show_default=True, type=click.Choice(["both", *BOTH]))
@json_option
def bench(as_json: bool, most: int, on: str) -> None:
    """Make every report over 1,000 to 100,000 intros, and watch what that does to others."""
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}
    goals: list[Goal] = []
    with a_run() as places, _as_installed():
        for kind in BOTH if on == "both" else (on,):
            with places.database(kind) as url:
                figures[kind] = _measured(url, most)
            goals += _goals(kind, figures[kind])
    figures["load_after"] = round(os.getloadavg()[0], 2)
    show(Measured("report", goals, figures), as_json=as_json)


def _goals(kind: str, found: dict[str, Any]) -> list[Goal]:
    largest = list(found["sizes"].values())[-1]
    reports = largest["reports"]
    slowest = max(one["seconds"] for name, one in reports.items() if name != "overview")
    peak = max(one["peak_mb"] or 0 for one in reports.values()) or None
    alone, meanwhile = found["others_p99_ms_alone"], found["others_p99_ms_meanwhile"]
    return [
        Goal(f"{kind}.slowest_report_seconds", slowest, 2.0, at_most=True),
        Goal(f"{kind}.overview_seconds", reports["overview"]["seconds"], 5.0, at_most=True),
        Goal(f"{kind}.peak_mb", peak, 400, at_most=True),
        Goal(f"{kind}.others_p99_ms", meanwhile, max(50.0, 2 * alone), at_most=True),
    ]


@contextmanager
def _as_installed() -> Iterator[None]:
    """Children find their bytecode, as they do where the program was installed and not only checked out."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _measured(url: str, most: int) -> dict[str, Any]:
    sizes: dict[str, Any] = {}
    store = open_store(url, databases.keys())
    try:
        for size in (size for size in SIZES if size <= most):
            with store.begin() as uow:
                uow.steps._connection.exec_driver_sql("DELETE FROM step")
                uow.commit()
            made = steps(Term(1, size, START, days=330))
            write(store, made)
            many = len(made)
            del made
            if not sizes:
                for name in REPORTS:
                    _one(url, name)  # compiles what it loads
            sizes[str(size)] = {"steps": many, "reports": {name: _one(url, name) for name in REPORTS}}
    finally:
        store.close()
    growth = {name: [one["reports"][name]["seconds"] for one in sizes.values()] for name in REPORTS}
    return {"growth": growth, "sizes": sizes, **asyncio.run(others(url, KEYS))}


def _one(url: str, name: str) -> dict[str, float | None]:
    began = time.perf_counter()
    out = subprocess.run([sys.executable, "-c", ONE, url, name, KEYS], stdout=subprocess.PIPE, text=True, check=True)
    seconds, cpu, peak, _metrics = json.loads(out.stdout)
    return {
        "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "with_start": round(time.perf_counter() - began, 2),
        "peak_mb": peak and round(peak, 1),
    }  # fmt: skip
