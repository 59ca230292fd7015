"""Days on which no nudge goes out: the office's own closures, public holidays, exam weeks.

Public holidays are those of the place that the campus names, as the `holidays` library knows them; they are read once
for each year. The library is loaded only where a campus names a place, since it takes a moment.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from bot.domain.campus import Campus

CLOSURE, EXAM_WEEK = "closure", "exam_week"


def closed_on(day: date, campus: Campus) -> str:
    """Why no nudge goes out on this day: `closure`, `exam_week`, or nothing."""
    if day in campus.closures or day in _public_holidays(campus.holidays_of, day.year):
        return CLOSURE
    return EXAM_WEEK if day in campus.exam_weeks else ""


@lru_cache(maxsize=64)
def _public_holidays(place: str, year: int) -> frozenset[date]:
    """Those of `GB`, or of `GB-SCT`; none of a place that has no name."""
    if not place:
        return frozenset()
    from holidays import country_holidays

    country, _, part = place.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))
