"""What hangs in the gallery of reports: each of the nine, made up, with one figure too few to show; one split; and an
almost empty campus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.reports import DEFINITIONS, REPORTS, Metric, Report, Table, period
from bot.domain.reports.report import Line
from bot.views.stage import Stage

OF = 340
"""What most figures are made up to be a part of."""
VALUES = {"p50": 22.0, "p90": 130.0, "half": 9.1, "hours": 101.0, "per": 4.3, "gini": 0.34}
GROUPS = ("health", "education", "communications", "law", "design", "technology")
BY = "field"


def report_stages(stage: Stage) -> Iterator[Stage]:
    """A coordinator's stage, once for each report."""
    for name in REPORTS:
        yield replace(stage, made=_made(stage, name))
    split = _made(stage, "funnel")
    yield replace(stage, made=replace(split, by=BY, tables=(_table("funnel"),)))
    nothing = tuple(replace(one, value=None, numerator=None, hidden=True) for one in split.metrics)
    empty = Table(BY, (), ())
    yield replace(stage, made=replace(split, metrics=nothing, by=BY, tables=(empty,)))
    for here in ("", "1"):
        yield replace(stage, params={"here": here} if here else {})


def _made(stage: Stage, name: str) -> Report:
    chosen = [one for one in DEFINITIONS if one.name in REPORTS[name].metrics]
    metrics = tuple(_metric(one.name, one.kind, place) for place, one in enumerate(chosen))
    counts = {"sent": OF, "held": OF // 3}
    return Report(name, period("this-term", stage.now, stage.campus), metrics, (), counts, 5)


def _metric(name: str, kind: str, place: int) -> Metric:
    over = round(OF * (0.92 - 0.11 * (place % 8)))
    value = VALUES.get(kind, float(over) if kind == "count" else over / OF)
    if name == "held_unknown":
        return Metric(name, kind, None, None, None, hidden=True)
    return Metric(name, kind, value, over, OF)


def _table(name: str) -> Table:
    [columns, *_] = REPORTS[name].tables
    lines = tuple(
        Line(group, {column: (94 - 9 * place) // (at + 1) for at, column in enumerate(columns)})
        for place, group in enumerate(GROUPS)
    )
    return Table(BY, columns, lines, rest=Line("", {column: 48 // (at + 1) for at, column in enumerate(columns)}))
