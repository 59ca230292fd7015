"""What goes into a file: sheets of typed columns, and one that says what each figure means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from bot.domain.reports import SPLITS, Metric, Report, Table
from bot.phrases import say
from bot.views.finding import YEARS
from bot.views.reports import group_name, window_of

Cell: TypeAlias = str | int | float | date | datetime | None
"""A moment is on the campus's clock; which one it is stands among the definitions."""


class Share(float):
    """A number from 0 to 1 that is read as a percentage."""


@dataclass(frozen=True)
class Column:
    """A heading; `kind` is text, number, year, day or moment; `width` in letters."""

    title: str
    kind: str = "text"
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One page of a workbook, or a CSV. Rows may be many, and are gone through once."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    rows_are_many: bool = False


def of_report(report: Report, language: str) -> tuple[Sheet, ...]:
    """A report's figures, each of its splits, and the definitions."""
    return (
        _figures(report, language),
        *(_split(table, language) for table in report.tables if table.lines),
        definitions(report, language),
    )


def of_release(reports: tuple[Report, ...], language: str) -> tuple[Sheet, ...]:
    """All reports of a period: every figure once, a page for each split with all its counts side by side, and the
    definitions. A cell that may not be shown alone is empty, and counted in the row of all others."""
    figures = _each_once(reports)
    titled = (Column(say("sheets.report", language), width=38), *_figure_columns(language))
    rows = [(say(f"reports.title_{report.name}", language), *_figure(one, language)) for report, one in figures]
    wide = [
        _wide([table for one in reports for table in one.tables if table.by == split], language) for split in SPLITS
    ]
    return (
        Sheet(say("sheets.figures", language), titled, rows),
        *(sheet for sheet in wide if sheet is not None),
        _defined(reports[0], [one for _, one in figures], language),
    )


def _each_once(reports: tuple[Report, ...]) -> list[tuple[Report, Metric]]:
    """A figure of several reports stands in the narrowest of them; the overview shows what is nowhere else."""
    found: dict[str, tuple[Report, Metric]] = {}
    for report in sorted(reports, key=lambda one: len(one.metrics)):
        for one in report.metrics:
            found.setdefault(one.name, (report, one))
    order = {report.name: place for place, report in enumerate(reports)}
    return sorted(found.values(), key=lambda pair: order[pair[0].name])


def _wide(tables: list[Table], language: str) -> Sheet | None:
    """One split, with the columns of all its tables. None where nothing of it may be shown."""
    titles: dict[str, str] = {}
    cells: dict[str, dict[str, int]] = {}
    rest: dict[str, int] = {}
    for table in tables:
        for column in table.columns:
            titles.setdefault(column, _title(table.columns[0], column, language))
        for line in table.lines:
            cells.setdefault(line.group, {}).update(line.counts)
        if table.rest is not None:
            rest.update(table.rest.counts)
    if not cells:
        return None
    split = tables[0].by
    rows: list[tuple[Cell, ...]] = [
        (group_name(split, group, language), *(cells[group].get(column) for column in titles))
        for group in sorted(cells, key=lambda group: _place(split, group, language))
    ]
    if rest:
        rows.append((say("reports.others", language), *(rest.get(column) for column in titles)))
    name = say(f"reports.split_{split}", language)
    columns = (Column(name, width=36), *(Column(title, "number", 13) for title in titles.values()))
    return Sheet(name, columns, rows)


def _place(split: str, group: str, language: str) -> tuple[bool, int, str]:
    """Years in their order, everything else by its name; last those of whom it is not known."""
    year = YEARS.index(group) if split == "year" and group in YEARS else 0
    return not group, year, group_name(split, group, language)


def _title(first: str, column: str, language: str) -> str:
    """The same word means another thing in another table: accepted of all requests, or of those due for an answer."""
    title = say(f"reports.column_{column}", language)
    if column == first:
        return title
    return say("sheets.column", language, of=say(f"reports.column_{first}", language), column=title)


def _figures(report: Report, language: str) -> Sheet:
    rows = [_figure(one, language) for one in report.metrics]
    return Sheet(say("sheets.figures", language), _figure_columns(language), rows)


def _figure_columns(language: str) -> tuple[Column, ...]:
    return (
        Column(say("sheets.figure", language), width=42),
        Column(say("sheets.value", language), "number", 12),
        Column(say("sheets.unit", language), width=12),
        Column(say("sheets.over", language), "number", 14),
        Column(say("sheets.under", language), "number", 14),
        Column(say("sheets.note", language), width=20),
    )


def _figure(one: Metric, language: str) -> tuple[Cell, ...]:
    return (
        say(f"reports.metric_{one.name}", language),
        _value(one),
        say(f"sheets.unit_{one.kind}", language),
        one.numerator,
        one.denominator,
        say("reports.hidden", language) if one.hidden else "",
    )


def _split(table: Table, language: str) -> Sheet:
    split, first = say(f"reports.split_{table.by}", language), say(f"reports.column_{table.columns[0]}", language)
    columns = (
        Column(split, width=36),
        *(Column(say(f"reports.column_{column}", language), "number", 16) for column in table.columns),
    )
    rows: list[tuple[Cell, ...]] = [
        (group_name(table.by, line.group, language), *(line.counts[column] for column in table.columns))
        for line in table.lines
    ]
    if table.rest is not None:
        rows.append((say("reports.others", language), *(table.rest.counts[column] for column in table.columns)))
    return Sheet(f"{split}, {first}"[:31], columns, rows)


def _value(one: Metric) -> Cell:
    if one.value is None:
        return None
    return Share(round(one.value, 4)) if one.kind == "share" else round(one.value, 2)


def definitions(report: Report, language: str) -> Sheet:
    """What each figure counts, and over which days."""
    return _defined(report, report.metrics, language)


def _defined(report: Report, metrics: Iterable[Metric], language: str) -> Sheet:
    return defined(
        (
            (say("sheets.period", language), window_of(report.period, language)),
            (say("sheets.small", language), say("reports.least", language, least=report.least)),
            *(
                (say(f"reports.metric_{one.name}", language), say(f"reports.means_{one.name}", language))
                for one in metrics
            ),
        ),
        language,
    )


def defined(rows: Iterable[tuple[str, str]], language: str, *, of: str = "sheets.figure") -> Sheet:
    """The page that says what stands on the others; `of` heads what is explained."""
    columns = (Column(say(of, language), width=42), Column(say("sheets.means", language), width=60))
    return Sheet(say("sheets.definitions", language), columns, list(rows))
