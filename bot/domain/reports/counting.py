"""From facts to counts: what belongs to a period, and into which group of a split.

Every count is a *measure*, a set of intros, asks or people. `PARTS` says which measures add up to which, `WITHIN` which
lie inside which: that is what somebody who wanted to find a small group could reckon with, so suppression knows it too.

A request counts in the rates of the period in which its window closed (answered or not: the day by which it had to be),
so that quick answers do not count before slow ones; one that was withdrawn or stopped stands aside. A talk counts when
it first came out that it was held, missed, or that nobody says. Thanks count when the thirty days after the talk end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from bot.domain.reports.facts import AlumFacts, Facts
from bot.domain.reports.intros import DAY, Intros, happened
from bot.domain.reports.periods import Period
from bot.domain.reports.rows import NOTHING, Flags
from bot.domain.reports.survival import Curve, Times, Watched, kaplan_meier
from bot.domain.steps import NO_NUMBER

if TYPE_CHECKING:
    from bot.domain.steps import Numbers

SPLITS = ("field", "college", "year", "platform")
THANKS_DAYS = 30
NOT_SAID = ""
"""The group of those of whom it is not known."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "closed": ("answered", "expired"),
    "answered": ("accepted", "declined"),
    "planned": ("due", "late_cancelled"),
    "due": ("held", "missed", "unknown"),
    "held": ("held_by_both", "held_by_one"),
}
"""A measure → the measures that add up to it."""
WITHIN: Mapping[str, tuple[str, ...]] = {
    "delivered": ("sent",),
    "busiest": ("sent",),
    "answered_so_far": ("sent",),
    "redirected": ("closed",),
    "redirect_accepted": ("redirected", "accepted"),
    "went_accepted": ("answered_so_far", "sent"),
    "went_planned": ("went_accepted",),
    "went_held": ("went_planned",),
    "went_thanked": ("went_held",),
    "went_confirmed": ("went_thanked",),
    "thanked_so_far": ("held",),
    "rated": ("held",),
    "compared": ("held",),
    "thanked": ("thanks_due",),
    "thanks_confirmed": ("thanked",),
    "unmet": ("asked",),
    "students_held": ("students", "held"),
    "students_held_3": ("students_held",),
    "available": ("opted_in",),
    "returning": ("helped",),
    "acted": ("flagged",),
    "erased_in_time": ("erased",),
}
"""A measure → those that it lies inside of."""


