"""Intros: versions, tokens, capacity, allowance; asks and whom was offered for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.asks import Ask
from bot.domain.capacity import Load
from bot.domain.intro import ALUM, FINAL, Intro, State
from bot.domain.matches import Record
from bot.domain.people import PersonId
from bot.domain.refusals import Conflict
from bot.ports import Allowance, Step
from storage.engine import Store
from storage.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
MONTH = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def _person(uow: SqlUnitOfWork) -> PersonId:
    return uow.people.add(None, "Given", "Family", "", "en").id


def _ask(uow: SqlUnitOfWork, student: PersonId | None = None) -> Ask:
    return uow.asks.add(student or _person(uow), "w", "q", "a", NOW, advised=True, unsure=False)


def _intro(uow: SqlUnitOfWork, ask: Ask, alum: PersonId, at: datetime = NOW, **facts: Any) -> Intro:
    new = uow.intros.add(ask.id, ask.student, alum, at, expires_days=10, minutes=20, rank=1, has_next=False)
    if not facts:
        return new
    moved = replace(new, version=2, **facts)
    uow.intros.save(moved)
    return moved


def test_every_fact_of_an_intro_comes_back(store: Store) -> None:
    facts: dict[str, Any] = {
        "state": State.FROZEN, "since": NOW + DAY, "accepted_at": NOW + DAY, "ended_at": NOW + 2 * DAY,
        "asked_more": True, "answered": True, "slots": (NOW + 3 * DAY, NOW + 4 * DAY), "slots_by": ALUM,
        "starts_at": NOW + 3 * DAY, "in_writing": True, "met_by_student": True, "met_by_alum": True, "missed_by": ALUM,
        "rescheduled_missed": True, "shared_by_student": True, "shared_by_alum": True,
        "frozen_from": State.SCHEDULED, "flagged_by": ALUM, "reason": "away", "minutes": 30, "has_next": True,
        "sequence": 3, "five_minutes": True,
    }  # fmt: skip
    with store.begin() as uow:
        intro = _intro(uow, _ask(uow), _person(uow), **facts)
        uow.commit()
    with store.read() as reading:
        assert reading.intros.get(intro.id) == intro
        with pytest.raises(LookupError):
            reading.intros.get(intro.id + 1)  # type: ignore[arg-type]  # any number


def test_whoever_was_slower_is_told(store: Store) -> None:
    with store.begin() as uow:
        intro = _intro(uow, _ask(uow), _person(uow))
        uow.intros.save(replace(intro, version=2, state=State.ACCEPTED))
        with pytest.raises(Conflict):
            uow.intros.save(replace(intro, version=2, state=State.DECLINED))
        assert uow.intros.get(intro.id).state is State.ACCEPTED


def test_sharing_is_a_fact_beside_the_version(store: Store) -> None:
    with store.begin() as uow:
        intro = _intro(uow, _ask(uow), _person(uow))
        uow.intros.set_shared(intro.id, student=True)
        assert uow.intros.get(intro.id) == replace(intro, shared_by_student=True)
        uow.intros.set_shared(intro.id, alum=True)
        assert uow.intros.get(intro.id) == replace(intro, shared_by_student=True, shared_by_alum=True)


def test_the_wish_for_a_word_before_the_end_is_one_too(store: Store) -> None:
    with store.begin() as uow:
        intro = _intro(uow, _ask(uow), _person(uow))
        uow.intros.set_five_minutes(intro.id)
        assert uow.intros.get(intro.id) == replace(intro, five_minutes=True)


def test_in_two_calendars_it_has_two_names_that_point_at_nothing(store: Store) -> None:
    with store.begin() as uow:
        intro = _intro(uow, _ask(uow), _person(uow))
        names = {intro.student_event, intro.alum_event}
        assert [len(name) for name in names] == [22, 22]
        assert [uow.intros.by_token(name) for name in names] == [None, None]


def test_each_reader_has_a_token_and_none_finds_another(store: Store) -> None:
    with store.begin() as uow:
        intro, other = _intro(uow, _ask(uow), _person(uow)), _intro(uow, _ask(uow), _person(uow))
        tokens = [intro.student_token, intro.alum_token, intro.desk_token]
        assert [uow.intros.by_token(token) for token in tokens] == [intro] * 3
        assert len({*tokens, other.student_token, other.alum_token, other.desk_token}) == 6
        assert uow.intros.by_token("") is None


def test_intros_of_a_person_are_told_newest_first_whichever_their_part(store: Store) -> None:
    with store.begin() as uow:
        both, other = _person(uow), _person(uow)
        old = _intro(uow, _ask(uow, both), other, NOW - DAY)
        ended = _intro(uow, _ask(uow, both), other, NOW - 2 * DAY, state=State.CLOSED)
        new = _intro(uow, _ask(uow, other), both)
        _intro(uow, _ask(uow), _person(uow))
        assert uow.intros.of(both) == [new, old, ended]
        assert uow.intros.of(both, live_only=True) == [new, old]


def test_intros_in_a_state_are_told_in_their_order(store: Store) -> None:
    with store.begin() as uow:
        newer = _intro(uow, _ask(uow), _person(uow), state=State.FROZEN, since=NOW)
        older = _intro(uow, _ask(uow), _person(uow), state=State.FROZEN, since=NOW - DAY)
        _intro(uow, _ask(uow), _person(uow))
        assert uow.intros.in_states(State.FROZEN) == [older, newer]


def test_intros_of_an_ask_stand_in_the_order_of_the_choices(store: Store) -> None:
    with store.begin() as uow:
        ask = _ask(uow)
        second = _intro(uow, ask, _person(uow), rank=2)
        first = _intro(uow, ask, _person(uow), NOW + DAY)
        assert uow.intros.of_ask(ask.id) == [first, second]


def test_what_an_alum_carries_is_counted_by_state_and_by_month(store: Store) -> None:
    with store.begin() as uow:
        alum, idle = _person(uow), _person(uow)
        _intro(uow, _ask(uow), alum)
        for state in (State.ACCEPTED, State.SCHEDULED, State.MISSED, State.FROZEN):
            _intro(uow, _ask(uow), alum, state=state, accepted_at=MONTH)
        for state in (State.UNCONFIRMED, State.MET, State.THANKED, *FINAL):
            _intro(uow, _ask(uow), alum, state=state, accepted_at=MONTH - timedelta(seconds=1))
        _intro(uow, _ask(uow), alum, state=State.CLOSED, accepted_at=NOW)
        load = Load(at_once=5, accepted_this_month=5, requested=1)

        assert uow.intros.load_of(alum, MONTH) == load
        assert uow.intros.load_of(idle, MONTH) == Load()
        assert uow.intros.loads(MONTH) == {alum: load}


def test_what_has_come_of_asking_an_alum_is_counted(store: Store) -> None:
    with store.begin() as uow:
        asked, shown, old, never = (_person(uow) for _ in range(4))
        ask = _ask(uow)
        for state in (State.REQUESTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN):
            _intro(uow, ask, asked, state=state)
        _intro(uow, ask, asked, NOW - 40 * DAY, state=State.CLOSED, accepted_at=NOW - 39 * DAY)
        _intro(uow, ask, old, NOW - 400 * DAY, state=State.DECLINED)
        uow.asks.show(ask.id, (asked, shown), NOW)
        uow.asks.show(_ask(uow).id, (shown, old), NOW - 31 * DAY)

        records = uow.intros.records(lately=NOW - 30 * DAY, ever=NOW - 365 * DAY)

    assert records == {asked: Record(4, 1, yes=1, no=1, silent=1), shown: Record(0, 1)}
    assert never not in records


def test_asks_that_wait_for_somebody_to_join(store: Store) -> None:
    with store.begin() as uow:
        waiting, _content = _ask(uow), _ask(uow)
        uow.asks.save(replace(waiting, tell_when=True))

        assert uow.asks.waiting(NOW) == [replace(waiting, tell_when=True)]
        assert uow.asks.waiting(NOW + DAY) == []


def test_an_end_that_was_not_the_students_doing_gives_the_place_back(store: Store) -> None:
    with store.begin() as uow:
        student = _person(uow)
        ask = _ask(uow, student)
        for state in State:
            _intro(uow, ask, _person(uow), state=state)
        _intro(uow, ask, _person(uow), NOW - 31 * DAY)
        given_back = 3
        assert uow.intros.allowance_of(student, NOW - 30 * DAY) == Allowance(2, len(State) - given_back)
        assert uow.intros.allowance_of(_person(uow), NOW) == Allowance()


def test_whom_a_student_asked_since_then_however_it_ended(store: Store) -> None:
    with store.begin() as uow:
        ask, lately, once = _ask(uow), _person(uow), _person(uow)
        _intro(uow, ask, lately, state=State.WITHDRAWN)
        _intro(uow, ask, once, NOW - 180 * DAY)
        assert uow.intros.asked_since(ask.student, NOW - 179 * DAY) == {lately}


def test_only_an_answer_counts_for_the_days_until_a_reply(store: Store) -> None:
    with store.begin() as uow:
        assert uow.intros.reply_days(NOW) == (0, 0.0)
        ask, alum = _ask(uow), _person(uow)
        _intro(uow, ask, alum, state=State.CLOSED, accepted_at=NOW + 1 * DAY, ended_at=NOW + 50 * DAY)
        _intro(uow, ask, alum, state=State.DECLINED, ended_at=NOW + 2 * DAY)
        _intro(uow, ask, alum, state=State.SCHEDULED, accepted_at=NOW + 6 * DAY)
        _intro(uow, ask, alum, state=State.EXPIRED, ended_at=NOW + 10 * DAY)
        assert uow.intros.reply_days(NOW + timedelta(seconds=59)) == (0, 0.0)
        assert uow.intros.reply_days(NOW + timedelta(minutes=1)) == (3, 2.0)


def test_an_ask_comes_back_as_it_was_saved(store: Store) -> None:
    with store.begin() as uow:
        ask = _ask(uow)
        changed = replace(ask, wonder="x", next_choices=(_person(uow), _person(uow)), closed=True, advised=False)
        uow.asks.save(changed)
        assert uow.asks.get(ask.id) == changed
        assert uow.asks.by_token(ask.token) == changed
        assert uow.asks.by_token("other") is None


def test_the_newest_ask_of_a_student(store: Store) -> None:
    with store.begin() as uow:
        student = _person(uow)
        assert uow.asks.newest_of(student) is None
        _ask(uow, student)
        newest = _ask(uow, student)
        _ask(uow)
        assert uow.asks.newest_of(student) == newest


def test_who_is_offered_again_keeps_the_token(store: Store) -> None:
    with store.begin() as uow:
        ask, maya, tom = _ask(uow), _person(uow), _person(uow)
        (first,) = uow.asks.show(ask.id, [maya], NOW)
        tom_now, maya_again = uow.asks.show(ask.id, [tom, maya], NOW + DAY)
        assert maya_again == replace(first, at=NOW + DAY)
        assert uow.asks.shown_for(ask.id) == [maya_again, tom_now]
        assert uow.asks.shown_by_token(tom_now.token) == tom_now
        assert uow.asks.shown_by_token("") is None
        assert uow.asks.show(ask.id, [], NOW) == []


def test_whom_a_student_was_shown_since_then(store: Store) -> None:
    with store.begin() as uow:
        ask, maya, tom = _ask(uow), _person(uow), _person(uow)
        uow.asks.show(ask.id, [maya], NOW - DAY)
        uow.asks.show(ask.id, [tom], NOW)
        assert uow.asks.shown_since(ask.student, NOW) == {tom}


def test_steps_are_told_in_the_order_in_which_they_happened(store: Store) -> None:
    with store.begin() as uow:
        intro = _intro(uow, _ask(uow), _person(uow))
        later = Step("accepted", NOW + DAY, "w", "m", intro.id, intro.ask, "in_time", "slack", "data")
        uow.steps.add(later)
        uow.steps.add(Step("requested", NOW, intro=intro.id))
        uow.steps.add(Step("joined", NOW))
        assert uow.steps.of_intro(intro.id) == [Step("requested", NOW, intro=intro.id), later]
