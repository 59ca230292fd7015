"""`/desk report [name] [period] [by …]`: what a coordinator typed, read; the card is drawn from `Reading` alone."""

from __future__ import annotations

from bot.domain.reports import REPORTS, SPLITS, period, plan_of
from bot.use_cases.visit import Say, Visit

BY = "by"
USUAL, USUAL_PERIOD = "overview", "this-term"


def show_report(visit: Visit) -> Say:
    """The card of a report. Raises Refusal where there is no such report, period or split."""
    asked = asked_for(visit.text("report") or visit.press.arg.replace(".", " "))
    period(asked["period"], visit.now, visit.campus)
    return Say("report_card", {}, asked)


def asked_for(words: str) -> dict[str, str]:
    """Which report, period and split somebody means, in whatever order they say it. Raises Refusal."""
    asked = {"report": USUAL, "period": USUAL_PERIOD, "by": ""}
    for word in words.lower().replace("_", "-").split():
        if word == BY:
            continue
        kind = "report" if word in REPORTS else "by" if word in (*SPLITS, "all") else "period"
        asked[kind] = word
    plan_of(asked["report"], asked["by"])
    return asked
