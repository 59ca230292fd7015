"""A report as JSON has it: the same names for ever, figures with what they counted, and nothing that is hidden."""

from __future__ import annotations

from typing import Any

from bot.domain.reports.periods import Period
from bot.domain.reports.report import Line, Report, Table

FORMAT = 1
"""Raised when a reader of an older file would misread a newer one."""


def as_json(report: Report) -> dict[str, Any]:
    """The whole release; its schema is `adapters/schemas/report.json`."""
    return {
        "format": FORMAT,
        "report": report.name,
        "period": window(report.period),
        "by": report.by,
        "least": report.least,
        "metrics": [
            {
                "name": one.name,
                "kind": one.kind,
                "value": None if one.value is None else round(one.value, 6),
                "numerator": one.numerator,
                "denominator": one.denominator,
                "hidden": one.hidden,
                "window": {"from": _moment(report.period, "start"), "until": _moment(report.period, "until"),
                           "zone": report.period.zone},
            }
            for one in report.metrics
        ],
        "tables": [_table(table) for table in report.tables],
    }  # fmt: skip


def window(period: Period) -> dict[str, Any]:
    """From when to when, in whose zone, and whether it is over."""
    return {
        "name": period.name,
        "from": _moment(period, "start"),
        "to": _moment(period, "end"),
        "until": _moment(period, "until"),
        "zone": period.zone,
        "over": period.is_over,
    }


def _moment(period: Period, which: str) -> str:
    from zoneinfo import ZoneInfo

    moment = {"start": period.start, "end": period.end, "until": period.until}[which]
    return moment.astimezone(ZoneInfo(period.zone)).isoformat(timespec="seconds")


def _table(table: Table) -> dict[str, Any]:
    return {
        "by": table.by,
        "columns": list(table.columns),
        "groups": [_line(line) for line in table.lines],
        "others": None if table.rest is None else dict(table.rest.counts),
    }


def _line(line: Line) -> dict[str, Any]:
    hours = None if line.hours is None else round(line.hours, 3)
    return {"group": line.group, "counts": dict(line.counts), "median_hours": hours}
