"""Periods: from when to when a report counts, by the campus's own calendar and clock.

A term lasts until the next one begins, so that every day belongs to one term and the terms of a year add up to it. A
report of a period reads nothing that happened after the period's end (or after now, while it lasts): that is why last
year's report says the same today as on its last evening.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.domain.campus import Campus
from bot.domain.refusals import Refusal

NAMED = (
    "this-term", "last-term", "this-year", "last-year", "this-month", "last-month", "this-class", "last-class",
)  # fmt: skip
CLASS_BEGINS = 7
"""A NACE class year: 1 July to 30 June, called after the year it ends in."""
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"(term|year|class)-(\d{4})(?:-(\d))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """From `start` to before `end`, both at midnight of `zone`. `now` is when the report was made."""

    name: str
    start: datetime
    end: datetime
    now: datetime
    zone: str

    @property
    def until(self) -> datetime:
        """What was known at this moment counts, and nothing after it."""
        return min(self.end, self.now)

    @property
    def is_over(self) -> bool:
        return self.end <= self.now

    @property
    def first_day(self) -> date:
        return self.start.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> date:
        """The last day that is counted, whole or so far."""
        last = datetime.fromtimestamp(self.until.timestamp() - 1, ZoneInfo(self.zone)).date()
        return max(last, self.first_day)


def period(name: str, now: datetime, campus: Campus) -> Period:
    """The period called `name`: one of NAMED, `2026-03` (a month), `term-2026-1` (the first term of the academic year
    that begins in 2026), `year-2026` (that year), `class-2026` (NACE). Raises Refusal (`no_such_period`)."""
    here = now.astimezone(ZoneInfo(campus.zone)).date()
    found = _named(name, here, campus) or _dated(name, campus)
    if found is None:
        raise Refusal("no_such_period", period=name[:40], periods=", ".join(NAMED))
    start, end = (datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(campus.zone)) for day in found)
    return Period(name, start.astimezone(UTC), end.astimezone(UTC), now, campus.zone)


def _named(name: str, here: date, campus: Campus) -> tuple[date, date] | None:
    which, _, what = name.partition("-")
    if which not in ("this", "last"):
        return None
    match what:
        case "term":
            begins = _term_begins(campus, here.year - 2, here.year + 1)
        case "year":
            begins = [_day(year, campus.term_starts[0]) for year in range(here.year - 2, here.year + 2)]
        case "month":
            begins = [date(year, month, 1) for year in range(here.year - 1, here.year + 2) for month in range(1, 13)]
        case "class":
            begins = [date(year, CLASS_BEGINS, 1) for year in range(here.year - 2, here.year + 2)]
        case _:
            return None
    now_in = max(number for number, day in enumerate(begins) if day <= here)
    chosen = now_in if which == "this" else now_in - 1
    return begins[chosen], begins[chosen + 1]


def _dated(name: str, campus: Campus) -> tuple[date, date] | None:
    if found := _MONTH.fullmatch(name):
        year, month = int(found[1]), int(found[2])
        if not (1 <= month <= 12 and 2000 <= year <= 2999):
            return None
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    found = _YEAR.fullmatch(name)
    if found is None or not 2000 <= int(found[2]) <= 2999:
        return None
    kind, year, number = found[1], int(found[2]), int(found[3] or 0)
    first = campus.term_starts[0]
    if kind == "term":
        begins = [day for day in _term_begins(campus, year, year + 2) if day >= _day(year, first)]
        return (begins[number - 1], begins[number]) if 1 <= number <= len(campus.term_starts) else None
    if number:
        return None
    if kind == "class":
        return date(year - 1, CLASS_BEGINS, 1), date(year, CLASS_BEGINS, 1)
    return _day(year, first), _day(year + 1, first)


def _term_begins(campus: Campus, first: int, last: int) -> list[date]:
    return sorted(_day(year, start) for year in range(first, last + 1) for start in campus.term_starts)


def _day(year: int, month_day: str) -> date:
    month, day = map(int, month_day.split("-"))
    return date(year, month, day)
