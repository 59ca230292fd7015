"""The life of an intro as the table tells it: every state can be reached, and none is a place to be forgotten in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest

from bot.domain.campus import LIMITS, Campus, with_setting
from bot.domain.intro import FINAL, LIFECYCLE, TIME, Intro, IntroId, Row, State, Who, move, row_for
from bot.domain.messages import Kind
from bot.domain.nudges import MOVES_BY_TIME, PLAN, ByTime, plan
from bot.domain.people import PersonId

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHORTEST = reduce(lambda campus, rule: with_setting(campus, rule[0], str(rule[1].low)), LIMITS.items(), Campus())
LONGEST = reduce(lambda campus, rule: with_setting(campus, rule[0], str(rule[1].high)), LIMITS.items(), Campus())


def reached(table: Iterable[Row], start: State = State.REQUESTED) -> frozenset[State]:
    """Every state that some sequence of moves leads to (releasing leads to where it was frozen)."""
    rows, known = tuple(table), {start}
    while True:
        more = {row.to for row in rows if row.to and row.states & known} - known
        if not more:
            return frozenset(known)
        known |= more


def without_an_end(by_time: Iterable[ByTime], table: Iterable[Row]) -> list[str]:
    """States that are not final and that time does not, in the end, bring to a final one."""
    target = {
        row.state: next((r.to for r in table if r.move == row.move and TIME in r.by and row.state in r.states), None)
        for row in by_time
    }
    broken = []
    for state in set(State) - FINAL:
        at: State | None = state
        for _ in State:
            at = target.get(at) if at is not None and at not in FINAL else at
        if at not in FINAL:
            broken.append(state.value)
    return sorted(broken)


def an_intro(state: State) -> Intro:
    intro = Intro(
        id=IntroId(1), ask=1, student=PersonId(1), alum=PersonId(2), state=state, version=1, requested_at=NOW,
        since=NOW, student_token="s", alum_token="a", desk_token="d", expires_days=10,
    )  # fmt: skip
    if state in (State.SCHEDULED, State.MISSED, State.MET, State.UNCONFIRMED, State.THANKED):
        intro = replace(intro, starts_at=NOW + timedelta(days=3), accepted_at=NOW)
    return replace(intro, frozen_from=State.ACCEPTED) if state is State.FROZEN else intro


def test_every_state_can_be_reached() -> None:
    assert reached(LIFECYCLE) == frozenset(State)


def test_every_state_that_is_not_final_ends_by_time() -> None:
    assert without_an_end(MOVES_BY_TIME, LIFECYCLE) == []


def test_no_state_waits_for_two_ends() -> None:
    assert [state for state, times in Counter(row.state for row in MOVES_BY_TIME).items() if times > 1] == []


def test_every_move_by_time_is_in_the_table_and_planned() -> None:
    planned = {(row.state, row.move) for row in MOVES_BY_TIME}
    possible = {(state, row.move) for row in LIFECYCLE if TIME in row.by for state in row.states}

    assert planned == possible


def test_no_two_rows_answer_the_same_question() -> None:
    asked = Counter((state, row.move, who) for row in LIFECYCLE for state in row.states for who in row.by)

    assert [question for question, times in asked.items() if times > 1] == []


def test_nothing_leads_out_of_an_end_but_a_late_thank_you_or_a_late_yes() -> None:
    out = {(state, row.move) for row in LIFECYCLE for state in row.states & FINAL if row.to is not state}

    assert out == {(State.UNTHANKED, "thank")}


def test_nobody_is_nudged_about_an_end_but_two_who_both_wish_to_keep_in_touch() -> None:
    after = [row for row in PLAN if row.state in FINAL]
    over = replace(an_intro(State.MET), state=State.CLOSED, ended_at=NOW)

    assert [row.view for row in after] == ["nudge_keep"]
    wishes = [
        replace(over, keeps_student=student, keeps_alum=alum) for student in (False, True) for alum in (False, True)
    ]
    assert [row.when(wish) for row in after for wish in wishes] == [False, False, False, True]


@pytest.mark.parametrize("campus", [Campus(), SHORTEST, LONGEST], ids=["default", "shortest", "longest"])
@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_left_alone_it_comes_to_an_end_on_every_campus(state: State, campus: Campus) -> None:
    intro, now = an_intro(state), NOW

    for _ in State:
        if intro.is_final:
            break
        tasks = [line for line in plan(intro, campus, now) if line.kind is Kind.TASK]
        assert len(tasks) == 1
        now = max(now, tasks[0].due)
        intro, _told = move(intro, tasks[0].view, TIME, now)

    assert intro.is_final
    assert now - NOW <= timedelta(days=200)


def test_moves_set_only_facts_that_an_intro_has() -> None:
    """`move()` hands its facts to `replace()`, which mypy cannot check."""
    known = {field.name for field in fields(Intro)}
    tried = 0
    for state in State:
        for row in LIFECYCLE:
            for who in Who:
                if row_for(state, row.move, who) is not row:
                    continue
                ready = replace(
                    an_intro(state), asked_more=row.move == "answer", slots=(NOW,), slots_by=None, frozen_from=State.MET
                )
                moved, _told = move(ready, row.move, who, NOW)
                tried += 1
                assert moved.version == 2
                assert set(vars(moved)) == known

    assert tried >= len(LIFECYCLE)


def test_a_state_off_the_path_is_noticed() -> None:
    assert State.THANKED not in reached(row for row in LIFECYCLE if row.move != "thank")


def test_a_state_without_an_end_is_noticed() -> None:
    forgotten = [row for row in MOVES_BY_TIME if row.state is not State.UNCONFIRMED]

    assert without_an_end(forgotten, LIFECYCLE) == ["scheduled", "unconfirmed"]
