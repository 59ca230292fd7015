"""How long until it happens, when for some it has not happened yet: Kaplan and Meier's estimate.

Who has not answered (yet, or not before the window closed) is *censored*: they count as waiting for as long as they
were watched, and then leave the count. Dropping them would make a programme look the quicker, the more requests it
lets expire. (Kaplan, Meier: Nonparametric Estimation from Incomplete Observations, JASA 53, 1958.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Times: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Watched:
    """How long each was watched, and whether it happened at the end of that."""

    time: Times
    happened: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, bool]]) -> Watched:
        """From one (time, whether it happened) each."""
        pairs = list(pairs)
        return cls(np.array([time for time, _ in pairs], float), np.array([end for _, end in pairs], bool))


@dataclass(frozen=True)
class Curve:
    """`still`: the share for whom it has not happened by `times`, which are those at which it happened to somebody."""

    times: Times
    still: Times
    happened: int
    watched: int

    def quantile(self, share: float) -> float | None:
        """The first time by which it had happened to `share` of all; None where the curve does not come so far."""
        reached = self.times[self.still <= 1.0 - share + 1e-9]
        return float(reached[0]) if len(reached) else None


def kaplan_meier(watched: Watched) -> Curve:
    """At one moment what happened comes before who leaves the count."""
    times, places = np.unique(watched.time, return_inverse=True)
    leaving = np.bincount(places, minlength=len(times))
    events = np.bincount(places[watched.happened], minlength=len(times))
    at_risk = len(watched.time) - np.cumsum(leaving) + leaving
    still = np.cumprod(1 - events / at_risk)
    some = events > 0
    return Curve(times[some], still[some], int(events.sum()), len(watched.time))
