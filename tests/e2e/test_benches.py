"""Each bench once, as small as it gets: that it runs, and says what it should. How fast is no business of a test."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.bench import bench

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


def told(*words: str) -> dict[str, Any]:
    """The object of the last line."""
    ran = CliRunner().invoke(bench, [*words, "--json"], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    assert sorted(found) == ["baselines", "bench", "figures", "goals"]
    assert all(sorted(goal) == ["goal", "holds", "name", "value"] for goal in found["goals"])
    return found


def goal(found: dict[str, Any], name: str) -> dict[str, Any]:
    one: dict[str, Any]
    [one] = [one for one in found["goals"] if one["name"] == name]
    return one


def test_a_sweep_hands_over_every_line_once_and_asks_little_when_nothing_is_due() -> None:
    found = told("sweep", "--rows", "60", "--future", "500")

    assert found["bench"] == "sweep"
    assert sorted(found["baselines"]) == ["apscheduler_postgres", "apscheduler_sqlite"]
    for database in ("sqlite", "postgres"):
        assert sorted(found["figures"][database]) == [
            "idle", "loop_block_ms", "lost_or_doubled", "rows_per_s", "settled_per_s",
        ]  # fmt: skip
        for name in ("lost_or_doubled", "idle_selects", "idle_other_statements", "idle_scans"):
            assert goal(found, f"{database}_{name}")["holds"], found


def test_every_form_that_was_acknowledged_is_kept_and_answered() -> None:
    found = told("ack", "--requests", "64", "--commands", "16", "--rounds", "1")

    assert found["bench"] == "ack"
    assert sorted(found["baselines"]) == ["bolt_acks", "bolt_reads_and_writes", "discord_defers"]
    assert [found["figures"]["slack"][f"at_{n}"]["requests"] for n in (1, 16, 64)] == [1, 16, 64]
    assert goal(found, "slack_acknowledged_and_not_kept")["holds"], found
    assert goal(found, "slack_answers_not_delivered")["holds"], found


def test_a_bot_that_is_killed_twice_loses_nothing() -> None:
    found = told("crash", "--kills", "2", "--on", "sqlite")

    assert found["bench"] == "crash"
    assert sorted(found["figures"]) == ["sqlite", "sqlite_without_looking"]
    assert found["figures"]["sqlite"]["kills"] == 2
    assert goal(found, "sqlite_lost")["holds"], found
    assert goal(found, "sqlite_without_looking_unmarked")["holds"], found
