"""How long a file of 100,000 intros takes, and what it costs: time, memory, size; on both databases, in each format.

Each file is written as the bot has it written: in a process of its own that starts, reads, writes and ends. The intros
are those of a made-up term, with their people, so that names are read as well as rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import click

from adapters.bench import Goal, Measured, show
from adapters.terminal import json_option
from bot.domain.exports import FORMATS
from storage.engine import open_store
from storage.keys import new_keys_text, read_keys
from tests.benchmarks._filled import fill
from tests.benchmarks._places import BOTH, a_run
from tests.benchmarks._terms import Term

START = datetime(2025, 9, 1, tzinfo=UTC)
GOAL_SECONDS, GOAL_MB = 20.0, 400
ORDERS = (
    *(f"interviews.{kind}.year-2025" for kind in FORMATS),
    "nace.xlsx.class-2026",
    "report.xlsx.year-2025",
    "alumni.xlsx.all",
)
ONE = """
import json, re, sys, time
began, cpu = time.perf_counter(), time.process_time()
from datetime import datetime, UTC
from pydantic import SecretStr
from adapters.export import write
from adapters.settings import Database
from bot.domain.exports import read_order
made = write(Database(SecretStr(sys.argv[1]), SecretStr(sys.argv[3])), read_order(sys.argv[2]),
             datetime(2027, 1, 1, tzinfo=UTC), "en")
peak = int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([time.perf_counter() - began, time.process_time() - cpu, peak, made.rows, len(made.content)]))
"""


@click.command()
@click.option("--intros", default=100_000, show_default=True, help="How many.")
@click.option("--only", type=click.Choice(BOTH), help="On one database alone.")
@json_option
def bench(as_json: bool, intros: int, only: str | None) -> None:
    """Write every kind of file over 100,000 intros."""
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2), "intros": intros}
    goals: list[Goal] = []
    with a_run() as places:
        for kind in (only,) if only else BOTH:
            with places.database(kind) as url:
                figures[kind] = found = _measured(url, intros)
            goals += [
                Goal(
                    f"{kind}.slowest_seconds", max(one["seconds"] for one in found.values()), GOAL_SECONDS, at_most=True
                ),
                Goal(f"{kind}.peak_mb", max(one["peak_mb"] for one in found.values()), GOAL_MB, at_most=True),
            ]
    figures["load_after"] = round(os.getloadavg()[0], 2)
    show(Measured("export", goals, figures), as_json=as_json)


def _measured(url: str, intros: int) -> dict[str, dict[str, float]]:
    keys = new_keys_text()
    store = open_store(url, read_keys(keys))
    try:
        fill(store, Term(1, intros, START, days=330))
    finally:
        store.close()
    return {order: _one(url, order, keys) for order in ORDERS}


def _one(url: str, order: str, keys: str) -> dict[str, float]:
    made = subprocess.run([sys.executable, "-c", ONE, url, order, keys], stdout=subprocess.PIPE, text=True, check=True)
    seconds, cpu, peak, rows, size = json.loads(made.stdout)
    return {
        "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "peak_mb": round(peak, 1), "rows": rows,
        "mb": round(size / 1e6, 2),
    }  # fmt: skip
