"""From Steps to facts: one pass over the rows, in the order in which things happened.

An intro becomes one small record of moments; an alum, whether they can be asked at the end. Nothing here knows of a
person: keys are only told apart. An intro counts in the periods that begin at most `LOOK_BACK` after its request, so
that a report reads a year of Steps and not all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TypeAlias

from bot.domain.intro import AT_A_TIME
from bot.domain.steps import Moment, Row

LOOK_BACK = timedelta(days=400)
OF_ALUM = frozenset({"approved", "left", "turned_away", "objected", "erased", "pause", "resume", "pace"})
"""Steps that count however old they are: who is there to be asked."""
DAY = 86_400
USUAL_DAYS, USUAL_MINUTES, USUAL_PACE = 10, 20, (2, 2)
"""Of Steps that were written before these amounts stood on them: the field's defaults."""
TAKES_A_PLACE = frozenset(state.value for state in AT_A_TIME)


class IntroFacts:
    """One intro: when what happened, in seconds; None where it did not. (Defaults stand on the class: of most intros
    most of them stay, and there are a hundred thousand.)"""

    student: str
    alum: str
    platform: str
    field: str
    college: str
    year: str
    requested_at: int
    days: int
    deadline: int
    rank: int = 1
    state: str = "requested"
    outcome: str = ""
    minutes: int = USUAL_MINUTES
    met_by_student: bool = False
    met_by_alum: bool = False
    was_planned: bool = False
    delivered_at: int | None = None
    response_at: int | None = None
    stopped_at: int | None = None
    accepted_at: int | None = None
    starts_at: int | None = None
    missed_at: int | None = None
    unknown_at: int | None = None
    held_at: int | None = None
    late_cancel_at: int | None = None
    thanked_at: int | None = None
    confirmed_at: int | None = None
    flagged_at: int | None = None
    acted_at: int | None = None
    worth: int | None = None
    clear_before: int | None = None
    clear_after: int | None = None

    def __init__(self, row: Row) -> None:
        _, at, self.student, self.alum, _, _, rank, self.platform, self.field, self.college, self.year, days = row
        self.requested_at = at
        self.days = days or USUAL_DAYS
        self.deadline = at + self.days * DAY
        if rank != "1" and rank.isdecimal():
            self.rank = int(rank)


class AskFacts:
    """One ask: who, when and what about."""

    __slots__ = ("at", "college", "field", "platform", "student", "year")

    def __init__(self, row: Row) -> None:
        _, self.at, self.student, _, _, _, _, self.platform, self.field, self.college, self.year, _ = row


class AlumFacts:
    """One alum as they stand at the end. `paused_until` in seconds; 0 for an open end."""

    __slots__ = ("at_once", "field", "is_in", "month", "paused_until", "platform")

    def __init__(self) -> None:
        self.is_in = False
        self.month, self.at_once = USUAL_PACE
        self.field = self.platform = ""
        self.paused_until: int | None = None

    def is_paused(self, at: int) -> bool:
        return self.paused_until is not None and (self.paused_until == 0 or at < self.paused_until)


class Facts:
    """Everything that reports are counted from."""

    def __init__(self) -> None:
        self.intros: dict[int, IntroFacts] = {}
        self.asks: dict[int, AskFacts] = {}
        self.unmet: set[int] = set()
        """Asks for which nobody could be found, or nobody fitted."""
        self.alumni: dict[str, AlumFacts] = {}
        self.helped_before: set[str] = set()
        """Keys of alumni who accepted an intro that is older than what was read."""
        self.erasures: list[tuple[int, int]] = []
        """(when, after how many days)"""
        self.referrals: list[int] = []


KEPT_ONCE = ("student", "alum", "platform", "field", "college", "year")
"""Words that many intros share: each lies in memory once."""


