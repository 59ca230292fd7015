"""The nudge plan: who hears what, after how long, how often, in which state, what ends it; and the moves time makes.

Everything here is planned when an intro enters a state and is void as soon as the intro moves (its version). Waits are
campus settings, named by their field, so that a message can print the very limit it speaks of. Whether a line may go
out when its time has come is another question, asked at that moment: `holding.py`.

A request is let go only when a whole weekend has gone by, since that is when volunteers answer: an expiry that would
come sooner is moved on, day by day, at the same hour. The weekend is the campus's, because the day is printed to both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import spans_weekend
from bot.domain.campus import Campus
from bot.domain.intro import ALUM, BOTH, COORDINATOR, STUDENT, Intro, State, Who
from bot.domain.messages import Kind, Message

Due = Callable[[Intro, Campus], datetime | None]
When = Callable[[Intro], bool]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def _days(setting: str) -> Due:
    return lambda intro, campus: intro.since + timedelta(days=getattr(campus, setting))


def _hours(setting: str) -> Due:
    return lambda intro, campus: intro.since + timedelta(hours=getattr(campus, setting))


def _after_the_end(setting: str) -> Due:
    return lambda intro, campus: intro.ended_at and intro.ended_at + timedelta(days=getattr(campus, setting))


def _after_the_talk(setting: str) -> Due:
    return lambda intro, campus: intro.ends_at and intro.ends_at + timedelta(hours=getattr(campus, setting))


def _before_the_talk(setting: str, earlier: timedelta = timedelta()) -> Due:
    return lambda intro, campus: (
        intro.starts_at and intro.starts_at - timedelta(hours=getattr(campus, setting)) - earlier
    )


def _five_minutes_before_the_end(intro: Intro, campus: Campus) -> datetime | None:
    return intro.ends_at and intro.ends_at - 5 * MINUTE


def _talk_begins(intro: Intro, campus: Campus) -> datetime | None:
    return intro.starts_at


def _talk_ends(intro: Intro, campus: Campus) -> datetime | None:
    return intro.ends_at


def _never(intro: Intro, campus: Campus) -> None:
    """Only the intro's next move ends it, which ends every row."""


def expires_at(intro: Intro, campus: Campus) -> datetime:
    """When an unanswered request is let go: never before a weekend has gone by."""
    moment, zone = intro.since + intro.expires_days * DAY, ZoneInfo(campus.zone)
    while not spans_weekend(intro.since, moment, zone):
        moment += DAY
    return moment


def _always(intro: Intro) -> bool:
    return True


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


def _both_keep(intro: Intro) -> bool:
    return intro.both_keep


@dataclass(frozen=True)
class Nudge:
    """One row: in `state`, as long as `when` holds, `who` sees `view` at each of the times `after`, and so at most that
    often. Any move of the intro ends it, and so does the time `until`. `folds`: a digest of the day says it as well."""

    state: State
    who: tuple[Who, ...]
    after: tuple[Due, ...]
    view: str
    until: Due = _never
    when: When = _always
    kind: Kind = Kind.NUDGE
    folds: bool = True


S, N = State, Nudge
EARLIER = timedelta(hours=6)
"""The checklist comes so long before the reminder, also where it waits for the morning; a day is left to act on it."""
FIRST, SECOND = _before_the_talk("remind_first_hours"), _before_the_talk("remind_second_hours")
CHECK = _before_the_talk("remind_first_hours", EARLIER)
REQUEST = (_days("nudge_first_day"), _days("nudge_second_day"))
SOONER = (_days("nudge_first_day"), _days("nudge_second_day_with_next"))
HAPPENED = (_after_the_talk("happened_after_hours"), _after_the_talk("happened_again_hours"))
THANK = (_hours("thank_first_hours"), _hours("thank_second_hours"))
FIVE_MINUTES = _five_minutes_before_the_end
KEEP = (_after_the_end("keep_first_day"), _after_the_end("keep_second_day"))
APPOINTMENT, NEWS = Kind.APPOINTMENT, Kind.NEWS

