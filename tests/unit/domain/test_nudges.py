"""The nudge plan: who hears what, after how long; and the move that time makes in every state that is not an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.campus import Campus
from bot.domain.intro import ALUM, FINAL, LIVE, STUDENT, Intro, State
from bot.domain.messages import Kind
from bot.domain.nudges import AGAIN, PLAN, TURN, expires_at, next_turn, over_at, plan, remind_again, row_of
from tests.unit.domain.test_intro import NOW, an_intro

CAMPUS = Campus()
TALK = NOW + timedelta(days=5)


def planned(intro: Intro, campus: Campus = CAMPUS, now: datetime = NOW) -> list[tuple[str, str, float]]:
    """(view or move, whom, hours from the beginning of the state) of everything that is planned."""
    whom = {intro.student: STUDENT, intro.alum: ALUM}
    return [
        (line.view, whom[line.to] if line.to else "", (line.due - intro.since) / timedelta(hours=1))
        for line in plan(intro, campus, now)
    ]


def days(count: float) -> float:
    return count * 24


def test_a_silent_alum_hears_twice_and_then_it_is_let_go() -> None:
    assert planned(an_intro()) == [
        ("nudge_request", ALUM, days(3)),
        ("nudge_request", ALUM, days(7)),
        ("expire", "", days(10)),
    ]


@pytest.mark.parametrize(
    ("days_later", "expires", "moved"),
    [(0, 5, 7), (0, 7, 7), (0, 10, 10), (4, 5, 5), (5, 7, 9), (5, 10, 10), (6, 7, 8)],
    ids=["Monday, 5", "Monday, 7", "Monday, 10", "Friday, 5", "Saturday, 7", "Saturday, 10", "Sunday, 7"],
)
def test_a_request_is_let_go_only_after_a_whole_weekend(days_later: int, expires: int, moved: int) -> None:
    """NOW is a Monday in the morning."""
    since = NOW + timedelta(days=days_later)
    intro = an_intro(since=since, requested_at=since, expires_days=expires)

    assert expires_at(intro, CAMPUS) == since + timedelta(days=moved)
    assert planned(intro, now=since)[-1] == ("expire", "", days(moved))


def test_with_a_next_choice_it_goes_faster_and_the_student_may_move_on() -> None:
    assert planned(an_intro(has_next=True, expires_days=7)) == [
        ("nudge_request", ALUM, days(3)),
        ("nudge_request", ALUM, days(5)),
        ("nudge_quiet", STUDENT, days(4)),
        ("expire", "", days(7)),
    ]


def test_after_a_question_the_nudges_go_to_the_student() -> None:
    asked = an_intro(asked_more=True, has_next=True)

    assert planned(asked) == [
        ("nudge_question", STUDENT, days(3)),
        ("nudge_question", STUDENT, days(5)),
        ("expire", "", days(10)),
    ]
    assert planned(replace(asked, answered=True))[0] == ("nudge_request", ALUM, days(3))


def test_without_a_time_both_are_warned_and_then_it_lapses() -> None:
    assert planned(an_intro(State.ACCEPTED)) == [
        ("nudge_no_time", STUDENT, days(14)),
        ("nudge_no_time", ALUM, days(14)),
        ("lapse", "", days(21)),
    ]


def test_a_talk_is_reminded_of_twice_and_asked_about_twice() -> None:
    talk = an_intro(State.SCHEDULED, starts_at=TALK, minutes=30)

    told = (("reminder", -24), ("reminder_soon", -1), ("nudge_happened", 2.5), ("nudge_happened", 48.5))
    assert planned(talk) == [
        ("checklist", STUDENT, days(5) - 30),
        *((view, who, days(5) + hours) for view, hours in told for who in (STUDENT, ALUM)),
        ("nobody_said", "", days(5) + 96.5),
    ]
    kinds = {line.view: line.kind for line in plan(talk, CAMPUS, NOW)}
    assert (kinds["reminder"], kinds["reminder_soon"], kinds["checklist"]) == (
        Kind.APPOINTMENT, Kind.APPOINTMENT, Kind.NUDGE,
    )  # fmt: skip


def test_who_wishes_hears_five_minutes_before_the_end() -> None:
    talk = an_intro(State.SCHEDULED, starts_at=TALK, five_minutes=True)

    [line] = [line for line in plan(talk, CAMPUS, NOW) if line.view == "five_minutes"]
    assert (line.to, line.due, line.kind) == (talk.student, TALK + timedelta(minutes=15), Kind.APPOINTMENT)


def test_a_talk_in_writing_has_no_hour_to_be_reminded_of_and_a_week_to_happen() -> None:
    talk = an_intro(State.SCHEDULED, starts_at=TALK, in_writing=True)

    assert {(view, hours) for view, _who, hours in planned(talk)} == {
        ("nudge_happened", days(12) + 2), ("nudge_happened", days(12) + 48), ("nobody_said", days(12) + 96),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            State.MET,
            [
                ("nudge_thank", STUDENT, 24),
                ("nudge_thank", STUDENT, 72),
                ("no_thanks_desk", "", days(7)),
                ("leave_unthanked", "", days(21)),
            ],
        ),
        (State.UNCONFIRMED, [("close_unknown", "", days(21))]),
        (State.MISSED, [("give_up", "", days(14))]),
        (State.THANKED, [("close_delivered", "", days(30))]),
        (State.FROZEN, [("thaw_out", "", days(30))]),
    ],
)
def test_after_the_talk_time_does_the_rest(state: State, expected: list[tuple[str, str, float]]) -> None:
    assert planned(an_intro(state)) == expected


def test_the_waits_are_the_campus_s() -> None:
    campus = Campus(nudge_first_day=1, nudge_second_day=2, no_time_lapse_day=30, missed_days=7)

    assert planned(an_intro(), campus)[:2] == [("nudge_request", ALUM, days(1)), ("nudge_request", ALUM, days(2))]
    assert planned(an_intro(State.ACCEPTED), campus)[-1] == ("lapse", "", days(30))
    assert planned(an_intro(State.MISSED), campus) == [("give_up", "", days(7))]


def test_a_nudge_gone_by_is_left_out_and_a_move_gone_by_is_made_at_once() -> None:
    late = NOW + timedelta(days=12)

    assert planned(an_intro(), now=late) == [("expire", "", days(12))]


@pytest.mark.parametrize("state", sorted(LIVE))
def test_what_is_planned_dies_with_the_version(state: State) -> None:
    intro = an_intro(state, version=7, starts_at=TALK)
    lines = plan(intro, CAMPUS, NOW)

    assert {(line.intro, line.version) for line in lines} == {(intro.id, 7)}
    assert [line.view for line in lines if line.kind is Kind.TASK] != []


@pytest.mark.parametrize("state", sorted(FINAL))
def test_after_the_end_nothing_is_planned(state: State) -> None:
    assert plan(an_intro(state, starts_at=TALK), CAMPUS, NOW) == []


# --- keeping in touch --------------------------------------------------------------------------------------------


def test_two_who_both_wish_it_keep_in_touch_twice_in_half_a_year() -> None:
    over = an_intro(State.CLOSED, ended_at=NOW)

    assert planned(replace(over, keeps_student=True)) == []
    assert planned(replace(over, keeps_student=True, keeps_alum=True)) == [
        ("nudge_keep", STUDENT, days(60)), ("nudge_keep", STUDENT, days(180)),
    ]  # fmt: skip


# --- a row, and the line it made ----------------------------------------------------------------------------------


def test_a_line_knows_its_row_when_it_is_over_and_what_comes_next() -> None:
    intro = an_intro(has_next=True, expires_days=7)
    first, second, quiet, _expiry = plan(intro, CAMPUS, NOW)
    row = row_of(first, intro)

    assert row is not None
    assert (row.view, row_of(second, intro)) == ("nudge_request", row)
    assert over_at(row, intro, CAMPUS) == NOW + timedelta(days=7)
    assert [next_turn(row, line, intro, CAMPUS) for line in (first, second, quiet)] == [
        NOW + timedelta(days=5), None, NOW + timedelta(days=5),
    ]  # fmt: skip
    assert row_of(replace(first, version=None), intro) is None


def test_a_reminder_is_over_when_the_next_one_comes() -> None:
    talk = an_intro(State.SCHEDULED, starts_at=TALK)
    ends = {row.view: over_at(row, talk, CAMPUS) for row in PLAN if row.state is State.SCHEDULED}

    assert ends == {
        "checklist": TALK,
        "reminder": TALK - timedelta(hours=1),
        "reminder_soon": TALK,
        "five_minutes": TALK + timedelta(minutes=20),
        "nudge_happened": TALK + timedelta(minutes=20, hours=96),
    }


def test_a_snooze_ends_in_the_nudge_of_the_state_while_there_is_time() -> None:
    intro, soon = an_intro(), NOW + timedelta(days=9)

    again = remind_again(intro, ALUM, CAMPUS, soon)

    assert again is not None
    assert (again.view, again.to, again.due, again.params, again.version) == (
        "nudge_request", intro.alum, soon, {TURN: AGAIN}, intro.version,
    )  # fmt: skip
    assert remind_again(intro, ALUM, CAMPUS, NOW + timedelta(days=10)) is None
    assert remind_again(intro, STUDENT, CAMPUS, soon) is None
    assert remind_again(an_intro(State.THANKED), ALUM, CAMPUS, soon) is None
