"""What goes into a file: sheets of typed columns, and one that says what each figure means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from bot.domain.reports import Report, Table
from bot.phrases import say
from bot.views.reports import group_name, window

Cell: TypeAlias = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """A heading; `kind` is text, number, share or day; `width` in letters."""

    title: str
    kind: str = "text"
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One page of a workbook, or a CSV."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    rows_are_many: bool = False


def of_report(report: Report, language: str) -> tuple[Sheet, ...]:
    """A report's figures, each of its splits, and the definitions."""
    return (
        _figures(report, language),
        *(_split(table, language) for table in report.tables if table.lines),
        definitions(report, language),
    )


def _figures(report: Report, language: str) -> Sheet:
    columns = (
        Column(say("sheets.figure", language), width=42),
        Column(say("sheets.value", language), "number", 12),
        Column(say("sheets.unit", language), width=12),
        Column(say("sheets.over", language), "number", 14),
        Column(say("sheets.under", language), "number", 14),
        Column(say("sheets.note", language), width=20),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            say(f"reports.metric_{one.name}", language),
            None if one.value is None else round(one.value, 4),
            say(f"sheets.unit_{one.kind}", language),
            one.numerator,
            one.denominator,
            say("reports.hidden", language) if one.hidden else "",
        )
        for one in report.metrics
    ]
    return Sheet(say("sheets.figures", language), columns, rows)


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


def definitions(report: Report, language: str) -> Sheet:
    """What each figure counts, and over which days."""
    columns = (Column(say("sheets.figure", language), width=42), Column(say("sheets.means", language), width=60))
    rows: list[tuple[Cell, ...]] = [
        (say("sheets.period", language), window(report, language)),
        (say("sheets.small", language), say("reports.least", language, least=report.least)),
        *(
            (say(f"reports.metric_{one.name}", language), say(f"reports.means_{one.name}", language))
            for one in report.metrics
        ),
    ]
    return Sheet(say("sheets.definitions", language), columns, rows)


def listed(name: str, columns: Iterable[Column], rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    """A long list."""
    return Sheet(name, tuple(columns), rows, rows_are_many=True)
