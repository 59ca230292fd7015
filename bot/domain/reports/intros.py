"""What became of each intro, told from what happened to it.

All intros at once: a fact is a column with one number for each of them. What happened is asked for by the Step that
came first, or last, of several kinds, so that each line here is one sentence about the life of an intro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.domain.intro import AT_A_TIME, WRITING_TAKES, State
from bot.domain.reports.rows import Flags, Rows, Words
from bot.domain.steps import NO_NUMBER

if TYPE_CHECKING:
    from bot.domain.steps import Numbers

DAY = 86_400
NEVER = -1
"""Of a moment in seconds: it has not happened. It lies in no period."""
USUAL_DAYS, USUAL_MINUTES = 10, 20
"""Of Steps that were written before these amounts stood on them: the field's defaults."""

ANSWERS = ("accept", "decline", "alum_away")
SETTLED = (*ANSWERS, "withdraw", "expire")
MOVES = (
    *SETTLED, "lapse", "pick_time", "arrange", "reschedule", "confirm_met", "report_missed", "nobody_said",
    "close_unknown", "thank", "leave_unthanked", "confirm_thanks", "close_delivered", "cancel", "give_up", "flag",
    "release", "close", "thaw_out", "part",
)  # fmt: skip
"""Steps whose `detail` is the state that an intro came to."""
OF_INTRO = frozenset(
    {*MOVES, "delivered", "ask_more", "answer", "in_writing", "late_cancel", "worth", "clear_before", "clear_after"}
)  # fmt: skip
"""What a Step says about its intro. (`offer_times`, `reminded` and the like say nothing that is counted here.)"""


@dataclass(frozen=True)
class Intros:
    """All intros in the order in which they were asked for. Who they are of, and the splits (where they were read), are
    numbers of words; `…_at` are seconds, NEVER where it has not happened; other numbers NO_NUMBER where there is
    none."""

    student: Numbers
    alum: Numbers
    platform: Numbers
    field: Numbers
    college: Numbers
    year: Numbers
    rank: Numbers
    requested_at: Numbers
    deadline: Numbers
    """By when the alum has to answer, or had to."""
    delivered_at: Numbers
    response_at: Numbers
    """The alum's first word: yes, no, away, or a question."""
    accepted_at: Numbers
    accepted: Flags
    declined: Flags
    aside: Flags
    """Withdrawn by the student, or ended by somebody else before there was an answer."""
    stopped_at: Numbers
    """Nobody waits for an answer any more, since then."""
    minutes: Numbers
    was_planned: Flags
    starts_at: Numbers
    held_at: Numbers
    over_at: Numbers
    """When a talk that was held was over: as planned, or by the first word that it was held where that came before it,
    or where no time is known. (The thanks may be that first word: they took no time since themselves.)"""
    met_by_both: Flags
    missed_at: Numbers
    unknown_at: Numbers
    late_cancel_at: Numbers
    thanked_at: Numbers
    confirmed_at: Numbers
    flagged_at: Numbers
    acted_at: Numbers
    worth: Numbers
    clear_before: Numbers
    clear_after: Numbers
    is_waiting: Flags
    """For an answer, now."""
    is_frozen: Flags
    takes_a_place: Flags
    """One of the alum's places at a time."""


class Told:
    """What happened to intros after they were asked for, in order. One Step is told by its place among them; place -1
    is that of what never happened."""

    def __init__(self, moments: Rows, of: Numbers, many: int, words: Words) -> None:
        """`of` says which of the `many` intros each moment belongs to."""
        self._of, self._many, self._words = of, many, words
        self.what = np.append(moments["what"], 0)
        self.at = np.append(moments["at"], NEVER)
        self.who = np.append(moments["who"], 0)
        self.detail = np.append(moments["detail"], 0)
        self.amount = np.append(moments["amount"], NO_NUMBER)

    def those(self, *what: str) -> Numbers:
        """Where Steps so named are."""
        return np.flatnonzero(self._words.flags(what)[self.what[:-1]])

    def by(self, who: Numbers, places: Numbers) -> Flags:
        """Which of these were done by `who` of their intro."""
        found: Flags = self.who[places] == who[self._of[places]]
        return found

    def first(self, places: Numbers, after: Numbers | None = None) -> Numbers:
        """For each intro the first of these, or of these after another place; else -1."""
        if after is not None:
            places = places[places > after[self._of[places]]]
        return self.last(places[::-1])

    def last(self, places: Numbers) -> Numbers:
        """For each intro the last of these; else -1."""
        found = np.full(self._many, -1)
        found[self._of[places]] = places  # of several for one intro the last stays
        return found

    def is_one_of(self, places: Numbers, *what: str) -> Flags:
        """Whether what happened there is so named."""
        found: Flags = self._words.flags(what)[self.what[places]]
        return found

    def state(self, places: Numbers, *states: str) -> Flags:
        """Whether it brought the intro to one of these states."""
        found: Flags = self._words.flags(states)[self.detail[places]]
        return found


