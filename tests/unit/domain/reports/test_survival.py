"""The wait until it happens, against a worked example and against another implementation."""

from __future__ import annotations

import random

import pytest
from lifelines import KaplanMeierFitter

from bot.domain.reports.survival import Watched, kaplan_meier

GEHAN = [6, 6, 6, 7, 10, 13, 16, 22, 23]
GEHAN_CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
"""Weeks in remission under 6-mercaptopurine (Freireich and others 1963; the textbook's example since Gehan 1965)."""


def test_the_textbooks_example_comes_out_as_in_the_textbook() -> None:
    curve = kaplan_meier(Watched.of([(week, True) for week in GEHAN] + [(week, False) for week in GEHAN_CENSORED]))

    assert [(week, round(still, 3)) for week, still in zip(curve.times, curve.still, strict=True)] == [
        (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448),
    ]  # fmt: skip
    assert (curve.quantile(0.5), curve.quantile(0.9)) == (23, None)
    assert (curve.happened, curve.watched) == (9, 21)


def test_who_has_not_answered_is_not_left_out() -> None:
    quick = [(1.0, True), (2.0, True)]
    silent = [(240.0, False)] * 8

    assert kaplan_meier(Watched.of(quick)).quantile(0.5) == 1.0
    assert kaplan_meier(Watched.of(quick + silent)).quantile(0.5) is None


def test_nobody_at_all_is_no_figure() -> None:
    assert kaplan_meier(Watched.of([])).quantile(0.5) is None


@pytest.mark.filterwarnings("ignore:Approximating")  # its quantile of a step function is just the step
@pytest.mark.parametrize("seed", range(25))
def test_it_agrees_with_lifelines(seed: int) -> None:
    chance = random.Random(seed)
    watched = [
        (float(chance.randint(1, 40)) if seed % 2 else chance.expovariate(0.05), chance.random() < 0.7)
        for _ in range(chance.randint(1, 300))
    ]
    fitted = KaplanMeierFitter().fit([time for time, _ in watched], [event for _, event in watched])

    curve = kaplan_meier(Watched.of(watched))

    theirs = fitted.survival_function_["KM_estimate"]
    assert list(curve.still) == pytest.approx([theirs.loc[time] for time in curve.times])
    for share in (0.5, 0.9):
        expected = fitted.percentile(1 - share)
        assert (curve.quantile(share) or float("inf")) == pytest.approx(expected)
