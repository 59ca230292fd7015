"""Room: how much an alum may be asked, how much a student may ask. Counted while both are held (`People.lock`)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.campus import Campus
from bot.domain.people import Pace
from bot.domain.refusals import Refusal


@dataclass(frozen=True)
class Load:
    """What an alum carries now: places taken at a time; intros accepted this campus month; requests open now."""

    at_once: int = 0
    accepted_this_month: int = 0
    requested: int = 0


def has_room(pace: Pace, at_once: int, accepted_this_month: int, requested: int) -> bool:
    """Whether one more request may be put to an alum: below the limit at a time, and below it this month, where what
    is requested now counts as if it will be accepted."""
    return at_once < pace.at_once and accepted_this_month + requested < pace.month


def has_room_to_accept(pace: Pace, at_once: int, accepted_this_month: int, requested: int) -> bool:
    """The same at the yes: what is agreed must be below both limits. Whatever else still waits is in nobody's way: an
    alum who lowers their limit below what is open can say yes to one of them, and the others are too many."""
    return at_once - requested < pace.at_once and accepted_this_month < pace.month


def check_allowance(campus: Campus, open_now: int, in_30_days: int) -> None:
    """Raises Refusal (`one_open`, `used_up`) where a student has asked enough for now."""
    if open_now >= campus.student_open:
        raise Refusal("one_open", count=campus.student_open)
    if in_30_days >= campus.student_in_30_days:
        raise Refusal("used_up", count=campus.student_in_30_days)


def talks_left(campus: Campus, in_30_days: int) -> int:
    return max(0, campus.student_in_30_days - in_30_days)
