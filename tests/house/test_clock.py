"""Nobody asks what time it is except at the edge: everything else is handed `now`, so that a moved clock moves it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

import pytest

from tests.house.source import Module, in_full, made_up, modules, names_of

EDGE = ("adapters/main.py", "adapters/cli.py", "adapters/clock.py", "adapters/delivery.py", "adapters/sandbox")
MEASURES = {
    "adapters/slack/rights.py": "how long a looked-up right may be believed (60 s) is the wall's affair",
    "adapters/discord/rights.py": "the same",
    "adapters/threads.py": "the same, of the list of admitted Spaces",
    "adapters/turns.py": "a turn is lost when it was not renewed for so long",
    "adapters/discord/app.py": "how long a gateway held decides when the next is tried",
    "adapters/discord/bucket.py": "how fast Discord lets us go is the wall's affair",
    "adapters/term/simulate.py": "how long a term took to play, told with its figures",
    "adapters/discord/messenger.py": "a call's deadline: discord.py sleeps through a 429 and has no switch for it",
}
"""Who may measure a span besides, by the monotonic clock only, and why."""

MONOTONIC = frozenset(
    {
        "time.monotonic",
        "time.monotonic_ns",
        "time.perf_counter",
        "time.perf_counter_ns",
        "asyncio.get_running_loop.time",
        "asyncio.get_event_loop.time",
    }
)
CLOCKS = MONOTONIC | {
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.current_date",
}


def clocks_read(found: Iterable[Module]) -> list[str]:
    """Where a clock is read, or handed on to be read, by somebody who may not."""
    broken = []
    for module in found:
        if module.within(*EDGE):
            continue
        names = names_of(module)
        for node in ast.walk(module.tree):
            clock = _clock(node, names)
            if clock and not (clock in MONOTONIC and module.path in MEASURES):
                broken.append(f"{module.at(node)} {clock}")
    return broken


def _clock(node: ast.AST, names: Mapping[str, str]) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
        full = f"{in_full(node.value.func, names)}.{node.attr}"
    elif isinstance(node, ast.Attribute | ast.Name):
        full = in_full(node, names)
    else:
        full = ""
    return full if full in CLOCKS else ""


def test_the_clock_is_asked_only_at_the_edge() -> None:
    assert clocks_read(modules()) == []


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime\nnow = datetime.now(UTC)",
        "import datetime as dt\nnow = dt.datetime.now(dt.UTC)",
        "from datetime import date\ntoday = date.today()",
        "import time\ndef f(clock=time.monotonic): ...",
        "from time import time\nnow = time()",
        "import asyncio\nnow = asyncio.get_running_loop().time()",
        "from sqlalchemy import func\nnow = func.now()",
    ],
)
def test_every_way_of_asking_is_known(line: str) -> None:
    assert len(clocks_read([made_up("bot/use_cases/ask.py", line)])) == 1
    assert clocks_read([made_up("adapters/clock.py", line)]) == []


def test_who_measures_spans_still_may_not_ask_the_time() -> None:
    wall = made_up("adapters/slack/rights.py", "import time\nnow = time.time()")
    span = made_up("adapters/slack/rights.py", "import time\nnow = time.monotonic()")

    assert (len(clocks_read([wall])), clocks_read([span])) == (1, [])


def test_a_parameter_called_now_is_no_clock() -> None:
    assert clocks_read([made_up("bot/domain/asks.py", "def f(now):\n    return now.time()")]) == []
