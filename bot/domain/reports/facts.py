"""From Steps to facts: one pass over them, in the order in which they happened.

An intro becomes a few moments; an alum, whether they can be asked at the end. Nothing here knows of a person: keys are
only told apart. An intro counts in the periods that begin at most `LOOK_BACK` after its request, so that a report reads
a year of Steps and not all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from bot.domain.reports.intros import DAY, OF_INTRO, Intros, intros_of, which
from bot.domain.reports.rows import Flags, Rows, Words, rows_of
from bot.domain.steps import NO_NUMBER

if TYPE_CHECKING:
    from bot.domain.steps import Columns, Numbers

LOOK_BACK = timedelta(days=400)
OF_ALUM = frozenset({"approved", "left", "turned_away", "objected", "erased", "pause", "resume", "pace"})
"""Who is there to be asked."""
OF_ASK = frozenset({"no_match", "none_of_these", "ask_office"})
"""Nobody could be offered, nobody of those offered fitted, or the office was asked instead: demand that was not met."""


@dataclass(frozen=True)
class Part:
    """Steps that are read together: which, which facts of them, and those by which they are split, if they are.
    `ever`: they count however old they are."""

    what: frozenset[str]
    facts: tuple[str, ...]
    splits: tuple[str, ...] = ()
    ever: bool = False

    def facts_for(self, splits: Collection[str]) -> tuple[str, ...]:
        """What is read where these splits are counted."""
        return (*self.facts, *(split for split in self.splits if split in splits))


PARTS_READ: Mapping[str, Part] = {
    "alumni": Part(OF_ALUM, ("what", "at", "who", "detail", "platform", "field", "amount"), ever=True),
    "asks": Part(frozenset({"ask"}), ("at", "who", "ask", "field"), ("platform", "college", "year")),
    "unmet": Part(OF_ASK, ("ask",)),
    "referrals": Part(frozenset({"referral"}), ("at",)),
    "requests": Part(
        frozenset({"request"}),
        ("at", "who", "whom", "intro", "detail", "amount"),
        ("platform", "field", "college", "year"),
    ),
    "moments": Part(OF_INTRO, ("what", "at", "who", "intro", "detail", "amount")),
    "helped": Part(frozenset({"accept"}), ("who",)),
}
"""Everything that is read of the time that a report looks at; `helped`: of the time before."""
USUAL_PACE = (2, 2)


@dataclass(frozen=True)
class Asks:
    """All asks: who, when and what about, as in Intros. `unmet`: nobody could be found, or nobody fitted."""

    student: Numbers
    at: Numbers
    platform: Numbers
    field: Numbers
    college: Numbers
    year: Numbers
    unmet: Flags


class AlumFacts:
    """One alum as they stand at the end. `paused_until` in seconds; 0 for an open end. `field` and `platform` are
    numbers of words."""

    __slots__ = ("at_once", "field", "is_in", "month", "paused_until", "platform")

    def __init__(self) -> None:
        self.is_in = False
        self.month, self.at_once = USUAL_PACE
        self.field = self.platform = 0
        self.paused_until: int | None = None

    def is_paused(self, at: int) -> bool:
        return self.paused_until is not None and (self.paused_until == 0 or at < self.paused_until)


@dataclass(frozen=True)
class Facts:
    """Everything that reports are counted from."""

    words: Sequence[str]
    """Every word and key, at its number."""
    intros: Intros
    asks: Asks
    alumni: dict[int, AlumFacts]
    helped_before: Numbers
    """Keys of alumni who accepted an intro that is older than what was read."""
    erasures: tuple[tuple[int, int], ...]
    """(when, after how many days)"""
    referrals: Numbers
    """When."""


def gather(read: Mapping[str, Iterable[Columns]]) -> Facts:
    """The facts of all Steps, from the parts that were read."""
    words = Words()
    part = {name: rows_of(pieces, words) for name, pieces in read.items()}
    alumni, asks, unmet, referrals, requests, moments, helped = (part.get(name, Rows({})) for name in PARTS_READ)
    of = which(requests, moments)
    older = moments.where((of < 0) & words.flags(("accept",))[moments["what"]])
    return Facts(
        words=words.known(),
        intros=intros_of(requests, moments.where(of >= 0), of[of >= 0], words),
        asks=Asks(
            student=asks["who"], at=asks["at"], platform=asks["platform"], field=asks["field"],
            college=asks["college"], year=asks["year"], unmet=np.isin(asks["ask"], unmet["ask"]),
        ),
        alumni=_alumni(alumni, words.known()),
        helped_before=np.unique(np.concatenate((older["who"], helped["who"]))),
        erasures=_erasures(alumni, words),
        referrals=referrals["at"],
    )  # fmt: skip


_OUT = frozenset({"left", "turned_away", "objected", "erased"})


def _alumni(steps: Rows, words: list[str]) -> dict[int, AlumFacts]:
    """Each alum as they stand at the end, from everything that they ever changed."""
    alumni: dict[int, AlumFacts] = {}
    told = zip(*(steps[fact].tolist() for fact in ("what", "at", "who", "amount")), strict=True)
    for place, (number, at, who, amount) in enumerate(told):
        what, alum = words[number], alumni.get(who)
        if alum is None:
            if what in _OUT:
                continue
            alum = alumni[who] = AlumFacts()
        if what == "approved":
            alum.is_in, alum.paused_until = True, None
            alum.field, alum.platform = int(steps["field"][place]), int(steps["platform"][place])
        elif what in _OUT:
            alum.is_in, alum.paused_until = False, None
        elif what == "pause":
            alum.paused_until = 0 if amount in (NO_NUMBER, 0) else at + amount * DAY
        elif what == "resume":
            alum.paused_until = None
        else:
            at_once = words[steps["detail"][place]]
            alum.month = USUAL_PACE[0] if amount in (NO_NUMBER, 0) else amount
            alum.at_once = int(at_once) if at_once.isdecimal() else USUAL_PACE[1]
    return alumni


def _erasures(steps: Rows, words: Words) -> tuple[tuple[int, int], ...]:
    erased = steps.where(words.flags(("erased",))[steps["what"]])
    return tuple(zip(erased["at"].tolist(), np.maximum(erased["amount"], 0).tolist(), strict=True))
