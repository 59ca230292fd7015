"""`grounds bench ack`: how fast a gesture is answered, beside the bare libraries.

The form of `/intro` comes to ours with all that belongs to it: the signature, who it is and what they may do, the
gesture's key, the ask with its texts sealed, the matching, steps and the line that carries the answer, in one durable
transaction; and the lines are delivered meanwhile. Beside it stand Bolt that only acknowledges, and Bolt with one read
and one write. On Discord it is the command that opens the form, beside a discord.py that only defers.

Rounds alternate between the servers, so that whatever else this machine does meets all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import click

from adapters.bench import Goal, Measured, show
from adapters.terminal import json_option
from tests.benchmarks._figures import ratio
from tests.benchmarks._load import Took
from tests.benchmarks._places import BOTH, SQLITE, a_run

CONCURRENCIES = (1, 16, 64)
SHARE_OF_THROUGHPUT, TIMES_P99, MOST_P99_MS = 0.6, 1.5, 1000.0
SHARE_OF_RATE, TIMES_DISCORD_P99 = 0.7, 1.5


@click.command()
@click.option("--requests", default=10_000, show_default=True, help="Forms sent at the highest concurrency.")
@click.option("--commands", default=4_000, show_default=True, help="Commands on Discord.")
@click.option("--rounds", default=5, show_default=True, help="Turns that each server gets.")
@click.option("--on", "kind", type=click.Choice(BOTH), default=SQLITE, show_default=True, help="Which database.")
@json_option
def bench(requests: int, commands: int, rounds: int, kind: str, as_json: bool) -> None:
    """How fast a gesture is answered, beside bare Bolt and bare discord.py."""
    from tests.benchmarks import _ack_discord, _ack_slack

    with a_run() as places:
        slack = asyncio.run(_ack_slack.measure(places, kind, requests, CONCURRENCIES, rounds))
        discord = asyncio.run(_ack_discord.measure(places, kind, commands, rounds))
    ours, reads_and_writes, acks = (slack["took"][name] for name in ("ours", "reads_and_writes", "acks"))
    figures = {
        "database": kind,
        "slack": _told(ours) | {name: slack[name] for name in ("accepted", "kept", "delivered", "delivering_seconds")},
        "discord": discord["ours"].as_json(),
    }
    baselines = {
        "bolt_reads_and_writes": _told(reads_and_writes),
        "bolt_acks": _told(acks),
        "discord_defers": discord["defers"].as_json(),
    }
    goals = [
        *(
            Goal(f"slack_throughput_at_{n}", ratio(ours[n].per_s, reads_and_writes[n].per_s), SHARE_OF_THROUGHPUT)
            for n in CONCURRENCIES
        ),
        Goal("slack_times_p99_at_64", ratio(ours[64].p(0.99), reads_and_writes[64].p(0.99)), TIMES_P99, at_most=True),
        Goal("slack_p99_ms_at_64", round(ours[64].p(0.99), 1), MOST_P99_MS, at_most=True),
        Goal("slack_failures", sum(one.failures for one in ours.values()), 0, at_most=True),
        Goal("slack_acknowledged_and_not_kept", slack["accepted"] - slack["kept"], 0, at_most=True),
        Goal("slack_answers_not_delivered", slack["accepted"] - slack["delivered"], 0, at_most=True),
        Goal("discord_rate", ratio(discord["ours"].per_s, discord["defers"].per_s), SHARE_OF_RATE),
        Goal(
            "discord_times_p99", ratio(discord["ours"].p(0.99), discord["defers"].p(0.99)), TIMES_DISCORD_P99,
            at_most=True,
        ),
        Goal("discord_failures", discord["ours"].failures, 0, at_most=True),
    ]  # fmt: skip
    show(Measured("ack", goals, figures, baselines), as_json=as_json)


def _told(took: Mapping[int, Took]) -> dict[str, Any]:
    return {f"at_{n}": one.as_json() for n, one in took.items()}
