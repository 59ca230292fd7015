"""`grounds bench crash`: nothing is lost and nothing comes twice, however often the bot is killed.

Random SIGKILLs over a busy run whose platforms drop replies: one bot on SQLite, one on Postgres, three on Postgres.
Where a platform lets us look (Slack with `im:history` and `groups:history`, Discord) nothing may be seen twice; where
it does not, at most what was under way, and every repeat says that it may be one. On the last, one replica is stopped
past its lease.
"""

from __future__ import annotations

import asyncio
from typing import Any

import click

from adapters.bench import Goal, Measured, show
from adapters.terminal import json_option
from tests.benchmarks._places import POSTGRES, SQLITE, a_run

RUNS = {"sqlite": (SQLITE, 1), "postgres": (POSTGRES, 1), "replicas": (POSTGRES, 3)}
WITHOUT_LOOKING = 4
"""One kill in so many is repeated where nothing can be looked up."""


@click.command()
@click.option("--kills", default=200, show_default=True, help="SIGKILLs in each run.")
@click.option("--seed", default=1, show_default=True, help="Which kills, which troubles, whose turn.")
@click.option("--on", "names", multiple=True, type=click.Choice(tuple(RUNS)), help="Only these runs; all by default.")
@json_option
def bench(kills: int, seed: int, names: tuple[str, ...], as_json: bool) -> None:
    """Nothing is lost and nothing comes twice, however often the bot is killed."""
    from adapters.delivery import LEASE_SECONDS
    from tests.benchmarks import _crash

    figures: dict[str, Any] = {}
    goals: list[Goal] = []
    with a_run() as places:
        for name in names or RUNS:
            kind, replicas = RUNS[name]
            found = asyncio.run(_crash.run(places, kind, replicas, kills, seed, look_up=True))
            figures[name] = found
            goals += [
                Goal(f"{name}_kills", found["kills"], kills),
                Goal(f"{name}_lost", found["lost"], 0, at_most=True),
                Goal(f"{name}_doubled", found["doubled"], 0, at_most=True),
            ]
            blind = asyncio.run(
                _crash.run(places, kind, replicas, max(1, kills // WITHOUT_LOOKING), seed, look_up=False)
            )
            figures[f"{name}_without_looking"] = blind
            goals += [
                Goal(f"{name}_without_looking_lost", blind["lost"], 0, at_most=True),
                Goal(
                    f"{name}_without_looking_doubled", blind["doubled"], blind["doubled_at_most"], at_most=True
                ),
                Goal(f"{name}_without_looking_unexplained", blind["doubled_unexplained"], 0, at_most=True),
                Goal(f"{name}_without_looking_unmarked", blind["doubled_unmarked"], 0, at_most=True),
            ]  # fmt: skip
            if replicas > 1:
                stopped = asyncio.run(_crash.stop_one(places, kind, replicas, seed))
                figures[f"{name}_stopped"] = stopped
                goals += [
                    Goal(f"{name}_stopped_takeover_seconds", stopped["takeover_seconds"], LEASE_SECONDS + 1.0,
                         at_most=True),
                    Goal(f"{name}_stopped_lost", stopped["lost"], 0, at_most=True),
                    Goal(f"{name}_stopped_doubled", stopped["doubled"], 0, at_most=True),
                ]  # fmt: skip
    show(Measured("crash", goals, figures), as_json=as_json)
