"""Every figure there is, each with what is above and below the line: the practice's own list, in its order.

A figure of a group too small to show is no figure: where what it is made of is hidden, its value is too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bot.domain.reports.counting import Tally

BUSIEST = 10
"""Of all alumni who can be asked, the tenth with the most requests."""


@dataclass(frozen=True)
class Definition:
    """One figure. `over` and `under` are measures or sums; `kind` says how the value comes of them:

    share      over ÷ under, 0 to 1
    count      over itself
    per        over ÷ under, more than one possible (points, talks passed on)
    hours      over ÷ 60 of minutes
    p50, p90   a quantile of the time until it happened, those for whom it has not censored (`of` says which time)
    half       the median of `of`
    gini       0 (everybody is asked as often) to 1
    """

    name: str
    kind: str
    over: str
    under: str
    of: str = ""


DEFINITIONS: tuple[Definition, ...] = (
    Definition("available", "share", "available", "opted_in"),
    Definition("coverage", "share", "fields_covered", "fields_asked"),
    Definition("unmet", "share", "unmet", "asked"),
    Definition("delivered", "share", "delivered", "sent"),
    Definition("response", "share", "answered", "closed"),
    Definition("acceptance", "share", "accepted", "closed"),
    Definition("decline", "share", "declined", "closed"),
    Definition("expiry", "share", "expired", "closed"),
    Definition("redirect_success", "share", "redirect_accepted", "redirected"),
    Definition("response_p50", "p50", "answered_so_far", "sent", "answers"),
    Definition("response_p90", "p90", "answered_so_far", "sent", "answers"),
    Definition("held", "share", "held", "due"),
    Definition("held_by_both", "share", "held_by_both", "due"),
    Definition("held_by_one", "share", "held_by_one", "due"),
    Definition("held_unknown", "share", "unknown", "due"),
    Definition("no_show", "share", "missed", "due"),
    Definition("late_cancel", "share", "late_cancelled", "planned"),
    Definition("days_to_talk", "half", "held", "held", "to_talk"),
    Definition("volunteer_hours", "hours", "minutes", "held"),
    Definition("thanks_sent", "share", "thanked", "thanks_due"),
    Definition("thanks_confirmed", "share", "thanks_confirmed", "thanks_due"),
    Definition("thanks_p50", "p50", "thanked_so_far", "held", "thanks"),
    Definition("thanks_p90", "p90", "thanked_so_far", "held", "thanks"),
    Definition("referral_yield", "per", "referrals", "held"),
    Definition("students_held", "share", "students_held", "students"),
    Definition("students_held_3", "share", "students_held_3", "students"),
    Definition("returning", "share", "returning", "helped"),
    Definition("busiest", "share", "busiest", "sent"),
    Definition("gini", "gini", "gini_over", "gini_under"),
    Definition("satisfaction", "per", "points", "rated"),
    Definition("satisfaction_response", "share", "rated", "held"),
    Definition("clarity", "per", "clearer", "compared"),
    Definition("flags_acted", "share", "acted", "flagged"),
    Definition("flag_hours", "p50", "acted", "flagged", "actions"),
    Definition("erasures", "share", "erased_in_time", "erased"),
    Definition("erasure_days", "half", "erased", "erased", "erasure_days"),
    # of the funnel: how far what was sent in this period has come
    Definition("went_sent", "count", "sent", "sent"),
    Definition("went_accepted", "count", "went_accepted", "sent"),
    Definition("went_planned", "count", "went_planned", "sent"),
    Definition("went_held", "count", "went_held", "sent"),
    Definition("went_thanked", "count", "went_thanked", "sent"),
    Definition("went_confirmed", "count", "went_confirmed", "sent"),
)
BY_NAME: Mapping[str, Definition] = {one.name: one for one in DEFINITIONS}
COUNTED_ON = {
    "minutes": "held", "points": "rated", "clearer": "compared", "gini_over": "sent", "gini_under": "sent",
}  # fmt: skip
"""What is no count of people or talks → the measure without which it is hidden."""
NO_PEOPLE = frozenset({"fields_covered", "fields_asked"})
"""Fields, not people: nobody is found by them."""


@dataclass(frozen=True)
class Metric:
    """A figure as released: None where there is none, or where it is hidden."""

    name: str
    kind: str
    value: float | None
    numerator: int | None
    denominator: int | None
    hidden: bool = False


def measures_of(name: str) -> tuple[str, ...]:
    """The counts that a figure shows, or hangs on."""
    one = BY_NAME[name]
    return tuple(COUNTED_ON.get(each, each) for each in (one.over, one.under) if each not in NO_PEOPLE)


def metric(name: str, counted: Tally, hidden: frozenset[str]) -> Metric:
    """One figure of a period, or as much of it as may be shown."""
    one = BY_NAME[name]
    over, under = _amount(one, one.over, counted), _amount(one, one.under, counted)
    no_over, no_under = (COUNTED_ON.get(each, each) in hidden for each in (one.over, one.under))
    if no_over or no_under:
        return Metric(name, one.kind, None, None if no_over else over, None if no_under else under, hidden=True)
    return Metric(name, one.kind, _value(one, counted, over, under), over, under)


def _amount(one: Definition, measure: str, counted: Tally) -> int:
    match measure:
        case "gini_over":
            return gini(counted.requests_by_alum)[0]
        case "gini_under":
            return gini(counted.requests_by_alum)[1]
        case _ if measure in COUNTED_ON or measure in NO_PEOPLE:
            return counted.sums[measure]
        case _:
            return counted.total.counts[measure]


def _value(one: Definition, counted: Tally, over: int, under: int) -> float | None:
    match one.kind:
        case "count":
            return float(over)
        case "hours":
            return over / 60
        case "p50" | "p90":
            return counted.curve(one.of).quantile(0.5 if one.kind == "p50" else 0.9)
        case "half":
            times = counted.to_talk if one.of == "to_talk" else counted.erasure_days
            return float(np.median(times)) if len(times) else None
        case _:
            return over / under if under else None


def add_counts(counted: Tally) -> None:
    """The counts that come of all the others, so that they are hidden where they are small like any other."""
    counts = counted.total.counts
    counts["busiest"] = busiest(counted.requests_by_alum)
    counts["answered_so_far"] = counted.curve("answers").happened
    counts["thanked_so_far"] = counted.curve("thanks").happened
    counts["referrals"] = counted.sums["referrals"]


def busiest(requests: Mapping[int, int]) -> int:
    """The requests that went to the busiest tenth of all alumni (at least one alum)."""
    ordered = sorted(requests.values(), reverse=True)
    return sum(ordered[: max(1, -(-len(ordered) // BUSIEST))])


def gini(requests: Mapping[int, int]) -> tuple[int, int]:
    """Gini's coefficient as a fraction, over all alumni who can be asked, those without a request too."""
    ordered = sorted(requests.values())
    many = len(ordered)
    over = sum((2 * place - many - 1) * each for place, each in enumerate(ordered, 1))
    return over, many * sum(ordered)
