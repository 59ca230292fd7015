"""The nudge plan: who hears what, after how long, in which state; and which moves time makes.

Everything here is planned when an intro enters a state and is void as soon as the intro moves (its version). Waits
are campus settings, named by their field, so that a message can print the very limit it speaks of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.campus import Campus
from bot.domain.intro import ALUM, BOTH, STUDENT, Intro, State, Who
from bot.domain.messages import Kind, Message

Due = Callable[[Intro, Campus], datetime | None]
When = Callable[[Intro], bool]


def _days(setting: str) -> Due:
    return lambda intro, campus: intro.since + timedelta(days=getattr(campus, setting))


def _hours(setting: str) -> Due:
    return lambda intro, campus: intro.since + timedelta(hours=getattr(campus, setting))


def _after_the_talk(setting: str) -> Due:
    return lambda intro, campus: intro.ends_at and intro.ends_at + timedelta(hours=getattr(campus, setting))


def _before_the_talk(wait: timedelta) -> Due:
    return lambda intro, campus: intro.starts_at and intro.starts_at - wait


def _before_the_end(wait: timedelta) -> Due:
    return lambda intro, campus: intro.ends_at and intro.ends_at - wait


def _at_expiry(intro: Intro, campus: Campus) -> datetime:
    return intro.expires_at


def _always(intro: Intro) -> bool:
    return True


def _alum_has_it(intro: Intro) -> bool:
    return not intro.waits_for_student


def _alum_has_it_alone(intro: Intro) -> bool:
    return not intro.waits_for_student and not intro.has_next


def _alum_has_it_others_wait(intro: Intro) -> bool:
    return not intro.waits_for_student and intro.has_next


def _student_has_it(intro: Intro) -> bool:
    return intro.waits_for_student


def _live_talk(intro: Intro) -> bool:
    return not intro.in_writing


def _wants_five_minutes(intro: Intro) -> bool:
    return _live_talk(intro) and intro.five_minutes


@dataclass(frozen=True)
class Nudge:
    """One row: in `state`, to `who`, at `due`, the view `view`, as long as `when` holds."""

    state: State
    who: tuple[Who, ...]
    due: Due
    view: str
    kind: Kind = Kind.NUDGE
    when: When = _always


S = State
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
THE_DAY_BEFORE = DAY + 6 * HOUR
"""So that the checklist comes before the reminder, also where it waits for the morning; a day is left to act on it."""

PLAN: tuple[Nudge, ...] = (
    # state, who, after how long, which view, and only when …
    Nudge(S.REQUESTED, (ALUM,), _days("nudge_first_day"), "nudge_request", when=_alum_has_it),
    Nudge(S.REQUESTED, (ALUM,), _days("nudge_second_day"), "nudge_request", when=_alum_has_it_alone),
    Nudge(S.REQUESTED, (ALUM,), _days("nudge_second_day_with_next"), "nudge_request", when=_alum_has_it_others_wait),
    Nudge(S.REQUESTED, (STUDENT,), _days("ask_next_from_day"), "nudge_quiet", when=_alum_has_it_others_wait),
    Nudge(S.REQUESTED, (STUDENT,), _days("nudge_first_day"), "nudge_question", when=_student_has_it),
    Nudge(S.REQUESTED, (STUDENT,), _days("nudge_second_day_with_next"), "nudge_question", when=_student_has_it),
    Nudge(S.ACCEPTED, BOTH, _days("no_time_warn_day"), "nudge_no_time"),
    Nudge(S.SCHEDULED, (STUDENT,), _before_the_talk(THE_DAY_BEFORE), "checklist", when=_live_talk),
    Nudge(S.SCHEDULED, BOTH, _before_the_talk(DAY), "reminder", Kind.APPOINTMENT, when=_live_talk),
    Nudge(S.SCHEDULED, BOTH, _before_the_talk(HOUR), "reminder_soon", Kind.APPOINTMENT, when=_live_talk),
    Nudge(
        S.SCHEDULED, (STUDENT,), _before_the_end(5 * MINUTE), "five_minutes", Kind.APPOINTMENT, when=_wants_five_minutes
    ),
    Nudge(S.SCHEDULED, BOTH, _after_the_talk("happened_after_hours"), "nudge_happened"),
    Nudge(S.SCHEDULED, BOTH, _after_the_talk("happened_again_hours"), "nudge_happened"),
    Nudge(S.MET, (STUDENT,), _hours("thank_first_hours"), "nudge_thank"),
    Nudge(S.MET, (STUDENT,), _hours("thank_second_hours"), "nudge_thank"),
)


@dataclass(frozen=True)
class ByTime:
    """A move that time makes: in `state`, at `due`, the move `move`."""

    state: State
    due: Due
    move: str


MOVES_BY_TIME: tuple[ByTime, ...] = (
    ByTime(S.REQUESTED, _at_expiry, "expire"),
    ByTime(S.ACCEPTED, _days("no_time_lapse_day"), "lapse"),
    ByTime(S.SCHEDULED, _after_the_talk("unconfirmed_after_hours"), "nobody_said"),
    ByTime(S.UNCONFIRMED, _days("unconfirmed_days"), "close_unknown"),
    ByTime(S.MISSED, _days("missed_days"), "give_up"),
    ByTime(S.MET, _days("unthanked_days"), "leave_unthanked"),
    ByTime(S.THANKED, _days("thanks_unanswered_days"), "close_delivered"),
    ByTime(S.FROZEN, _days("frozen_days"), "thaw_out"),
)


def plan(intro: Intro, campus: Campus, now: datetime) -> list[Message]:
    """Every nudge and every move by time of the state the intro is in, from now on; a time gone by is left out, but
    for the move, which is made at once."""
    lines: list[Message] = []
    for row in PLAN:
        due = row.due(intro, campus)
        if row.state is intro.state and row.when(intro) and due is not None and due > now:
            lines += [_line(intro, row.kind, row.view, due, who) for who in row.who]
    for move in MOVES_BY_TIME:
        due = move.due(intro, campus)
        if move.state is intro.state and due is not None:
            lines.append(_line(intro, Kind.TASK, move.move, max(due, now)))
    return lines


def _line(intro: Intro, kind: Kind, view: str, due: datetime, who: Who | None = None) -> Message:
    return Message(
        kind=kind,
        view=view,
        due=due,
        to=intro.person(who) if who else None,
        keys={"intro": intro.id},
        intro=intro.id,
        version=intro.version,
    )
