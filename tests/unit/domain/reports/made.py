"""Facts from Steps in memory, as a store would give them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from bot.domain.reports import SPLITS, Facts, gather
from bot.domain.reports.facts import PARTS_READ
from bot.domain.steps import NO_NUMBER, NUMBERS, Columns, Step


def facts_of(steps: Iterable[Step], until: datetime) -> Facts:
    """What is known of these Steps at `until`."""
    known = [step for step in steps if step.at < until]
    return gather(
        {
            name: [columns(part.facts_for(SPLITS), [step for step in known if step.what in part.what])]
            for name, part in PARTS_READ.items()
            if name != "helped"  # nothing is older than what is read
        }
    )


def columns(facts: Sequence[str], steps: Sequence[Step]) -> Columns:
    return Columns(
        {fact: [getattr(step, fact) for step in steps] for fact in facts if fact not in NUMBERS},
        {fact: np.array([_number(step, fact) for step in steps], np.int64) for fact in facts if fact in NUMBERS},
    )


def _number(step: Step, fact: str) -> int:
    number = int(step.at.timestamp()) if fact == "at" else getattr(step, fact)
    return NO_NUMBER if number is None else number
