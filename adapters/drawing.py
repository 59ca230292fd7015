"""Charts, with matplotlib's objects and no screen: bars with their words beside them.

Drawn in a process of its own (`workroom.py`, or `grounds report`): the library takes a second to load and a good deal
of memory, neither of which the bot that answers people should spend. Okabe and Ito's colours, which everybody can tell
apart; what a colour says stands in words beside it, and what is too few to show is an outline, not a gap.

The picture has its own ground, so it reads the same in a light chat and in a dark one; `dark` is for a dark page.
It is narrow and its letters are large: on a phone a chat shows it 360 points wide.
"""

from __future__ import annotations

import io
import textwrap
from dataclasses import replace

from bot.views.elements import Chart, Picture, View

BLUE, ORANGE = "#0072B2", "#E69F00"
SKY = "#56B4E9"
INK = {False: ("#ffffff", "#1d1c1d", "#5c5b5d", "#e4e3e5"), True: ("#1a1d21", "#f2f2f2", "#b9babd", "#3a3d42")}
"""Ground, words, quiet words, rails: on light, and on dark."""
WIDTH = 720
"""Points; twice as many pixels as a phone shows."""
ROW, HEAD, FOOT = 74, 108, 22
NAME, VALUE, TITLE, UNDER = 21, 21, 28, 19
LONGEST_LINE = 46


def drawn(view: View) -> View:
    """The view with its chart as a picture."""
    chart = view.image
    return replace(view, image=Picture(png(chart), chart.words)) if isinstance(chart, Chart) else view


def png(chart: Chart, *, dark: bool = False) -> bytes:
    """The chart as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch

    ground, ink, quiet, rail = INK[dark]
    height = HEAD + ROW * len(chart.bars) + FOOT
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=ground)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    axes.text(28, 44, chart.title, fontsize=TITLE, color=ink, fontweight="bold", va="center")
    axes.text(28, 82, textwrap.shorten(chart.subtitle, 64, placeholder=" …"), fontsize=UNDER, color=quiet, va="center")
    left, wide = 28, WIDTH - 56
    colour = SKY if dark else BLUE
    for place, bar in enumerate(chart.bars):
        top = HEAD + ROW * place
        name = textwrap.shorten(bar.name, LONGEST_LINE, placeholder=" …")
        axes.text(left, top + 18, name, fontsize=NAME, color=ink, va="center")
        axes.text(left + wide, top + 18, bar.words, fontsize=VALUE, color=ink, va="center", ha="right",
                  fontweight="bold")  # fmt: skip
        box = f"round,pad=0,rounding_size={6}"
        axes.add_patch(
            FancyBboxPatch(
                (left, top + 38), wide, 16, boxstyle=box, linewidth=1.5 if bar.part is None else 0,
                facecolor="none" if bar.part is None else rail, edgecolor=quiet,
                linestyle=(0, (4, 4)) if bar.part is None else "solid",
            )
        )  # fmt: skip
        if bar.part:
            long = max(12.0, wide * bar.part)
            axes.add_patch(
                FancyBboxPatch((left, top + 38), long, 16, boxstyle=box, linewidth=0, facecolor=colour)
            )  # fmt: skip
    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out)  # type: ignore[no-untyped-call]  # matplotlib leaves it untyped
    return out.getvalue()