def gather(rows: Iterable[Row], moments: Iterable[Moment]) -> Facts:
    """The facts of all rows: what begins something, and what happened to it afterwards."""
    facts = Facts()
    intros, asks = facts.intros, facts.asks
    keys: dict[str, str] = {}
    for row in rows:
        what = row[0]
        if what == "request":
            intro = IntroFacts(row)
            for name in KEPT_ONCE:
                word = getattr(intro, name)
                setattr(intro, name, keys.setdefault(word, word))
            intros[row[4] or 0] = intro
        elif what == "ask":
            asks[row[5] or 0] = AskFacts(row)
        elif what in OF_ASK:
            facts.unmet.add(row[5] or 0)
        elif what == "referral":
            facts.referrals.append(row[1])
        else:
            _of_alum(facts, row)
    of_intro = OF_INTRO
    for moment in moments:
        found = intros.get(moment[3])
        if found is not None:
            of_intro[moment[0]](found, moment)
        elif moment[0] == "accept":
            facts.helped_before.add(moment[2])
    return facts


# --- an intro -------------------------------------------------------------------------------------------------------

Told: TypeAlias = Callable[[IntroFacts, Moment], None]


def _delivered(intro: IntroFacts, moment: Moment) -> None:
    if intro.delivered_at is None:
        intro.delivered_at = moment[1]


def _asked_more(intro: IntroFacts, moment: Moment) -> None:
    if intro.response_at is None:
        intro.response_at = moment[1]
    intro.deadline = moment[1] + (moment[5] or intro.days) * DAY


def _answered_more(intro: IntroFacts, moment: Moment) -> None:
    intro.deadline = moment[1] + (moment[5] or intro.days) * DAY


def _accepted(intro: IntroFacts, moment: Moment) -> None:
    intro.outcome, intro.state = "accepted", "accepted"
    intro.accepted_at = moment[1]
    if intro.response_at is None:
        intro.response_at = moment[1]
    if moment[5]:
        intro.minutes = moment[5]


def _declined(intro: IntroFacts, moment: Moment) -> None:
    intro.outcome, intro.state = "declined", moment[4]
    if intro.response_at is None:
        intro.response_at = moment[1]


def _withdrawn(intro: IntroFacts, moment: Moment) -> None:
    intro.outcome, intro.state, intro.stopped_at = "withdrawn", moment[4], moment[1]


def _expired(intro: IntroFacts, moment: Moment) -> None:
    intro.outcome, intro.state, intro.stopped_at = "expired", moment[4], moment[1]


def _moved(intro: IntroFacts, moment: Moment) -> None:
    intro.state = moment[4]


def _planned(intro: IntroFacts, moment: Moment) -> None:
    intro.state, intro.was_planned = moment[4], True
    intro.starts_at = moment[1] + moment[5] * 60 if moment[5] is not None else None


def _rescheduled(intro: IntroFacts, moment: Moment) -> None:
    intro.state = moment[4]
    intro.starts_at = intro.missed_at = intro.unknown_at = intro.held_at = None
    intro.met_by_student = intro.met_by_alum = False


def _met(intro: IntroFacts, moment: Moment) -> None:
    intro.state = moment[4]
    if moment[2] == intro.student:
        intro.met_by_student = True
    else:
        intro.met_by_alum = True
    intro.missed_at = None
    if intro.held_at is None:
        intro.held_at = moment[1]


def _missed(intro: IntroFacts, moment: Moment) -> None:
    intro.state, intro.missed_at, intro.held_at = moment[4], moment[1], None
    if moment[2] == intro.student:
        intro.met_by_student = False
    else:
        intro.met_by_alum = False


def _nobody_said(intro: IntroFacts, moment: Moment) -> None:
    intro.state, intro.unknown_at = moment[4], moment[1]


def _thanked(intro: IntroFacts, moment: Moment) -> None:
    intro.state, intro.met_by_student, intro.missed_at = moment[4], True, None
    if intro.held_at is None:
        intro.held_at = moment[1]
    if intro.thanked_at is None:
        intro.thanked_at = moment[1]


