"""Charts, with matplotlib's objects and no screen: bars with their words beside them.

Drawn in a process of its own (`workroom.py`, or `grounds report`): the library takes a second to load and a good deal
of memory, neither of which the bot that answers people should spend. Okabe and Ito's colours, which everybody can tell
apart; what a colour says stands in words beside it, and what is too few to show is an outline, not a gap.

The picture has its own ground, so it reads the same in a light chat and in a dark one; `dark` is for a dark page.
It is narrow and its letters are large: on a phone a chat shows it 360 points wide.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from bot.views.elements import Chart, Picture, View

BLUE, SKY = "#0072B2", "#56B4E9"
INK = {False: ("#ffffff", "#1d1c1d", "#5c5b5d", "#e4e3e5"), True: ("#1a1d21", "#f2f2f2", "#b9babd", "#3a3d42")}
"""Ground, words, quiet words, rails: on light, and on dark."""
WIDTH, SCALE = 640, 1.5
"""Points across, and pixels to a point: sharp where a chat shows it 480 points wide."""
MARGIN, ROW, HEAD, FOOT = 24, 64, 104, 18
NAME, VALUE, TITLE, UNDER = 20, 20, 27, 18
BETWEEN = 16
"""Least points between a bar's name and its words."""
SMALLEST = 0.75
"""How much smaller letters may become where they would run into others; then they are cut short."""
ELLIPSIS = " …"


def drawn(view: View) -> View:
    """The view with its chart as a picture."""
    chart = view.image
    return replace(view, image=Picture(png(chart), chart.words)) if isinstance(chart, Chart) else view


def png(chart: Chart, *, dark: bool = False) -> bytes:
    """The chart as a PNG."""
    page = _Page(HEAD + ROW * len(chart.bars) + FOOT, dark)
    wide = WIDTH - 2 * MARGIN
    page.words(MARGIN, 42, chart.title, TITLE, wide, bold=True)
    page.words(MARGIN, 78, chart.subtitle, UNDER, wide, quiet=True)
    for place, bar in enumerate(chart.bars):
        top = HEAD + ROW * place
        taken = page.words(WIDTH - MARGIN, top + 16, bar.words, VALUE, wide, bold=True, right=True)
        page.words(MARGIN, top + 16, bar.name, NAME, wide - taken - BETWEEN)
        page.rail(top + 34, wide, bar.part)
    return page.png()


class _Page:
    """Matplotlib's objects, measured in points from the top left corner."""

    def __init__(self, height: int, dark: bool) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._ground, self._ink, self._quiet, self._rail = INK[dark]
        self._colour = SKY if dark else BLUE
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72 * SCALE, facecolor=self._ground)
        self._canvas = FigureCanvasAgg(figure)
        self._renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]  # matplotlib leaves it untyped
        self._axes = figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    def words(
        self, x: float, y: float, words: str, size: float, room: float,
        *, bold: bool = False, quiet: bool = False, right: bool = False,
    ) -> float:  # fmt: skip
        """Words on one line, at most `room` wide: smaller, then cut short, where they would be wider; how wide they
        are."""
        text = self._axes.text(
            x, y, _safe(words), fontsize=size, color=self._quiet if quiet else self._ink, va="center",
            ha="right" if right else "left", fontweight="bold" if bold else "normal",
        )  # fmt: skip
        if self._width(text) > room:
            text.set_fontsize(size * max(SMALLEST, room / self._width(text)))
        while self._width(text) > room and len(words) > 1:
            words = words[: max(1, min(len(words) - 1, int(len(words) * room / self._width(text))))].rstrip()
            text.set_text(_safe(words) + ELLIPSIS)
        return self._width(text)

    def _width(self, text: Any) -> float:
        return float(text.get_window_extent(self._renderer).width) / SCALE

    def rail(self, top: float, wide: float, part: float | None) -> None:
        """A bar on its rail; where it is too few to show, an outline."""
        hidden = part is None
        self._box(top, wide, "none" if hidden else self._rail, dashed=hidden)
        if part:
            self._box(top, max(12.0, wide * part), self._colour)

    def _box(self, top: float, wide: float, colour: str, *, dashed: bool = False) -> None:
        from matplotlib.patches import FancyBboxPatch

        self._axes.add_patch(
            FancyBboxPatch(
                (MARGIN, top), wide, 15, boxstyle="round,pad=0,rounding_size=6", linewidth=1.2 if dashed else 0,
                facecolor=colour, edgecolor=self._quiet, linestyle=(0, (4, 4)) if dashed else "solid",
            )
        )  # fmt: skip

    def png(self) -> bytes:
        out = io.BytesIO()
        self._canvas.print_png(out)  # type: ignore[no-untyped-call]  # matplotlib leaves it untyped
        return out.getvalue()


def _safe(words: str) -> str:
    """Matplotlib reads mathematics between dollar signs."""
    return words.replace("$", r"\$")
