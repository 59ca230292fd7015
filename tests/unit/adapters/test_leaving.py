"""A process ends, whatever hangs: when it was told to, and when a fault ends it, which is told first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.leaving import HUNG

AT_MOST_SECONDS = 20.0
"""What hangs does so for an hour."""
RUNS = """
import asyncio, sys, threading, time
from functools import partial
from adapters import cli, leaving, main

def a_thread_hangs():
    threading.Thread(target=time.sleep, args=(3600,)).start()

async def starts(settings, store, running):
{starts}

main._start, main.in_time = starts, partial(leaving.in_time, 1.0)
sys.argv = ["grounds", "run"]
cli.grounds()
"""


def ended(folder: Path, *starts: str) -> tuple[int, list[str]]:
    """How `grounds run` ended that starts in this way, and what it said."""
    given = {
        "GROUNDS_DATABASE_URL": f"sqlite:///{folder / 'grounds.db'}", "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-c", RUNS.format(starts="\n".join(f"    {line}" for line in starts))],
        env={**os.environ, **given}, capture_output=True, text=True, timeout=AT_MOST_SECONDS, check=False,
    )  # fmt: skip
    return child.returncode, child.stderr.splitlines()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("main.NoEntry('Slack did not let us in.')", "Slack did not let us in."),
        ("LookupError('a fault of ours')", "LookupError: a fault of ours"),
    ],
    ids=["for the operator", "of ours"],
)
def test_a_fault_is_told_and_a_thread_that_hangs_does_not_keep_the_process(
    tmp_path: Path, fault: str, told: str
) -> None:
    code, said = ended(tmp_path, "a_thread_hangs()", f"raise {fault}")

    assert (code, said[-2]) == (HUNG, told)
    assert "stopped_by_force" in said[-1]


def test_a_fault_has_no_more_time_for_ending_than_a_stop(tmp_path: Path) -> None:
    code, said = ended(tmp_path, "running.push_async_callback(asyncio.sleep, 3600)", "raise LookupError('a fault')")

    assert code == HUNG
    assert "stopped_by_force" in said[-1]


def test_a_thread_that_hangs_does_not_keep_a_process_that_was_told_to_stop(tmp_path: Path) -> None:
    told_to_stop = "asyncio.get_running_loop().call_later(0.1, signal.raise_signal, signal.SIGTERM)"

    code, said = ended(tmp_path, "import signal", told_to_stop, "a_thread_hangs()")

    assert code == HUNG
    assert "stopped_without" in said[-1]