@dataclass
class Group:
    """What one group of a split (or all together) counts to. `people`: the different students, or alumni, behind a
    table's first column."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    people: dict[str, Numbers] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    answers: Watched = field(default_factory=lambda: Watched.of(()))
    """Hours until an answer, and whether one came: for Kaplan and Meier."""


@dataclass
class Tally:
    """A period, counted. `groups` is by split and group; `sums` are what is no count: minutes, points, differences."""

    total: Group = field(default_factory=Group)
    groups: dict[str, dict[str, Group]] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    thanks: Watched = field(default_factory=lambda: Watched.of(()))
    actions: Watched = field(default_factory=lambda: Watched.of(()))
    to_talk: Times = field(default_factory=lambda: np.zeros(0))
    erasure_days: Sequence[int] = ()
    requests_by_alum: Mapping[int, int] = field(default_factory=dict)
    """How many requests each alum got, of those who can be asked or were."""
    _curves: dict[str, Curve] = field(default_factory=dict)

    def curve(self, of: str) -> Curve:
        """How long it took until there were `answers`, `thanks`, or `actions` of a coordinator."""
        if of not in self._curves:
            times = {"answers": self.total.answers, "thanks": self.thanks, "actions": self.actions}[of]
            self._curves[of] = kaplan_meier(times)
        return self._curves[of]


@dataclass(frozen=True)
class Window:
    """The seconds that are counted: from `start` to before `end`."""

    start: int
    end: int

    def holds(self, at: Numbers) -> Flags:
        found: Flags = (self.start <= at) & (at < self.end)
        return found


def tally(facts: Facts, period: Period, splits: tuple[str, ...] = ()) -> Tally:
    """Count what belongs to a period, altogether and by each of `splits`."""
    counted = Tally(groups={split: defaultdict(Group) for split in splits})
    window = Window(int(period.start.timestamp()), _seconds(period.until))
    measures = measures_of_intros(facts.intros, window)
    _count_intros(counted, facts, measures, window, splits)
    _count_talks(counted, facts.intros, measures, window)
    _count_students(counted, facts, measures, splits)
    _count_asks(counted, facts, window, splits)
    _count_alumni(counted, facts, window, period, splits)
    _count_erasures(counted, facts, window)
    return counted


def _seconds(moment: datetime) -> int:
    """The first whole second that is not counted any more."""
    return int(-(-moment.timestamp() // 1))


# --- intros ---------------------------------------------------------------------------------------------------------


def measures_of_intros(intros: Intros, window: Window) -> Mapping[str, Flags]:
    """Which intros belong to each measure."""
    return _way(intros, window) | _answer(intros, window) | _talk(intros, window) | _flags(intros, window)


def talks_held(intros: Intros, of: Period) -> Flags:
    """Which are the talks held of a period."""
    return measures_of_intros(intros, Window(int(of.start.timestamp()), _seconds(of.until)))["held"]


def _way(intros: Intros, window: Window) -> dict[str, Flags]:
    """How far the requests that were sent in this period have come until now."""
    was_held = happened(intros.held_at)
    sent = window.holds(intros.requested_at)
    accepted = sent & happened(intros.accepted_at)
    planned = accepted & (intros.was_planned | was_held)
    held = planned & was_held
    thanked = held & happened(intros.thanked_at)
    return {
        "sent": sent,
        "delivered": sent & happened(intros.delivered_at),
        "went_accepted": accepted,
        "went_planned": planned,
        "went_held": held,
        "went_thanked": thanked,
        "went_confirmed": thanked & happened(intros.confirmed_at),
    }


def _answer(intros: Intros, window: Window) -> dict[str, Flags]:
    closed = window.holds(intros.deadline) & ~intros.is_frozen & ~intros.aside
    accepted, declined = closed & intros.accepted, closed & intros.declined
    redirected = closed & (intros.rank > 1)
    return {
        "closed": closed,
        "answered": accepted | declined,
        "accepted": accepted,
        "declined": declined,
        "expired": closed & ~accepted & ~declined,
        "redirected": redirected,
        "redirect_accepted": redirected & accepted,
    }


def _talk(intros: Intros, window: Window) -> dict[str, Flags]:
    """What came of the talk that was agreed, by what is known of it now: it was held, else missed, else nobody says,
    else it was called off late."""
    left = happened(intros.accepted_at)
    came: dict[str, Flags] = {}
    for name, at in (
        ("held", intros.held_at), ("missed", intros.missed_at), ("unknown", intros.unknown_at),
        ("late_cancelled", intros.late_cancel_at),
    ):  # fmt: skip
        came[name] = left & window.holds(at)
        left = left & ~happened(at)
    held, due = came["held"], came["held"] | came["missed"] | came["unknown"]
    thanks_end = intros.held_at + THANKS_DAYS * DAY
    thanks_due = happened(intros.accepted_at) & happened(intros.held_at) & window.holds(thanks_end)
    thanked = thanks_due & happened(intros.thanked_at) & (intros.thanked_at <= thanks_end)
    return came | {
        "planned": due | came["late_cancelled"],
        "due": due,
        "held_by_both": held & intros.met_by_both,
        "held_by_one": held & ~intros.met_by_both,
        "thanks_due": thanks_due,
        "thanked": thanked,
        "thanks_confirmed": thanked & happened(intros.confirmed_at) & (intros.confirmed_at <= thanks_end),
        "rated": held & (intros.worth != NO_NUMBER),
        "compared": held & (intros.clear_before != NO_NUMBER) & (intros.clear_after != NO_NUMBER),
    }


def _flags(intros: Intros, window: Window) -> dict[str, Flags]:
    flagged = window.holds(intros.flagged_at)
    return {"flagged": flagged, "acted": flagged & happened(intros.acted_at)}


FIRST_COLUMNS = ("sent", "closed", "due", "thanks_due")


def _count_intros(
    counted: Tally, facts: Facts, measures: Mapping[str, Flags], window: Window, splits: tuple[str, ...]
) -> None:
    intros, sent = facts.intros, measures["sent"]
    # Hours from the request to the alum's first word (yes, no, away, or a question); else how long it was waited.
    waited_until = np.where(happened(intros.stopped_at), np.minimum(intros.stopped_at, window.end), window.end)
    hours, answered = _hours(intros.requested_at, intros.response_at, waited_until)
    counted.total.answers = Watched(hours[sent], answered[sent])
    for measure, those in measures.items():
        counted.total.counts[measure] = int(np.count_nonzero(those))
    for split in splits:
        for name, group_has in _groups(facts, getattr(intros, split)):
            group = counted.groups[split][name]
            for measure, those in measures.items():
                group.counts[measure] = int(np.count_nonzero(those & group_has))
            for measure in FIRST_COLUMNS:
                group.people[measure] = np.unique(intros.student[measures[measure] & group_has])
            group.answers = Watched(hours[sent & group_has], answered[sent & group_has])


def _groups(facts: Facts, column: Numbers) -> list[tuple[str, Flags]]:
    """The groups of a split, and what is in each."""
    return [(facts.words[number], column == number) for number in np.unique(column)]


def _hours(since: Numbers, at: Numbers, watched_until: Numbers | int) -> tuple[Times, Flags]:
    """How many hours until it happened, or as long as it was watched; and whether it happened."""
    did = happened(at)
    hours: Times = (np.where(did, at, watched_until) - since) / 3600
    return hours, did


def _count_talks(counted: Tally, intros: Intros, measures: Mapping[str, Flags], window: Window) -> None:
    held, flagged = measures["held"], measures["flagged"]
    thanked = _hours(intros.over_at, intros.thanked_at, window.end)
    acted = _hours(intros.flagged_at, intros.acted_at, window.end)
    counted.thanks = Watched(thanked[0][held], thanked[1][held])
    counted.actions = Watched(acted[0][flagged], acted[1][flagged])
    began = np.where(happened(intros.starts_at), intros.starts_at, intros.held_at)
    counted.to_talk = np.maximum(0, began - intros.accepted_at)[held] / DAY
    counted.sums["minutes"] = int(intros.minutes[held].sum())
    counted.sums["points"] = int(intros.worth[measures["rated"]].sum())
    counted.sums["clearer"] = int((intros.clear_after - intros.clear_before)[measures["compared"]].sum())


# --- people and asks ------------------------------------------------------------------------------------------------


def _count_students(counted: Tally, facts: Facts, measures: Mapping[str, Flags], splits: tuple[str, ...]) -> None:
    """Each student once, in the group of their first intro that counts here."""
    intros, held = facts.intros, measures["held"]
    those = np.flatnonzero(measures["sent"] | held)
    students, firsts, which = np.unique(intros.student[those], return_index=True, return_inverse=True)
    talks = np.bincount(which[held[those]], minlength=len(students))

    def count(group: Group, has: Flags) -> None:
        group.people["students"] = students[has]
        group.counts["students"] = int(np.count_nonzero(has))
        group.counts["students_held"] = int(np.count_nonzero(has & (talks >= 1)))
        group.counts["students_held_3"] = int(np.count_nonzero(has & (talks >= 3)))

    count(counted.total, np.ones(len(students), np.bool_))
    for split in splits:
        for name, group_has in _groups(facts, getattr(intros, split)[those[firsts]]):
            count(counted.groups[split][name], group_has)


def _count_asks(counted: Tally, facts: Facts, window: Window, splits: tuple[str, ...]) -> None:
    asks = facts.asks
    asked = window.holds(asks.at)

    def count(group: Group, has: Flags) -> None:
        group.people["asked"] = np.unique(asks.student[has])
        group.counts["asked"] = int(np.count_nonzero(has))
        group.counts["unmet"] = int(np.count_nonzero(has & asks.unmet))

    count(counted.total, asked)
    for split in splits:
        for name, group_has in _groups(facts, getattr(asks, split)):
            count(counted.groups[split][name], asked & group_has)


def _count_alumni(counted: Tally, facts: Facts, window: Window, period: Period, splits: tuple[str, ...]) -> None:
    """Who can be asked at the end of the period; and of those who helped in it, who had helped before."""
    intros, accepted = facts.intros, happened(facts.intros.accepted_at)
    earlier = accepted & (intros.accepted_at < window.start)
    helped = np.unique(intros.alum[accepted & ~earlier])
    before = np.concatenate((facts.helped_before, intros.alum[earlier]))
    counted.total.counts["helped"] = len(helped)
    counted.total.counts["returning"] = int(np.count_nonzero(np.isin(helped, before)))

    those = {key: alum for key, alum in facts.alumni.items() if alum.is_in}
    waiting = _of_each(facts, intros.takes_a_place)
    this_month = _of_each(facts, intros.is_waiting | (accepted & (intros.accepted_at >= _month_began(period))))
    keys = np.array(list(those), np.int64)
    free = np.array(
        [_is_free(alum, waiting[key], this_month[key], window.end) for key, alum in those.items()], np.bool_
    )

    def count(group: Group, has: Flags) -> None:
        group.people["opted_in"] = keys[has]
        group.counts["opted_in"] = int(np.count_nonzero(has))
        group.counts["available"] = int(np.count_nonzero(has & free))

    count(counted.total, np.ones(len(keys), np.bool_))
    for split in splits:
        column = np.array([getattr(alum, split, 0) for alum in those.values()], np.int64)
        for name, group_has in _groups(facts, column):
            count(counted.groups[split][name], group_has)

    requests = _of_each(facts, window.holds(intros.requested_at))
    counted.requests_by_alum = {key: int(requests[key]) for key in {*those, *np.flatnonzero(requests).tolist()}}
    asked = {*facts.asks.field[window.holds(facts.asks.at)].tolist()} - {0}
    covered = {alum.field for alum, is_free in zip(those.values(), free, strict=True) if is_free}
    counted.sums["fields_asked"], counted.sums["fields_covered"] = len(asked), len(asked & covered)
    counted.sums["referrals"] = int(np.count_nonzero(window.holds(facts.referrals)))


def _of_each(facts: Facts, those: Flags) -> Numbers:
    """By the number of an alum: how many of these intros are theirs."""
    return np.bincount(facts.intros.alum[those], minlength=len(facts.words))


def _is_free(alum: AlumFacts, waiting: int, this_month: int, end: int) -> bool:
    return not alum.is_paused(end) and bool(waiting < alum.at_once) and bool(this_month < alum.month)


def _month_began(period: Period) -> int:
    """The first second of the campus's calendar month in which the period ends (so far)."""
    last = period.last_day
    return int(datetime(last.year, last.month, 1, tzinfo=ZoneInfo(period.zone)).timestamp())


def _count_erasures(counted: Tally, facts: Facts, window: Window) -> None:
    days = [after for at, after in facts.erasures if window.start <= at < window.end]
    counted.total.counts["erased"] = len(days)
    counted.total.counts["erased_in_time"] = sum(after <= THANKS_DAYS for after in days)
    counted.erasure_days = days
