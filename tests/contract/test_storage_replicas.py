"""Several processes on one database: turns, runs, and what each sees of the others' changes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.messages import Kind, Message
from bot.domain.people import AlumProfile, Platform, Space, Standing
from bot.ports import Revision
from storage.engine import Store, open_store
from storage.keys import Keys

WALL = datetime(2026, 3, 20, 9, tzinfo=UTC)
LEASE = timedelta(seconds=10)


def test_what_is_kept_is_read_anew_when_another_process_has_changed_it(
    store: Store, database_url: str, keys: Keys
) -> None:
    other = open_store(database_url, keys)
    slack = Space(Platform.SLACK, "T1", "A1", "Northfield", "C1")
    with store.read() as reading:
        before = (reading.places.spaces(), reading.places.campus().student_open, dict(reading.wording.live()))
    with other.begin() as uow:
        uow.places.admit(slack)
        uow.places.set_campus("student_open", "2")
        told = uow.wording.propose("common.noted", "en", "Got it.", "who", WALL)
        uow.wording.go_live(told.id, WALL)
        uow.commit()
    other.close()

    assert (list(before[0]), before[2]) == ([], {})
    with store.begin() as uow:
        assert list(uow.places.spaces()) == [slack]
        assert (before[1], uow.places.campus().student_open) == (1, 2)
        assert uow.wording.live() == {("en", "common.noted"): "Got it."}
        uow.wording.end(told.id, WALL)
        assert uow.wording.live() == {}, "whoever changes it sees it at once"
    with store.read() as reading:
        assert reading.wording.live() == {("en", "common.noted"): "Got it."}, "and nobody else, when it is undone"


def take(store: Store, holder: str, wall: datetime = WALL, name: str = "gateway") -> bool:
    with store.begin() as uow:
        taken = uow.leases.take(name, holder, wall, wall + LEASE)
        uow.commit()
    return taken


def test_a_turn_is_ones_until_its_lease_ends_or_it_is_given_up(store: Store) -> None:
    assert [take(store, "a"), take(store, "b"), take(store, "a", WALL + LEASE / 2)] == [True, False, True]
    assert take(store, "b", WALL + LEASE) is False
    assert take(store, "b", WALL + LEASE * 1.5) is True
    assert take(store, "a", WALL + LEASE * 1.5) is False

    with store.begin() as uow:
        uow.leases.release("gateway", "a")  # not a's any more
        uow.leases.release("gateway", "b")
        uow.commit()
    assert take(store, "a", WALL + LEASE * 1.5) is True


def test_what_is_held_is_told_by_the_beginning_of_its_name(store: Store) -> None:
    with store.begin() as uow:
        for name in ("process/a", "process/b_", "processes", "hold/slack"):
            uow.leases.take(name, "a", WALL, WALL + LEASE)
        uow.leases.hold("hold/slack", WALL + LEASE * 2)
        uow.leases.hold("hold/slack", WALL + LEASE)
        uow.leases.hold("hold/discord", WALL + LEASE)
        uow.commit()

    with store.begin() as uow:
        assert uow.leases.held(WALL, "process/") == {"process/a": WALL + LEASE, "process/b_": WALL + LEASE}
        assert uow.leases.held(WALL + LEASE, "hold/") == {"hold/slack": WALL + LEASE * 2}


def test_of_two_who_ask_at_once_one_gets_the_turn(store: Store) -> None:
    if store.is_sqlite:
        pytest.skip("there is one writer")
    begun = threading.Barrier(2)
    got: list[bool] = []

    def ask(holder: str) -> None:
        begun.wait()
        got.append(take(store, holder))

    threads = [threading.Thread(target=ask, args=(holder,)) for holder in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got) == [False, True]


def test_a_calendar_run_is_begun_once_and_again_if_it_was_undone(store: Store) -> None:
    def begin(*, commit: bool) -> bool:
        with store.begin() as uow:
            new = uow.runs.begin("retention:2026-03-20", WALL)
            if commit:
                uow.commit()
        return new

    assert [begin(commit=False), begin(commit=True), begin(commit=True)] == [True, True, False]


def test_who_changes_people_or_rules_counts_up_their_revision_and_who_does_not_does_not(store: Store) -> None:
    def now() -> Revision:
        with store.read() as reading:
            return reading.revisions.now()

    assert now() == Revision(0, 0)
    with store.begin() as uow:
        person = uow.people.add(None, "Maya", "Rivers", "", "en")
        uow.commit()
    assert now() == Revision(0, 0)
    with store.begin() as uow:
        uow.people.save_alum(person.id, AlumProfile(Standing.APPROVED))
        uow.people.save_alum(person.id, AlumProfile(Standing.APPROVED, title="Baker"))
        uow.commit()
    assert now() == Revision(1, 0)
    with store.begin() as uow:
        uow.places.admit(Space(Platform.SLACK, "T1", "A1", "Campus", "C1"))
        uow.people.erase(person.id)
        uow.commit()
    assert now() == Revision(2, 1)
    with store.begin() as uow:
        uow.people.drop_alum(person.id)
    assert now() == Revision(2, 1), "it was undone"


@pytest.mark.postgres
def test_who_listens_hears_of_lines_that_another_process_added(postgres_url: str, keys: Keys) -> None:
    ours, theirs = open_store(postgres_url, keys), open_store(postgres_url, keys)
    heard = threading.Event()
    hints = ours.hints(heard.set)
    assert hints is not None
    hints.start()
    for _ in range(50):  # it listens a moment after it began
        with theirs.begin() as uow:
            uow.outbox.add(Message(Kind.TASK, "expire", WALL))
            uow.commit()
        if heard.wait(0.2):
            break
    hints.stop()
    ours.close()
    theirs.close()

    assert heard.is_set()


def test_on_sqlite_there_is_nobody_to_listen_to(sqlite_url: str, keys: Keys) -> None:
    store = open_store(sqlite_url, keys)

    assert store.hints(lambda: None) is None
    store.close()


def test_ending_the_leases_of_one_name_leaves_those_of_others(store: Store) -> None:
    with store.begin() as uow:
        uow.outbox.add(*[Message(Kind.TASK, "expire", WALL) for _ in range(2)])
        mine = uow.outbox.claim(WALL, WALL, "bot/1-a", 30, 1)
        other = uow.outbox.claim(WALL, WALL, "bot-2/1-a", 30, 1)
        uow.outbox.end_leases(WALL, "bot/")
        again = uow.outbox.claim(WALL, WALL, "bot/2-b", 30, 10)
        uow.commit()

    assert (len(mine), len(other), [line.message.id for line in again]) == (1, 1, [mine[0].message.id])


def test_what_arrived_is_told_of_the_same_recipient_alone(store: Store) -> None:
    from bot.domain.messages import Copy
    from bot.ports import Arrival

    with store.begin() as uow:
        maya, tom = (uow.people.add(None, name, "X", "", "en").id for name in ("Maya", "Tom"))
        uow.outbox.add(Message(Kind.NEWS, "a", WALL, maya), Message(Kind.NEWS, "b", WALL, tom))
        for line in uow.outbox.claim(WALL, WALL, "w", 30, 10):
            assert line.message.id is not None
            copy = Copy("D", f"of {line.message.view}")
            uow.outbox.settle_arrivals("w", [Arrival(line.message.id, line.attempt, Platform.SLACK, copy)])
        uow.outbox.add(Message(Kind.NEWS, "c", WALL, maya))
        [new] = uow.outbox.claim(WALL, WALL, "w", 30, 10)
        assert new.message.id is not None
        assert uow.outbox.arrived(new.message.id) == {"of a"}
        assert uow.outbox.by_token(new.message.token) == new.message
        assert uow.outbox.by_token("nobody's") is None