def _confirmed(intro: IntroFacts, moment: Moment) -> None:
    intro.state = moment[4]
    if intro.confirmed_at is None:
        intro.confirmed_at = moment[1]


def _late_cancel(intro: IntroFacts, moment: Moment) -> None:
    intro.late_cancel_at = moment[1]


def _flagged(intro: IntroFacts, moment: Moment) -> None:
    intro.state = moment[4]
    if intro.flagged_at is None:
        intro.flagged_at = moment[1]


def _acted(intro: IntroFacts, moment: Moment) -> None:
    """A coordinator let it go on, or ended it."""
    intro.state = moment[4]
    if intro.acted_at is None:
        intro.acted_at = moment[1]
    if moment[4] == "requested":
        intro.deadline = moment[1] + (moment[5] or intro.days) * DAY
    elif moment[4] == "cancelled" and not intro.outcome:
        intro.outcome, intro.stopped_at = "stopped", moment[1]


def _ended(intro: IntroFacts, moment: Moment) -> None:
    """It ended by itself, or because one of the two has gone."""
    intro.state = moment[4]
    if not intro.outcome:
        intro.outcome, intro.stopped_at = "stopped", moment[1]


def _worth(intro: IntroFacts, moment: Moment) -> None:
    intro.worth = moment[5]


def _clear_before(intro: IntroFacts, moment: Moment) -> None:
    intro.clear_before = moment[5]


def _clear_after(intro: IntroFacts, moment: Moment) -> None:
    intro.clear_after = moment[5]


OF_INTRO: Mapping[str, Told] = {
    "delivered": _delivered, "ask_more": _asked_more, "answer": _answered_more, "accept": _accepted,
    "decline": _declined, "alum_away": _declined, "withdraw": _withdrawn, "expire": _expired, "lapse": _moved,
    "pick_time": _planned, "arrange": _planned, "reschedule": _rescheduled, "confirm_met": _met,
    "report_missed": _missed, "nobody_said": _nobody_said, "close_unknown": _moved, "thank": _thanked,
    "leave_unthanked": _moved, "confirm_thanks": _confirmed, "close_delivered": _moved, "cancel": _moved,
    "give_up": _moved, "late_cancel": _late_cancel, "flag": _flagged, "release": _acted, "close": _acted,
    "thaw_out": _ended, "part": _ended, "worth": _worth, "clear_before": _clear_before, "clear_after": _clear_after,
}  # fmt: skip
"""What a Step says about its intro. (`offer_times`, `reminded` and the like say nothing that is counted here.)"""
OF_ASK = frozenset({"no_match", "none_of_these", "ask_office"})
"""Nobody could be offered, nobody of those offered fitted, or the office was asked instead: demand that was not met."""


# --- an alum --------------------------------------------------------------------------------------------------------

_OUT = frozenset({"left", "turned_away", "objected", "erased"})


def _of_alum(facts: Facts, row: Row) -> None:
    what, at, who, alumni = row[0], row[1], row[2], facts.alumni
    alum = alumni.get(who)
    if what == "erased":
        facts.erasures.append((at, row[11] or 0))
    if alum is None:
        if what in _OUT:
            return
        alum = alumni[who] = AlumFacts()
    if what == "approved":
        alum.is_in, alum.field, alum.platform, alum.paused_until = True, row[8], row[7], None
    elif what in _OUT:
        alum.is_in, alum.paused_until = False, None
    elif what == "pause":
        alum.paused_until = at + row[11] * DAY if row[11] else 0
    elif what == "resume":
        alum.paused_until = None
    else:
        alum.month = row[11] or USUAL_PACE[0]
        alum.at_once = int(row[6]) if row[6].isdecimal() else USUAL_PACE[1]


# --- what is read ---------------------------------------------------------------------------------------------------

BEGINNINGS = frozenset({"request", "ask", "referral"}) | OF_ASK
"""Read whole, of the time that a report looks at (OF_ALUM: of all time)."""
MOMENTS = frozenset(OF_INTRO)
