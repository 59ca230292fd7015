from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from adapters import bench as benches
from adapters.bench import Goal, Measured, bench, show


def test_every_bench_of_the_folder_is_a_command() -> None:
    context = click.Context(bench)
    names = bench.list_commands(context)

    assert names == sorted(path.stem.replace("_", "-") for path in benches.BENCHES.glob("[!_]*.py"))
    assert all(bench.get_command(context, name) for name in names)


def test_outside_a_clone_one_is_told_where_to_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(benches, "BENCHES", tmp_path / "nowhere")

    said = CliRunner().invoke(bench, ["matching"])

    assert (said.exit_code, said.output) == (
        1,
        "Benches are run from a clone of the project: git clone it, then `uv run grounds bench` there.\n",
    )


@pytest.mark.parametrize(
    ("goal", "holds"),
    [
        (Goal("a", 0.5, 0.5), True),
        (Goal("a", 0.4, 0.5), False),
        (Goal("a", 12.0, 20.0, at_most=True), True),
        (Goal("a", 21.0, 20.0, at_most=True), False),
        (Goal("a", None, 20.0, at_most=True), False),
    ],
)
def test_a_goal_holds_when_its_figure_is_good_enough(goal: Goal, holds: bool) -> None:
    assert goal.holds is holds


def test_what_was_found_is_one_object_on_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    show(Measured("nap", [Goal("deep", 0.4, 0.5)], {"deep": 0.4}, {"bare": {"deep": 0.1}}), as_json=True)

    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "bench": "nap",
        "goals": [{"name": "deep", "value": 0.4, "goal": 0.5, "holds": False}],
        "figures": {"deep": 0.4},
        "baselines": {"bare": {"deep": 0.1}},
    }


def test_people_are_told_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    show(Measured("nap", [Goal("deep", 0.4, 0.5), Goal("ms", 3, 5, at_most=True)], {"deep": 0.4}), as_json=False)

    assert [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()] == [
        "deep 0.400",
        "deep 0.400 at least 0.5: missed",
        "ms 3 at most 5: holds",
    ]
