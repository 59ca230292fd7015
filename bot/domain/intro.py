"""The life of an intro: one student, one alum, one hoped-for talk, from the request to the confirmed thank-you.

`LIFECYCLE` is the whole of it. What is not in the table cannot happen; `move()` is the only thing that moves an intro.
"Met by both / by one" is a fact on the intro and not a state, because a talk that one of them confirmed was held.
`part` is what erasing a person does to an intro that no other row ends: nobody is left to act in it.
An intro that is frozen remembers the state it came from; releasing it starts that state's waits anew, since nobody
could act meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.people import PersonId
from bot.domain.refusals import MovedOn, Refusal

IntroId = NewType("IntroId", int)


class State(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    MISSED = "missed"
    UNCONFIRMED = "unconfirmed"
    MET = "met"
    THANKED = "thanked"
    FROZEN = "frozen"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    UNTHANKED = "unthanked"
    CLOSED = "closed"


class Who(StrEnum):
    """Who moves an intro, and who is told."""

    STUDENT = "student"
    ALUM = "alum"
    COORDINATOR = "coordinator"
    TIME = "time"


S = State
STUDENT, ALUM, COORDINATOR, TIME = Who.STUDENT, Who.ALUM, Who.COORDINATOR, Who.TIME
EITHER = (STUDENT, ALUM)
BOTH = (STUDENT, ALUM)
OTHER: tuple[Who, ...] = ()
"""In the `tells` column: whichever of the two did not do it; so too where the coordinator is told beside them."""
NOBODY = None

FINAL = frozenset({S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.LAPSED, S.CANCELLED, S.CLOSED, S.UNTHANKED})
LIVE = frozenset(State) - FINAL
AT_A_TIME = frozenset({S.REQUESTED, S.ACCEPTED, S.SCHEDULED, S.MISSED, S.FROZEN})
"""The states in which an intro takes one of the alum's places at a time."""
GIVES_PLACE_BACK = frozenset({S.DECLINED, S.EXPIRED, S.WITHDRAWN})
"""The ends that don't use up one of the student's talks."""
MOVES_ON = frozenset({S.DECLINED, S.EXPIRED, S.LAPSED})
"""The ends after which the student's next choice is asked."""

AS_BEFORE = None
"""In the `to` column: the state an intro was frozen in."""


@dataclass(frozen=True)
class Row:
    """One row of the table: from any of `states`, by any of `by`, to `to`, telling `tells`."""

    states: frozenset[State]
    move: str
    by: tuple[Who, ...]
    to: State | None
    tells: tuple[Who, ...] | None


def _row(
    states: State | tuple[State, ...], move: str, by: tuple[Who, ...], to: State | None, tells: tuple[Who, ...] | None
) -> Row:
    return Row(frozenset((states,) if isinstance(states, State) else states), move, by, to, tells)


AGREED = (S.ACCEPTED, S.SCHEDULED, S.MISSED)

