"""Steps: dated facts with nobody's name in them, which every report is made of.

Whatever a report needs is on the Step itself, as it was at that moment: the split fields (`field`, `college`, `year`,
`platform`, each of a coarse closed list) are copied, so that a report about last year still says the same when the
people have changed, have left or were erased. What is counted beside the fact stands in `amount`:

==================  =================================================================================================
request, ask_more   days that the alum has to answer, from here on (also of `answer`, and of `release` to `requested`)
accept              minutes that the talk will take
offer_times         times offered
pick_time, arrange  minutes until the talk begins
pace                talks that an alum takes a month (in `detail`: at a time)
pause               days that the pause lasts, today among them; none: until they come back by themselves
worth               was it worth your time, from 1 to 5
clear_before        how clear the student was before the talk, from 1 to 5; `clear_after`: and after it
erased              days from the wish to be forgotten until it was done
==================  =================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True)
class Step:
    """A dated fact, kept for ever, with nobody's name in it. `who` and `whom` are random keys."""

    what: str
    at: datetime
    who: str = ""
    whom: str = ""
    intro: int | None = None
    ask: int | None = None
    detail: str = ""
    platform: str = ""
    field: str = ""
    college: str = ""
    year: str = ""
    amount: int | None = None


Row: TypeAlias = tuple[str, int, str, str, int | None, int | None, str, str, str, str, str, int | None]
"""A Step as reports read it, a hundred thousand at a time: `what`, `at` in seconds since 1970 (UTC), `who`, `whom`,
`intro`, `ask`, `detail`, `platform`, `field`, `college`, `year`, `amount`."""
Moment: TypeAlias = tuple[str, int, str, int, str, int | None]
"""What happened to an intro that has begun, of which the rest is known: `what`, `at`, `who`, `intro`, `detail`,
`amount`."""


def row_of(step: Step) -> Row:
    """One Step as a row."""
    return (
        step.what, int(step.at.timestamp()), step.who, step.whom, step.intro, step.ask, step.detail, step.platform,
        step.field, step.college, step.year, step.amount,
    )  # fmt: skip


def moment_of(step: Step) -> Moment:
    """One Step of an intro as a moment."""
    return (step.what, int(step.at.timestamp()), step.who, step.intro or 0, step.detail, step.amount)
