"""The table of an intro's life, told row by row; and that nothing happens outside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.domain.intro import (
    ALUM,
    COORDINATOR,
    FINAL,
    GIVES_PLACE_BACK,
    LIFECYCLE,
    LIVE,
    MOVES_ON,
    STUDENT,
    TIME,
    Intro,
    IntroId,
    Row,
    State,
    Who,
    can,
    move,
    other,
    row_for,
)
from bot.domain.people import PersonId
from bot.domain.refusals import MovedOn, Refusal

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
MOVES = sorted({row.move for row in LIFECYCLE})


def an_intro(state: State = State.REQUESTED, **facts: object) -> Intro:
    begun = Intro(
        id=IntroId(1), ask=1, student=PersonId(1), alum=PersonId(2), state=state, version=1, requested_at=NOW,
        since=NOW, student_token="s", alum_token="a", desk_token="d", expires_days=10,
    )  # fmt: skip
    return replace(begun, **facts)  # type: ignore[arg-type]  # each test names fields


def ready_for(row: Row, state: State, by: Who) -> Intro:
    """An intro in which nothing but the table decides about this move."""
    answers = row.move == "answer"
    frozen_from = State.SCHEDULED if state is State.FROZEN else None
    return an_intro(state, asked_more=answers, slots=(LATER,), slots_by=other(by), frozen_from=frozen_from)


def told_of(row: Row, by: Who) -> set[Who]:
    if row.tells is None:
        return set()
    if COORDINATOR in row.tells and by is not TIME:
        return {other(by), COORDINATOR}
    return set(row.tells) or {other(by)}


@pytest.mark.parametrize("row", LIFECYCLE, ids=lambda row: f"{row.move} from {'/'.join(sorted(row.states))}")
def test_every_row_leads_where_the_table_says(row: Row) -> None:
    for state, by in product(sorted(row.states), row.by):
        intro = ready_for(row, state, by)

        moved, told = move(intro, row.move, by, LATER)

        assert moved.state is (row.to or State.SCHEDULED)
        assert moved.version == 2
        assert set(told) == told_of(row, by)


def test_nothing_happens_outside_the_table() -> None:
    outside = [
        (state, name, by)
        for state, name, by in product(State, [*MOVES, "teleport"], Who)
        if row_for(state, name, by) is None
    ]
    for state, name, by in outside:
        with pytest.raises(MovedOn) as told:
            move(an_intro(state), name, by, LATER)
        assert told.value.params == {"state": state, "tried": name}


def test_a_question_is_asked_first_once_and_answered_once() -> None:
    asked, _ = move(an_intro(), "ask_more", ALUM, LATER)
    assert asked.waits_for_student
    with pytest.raises(Refusal, match="asked_already"):
        move(asked, "ask_more", ALUM, LATER)

    answered, _ = move(asked, "answer", STUDENT, LATER)
    assert not answered.waits_for_student
    with pytest.raises(MovedOn):
        move(answered, "answer", STUDENT, LATER)


def test_there_is_no_answer_without_a_question() -> None:
    assert not can(an_intro(), "answer", STUDENT)


def test_a_question_and_its_answer_start_the_wait_anew_and_an_offer_of_times_does_not() -> None:
    asked, _ = move(an_intro(), "ask_more", ALUM, LATER)
    offered, _ = move(an_intro(State.ACCEPTED), "offer_times", ALUM, LATER, slots=(LATER,))

    assert asked.since == LATER
    assert offered.since == NOW


def test_nobody_picks_from_their_own_times_nor_from_none() -> None:
    offered, _ = move(an_intro(State.ACCEPTED), "offer_times", ALUM, NOW, slots=(LATER,))

    with pytest.raises(Refusal, match="no_times_yet"):
        move(offered, "pick_time", ALUM, NOW, starts_at=LATER)
    with pytest.raises(Refusal, match="no_times_yet"):
        move(an_intro(State.ACCEPTED), "pick_time", STUDENT, NOW, starts_at=LATER)
    assert move(offered, "pick_time", STUDENT, NOW, starts_at=LATER)[0].starts_at == LATER


def test_a_missed_talk_is_moved_once_and_a_planned_one_as_often_as_needed() -> None:
    again, _ = move(an_intro(State.MISSED), "reschedule", STUDENT, NOW)
    missed_again = replace(again, state=State.MISSED)

    with pytest.raises(Refusal, match="rescheduled_already"):
        move(missed_again, "reschedule", ALUM, NOW)
    assert can(an_intro(State.SCHEDULED, rescheduled_missed=True), "reschedule", ALUM)


def test_another_time_forgets_the_old_one_and_what_was_said_about_it() -> None:
    missed = an_intro(State.MISSED, starts_at=NOW, slots=(NOW,), slots_by=ALUM, missed_by=STUDENT, met_by_alum=True)

    again, _ = move(missed, "reschedule", ALUM, NOW)

    assert (again.starts_at, again.slots, again.slots_by, again.missed_by) == (None, (), None, None)
    assert not again.met_by_alum
    assert can(replace(again, state=State.SCHEDULED), "confirm_met", ALUM)


def test_each_says_once_that_they_met() -> None:
    met, told = move(an_intro(State.SCHEDULED), "confirm_met", ALUM, NOW)
    assert (met.met_by_alum, met.met_by_both, told) == (True, False, (STUDENT,))
    with pytest.raises(Refusal, match="said_already"):
        move(met, "confirm_met", ALUM, NOW)

    both, told = move(met, "confirm_met", STUDENT, NOW)
    assert (both.met_by_both, both.state, told) == (True, State.MET, ())


def test_whoever_says_that_it_did_not_happen_takes_back_that_it_did() -> None:
    met, _ = move(an_intro(State.SCHEDULED), "confirm_met", STUDENT, NOW)

    missed, _ = move(met, "report_missed", STUDENT, NOW)

    assert (missed.missed_by, missed.met_by_student) == (STUDENT, False)
    assert can(missed, "confirm_met", STUDENT)


@pytest.mark.parametrize("state", sorted(LIVE - {State.FROZEN}))
def test_releasing_leads_back_to_before_and_starts_the_wait_anew(state: State) -> None:
    frozen, told = move(an_intro(state), "flag", ALUM, NOW)
    assert (frozen.state, frozen.frozen_from, frozen.flagged_by) == (State.FROZEN, state, ALUM)
    assert told == (STUDENT, COORDINATOR)

    released, _ = move(frozen, "release", COORDINATOR, LATER)

    assert (released.state, released.since) == (state, LATER)
    assert (released.frozen_from, released.flagged_by) == (None, None)


def test_an_end_has_its_date_and_keeps_it() -> None:
    unthanked, _ = move(an_intro(State.MET), "leave_unthanked", TIME, NOW)
    assert unthanked.ended_at == NOW

    confirmed, _ = move(unthanked, "confirm_met", ALUM, LATER)
    assert confirmed.ended_at == NOW


def test_a_late_thank_you_opens_it_again_and_its_arrival_is_the_end() -> None:
    unthanked = an_intro(State.UNTHANKED, ended_at=NOW)

    thanked, told = move(unthanked, "thank", STUDENT, LATER)
    assert (thanked.state, thanked.ended_at, thanked.met_by_student, told) == (State.THANKED, None, True, (ALUM,))

    closed, _ = move(thanked, "confirm_thanks", ALUM, LATER + timedelta(days=1))
    assert (closed.state, closed.ended_at) == (State.CLOSED, LATER + timedelta(days=1))


def test_asking_whether_something_can_be_done_changes_nothing() -> None:
    intro = an_intro()

    assert can(intro, "accept", ALUM)
    assert not can(intro, "accept", STUDENT)
    assert intro == an_intro()


def test_a_talk_in_writing_is_given_a_week_and_a_live_one_its_minutes() -> None:
    assert an_intro().ends_at is None
    assert an_intro(starts_at=NOW, minutes=20).ends_at == NOW + timedelta(minutes=20)
    assert an_intro(starts_at=NOW, in_writing=True).ends_at == NOW + timedelta(days=7)


def test_each_reader_has_their_own_token() -> None:
    intro = an_intro()

    assert [intro.token_for(who) for who in (STUDENT, ALUM, COORDINATOR)] == ["s", "a", "d"]
    assert [intro.role_of(PersonId(person)) for person in (1, 2, 3)] == [STUDENT, ALUM, None]


def test_the_ends_that_cost_nothing_and_those_that_lead_on_are_ends() -> None:
    assert FINAL >= GIVES_PLACE_BACK
    assert FINAL >= MOVES_ON


def test_in_the_calendars_the_first_time_is_nought_and_each_change_counts_on() -> None:
    """A newer number replaces an older one there, so none may come twice."""
    intro, counted = an_intro(State.ACCEPTED, slots=(LATER,), slots_by=ALUM), []
    for name in ("pick_time", "reschedule", "arrange", "reschedule", "arrange", "cancel"):
        intro, _told = move(
            intro, name, STUDENT, NOW, **({} if name in ("reschedule", "cancel") else {"starts_at": LATER})
        )
        counted.append(intro.sequence)

    assert counted == [0, 1, 2, 3, 4, 5]


def test_what_never_had_a_time_changes_nothing_in_the_calendars() -> None:
    assert move(an_intro(State.ACCEPTED), "cancel", STUDENT, NOW)[0].sequence == 0


def test_another_time_is_not_in_writing_by_itself() -> None:
    begun = an_intro(State.SCHEDULED, starts_at=LATER, in_writing=True)

    assert not move(begun, "reschedule", STUDENT, NOW)[0].in_writing
