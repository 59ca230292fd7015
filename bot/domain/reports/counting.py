"""From facts to counts: what belongs to a period, and into which group of a split.

Every count is a *measure*, a set of intros, asks or people. `PARTS` says which measures add up to which, `WITHIN` which
lie inside which: that is what somebody who wanted to find a small group could reckon with, so suppression knows it too.

A request counts in the rates of the period in which its window closed (answered or not: the day by which it had to be),
so that quick answers do not count before slow ones; one that was withdrawn or stopped stands aside. A talk counts when
it first came out that it was held, missed, or that nobody says. Thanks count when the thirty days after the talk end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.reports.facts import DAY, TAKES_A_PLACE, AlumFacts, Facts, IntroFacts
from bot.domain.reports.periods import Period
from bot.domain.reports.survival import Curve, kaplan_meier

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
OF_INTROS = (
    "sent", "delivered", "went_accepted", "went_planned", "went_held", "went_thanked", "went_confirmed", "closed",
    "answered", "accepted", "declined", "expired", "redirected", "redirect_accepted", "planned", "due", "held",
    "held_by_both", "held_by_one", "missed", "unknown", "late_cancelled", "thanks_due", "thanked", "thanks_confirmed",
    "rated", "compared", "flagged", "acted",
)  # fmt: skip


@dataclass
class Group:
    """What one group of a split (or all together) counts to. `people`: the different students, or alumni, behind a
    table's first column, or as many of them as make it large."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    answers: list[tuple[float, bool]] = field(default_factory=list)
    """Hours until an answer, and whether one came: for Kaplan and Meier."""


@dataclass
class Tally:
    """A period, counted. `groups` is by split and group; `sums` are what is no count: minutes, points, differences."""

    total: Group = field(default_factory=Group)
    groups: dict[str, dict[str, Group]] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    thanks: list[tuple[float, bool]] = field(default_factory=list)
    actions: list[tuple[float, bool]] = field(default_factory=list)
    to_talk: list[float] = field(default_factory=list)
    erasure_days: list[int] = field(default_factory=list)
    requests_by_alum: dict[str, int] = field(default_factory=dict)
    """How many requests each alum got, of those who can be asked or were."""
    _curves: dict[str, Curve] = field(default_factory=dict)

    def curve(self, of: str) -> Curve:
        """How long it took until there were `answers`, `thanks`, or `actions` of a coordinator."""
        if of not in self._curves:
            times = {"answers": self.total.answers, "thanks": self.thanks, "actions": self.actions}[of]
            self._curves[of] = kaplan_meier(times)
        return self._curves[of]


BIT: Mapping[str, int] = {measure: 1 << place for place, measure in enumerate(OF_INTROS)}
_FIRST_COLUMNS = tuple((measure, BIT[measure]) for measure in ("sent", "closed", "due", "thanks_due"))
ENOUGH_PEOPLE = 60
"""Nobody need know how many more: it is only asked whether a group is large enough (at most 30, `smallest_group`)."""


def tally(facts: Facts, period: Period, splits: tuple[str, ...] = ()) -> Tally:
    """Count what belongs to a period, altogether and by each of `splits`."""
    counted = Tally(groups={split: defaultdict(Group) for split in splits})
    a, b = int(period.start.timestamp()), _seconds(period.until)
    students = _count_intros(counted, facts, a, b, splits)
    _count_students(counted, students, splits)
    _count_asks(counted, facts, a, b, splits)
    _count_alumni(counted, facts, a, b, period, splits)
    _count_erasures(counted, facts, a, b)
    return counted


