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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers: TypeAlias = npt.NDArray[np.int64]


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


@dataclass(frozen=True)
class Columns:
    """Many Steps as reports read them, fact by fact and in order: each fact is a column by its name on Step. Only the
    facts that were asked for are there; whole numbers are in `numbers`, everything else is in `words`."""

    words: Mapping[str, Sequence[str]]
    numbers: Mapping[str, Numbers]
    """`at` in whole seconds since 1970 (UTC); NO_NUMBER where a Step has no such number."""


NO_NUMBER = -(2**31)
NUMBERS = frozenset({"at", "intro", "ask", "amount"})