LIFECYCLE: tuple[Row, ...] = (
    # from                                     move               by              to             tells
    _row(S.REQUESTED, "accept", (ALUM,), S.ACCEPTED, BOTH),
    _row(S.REQUESTED, "decline", (ALUM,), S.DECLINED, (STUDENT,)),
    _row(S.REQUESTED, "ask_more", (ALUM,), S.REQUESTED, (STUDENT,)),
    _row(S.REQUESTED, "answer", (STUDENT,), S.REQUESTED, (ALUM,)),
    _row(S.REQUESTED, "withdraw", (STUDENT,), S.WITHDRAWN, (ALUM,)),
    _row(S.REQUESTED, "alum_away", (ALUM,), S.DECLINED, (STUDENT,)),
    _row(S.REQUESTED, "expire", (TIME,), S.EXPIRED, BOTH),
    _row(S.REQUESTED, "rematch", (COORDINATOR,), S.EXPIRED, BOTH),
    _row(S.ACCEPTED, "offer_times", EITHER, S.ACCEPTED, OTHER),
    _row(S.ACCEPTED, "pick_time", EITHER, S.SCHEDULED, BOTH),
    _row(S.ACCEPTED, "arrange", EITHER, S.SCHEDULED, BOTH),
    _row(S.ACCEPTED, "lapse", (TIME,), S.LAPSED, BOTH),
    _row(AGREED, "cancel", EITHER, S.CANCELLED, OTHER),
    _row(S.SCHEDULED, "reschedule", EITHER, S.ACCEPTED, OTHER),
    _row((*AGREED, S.UNCONFIRMED), "confirm_met", EITHER, S.MET, (STUDENT,)),
    _row(S.MET, "confirm_met", EITHER, S.MET, NOBODY),
    _row(S.THANKED, "confirm_met", EITHER, S.THANKED, NOBODY),
    _row(S.UNTHANKED, "confirm_met", EITHER, S.UNTHANKED, NOBODY),
    _row(S.CLOSED, "confirm_met", EITHER, S.CLOSED, NOBODY),
    _row((S.SCHEDULED, S.MET), "report_missed", EITHER, S.MISSED, OTHER),
    _row(S.MISSED, "reschedule", EITHER, S.ACCEPTED, OTHER),
    _row(S.MISSED, "give_up", (TIME,), S.CANCELLED, NOBODY),
    _row(S.SCHEDULED, "nobody_said", (TIME,), S.UNCONFIRMED, NOBODY),
    _row(S.UNCONFIRMED, "close_unknown", (TIME,), S.CLOSED, NOBODY),
    _row((S.MET, S.UNCONFIRMED, S.UNTHANKED), "thank", (STUDENT,), S.THANKED, (ALUM,)),
    _row(S.MET, "leave_unthanked", (TIME,), S.UNTHANKED, NOBODY),
    _row(S.THANKED, "confirm_thanks", (ALUM,), S.CLOSED, (STUDENT,)),
    _row(S.THANKED, "close_delivered", (TIME, ALUM, STUDENT), S.CLOSED, NOBODY),
    _row(tuple(LIVE - {S.FROZEN}), "flag", EITHER, S.FROZEN, (*OTHER, COORDINATOR)),
    _row(S.FROZEN, "release", (COORDINATOR,), AS_BEFORE, BOTH),
    _row(S.FROZEN, "close", (COORDINATOR,), S.CANCELLED, BOTH),
    _row((S.MET, S.UNCONFIRMED), "part", EITHER, S.CLOSED, OTHER),
    _row(S.FROZEN, "part", EITHER, S.CANCELLED, (*OTHER, COORDINATOR)),
    _row(S.FROZEN, "thaw_out", (TIME,), S.CANCELLED, (COORDINATOR,)),
)

WRITING_TAKES = timedelta(days=7)
"""A talk in writing is given a week."""
RESTARTS_WAITS = frozenset({"ask_more", "answer", "reschedule"})
"""Waits count from the entry into a state; of the moves that stay in one, only these start them anew."""


@dataclass(frozen=True)
class Intro:
    """One row's worth of facts. `since` is when its present waits began. Texts and places are letters, not here.

    `student_token`, `alum_token` and `desk_token` each point at it for one reader; `student_event` and `alum_event` are
    the talk's names in the two calendars, which nobody could tell belong together. `sequence` counts how often the talk
    that stands there was changed.
    """

    id: IntroId
    ask: int
    student: PersonId
    alum: PersonId
    state: State
    version: int
    requested_at: datetime
    since: datetime
    student_token: str
    alum_token: str
    desk_token: str
    expires_days: int
    minutes: int = 20
    rank: int = 1
    has_next: bool = False
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    asked_more: bool = False
    answered: bool = False
    slots: tuple[datetime, ...] = ()
    slots_by: Who | None = None
    starts_at: datetime | None = None
    in_writing: bool = False
    student_event: str = ""
    alum_event: str = ""
    sequence: int = 0
    five_minutes: bool = False
    """The student wishes to hear it five minutes before the end."""
    met_by_student: bool = False
    met_by_alum: bool = False
    missed_by: Who | None = None
    rescheduled_missed: bool = False
    shared_by_student: bool = False
    shared_by_alum: bool = False
    snoozed_by_student: datetime | None = None
    snoozed_by_alum: datetime | None = None
    """Until then this one of the two is not nudged about it."""
    stopped_by_student: bool = False
    stopped_by_alum: bool = False
    """This one of the two is not nudged about it any more."""
    keeps_student: bool = False
    keeps_alum: bool = False
    """They would like to hear of each other again, after the thanks."""
    frozen_from: State | None = None
    flagged_by: Who | None = None
    reason: str = ""

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def waits_for_student(self) -> bool:
        """The alum asked a question first, and the student has not answered."""
        return self.state is S.REQUESTED and self.asked_more and not self.answered

    @property
    def ends_at(self) -> datetime | None:
        """When the planned talk is over."""
        if self.starts_at is None:
            return None
        return self.starts_at + (WRITING_TAKES if self.in_writing else timedelta(minutes=self.minutes))

    @property
    def met_by_both(self) -> bool:
        return self.met_by_student and self.met_by_alum

    @property
    def both_share(self) -> bool:
        return self.shared_by_student and self.shared_by_alum

    @property
    def both_keep(self) -> bool:
        return self.keeps_student and self.keeps_alum

    def snoozed_until(self, role: Who) -> datetime | None:
        return self.snoozed_by_student if role is STUDENT else self.snoozed_by_alum

    def is_stopped_by(self, role: Who) -> bool:
        return self.stopped_by_student if role is STUDENT else self.stopped_by_alum

    def role_of(self, person: PersonId) -> Who | None:
        """Which of the two this person is."""
        return STUDENT if person == self.student else ALUM if person == self.alum else None

    def person(self, role: Who) -> PersonId:
        return self.student if role is STUDENT else self.alum

    def token_for(self, reader: Who) -> str:
        return {STUDENT: self.student_token, ALUM: self.alum_token}.get(reader, self.desk_token)

    def event_for(self, reader: Who) -> str:
        """What the talk is called in this reader's calendar."""
        return self.student_event if reader is STUDENT else self.alum_event


