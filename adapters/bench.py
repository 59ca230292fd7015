"""`grounds bench …`: how well and how fast it does what we say, measured here and now.

A bench is a file of `tests/benchmarks`, a click command named `bench` in it, and its name is the file's. So they are
found where measuring belongs, beside the tests, and a bench needs no line here; they are not in what gets installed,
and are run from a clone. What a bench found is a `Measured`: figures, the same figures of what it is compared to, and
goals. A goal that was missed is told as missed, and is no failure of the command.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from adapters.terminal import No, tell

CLONE = Path(__file__).resolve().parent.parent
BENCHES = CLONE / "tests" / "benchmarks"


@dataclass(frozen=True)
class Goal:
    """One figure and what it should be: at least `goal`, or with `at_most` at most. Not measured is not held."""

    name: str
    value: float | None
    goal: float
    at_most: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure is as good as it should be."""
        if self.value is None:
            return False
        return self.value <= self.goal if self.at_most else self.value >= self.goal


@dataclass(frozen=True)
class Measured:
    """What one bench found. `figures` and `baselines` are plain JSON: numbers, or numbers by name."""

    bench: str
    goals: Sequence[Goal]
    figures: Mapping[str, Any]
    baselines: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The one object that `--json` ends with."""
        goals = [{"name": g.name, "value": g.value, "goal": g.goal, "holds": g.holds} for g in self.goals]
        return {"bench": self.bench, "goals": goals, "figures": self.figures, "baselines": self.baselines}

    def as_lines(self) -> list[str]:
        """The same for people: figures beside the baselines, then the goals."""
        lines = [f"{name:<28} {_number(value)}" for name, value in _flat(self.figures)]
        lines += [f"{name:<28} {_number(value)}  (baseline)" for name, value in _flat(self.baselines)]
        for goal in self.goals:
            bound = "at most" if goal.at_most else "at least"
            lines.append(f"{goal.name:<28} {_number(goal.value)}  {bound} {goal.goal:g}: {_verdict(goal)}")
        return lines


def show(measured: Measured, *, as_json: bool) -> None:
    """Print what was found."""
    tell(as_json, measured.as_json(), measured.as_lines())


def _verdict(goal: Goal) -> str:
    return "holds" if goal.holds else "missed"


def _flat(figures: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for name, value in figures.items():
        flat += _flat(value, f"{before}{name}.") if isinstance(value, Mapping) else [(f"{before}{name}", value)]
    return flat


def _number(value: Any) -> str:
    return f"{value:>10.3f}" if isinstance(value, float) else f"{value!s:>10}"


class Benches(click.Group):
    """Every bench there is, by the name of its file; loaded only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The files of the folder, those with a leading underscore left out."""
        return sorted(_told(path.stem) for path in BENCHES.glob("[!_]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One bench; None if there is no such file."""
        if not BENCHES.is_dir():
            raise No("Benches are run from a clone of the project: git clone it, then `uv run grounds bench` there.")
        name = cmd_name.replace("-", "_")
        if name.startswith("_") or not (BENCHES / f"{name}.py").is_file():
            return None
        if str(CLONE) not in sys.path:
            sys.path.insert(0, str(CLONE))
        found = importlib.import_module(f"tests.benchmarks.{name}").bench
        return found if isinstance(found, click.Command) else None


def _told(stem: str) -> str:
    return stem.replace("_", "-")


@click.command(cls=Benches)
def bench() -> None:
    """Measure how well and how fast things are done; from a clone."""
