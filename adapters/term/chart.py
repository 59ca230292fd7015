"""A picture of a term: when messages came, by the hour and the weekday of whoever got them.

Matplotlib is loaded only here, and only its object interface is used: the other one keeps a figure for the whole
process. The colours are Okabe and Ito's, which people with any kind of colour vision can tell apart; each class has its
name beside it all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.term.rules import Facts, local

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer

CLASSES: Mapping[str, tuple[str, ...]] = {
    "nudges and digests (may wait)": ("nudge", "digest"),
    "reminders of a time (at once)": ("appointment",),
    "news, notes and answers (at once)": ("news", "note", "answer", "safety", "file"),
}
COLOURS = ("#E69F00", "#0072B2", "#999999")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
INK, PAPER = "#222222", "#FFFFFF"


@dataclass(frozen=True)
class Times:
    """How many messages of one class came at each local hour and on each weekday, and at both."""

    by_hour: Sequence[int]
    by_day: Sequence[int]
    by_both: Sequence[Sequence[int]]


def times(facts: Facts) -> Mapping[str, Times]:
    """When each class came, on the clocks of whoever got it."""
    kinds = {line.token: line.kind for line in facts.lines}
    grids = {name: [[0] * 24 for _ in DAYS] for name in CLASSES}
    for copy in facts.copies:
        for name, members in CLASSES.items():
            if kinds.get(copy.token) in members:
                here = local(facts, copy)
                grids[name][here.weekday()][here.hour] += 1
    return {
        name: Times([sum(day[hour] for day in grid) for hour in range(24)], [sum(day) for day in grid], grid)
        for name, grid in grids.items()
    }


def draw(facts: Facts, file: Path, title: str) -> None:
    """The chart as a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    found = times(facts)
    figure = Figure(figsize=(12, 8), dpi=110, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=14, color=INK, x=0.01, ha="left")
    grid = figure.add_gridspec(2, 3, height_ratios=(1.15, 1), width_ratios=(1.3, 1.3, 1))
    hours, days = figure.add_subplot(grid[0, :2]), figure.add_subplot(grid[0, 2])
    below = figure.add_subplot(grid[1, :])
    bars = _stack(hours, [found[name].by_hour for name in CLASSES], range(24))
    hours.axvspan(facts.first_hour - 0.5, facts.end_hour - 0.5, color="#000000", alpha=0.06, zorder=0)
    _name(hours, "Messages by the hour on the reader's own clock (shaded: when nudges may come)")
    hours.set_xticks(range(24), [f"{hour:02d}" for hour in range(24)])
    hours.set_xlim(-0.6, 23.6)
    hours.legend(bars, list(CLASSES), fontsize=9, frameon=False, loc="upper left")
    _stack(days, [found[name].by_day for name in CLASSES], range(7))
    _name(days, "By the reader's own weekday")
    days.set_xticks(range(7), DAYS)
    nudges = found[next(iter(CLASSES))].by_both
    below.imshow(nudges, aspect="auto", cmap="Oranges", vmin=0)
    most = max(max(day) for day in nudges) or 1
    for day, row in enumerate(nudges):
        for hour, count in enumerate(row):
            if count:
                ink = PAPER if count > most * 0.6 else INK
                below.text(hour, day, str(count), ha="center", va="center", fontsize=7, color=ink)
    _name(below, "Nudges and digests alone: how many in each hour of the reader's week")
    below.set_xticks(range(24), [f"{hour:02d}" for hour in range(24)])
    below.set_yticks(range(7), DAYS)
    for axes in (hours, days, below):
        axes.tick_params(colors=INK, labelsize=9, length=0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.savefig(file, format="png")


def _name(axes: Axes, words: str) -> None:
    axes.set_title(words, fontsize=10, color=INK, loc="left")


def _stack(axes: Axes, heights: Sequence[Sequence[int]], places: range) -> list[BarContainer]:
    """Bars of each class on top of those before."""
    floor, bars = [0] * len(places), []
    for counts, colour in zip(heights, COLOURS, strict=True):
        bars.append(axes.bar(list(places), counts, bottom=floor, color=colour, width=0.85, zorder=2))
        floor = [low + count for low, count in zip(floor, counts, strict=True)]
    return bars