def other(role: Who) -> Who:
    """The other one of the two."""
    return ALUM if role is STUDENT else STUDENT


def row_for(state: State, name: str, by: Who) -> Row | None:
    """The row of the table for a move, if there is one."""
    return next((row for row in LIFECYCLE if row.move == name and state in row.states and by in row.by), None)


def can(intro: Intro, name: str, by: Who) -> bool:
    """Whether a move is open now: for views, which offer only what can be done."""
    try:
        move(intro, name, by, intro.since)
    except Refusal:
        return False
    return True


def move(intro: Intro, name: str, by: Who, now: datetime, **facts: object) -> tuple[Intro, tuple[Who, ...]]:
    """The intro moved along, and whom to tell.

    `facts` are fields that this move sets (`starts_at`, `slots`, `reason`). Raises MovedOn where the table has no
    such row from here, Refusal where a row has been used up.
    """
    row = row_for(intro.state, name, by)
    if row is None:
        raise MovedOn(intro.state, intro.id, name)
    _check_once(intro, name, by)
    target = row.to or intro.frozen_from or intro.state
    stays = target is intro.state
    changed = replace(
        intro,
        state=target,
        version=intro.version + 1,
        since=intro.since if stays and name not in RESTARTS_WAITS else now,
        ended_at=None if target not in FINAL else intro.ended_at if intro.is_final else now,
        **(_facts_of(intro, name, by, now) | _in_calendars(intro, name) | facts),  # type: ignore[arg-type]  # names are fields, checked by tests
    )
    return changed, _told(row, by)


def _check_once(intro: Intro, name: str, by: Who) -> None:
    if name == "ask_more" and intro.asked_more:
        raise Refusal("asked_already")
    if name == "answer" and not intro.waits_for_student:
        raise MovedOn(intro.state, intro.id)
    if name == "pick_time" and (not intro.slots or intro.slots_by is by):
        raise Refusal("no_times_yet")
    if name == "reschedule" and intro.state is S.MISSED and intro.rescheduled_missed:
        raise Refusal("rescheduled_already")
    if name == "confirm_met" and (intro.met_by_student if by is STUDENT else intro.met_by_alum):
        raise Refusal("said_already")


def _facts_of(intro: Intro, name: str, by: Who, now: datetime) -> dict[str, object]:
    """What a move by itself makes true."""
    match name:
        case "accept":
            return {"accepted_at": now}
        case "ask_more":
            return {"asked_more": True}
        case "answer":
            return {"answered": True}
        case "offer_times":
            return {"slots_by": by}
        case "reschedule":
            again = {"rescheduled_missed": True} if intro.state is S.MISSED else {}
            nobody_said = {"missed_by": None, "met_by_student": False, "met_by_alum": False}
            no_time = {"starts_at": None, "in_writing": False, "slots": (), "slots_by": None}
            return {**no_time, **nobody_said, **again}
        case "confirm_met":
            return {"met_by_student": True} if by is STUDENT else {"met_by_alum": True}
        case "report_missed":
            return {"missed_by": by, ("met_by_student" if by is STUDENT else "met_by_alum"): False}
        case "thank":
            return {"met_by_student": True}
        case "flag":
            return {"frozen_from": intro.state, "flagged_by": by}
        case "release":
            return {"frozen_from": None, "flagged_by": None}
        case _:
            return {}


CALLS_OFF = frozenset({"reschedule", "cancel", "close", "part", "thaw_out"})
"""The moves after which a talk that stood stands no longer."""


def _in_calendars(intro: Intro, name: str) -> dict[str, object]:
    """The first time stands there as 0; every change of it, and every new time after one, counts on."""
    changes = name in CALLS_OFF and intro.starts_at is not None
    again = name in ("pick_time", "arrange") and intro.sequence > 0
    return {"sequence": intro.sequence + 1} if changes or again else {}


def _told(row: Row, by: Who) -> tuple[Who, ...]:
    if row.tells is None:
        return ()
    if COORDINATOR in row.tells and by in EITHER:
        return (other(by), COORDINATOR)
    return row.tells or (other(by),)