PLAN: tuple[Nudge, ...] = (
    # state, who, after how long and how often, which view, what ends it but a move, only when …, of which kind
    N(S.REQUESTED, (ALUM,), REQUEST, "nudge_request", when=_alum_has_it_alone),
    N(S.REQUESTED, (ALUM,), SOONER, "nudge_request", when=_alum_has_it_others_wait),
    N(S.REQUESTED, (STUDENT,), (_days("ask_next_from_day"),), "nudge_quiet", when=_alum_has_it_others_wait),
    N(S.REQUESTED, (STUDENT,), SOONER, "nudge_question", when=_student_has_it),
    N(S.ACCEPTED, BOTH, (_days("no_time_warn_day"),), "nudge_no_time"),
    N(S.SCHEDULED, (STUDENT,), (CHECK,), "checklist", _talk_begins, _live_talk),
    N(S.SCHEDULED, BOTH, (FIRST,), "reminder", SECOND, _live_talk, APPOINTMENT),
    N(S.SCHEDULED, BOTH, (SECOND,), "reminder_soon", _talk_begins, _live_talk, APPOINTMENT),
    N(S.SCHEDULED, (STUDENT,), (FIVE_MINUTES,), "five_minutes", _talk_ends, _wants_five_minutes, APPOINTMENT),
    N(S.SCHEDULED, BOTH, HAPPENED, "nudge_happened"),
    N(S.MET, (STUDENT,), THANK, "nudge_thank"),
    N(S.MET, (COORDINATOR,), (_days("thanks_queue_day"),), "no_thanks_desk", kind=NEWS),
    N(S.CLOSED, (STUDENT,), KEEP, "nudge_keep", when=_both_keep, folds=False),
)


@dataclass(frozen=True)
class ByTime:
    """A move that time makes: in `state`, at `due`, the move `move`."""

    state: State
    due: Due
    move: str


MOVES_BY_TIME: tuple[ByTime, ...] = (
    ByTime(S.REQUESTED, expires_at, "expire"),
    ByTime(S.ACCEPTED, _days("no_time_lapse_day"), "lapse"),
    ByTime(S.SCHEDULED, _after_the_talk("unconfirmed_after_hours"), "nobody_said"),
    ByTime(S.UNCONFIRMED, _days("unconfirmed_days"), "close_unknown"),
    ByTime(S.MISSED, _days("missed_days"), "give_up"),
    ByTime(S.MET, _days("unthanked_days"), "leave_unthanked"),
    ByTime(S.THANKED, _days("thanks_unanswered_days"), "close_delivered"),
    ByTime(S.FROZEN, _days("frozen_days"), "thaw_out"),
)

TURN = "turn"
"""The line's parameter that says the how manieth of its row it is."""
AGAIN = "again"
"""The turn of one that somebody asked for by snoozing."""


def plan(intro: Intro, campus: Campus, now: datetime) -> list[Message]:
    """Every nudge and every move by time of the state the intro is in, from now on; a time gone by is left out, but
    for the move, which is made at once."""
    lines: list[Message] = []
    for row in PLAN:
        if row.state is intro.state and row.when(intro):
            for turn, after in enumerate(row.after, start=1):
                due = after(intro, campus)
                if due is not None and due > now:
                    lines += [_line(intro, row.kind, row.view, due, who, str(turn)) for who in row.who]
    for move in MOVES_BY_TIME:
        due = move.due(intro, campus)
        if move.state is intro.state and due is not None:
            lines.append(_line(intro, Kind.TASK, move.move, max(due, now)))
    return lines


def row_of(line: Message, intro: Intro) -> Nudge | None:
    """The row by which a line was planned; None for one that no row makes."""
    if line.version is None or line.kind is Kind.TASK:
        return None
    rows = (row for row in PLAN if row.state is intro.state and row.view == line.view and row.when(intro))
    return next(rows, None)


def over_at(row: Nudge, intro: Intro, campus: Campus) -> datetime | None:
    """From when on a line of this row says nothing that is still to come: its own end, or the move that time makes."""
    moves = (move.due(intro, campus) for move in MOVES_BY_TIME if move.state is intro.state)
    ends = [end for end in (row.until(intro, campus), *moves) if end is not None]
    return min(ends, default=None)


def next_turn(row: Nudge, line: Message, intro: Intro, campus: Campus) -> datetime | None:
    """When the row's next line is due, after this one; None after the last."""
    turn = line.params.get(TURN, "")
    following = row.after[int(turn) :] if turn.isdecimal() else ()
    return following[0](intro, campus) if following else None


def remind_again(intro: Intro, who: Who, campus: Campus, at: datetime) -> Message | None:
    """What a snooze ends in: the nudge of the intro's state once more; None where there is nothing left to say then."""
    for row in PLAN:
        if row.state is intro.state and who in row.who and row.when(intro) and row.kind is Kind.NUDGE:
            first, over = row.after[0](intro, campus), over_at(row, intro, campus)
            if first is not None and first <= at and (over is None or at < over):
                return _line(intro, row.kind, row.view, at, who, AGAIN)
    return None


def _line(intro: Intro, kind: Kind, view: str, due: datetime, who: Who | None = None, turn: str = "") -> Message:
    return Message(
        kind=kind,
        view=view,
        due=due,
        to=intro.person(who) if who in BOTH else None,
        desk=who is COORDINATOR,
        keys={"intro": intro.id},
        params={TURN: turn} if turn else {},
        intro=intro.id,
        version=intro.version,
    )
