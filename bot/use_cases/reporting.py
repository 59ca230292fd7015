"""Reports from a store: what of the Steps is read for which report, and the report made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import chain

from bot.domain.reports import Facts, Period, Report, gather, period, plan_of, report
from bot.domain.reports.facts import ABOUT, BEGINNINGS, LOOK_BACK, MOMENTS, OF_ALUM, OF_ASK, TOLD
from bot.domain.worth import QUESTIONS
from bot.ports import Reading, UnitOfWork

REQUESTS = frozenset({"request"})
ASKS = frozenset({"ask"}) | OF_ASK
HELPED = frozenset({"accept"})
ANSWERS = frozenset(
    {
        "ask_more", "answer", "accept", "decline", "alum_away", "withdraw", "expire", "flag", "release", "close",
        "thaw_out", "part",
    }
)  # fmt: skip
TALKS = frozenset({"accept", "confirm_met", "report_missed", "reschedule", "thank"})
PLANS = frozenset({"pick_time", "arrange", "nobody_said", "late_cancel"})
SAID_AFTER = frozenset(QUESTIONS)
THANKS = frozenset({"confirm_thanks"}) | SAID_AFTER
ARRIVED = frozenset({"delivered"})
FLAGS = frozenset({"flag", "release", "close", "thaw_out", "part"})
NEEDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "overview": (BEGINNINGS, MOMENTS),
    "funnel": (REQUESTS, TALKS | PLANS | {"confirm_thanks"}),
    "response": (REQUESTS, ANSWERS | ARRIVED),
    "interviews": (BEGINNINGS - ASKS, TALKS | PLANS | SAID_AFTER),
    "thanks": (REQUESTS, TALKS | THANKS),
    "supply": (BEGINNINGS, MOMENTS - ARRIVED - THANKS),
    "load": (REQUESTS, frozenset()),
    "reach": (BEGINNINGS, TALKS),
    "safety": (REQUESTS, FLAGS),
}
"""What a report counts, and no more, is read: what begins something, and what happened to it afterwards."""


def facts_for(name: str, reading: Reading | UnitOfWork, of: Period) -> Facts:
    """Everything that one report counts, from the Steps before the period's end."""
    since, until = of.start - LOOK_BACK, of.until
    beginnings, moments = NEEDS[name]
    columns = reading.steps.columns
    return gather(
        chain(columns(ABOUT, OF_ALUM, None, until), columns(ABOUT, beginnings, since, until)),
        chain(columns(TOLD, HELPED & moments, None, since), columns(TOLD, moments, since, until)),
    )


def make_report(reading: Reading | UnitOfWork, name: str, period_name: str, now: datetime, *, by: str = "") -> Report:
    """A report, as it may be shown. Raises Refusal."""
    campus = reading.places.campus()
    plan_of(name, by)
    of = period(period_name, now, campus)
    return report(name, facts_for(name, reading, of), of, by=by, least=campus.smallest_group)
