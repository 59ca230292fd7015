"""The outbox: what may be claimed, in which order, by whom, and who may settle it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.messages import Copy, Kind, Message, MessageId, Status
from bot.domain.people import Handle, PersonId, Platform
from bot.ports import Arrival, Claimed
from storage import tables as t
from storage.engine import Store, open_store
from storage.keys import Keys
from storage.unit_of_work import SqlReading, SqlUnitOfWork

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
WALL = datetime(2025, 11, 5, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STRANGER = Handle(Platform.SLACK, "T1", "U9")


@pytest.fixture
def uow(store: Store) -> Iterator[SqlUnitOfWork]:
    with store.begin() as opened:
        yield opened


def _person(uow: SqlUnitOfWork) -> PersonId:
    return uow.people.add(None, "Given", "Family", "", "en").id


def _news(to: PersonId | None, view: str = "news", due: datetime = NOW, **more: Any) -> Message:
    return Message(more.pop("kind", Kind.NEWS), view, due, to, **more)


def _claim(uow: SqlUnitOfWork, wall: datetime = WALL, now: datetime = NOW, most: int = 10) -> list[Claimed]:
    return list(uow.outbox.claim(now, wall, "w", 60, most))


def _views(claimed: list[Claimed]) -> list[str]:
    return [line.message.view for line in claimed]


def _settle(uow: SqlUnitOfWork, claimed: Claimed, status: Status = Status.SENT, **how: Any) -> bool:
    assert claimed.message.id is not None
    return uow.outbox.settle(claimed.message.id, "w", claimed.attempt, status, **how)


def _arrive(uow: SqlUnitOfWork, *claimed: Claimed, channel: str = "D1", worker: str = "w") -> frozenset[MessageId]:
    arrivals = [
        Arrival(line.message.id, line.attempt, Platform.SLACK, Copy(channel, f"of {line.message.view}"))
        for line in claimed
        if line.message.id is not None
    ]
    return uow.outbox.settle_arrivals(worker, arrivals)


def test_a_line_comes_back_as_it_was_added_with_a_token_of_its_own(uow: SqlUnitOfWork) -> None:
    line = _news(_person(uow), keys={"intro": 3}, params={"day": "2026-03-20"}, version=4)
    uow.outbox.add(line, _news(_person(uow)))
    first, second = _claim(uow)
    assert first.message == replace(line, id=first.message.id, attempt=1, token=first.message.token)
    assert first.attempt == 1
    assert len(first.message.token) == 22
    assert first.message.token != second.message.token


def test_the_oldest_due_lines_come_first_and_the_rest_wait(uow: SqlUnitOfWork) -> None:
    later, sooner, not_yet = NOW - MINUTE, NOW - 2 * MINUTE, NOW + MINUTE
    uow.outbox.add(*[_news(_person(uow), due.isoformat(), due) for due in (later, not_yet, sooner)])
    assert uow.outbox.next_due() == sooner
    assert _views(_claim(uow, most=1)) == [sooner.isoformat()]
    assert _views(_claim(uow)) == [later.isoformat()]
    assert _claim(uow) == []
    assert uow.outbox.next_due() == not_yet
    assert uow.outbox.in_flight() == 2


def test_each_recipient_gets_one_line_at_a_time_in_order(uow: SqlUnitOfWork) -> None:
    maya = _person(uow)
    uow.outbox.add(_news(maya, "2nd"), _news(maya, "1st", NOW - MINUTE), _news(None, "desk", desk=True))
    uow.outbox.add(_news(None, "desk again", desk=True), _news(maya, "3rd"))
    first, desk = _claim(uow)
    assert _views([first, desk]) == ["1st", "desk"]
    assert _claim(uow) == []
    _settle(uow, first)
    assert _views(_claim(uow)) == ["2nd"]
    _settle(uow, desk)
    assert _views(_claim(uow)) == ["desk again"]


def test_a_line_added_for_an_earlier_time_waits_for_the_one_on_its_way(uow: SqlUnitOfWork) -> None:
    maya = _person(uow)
    uow.outbox.add(_news(maya, "first"))
    _claim(uow)
    uow.outbox.add(_news(maya, "earlier", NOW - MINUTE))
    assert _claim(uow) == []


def test_tasks_wait_for_nobody(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(*[Message(Kind.TASK, "expire", NOW) for _ in range(3)])
    assert _views(_claim(uow)) == ["expire"] * 3


def test_a_line_held_back_holds_back_what_its_recipient_has_behind_it(uow: SqlUnitOfWork) -> None:
    maya = _person(uow)
    uow.outbox.add(_news(maya, "1st"), _news(maya, "2nd"), _news(_person(uow), "another's"))
    first, _ = _claim(uow)
    assert _settle(uow, first, Status.WAITING, hold_until=WALL + MINUTE / 2)
    assert _claim(uow, WALL) == []
    (again,) = _claim(uow, WALL + MINUTE / 2)
    assert (again.message.view, again.attempt, again.message.repeat) == ("1st", 2, False)


def test_a_line_put_off_to_another_time_lets_others_pass(uow: SqlUnitOfWork) -> None:
    maya = _person(uow)
    uow.outbox.add(_news(maya, "1st"), _news(maya, "2nd"))
    (first,) = _claim(uow)
    _settle(uow, first, Status.WAITING, due=NOW + MINUTE, repeat=True)
    assert _views(_claim(uow)) == ["2nd"]
    (first, *_) = _claim(uow, WALL + 2 * MINUTE, NOW + MINUTE)
    assert first.message.view == "2nd"
    _settle(uow, first)
    (first,) = _claim(uow, WALL, NOW + MINUTE)
    assert (first.message.view, first.message.repeat) == ("1st", True)


def test_only_a_line_that_waits_has_a_time_to_wait_for(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(_news(_person(uow)))
    (line,) = _claim(uow)
    with pytest.raises(ValueError, match="waits"):
        _settle(uow, line, Status.SENT, due=NOW)


def test_a_claim_ends_with_its_lease_and_the_old_worker_can_settle_no_more(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(_news(_person(uow)))
    (dead,) = _claim(uow)
    assert _claim(uow, WALL + timedelta(seconds=59)) == []
    (taken,) = uow.outbox.claim(NOW, WALL + timedelta(seconds=60), "other", 60, 10)
    assert (taken.attempt, taken.message.repeat, taken.message.token) == (2, True, dead.message.token)

    assert not _settle(uow, dead, Status.SENT)
    assert uow.outbox.in_flight() == 1
    assert taken.message.id is not None
    assert uow.outbox.settle(taken.message.id, "other", 2, Status.SENT)
    assert not uow.outbox.settle(taken.message.id, "other", 2, Status.UNCLEAR)
    assert uow.outbox.in_flight() == 0


def test_a_claim_that_takes_longer_is_kept_and_only_by_its_own_worker(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(_news(_person(uow)))
    (slow,) = _claim(uow)
    line = slow.message.id
    assert line is not None
    later = WALL + timedelta(seconds=100)
    assert not uow.outbox.keep(line, "other", slow.attempt, later)
    assert not uow.outbox.keep(line, "w", slow.attempt + 1, later)
    assert uow.outbox.keep(line, "w", slow.attempt, later)
    assert uow.outbox.claim(NOW, WALL + timedelta(seconds=99), "other", 60, 10) == []

    (taken,) = uow.outbox.claim(NOW, later, "other", 60, 10)
    assert taken.attempt == 2
    assert not uow.outbox.keep(line, "w", slow.attempt, later)


def test_a_delivered_copy_is_known_until_its_person_is_erased(uow: SqlUnitOfWork) -> None:
    maya = _person(uow)
    uow.outbox.add(_news(maya))
    (line,) = _claim(uow)
    assert _arrive(uow, line) == {line.message.id}
    assert uow.outbox.copies_of(maya) == [(Platform.SLACK, Copy("D1", "of news"))]
    uow.people.erase(maya)
    assert uow.outbox.copies_of(maya) == []


def test_where_a_line_arrives_with_somebody_who_was_erased_meanwhile_is_not_known(uow: SqlUnitOfWork) -> None:
    maya, tom = _person(uow), _person(uow)
    uow.outbox.add(_news(maya), _news(tom), _news(None, "stranger", handle=STRANGER))
    lines = _claim(uow)
    uow.people.erase(maya)
    uow.outbox.add(_news(maya, "erased", handle=STRANGER))
    assert _arrive(uow, *lines) == {line.message.id for line in lines}
    (told,) = _claim(uow)
    assert _arrive(uow, told) == {told.message.id}

    copies = uow._connection.execute(select(t.message.c.view, t.message.c.copy_message).order_by(t.message.c.id))
    assert [tuple(row) for row in copies] == [
        ("news", None), ("news", "of news"), ("stranger", "of stranger"), ("erased", None),
    ]  # fmt: skip


def test_tries_that_arrived_are_settled_together_each_by_its_own_fence(uow: SqlUnitOfWork) -> None:
    maya, tom, priya = _person(uow), _person(uow), _person(uow)
    uow.outbox.add(_news(maya, "again"))
    (first,) = _claim(uow)
    uow.outbox.add(_news(tom), _news(priya))
    of_tom, of_priya = _claim(uow)
    _settle(uow, first, Status.WAITING)
    (again,) = _claim(uow)
    over = WALL + timedelta(seconds=61)
    uow.outbox.end_leases(WALL, "w")
    assert [line.attempt for line in uow.outbox.claim(NOW, over, "other", 60, 1)] == [3]

    settled = _arrive(uow, of_tom, of_priya, first, again)

    assert settled == {of_tom.message.id, of_priya.message.id}
    assert (uow.outbox.count(Status.SENT), uow.outbox.in_flight()) == (2, 1)
    assert [uow.outbox.copies_of(who) for who in (maya, tom)] == [[], [(Platform.SLACK, Copy("D1", "of news"))]]
    assert _arrive(uow, of_tom) == frozenset()


def test_what_waits_for_somebody_can_be_called_off(uow: SqlUnitOfWork) -> None:
    maya, tom = _person(uow), _person(uow)
    uow.outbox.add(_news(maya, "on its way"), _news(tom, "tom's", NOW + MINUTE), _news(maya))
    (sending,) = _claim(uow)
    uow.outbox.void_for(maya)
    assert _settle(uow, sending)
    assert _views(_claim(uow, now=NOW + MINUTE)) == ["tom's"]
    kept = uow._connection.execute(select(t.message.c.reason).where(t.message.c.status == Status.VOID))
    assert kept.scalars().all() == ["erased"]


def test_what_could_not_arrive_stands_in_the_queue(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(_news(_person(uow), "lost"))
    (line,) = _claim(uow)
    _settle(uow, line, Status.UNDELIVERABLE, reason="closed")
    assert uow.outbox.undeliverable() == [line.message]


def test_an_account_that_is_nobodys_is_known_while_a_line_waits_for_it(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(*[_news(None, view, handle=STRANGER) for view in ("1st", "2nd")])
    for view, end in (("1st", _settle), ("2nd", _arrive)):
        assert uow.people.by_handle(STRANGER) is None
        (line,) = _claim(uow)
        assert (line.message.view, line.message.handle) == (view, STRANGER)
        assert end(uow, line)
    assert uow._connection.execute(select(func.count()).select_from(t.handle)).scalar_one() == 0


def test_a_stranger_who_becomes_somebody_keeps_what_waits_for_them(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(_news(None, handle=STRANGER))
    maya = uow.people.add(STRANGER, "Maya", "", "", "en")
    (line,) = _claim(uow)
    _settle(uow, line)
    assert uow.people.by_handle(STRANGER) == maya


def test_replicas_that_claim_at_once_never_share_a_line(store: Store) -> None:
    with store.begin() as uow:
        people = [_person(uow) for _ in range(40)]
        uow.outbox.add(*[_news(person, str(n)) for n in range(3) for person in people])
        uow.commit()
    seen: list[MessageId | None] = []
    numbers = count()

    def work() -> None:
        worker = f"worker {next(numbers)}"
        for _ in range(30):
            with store.begin() as uow:
                lines = uow.outbox.claim(NOW, WALL, worker, 60, 7)
                uow.commit()
            seen.extend(line.message.id for line in lines)
            with store.begin() as uow:
                for line in lines:
                    assert line.message.id
                    assert uow.outbox.settle(line.message.id, worker, line.attempt, Status.SENT)
                uow.commit()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.postgres
def test_of_two_who_claim_at_once_one_has_all_that_somebody_gets(postgres_url: str, keys: Keys) -> None:
    """A line with an earlier time is added while another replica is just claiming a later one: two nudges would reach
    one person in the same moment, and neither claim would see the other for the weekly cap."""
    with ExitStack() as leaving:
        mine, theirs = (leaving.enter_context(closing(open_store(postgres_url, keys))) for _ in range(2))
        with mine.begin() as uow:
            maya, tom = _person(uow), _person(uow)
            uow.outbox.add(_news(maya, "later", kind=Kind.NUDGE))
            uow.commit()
        with mine.begin() as claiming:
            assert _views(_claim(claiming)) == ["later"]
            with theirs.begin() as uow:
                uow.outbox.add(_news(maya, "sooner", NOW - MINUTE, kind=Kind.NUDGE), _news(tom, "another's"))
                uow.commit()
            with theirs.begin() as uow:
                assert _views(list(uow.outbox.claim(NOW, WALL, "they", 60, 10))) == ["another's"]
                uow.commit()
            claiming.commit()
        with theirs.begin() as uow:
            assert list(uow.outbox.claim(NOW, WALL, "they", 60, 10)) == []


@pytest.mark.postgres
def test_however_lines_come_and_are_claimed_nobody_has_two_under_way(postgres_url: str, keys: Keys) -> None:
    """Four replicas claim while lines with all sorts of times are added for a few people: two are never under way for
    one of them, and none is left over."""
    people, rounds, over = 4, 60, threading.Event()
    beside: list[list[tuple[str, int]]] = []
    failed: list[Exception] = []

    def add(store: Store, to: list[PersonId]) -> None:
        times = Random(7)
        for _ in range(rounds):
            with store.begin() as uow:
                uow.outbox.add(*[_news(one, due=NOW - MINUTE * times.random()) for one in to for _ in range(2)])
                uow.commit()
        over.set()

    def work(store: Store, worker: str) -> None:
        last = False
        while not last:
            last = over.is_set()
            with store.begin() as uow:
                lines = uow.outbox.claim(NOW, WALL, worker, 60, 10)
                uow.commit()
            last = last and not lines
            with store.read() as reading:
                beside.append(_more_than_one(reading))
            with store.begin() as uow:
                for line in lines:
                    assert line.message.id
                    uow.outbox.settle(line.message.id, worker, line.attempt, Status.SENT)
                uow.commit()

    def told(work: Callable[..., None], *how: object) -> None:
        try:
            work(*how)
        except Exception as error:  # noqa: BLE001 - told to the test
            failed.append(error)
            over.set()

    with closing(open_store(postgres_url, keys)) as store:
        with store.begin() as uow:
            to = [_person(uow) for _ in range(people)]
            uow.commit()
        works = [(add, store, to), *((work, store, f"worker {n}") for n in range(4))]
        threads = [threading.Thread(target=told, args=one) for one in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert [those for those in beside if those] == []
        with store.read() as reading:
            assert reading.outbox.count(Status.SENT) == people * rounds * 2


def _more_than_one(reading: SqlReading) -> list[tuple[str, int]]:
    """Who has several lines under way, and how many."""
    c = t.message.c
    many = select(c.recipient, func.count()).where(c.status == Status.SENDING).group_by(c.recipient)
    return [(row[0], row[1]) for row in reading._connection.execute(many.having(func.count() > 1))]


def test_claims_stay_quick_when_much_is_due(store: Store) -> None:
    """Ten thousand due lines in claims of two hundred: the plan must not read them all for each line."""
    with store.begin() as uow:
        people = [_person(uow) for _ in range(500)]
        uow.outbox.add(*[_news(person, "x") for _ in range(20) for person in people])
        uow.commit()
    with store.begin() as uow:
        assert len(uow.outbox.claim(NOW, WALL, "w", 60, 200)) == 200
        assert len(uow.outbox.claim(NOW, WALL, "w", 60, 400)) == 300


def test_who_knows_to_be_alone_gets_the_lines_of_the_dead_at_once_marked_as_repeats(uow: SqlUnitOfWork) -> None:
    uow.outbox.add(_news(_person(uow), "in flight"), _news(_person(uow), "settled"))
    first, second = _claim(uow)
    _settle(uow, second)
    assert _claim(uow) == []
    uow.outbox.end_leases(WALL)
    [again] = _claim(uow)
    assert (again.message.view, again.message.repeat, again.attempt) == ("in flight", True, 2)
    assert not _settle(uow, first)
    assert _settle(uow, again)


# --- pages and doorways ----------------------------------------------------------------------------------------------


def test_of_a_page_the_newest_wins_and_holds_back_no_message(uow: SqlUnitOfWork) -> None:
    person, handle = _person(uow), Handle(Platform.SLACK, "T1", "U1")
    uow.people.link(person, handle)
    page = Message(Kind.HOME, "home", NOW, person, handle)
    uow.outbox.add(page, _news(person, "first"))
    uow.outbox.add(page)

    claimed = _claim(uow)

    assert sorted(_views(claimed)) == ["first", "home"]
    assert uow.outbox.count(Status.VOID) == 1


def test_a_page_that_is_being_sent_is_followed_by_the_newer_one(uow: SqlUnitOfWork) -> None:
    person, handle = _person(uow), Handle(Platform.SLACK, "T1", "U1")
    uow.people.link(person, handle)
    page = Message(Kind.HOME, "home", NOW, person, handle)
    uow.outbox.add(page)
    [first] = _claim(uow)
    uow.outbox.add(page)
    assert _claim(uow) == []

    _settle(uow, first)

    assert _views(_claim(uow)) == ["home"]


def test_each_channel_has_one_doorway(uow: SqlUnitOfWork) -> None:
    place = (Platform.DISCORD, "99", "5")
    doorway = uow.places.doorway_at(*place)
    assert doorway.message == ""

    uow.places.hang_doorway(doorway.id, "m1")

    assert uow.places.doorway_at(*place) == replace(doorway, message="m1") == uow.places.doorway(doorway.id)
    assert uow.places.doorway_at(Platform.DISCORD, "99", "6").id != doorway.id


def test_an_account_is_welcomed_once_and_only_slack_has_pages(uow: SqlUnitOfWork) -> None:
    person = _person(uow)
    accounts = Handle(Platform.SLACK, "T1", "U1"), Handle(Platform.DISCORD, "", "7")
    for handle in accounts:
        uow.people.link(person, handle)
        assert not uow.people.is_welcomed(handle)
        uow.people.welcome(handle, NOW)

    assert all(uow.people.is_welcomed(handle) for handle in accounts)
    assert uow.people.pages_of(person) == [accounts[0]]