def _seconds(moment: datetime) -> int:
    """The first whole second that is not counted any more."""
    return int(-(-moment.timestamp() // 1))


# --- intros ---------------------------------------------------------------------------------------------------------

SENT, HELD, FLAGGED = BIT["sent"], BIT["held"], BIT["flagged"]
_WAY = tuple(BIT[name] for name in ("went_accepted", "went_planned", "went_held", "went_thanked", "went_confirmed"))
_CLOSED, _ANSWERED, _EXPIRED = BIT["closed"], BIT["closed"] | BIT["answered"], BIT["closed"] | BIT["expired"]
_DUE = BIT["planned"] | BIT["due"]


def _count_intros(
    counted: Tally, facts: Facts, a: int, b: int, splits: tuple[str, ...]
) -> dict[str, tuple[IntroFacts, int]]:
    """Count each intro by the set of its measures, as bits: there are a hundred thousand intros, and few such sets.
    Comes back with the students: the first intro of each that counts here, and how many of their talks were held."""
    sets: dict[int, int] = defaultdict(int)
    sets_by: dict[str, dict[str, dict[int, int]]] = {split: defaultdict(lambda: defaultdict(int)) for split in splits}
    students: dict[str, tuple[IntroFacts, int]] = {}
    for intro in facts.intros.values():
        found = _measures(intro, a, b)
        if not found:
            continue
        sets[found] += 1
        for split in splits:
            sets_by[split][getattr(intro, split)][found] += 1
        if found & SENT:
            _note_answer(counted, intro, b, splits)
        if found & (SENT | HELD):
            first, talks = students.get(intro.student, (intro, 0))
            students[intro.student] = first, talks + (1 if found & HELD else 0)
        if found & HELD:
            _of_a_talk(counted, intro, b)
        if found & FLAGGED and intro.flagged_at is not None:
            acted = intro.acted_at
            counted.actions.append((((b if acted is None else acted) - intro.flagged_at) / 3600, acted is not None))
        for split in splits:
            _note_people(counted.groups[split][getattr(intro, split)], intro.student, found)
    _unfold(sets, counted.total)
    for split in splits:
        for group, its_sets in sets_by[split].items():
            _unfold(its_sets, counted.groups[split][group])
    return students


def _unfold(sets: Mapping[int, int], group: Group) -> None:
    for found, many in sets.items():
        for measure, bit in BIT.items():
            if found & bit:
                group.counts[measure] += many


def _note_people(group: Group, student: str, found: int) -> None:
    for measure, bit in _FIRST_COLUMNS:
        if found & bit:
            people = group.people[measure]
            if len(people) < ENOUGH_PEOPLE:
                people.add(student)


def _measures(intro: IntroFacts, a: int, b: int) -> int:
    """Every measure of this period that an intro belongs to."""
    found = _way_of(intro) if a <= intro.requested_at < b else 0
    if a <= intro.deadline < b and intro.state != "frozen":
        found |= _answer_of(intro)
    if intro.accepted_at is not None:
        found |= _talk_of(intro, a, b)
    flagged = intro.flagged_at
    if flagged is not None and a <= flagged < b:
        found |= FLAGGED | (BIT["acted"] if intro.acted_at is not None else 0)
    return found


def _way_of(intro: IntroFacts) -> int:
    """How far a request that was sent in this period has come until now."""
    found = SENT if intro.delivered_at is None else SENT | BIT["delivered"]
    if intro.accepted_at is None:
        return found
    found |= _WAY[0]
    if not intro.was_planned and intro.held_at is None:
        return found
    found |= _WAY[1]
    if intro.held_at is None:
        return found
    found |= _WAY[2]
    if intro.thanked_at is None:
        return found
    found |= _WAY[3]
    return found if intro.confirmed_at is None else found | _WAY[4]


def _answer_of(intro: IntroFacts) -> int:
    outcome = intro.outcome
    if outcome in ("withdrawn", "stopped"):
        return 0
    again = BIT["redirected"] if intro.rank > 1 else 0
    if outcome == "accepted":
        return _ANSWERED | BIT["accepted"] | again | (BIT["redirect_accepted"] if again else 0)
    return (_ANSWERED | BIT["declined"] if outcome == "declined" else _EXPIRED) | again


def _talk_of(intro: IntroFacts, a: int, b: int) -> int:
    held, missed, unknown = intro.held_at, intro.missed_at, intro.unknown_at
    if held is not None:
        return (_held(intro) if a <= held < b else 0) | _thanks_of(intro, held, a, b)
    if missed is not None:
        return _DUE | BIT["missed"] if a <= missed < b else 0
    if unknown is not None:
        return _DUE | BIT["unknown"] if a <= unknown < b else 0
    late = intro.late_cancel_at
    return BIT["planned"] | BIT["late_cancelled"] if late is not None and a <= late < b else 0


def _held(intro: IntroFacts) -> int:
    found = _DUE | HELD | BIT["held_by_both" if intro.met_by_student and intro.met_by_alum else "held_by_one"]
    if intro.worth is not None:
        found |= BIT["rated"]
    if intro.clear_before is not None and intro.clear_after is not None:
        found |= BIT["compared"]
    return found


def _thanks_of(intro: IntroFacts, held: int, a: int, b: int) -> int:
    window = held + THANKS_DAYS * DAY
    if not a <= window < b:
        return 0
    if intro.thanked_at is None or intro.thanked_at > window:
        return BIT["thanks_due"]
    confirmed = intro.confirmed_at is not None and intro.confirmed_at <= window
    return BIT["thanks_due"] | BIT["thanked"] | (BIT["thanks_confirmed"] if confirmed else 0)


def _note_answer(counted: Tally, intro: IntroFacts, b: int, splits: tuple[str, ...]) -> None:
    """Hours from the request to the alum's first word (yes, no, away, or a question); else how long it was waited."""
    response = intro.response_at
    if response is not None:
        answer = (response - intro.requested_at) / 3600, True
    else:
        waited_until = b if intro.stopped_at is None else min(intro.stopped_at, b)
        answer = (waited_until - intro.requested_at) / 3600, False
    counted.total.answers.append(answer)
    for split in splits:
        counted.groups[split][getattr(intro, split)].answers.append(answer)


def _of_a_talk(counted: Tally, intro: IntroFacts, b: int) -> None:
    held, thanked = intro.held_at or 0, intro.thanked_at
    sums = counted.sums
    sums["minutes"] += intro.minutes
    counted.thanks.append((((b if thanked is None else thanked) - held) / 3600, thanked is not None))
    if intro.accepted_at is not None:
        began = held if intro.starts_at is None else intro.starts_at
        counted.to_talk.append(max(0, began - intro.accepted_at) / DAY)
    if intro.worth is not None:
        sums["points"] += intro.worth
    if intro.clear_before is not None and intro.clear_after is not None:
        sums["clearer"] += intro.clear_after - intro.clear_before


# --- people and asks ------------------------------------------------------------------------------------------------


def _count_students(counted: Tally, students: Mapping[str, tuple[IntroFacts, int]], splits: tuple[str, ...]) -> None:
    """Each student once, in the group of their first intro that counts here."""
    for student, (intro, talks) in students.items():
        for group in (counted.total, *(counted.groups[split][getattr(intro, split)] for split in splits)):
            counts = group.counts
            counts["students"] += 1
            counts["students_held"] += talks >= 1
            counts["students_held_3"] += talks >= 3
            if len(group.people["students"]) < ENOUGH_PEOPLE:
                group.people["students"].add(student)


def _count_asks(counted: Tally, facts: Facts, a: int, b: int, splits: tuple[str, ...]) -> None:
    for number, ask in facts.asks.items():
        if not a <= ask.at < b:
            continue
        unmet = number in facts.unmet
        for group in (counted.total, *(counted.groups[split][getattr(ask, split)] for split in splits)):
            group.counts["asked"] += 1
            group.counts["unmet"] += unmet
            if len(group.people["asked"]) < ENOUGH_PEOPLE:
                group.people["asked"].add(ask.student)


def _count_alumni(counted: Tally, facts: Facts, a: int, b: int, period: Period, splits: tuple[str, ...]) -> None:
    """Who can be asked at the end of the period; and of those who helped in it, who had helped before."""
    waiting: dict[str, int] = defaultdict(int)
    this_month: dict[str, int] = defaultdict(int)
    month = _month_began(period)
    helped, before = set[str](), set(facts.helped_before)
    requests: dict[str, int] = defaultdict(int)
    for intro in facts.intros.values():
        alum, accepted = intro.alum, intro.accepted_at
        if intro.state in TAKES_A_PLACE:
            waiting[alum] += 1
        if intro.state == "requested" or (accepted is not None and accepted >= month):
            this_month[alum] += 1
        if a <= intro.requested_at < b:
            requests[alum] += 1
        if accepted is not None:
            (before if accepted < a else helped).add(alum)
    counted.total.counts["helped"] = len(helped)
    counted.total.counts["returning"] = len(helped & before)
    for key, alum_facts in facts.alumni.items():
        if not alum_facts.is_in:
            continue
        requests.setdefault(key, 0)
        free = _is_free(alum_facts, waiting[key], this_month[key], b)
        for group in (
            counted.total, *(counted.groups[split][getattr(alum_facts, split, NOT_SAID)] for split in splits),
        ):  # fmt: skip
            group.counts["opted_in"] += 1
            group.counts["available"] += free
            group.people["opted_in"].add(key)
    counted.requests_by_alum = dict(requests)
    counted.sums["fields_asked"], counted.sums["fields_covered"] = _coverage(facts, waiting, this_month, a, b)
    counted.sums["referrals"] = sum(a <= at < b for at in facts.referrals)


def _is_free(alum: AlumFacts, waiting: int, this_month: int, b: int) -> bool:
    return not alum.is_paused(b) and waiting < alum.at_once and this_month < alum.month


def _month_began(period: Period) -> int:
    """The first second of the campus's calendar month in which the period ends (so far)."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(period.zone)
    last = period.last_day
    return int(datetime(last.year, last.month, 1, tzinfo=zone).timestamp())


def _coverage(
    facts: Facts, waiting: Mapping[str, int], this_month: Mapping[str, int], a: int, b: int
) -> tuple[int, int]:
    """Of the fields that were asked for, how many somebody free covers now."""
    asked = {ask.field for ask in facts.asks.values() if a <= ask.at < b and ask.field}
    free = {
        alum.field
        for key, alum in facts.alumni.items()
        if alum.is_in and _is_free(alum, waiting.get(key, 0), this_month.get(key, 0), b)
    }
    return len(asked), len(asked & free)


def _count_erasures(counted: Tally, facts: Facts, a: int, b: int) -> None:
    days = [after for at, after in facts.erasures if a <= at < b]
    counted.total.counts["erased"] = len(days)
    counted.total.counts["erased_in_time"] = sum(after <= THANKS_DAYS for after in days)
    counted.erasure_days = days