def intros_of(requests: Rows, moments: Rows, of: Numbers, words: Words) -> Intros:
    """Every intro, and what became of it. `of`: which request each moment follows."""
    told = Told(moments, of, len(requests), words)
    at, those, first, last = told.at, told.those, told.first, told.last
    student, requested_at = requests["who"], requests["at"]
    days = _or(requests["amount"], USUAL_DAYS)

    accepted = last(those("accept"))
    settled = last(those(*SETTLED))
    closed = those("close")
    stops = _together(those("thaw_out", "part"), closed[told.state(closed, State.CANCELLED)])
    stopped = np.where(settled < 0, first(stops), -1)
    withdrawn_or_expired = last(those("withdraw", "expire"))

    released = those("release")
    anew = last(_together(those("ask_more", "answer"), released[told.state(released, State.REQUESTED)]))
    came_to = last(those(*MOVES))
    is_waiting = (came_to < 0) | told.state(came_to, State.REQUESTED)

    # What is known of a talk is what was said since it was last moved to another time, or missed.
    says, misses = those("confirm_met"), those("report_missed")
    thanks, moved = those("thank"), those("reschedule")
    of_student = last(_together(_by(told, student, says, misses), thanks, moved))
    of_alum = last(_together(_by(told, student, says, misses, other=True), moved))
    held = first(_together(says, thanks), after=last(_together(misses, moved)))
    latest = last(_together(says, misses, thanks, moved))
    planned = those("pick_time", "arrange")
    plan = last(_together(planned, moved))
    unknown = last(those("nobody_said"))
    starts_in = np.where(told.is_one_of(plan, "reschedule"), NO_NUMBER, told.amount[plan])
    starts_at = np.where(starts_in == NO_NUMBER, NEVER, at[plan] + starts_in * 60)
    minutes = _or(told.amount[accepted], USUAL_MINUTES)
    in_writing = last(_together(planned, moved, those("in_writing"))) > plan
    ends_at = starts_at + np.where(in_writing, int(WRITING_TAKES.total_seconds()), minutes * 60)

    return Intros(
        student=student,
        alum=requests["whom"],
        platform=requests["platform"],
        field=requests["field"],
        college=requests["college"],
        year=requests["year"],
        rank=words.read(requests["detail"], lambda rank: int(rank) if rank.isdecimal() else 1),
        requested_at=requested_at,
        deadline=np.where(anew < 0, requested_at, at[anew]) + _or(np.where(anew < 0, 0, told.amount[anew]), days) * DAY,
        delivered_at=at[first(those("delivered"))],
        response_at=at[first(those(*ANSWERS, "ask_more"))],
        accepted_at=at[accepted],
        accepted=told.is_one_of(settled, "accept"),
        declined=told.is_one_of(settled, "decline", "alum_away"),
        aside=told.is_one_of(settled, "withdraw") | (stopped >= 0),
        stopped_at=at[np.maximum(withdrawn_or_expired, stopped)],
        minutes=minutes,
        was_planned=last(planned) >= 0,
        starts_at=starts_at,
        held_at=at[held],
        over_at=np.where(happened(starts_at), np.minimum(ends_at, at[held]), at[held]),
        met_by_both=told.is_one_of(of_student, "confirm_met", "thank") & told.is_one_of(of_alum, "confirm_met"),
        missed_at=np.where(told.is_one_of(latest, "report_missed"), at[latest], NEVER),
        unknown_at=np.where(unknown > last(moved), at[unknown], NEVER),
        late_cancel_at=at[last(those("late_cancel"))],
        thanked_at=at[first(thanks)],
        confirmed_at=at[first(those("confirm_thanks"))],
        flagged_at=at[first(those("flag"))],
        acted_at=at[first(those("release", "close"))],
        worth=told.amount[last(those("worth"))],
        clear_before=told.amount[last(those("clear_before"))],
        clear_after=told.amount[last(those("clear_after"))],
        is_waiting=is_waiting,
        is_frozen=told.state(came_to, State.FROZEN),
        takes_a_place=is_waiting | told.state(came_to, *AT_A_TIME),
    )


def _by(told: Told, student: Numbers, *several: Numbers, other: bool = False) -> Numbers:
    """Those that the student did, or those that the other did."""
    return _together(*(places[told.by(student, places) ^ other] for places in several))


def _together(*several: Numbers) -> Numbers:
    """All of these, in order."""
    found: Numbers = np.sort(np.concatenate(several))
    return found


def _or(numbers: Numbers, usual: Numbers | int) -> Numbers:
    """`usual` where there is no number, or nought."""
    found: Numbers = np.where((numbers == NO_NUMBER) | (numbers == 0), usual, numbers)
    return found


def which(requests: Rows, moments: Rows) -> Numbers:
    """Of each moment the place of its request; -1 where that is not among them."""
    order = np.argsort(requests["intro"], kind="stable")
    ordered = np.append(requests["intro"][order], NO_NUMBER)
    places = np.searchsorted(ordered[:-1], moments["intro"])
    found: Numbers = np.where(ordered[places] == moments["intro"], np.append(order, -1)[places], -1)
    return found


def happened(at: Numbers) -> Flags:
    """Where it has happened."""
    found: Flags = at != NEVER
    return found
