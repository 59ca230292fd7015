"""How long until it happens, when for some it has not happened yet: Kaplan and Meier's estimate.

Who has not answered (yet, or not before the window closed) is *censored*: they count as waiting for as long as they
were watched, and then leave the count. Dropping them would make a programme look the quicker, the more requests it
lets expire. (Kaplan, Meier: Nonparametric Estimation from Incomplete Observations, JASA 53, 1958.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Curve:
    """`points`: (time, share for whom it has not happened by then), at each time at which it happened to somebody."""

    points: tuple[tuple[float, float], ...]
    happened: int
    watched: int

    def quantile(self, share: float) -> float | None:
        """The first time by which it had happened to `share` of all; None where the curve does not come so far."""
        left = 1.0 - share
        return next((time for time, still in self.points if still <= left + 1e-9), None)


def kaplan_meier(watched: Iterable[tuple[float, bool]]) -> Curve:
    """From (how long somebody was watched, whether it happened at the end of that). At one moment what happened comes
    before who leaves the count."""
    ordered = sorted(watched)
    at_risk, still, happened = len(ordered), 1.0, 0
    points: list[tuple[float, float]] = []
    place = 0
    while place < len(ordered):
        time, events, leaving = ordered[place][0], 0, 0
        while place < len(ordered) and ordered[place][0] == time:
            events += ordered[place][1]
            leaving += 1
            place += 1
        if events:
            still *= 1 - events / at_risk
            happened += events
            points.append((time, still))
        at_risk -= leaving
    return Curve(tuple(points), happened, len(ordered))
