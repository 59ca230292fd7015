"""Facts from Steps in memory, as a store would give them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.reports import Facts, gather
from bot.domain.reports.facts import BEGINNINGS, MOMENTS, OF_ALUM
from bot.domain.steps import Step, moment_of, row_of


def facts_of(steps: Iterable[Step], until: datetime) -> Facts:
    """What is known of these Steps at `until`."""
    known: Sequence[Step] = [step for step in steps if step.at < until]
    return gather(
        [row_of(step) for step in known if step.what in OF_ALUM | BEGINNINGS],
        [moment_of(step) for step in known if step.what in MOMENTS and step.intro is not None],
    )
