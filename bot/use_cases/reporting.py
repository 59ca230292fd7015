"""Reports from a store: what of the Steps is read for which report, and the report made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from bot.domain.reports import SPLITS, Facts, Period, Report, gather, period, plan_of, report
from bot.domain.reports.facts import LOOK_BACK, PARTS_READ
from bot.domain.reports.intros import OF_INTRO
from bot.domain.reports.report import splits_of
from bot.domain.steps import Columns
from bot.domain.worth import QUESTIONS
from bot.ports import Reading, UnitOfWork

OF_TALKS = frozenset({"requests", "moments"})
ANSWERS = frozenset(
    {
        "ask_more", "answer", "accept", "decline", "alum_away", "withdraw", "expire", "flag", "release", "close",
        "thaw_out", "part",
    }
)  # fmt: skip
TALKS = frozenset({"accept", "confirm_met", "report_missed", "reschedule", "thank"})
PLANS = frozenset({"pick_time", "arrange", "in_writing", "nobody_said", "late_cancel"})
SAID_AFTER = frozenset(QUESTIONS)
THANKS = frozenset({"confirm_thanks"}) | SAID_AFTER
ARRIVED = frozenset({"delivered"})
FLAGS = frozenset({"flag", "release", "close", "thaw_out", "part"})
EVERYTHING = frozenset(PARTS_READ)
NEEDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "overview": (EVERYTHING, OF_INTRO),
    "funnel": (OF_TALKS, TALKS | PLANS | {"confirm_thanks"}),
    "response": (OF_TALKS, ANSWERS | ARRIVED),
    "interviews": (OF_TALKS | {"referrals"}, TALKS | PLANS | SAID_AFTER),
    "thanks": (OF_TALKS, TALKS | PLANS | THANKS),
    "supply": (EVERYTHING, OF_INTRO - ARRIVED - THANKS),
    "load": (frozenset({"requests", "alumni"}), frozenset()),
    "reach": (EVERYTHING, TALKS),
    "safety": (OF_TALKS | {"alumni"}, FLAGS),
}
"""What a report counts, and no more, is read: which parts, and what happened to intros after they were asked for."""


def facts_for(name: str, reading: Reading | UnitOfWork, of: Period, splits: Collection[str] = SPLITS) -> Facts:
    """Everything that one report counts with these splits, from the Steps before the period's end."""
    since = of.start - LOOK_BACK
    parts, moments = NEEDS[name]

    def read(which: str) -> Iterator[Columns]:
        part = PARTS_READ[which]
        what = part.what & moments if which in ("moments", "helped") else part.what
        begin, end = (None, since) if which == "helped" else (None if part.ever else since, of.until)
        return reading.steps.columns(part.facts_for(splits), what, begin, end)

    return gather({which: read(which) for which in PARTS_READ if which in parts})


def make_report(reading: Reading | UnitOfWork, name: str, period_name: str, now: datetime, *, by: str = "") -> Report:
    """A report, as it may be shown. Raises Refusal."""
    campus = reading.places.campus()
    plan_of(name, by)
    of = period(period_name, now, campus)
    return report(name, facts_for(name, reading, of, splits_of(by)), of, by=by, least=campus.smallest_group)
