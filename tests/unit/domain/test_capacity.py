"""Room: what an alum can be asked, and what a student may still ask."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.campus import Campus
from bot.domain.capacity import check_allowance, has_room, has_room_to_accept, talks_left
from bot.domain.people import Pace
from bot.domain.refusals import Refusal

PACE = Pace(month=2, at_once=2)
TODAY = date(2026, 3, 2)
counts = st.integers(0, 12)
paces = st.builds(Pace, st.integers(1, 10), st.integers(1, 5))


def test_there_is_room_below_both_limits_and_not_at_either() -> None:
    assert has_room(PACE, at_once=1, accepted_this_month=0, requested=1)
    assert not has_room(PACE, at_once=2, accepted_this_month=0, requested=0)
    assert not has_room(PACE, at_once=0, accepted_this_month=2, requested=0)
    assert not has_room(PACE, at_once=1, accepted_this_month=1, requested=1)


def test_at_the_yes_the_request_does_not_stand_in_its_own_way() -> None:
    assert has_room_to_accept(PACE, at_once=2, accepted_this_month=1, requested=1)
    assert not has_room_to_accept(PACE, at_once=2, accepted_this_month=2, requested=1)
    assert not has_room_to_accept(PACE, at_once=3, accepted_this_month=0, requested=1)


def test_whoever_lowers_their_limit_below_what_waits_can_still_say_yes_up_to_it() -> None:
    assert has_room_to_accept(Pace(1, 2), at_once=2, accepted_this_month=0, requested=2)
    assert not has_room_to_accept(Pace(1, 2), at_once=2, accepted_this_month=1, requested=1)
    assert has_room_to_accept(Pace(3, 1), at_once=3, accepted_this_month=0, requested=3)
    assert not has_room_to_accept(Pace(3, 1), at_once=3, accepted_this_month=1, requested=2)


@given(paces, counts, counts, counts)
def test_whoever_had_room_to_be_asked_can_say_yes(pace: Pace, at_once: int, accepted: int, requested: int) -> None:
    if has_room(pace, at_once, accepted, requested):
        assert has_room_to_accept(pace, at_once + 1, accepted, requested + 1)


@given(paces, counts, counts, counts)
def test_a_limit_is_never_passed(pace: Pace, at_once: int, accepted: int, requested: int) -> None:
    if has_room(pace, at_once, accepted, requested):
        assert (at_once + 1 <= pace.at_once, accepted + requested + 1 <= pace.month) == (True, True)


def test_a_student_has_one_open_and_three_in_thirty_days() -> None:
    check_allowance(Campus(), open_now=0, in_30_days=2)
    with pytest.raises(Refusal, match="one_open"):
        check_allowance(Campus(), open_now=1, in_30_days=1)
    with pytest.raises(Refusal, match="used_up"):
        check_allowance(Campus(), open_now=0, in_30_days=3)


def test_the_limit_named_is_the_campus_s() -> None:
    with pytest.raises(Refusal) as told:
        check_allowance(Campus(student_open=5), open_now=5, in_30_days=0)

    assert told.value.params == {"count": 5}


def test_what_is_left_never_goes_below_nothing() -> None:
    assert [talks_left(Campus(), used) for used in (0, 2, 3, 5)] == [3, 1, 0, 0]
