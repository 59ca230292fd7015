from __future__ import annotations

import asyncio
import threading
import time
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.clock import Clock
from adapters.delivery import Batch
from adapters.threads import FOR_SQLITE, CountingMatcher, Rates, RunningCore
from adapters.workroom import NotDone
from adapters.writing import Disk, Hops
from bot.conversation.gestures import Actor, Command, Gesture, Press
from bot.domain.messages import Copy, Delivered, Kind, Message, Status
from bot.domain.people import AlumProfile, Handle, Platform, Right, Space, Standing
from bot.views.elements import Later, PressId, Shown, View
from storage import tables
from storage.engine import Store, open_store
from storage.keys import Keys
from tests.words import said

SPACE = Space(Platform.SLACK, "T1", "A1", "Sandbox", "C1")
ACTOR = Actor(Handle(Platform.SLACK, "T1", "U1"), "T1", "A1", rights=frozenset({Right.STUDENT}))
WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


@pytest.fixture
def store(sqlite_url: str, keys: Keys):
    """SQLite: how many may write at once is a matter of the threads alone."""
    opened = open_store(sqlite_url, keys)
    yield opened
    opened.close()


@pytest.fixture
async def core(store: Store):
    running = RunningCore(store, Clock(), hands=FOR_SQLITE, worker="w1")
    await running.start()
    yield running
    await running.close()


def admit(store: Store, space: Space = SPACE) -> None:
    with store.begin() as uow:
        uow.places.admit(space)
        uow.commit()


async def test_a_hop_carries_the_callers_context():
    hops = Hops("test", 1)
    WHO.set("somebody")

    assert await hops.run(WHO.get) == "somebody"
    await hops.close()


async def test_one_thread_does_one_thing_at_a_time():
    hops, at_once, most = Hops("test", 1), [0], [0]

    def work() -> str:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.01)
        at_once[0] -= 1
        return threading.current_thread().name

    names = await asyncio.gather(*(hops.run(work) for _ in range(8)))
    await hops.close()

    assert (most, set(names)) == ([1], {"test_0"})


async def test_who_stops_waiting_does_not_stop_the_work():
    hops, done = Hops("test", 1), threading.Event()

    def work() -> None:
        time.sleep(0.05)
        done.set()

    waiting = asyncio.create_task(hops.run(work))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await hops.close()

    assert done.is_set()


async def test_what_comes_while_a_thread_is_awake_is_done_in_turn_and_told_to_each():
    hops, done = Hops("test", 1), list[int]()

    def work(number: int) -> int:
        done.append(number)
        if number == 3:
            raise LookupError(number)
        return number * number

    async def hop(number: int) -> int:
        await asyncio.sleep(number % 7 / 1000)  # some come just as the thread finds nothing left
        return await hops.run(lambda: work(number))

    told = await asyncio.gather(*(hop(number) for number in range(200)), return_exceptions=True)
    await hops.close()

    assert sorted(done) == list(range(200))
    assert [type(each) for each in told if isinstance(each, Exception)] == [LookupError]
    assert [each for each in told if isinstance(each, int)] == [n * n for n in range(200) if n != 3]


async def test_after_the_end_nobody_waits_for_what_is_never_done():
    hops = Hops("test", 1)
    await hops.close()

    with pytest.raises(RuntimeError):
        await hops.run(threading.current_thread)


async def test_a_space_is_known_as_soon_as_it_is_admitted(core, store):
    assert await core.space(Platform.SLACK, "T1", "A1") is None

    admit(store)

    assert await core.space(Platform.SLACK, "T1", "A1") == SPACE
    assert await core.space(Platform.SLACK, "T1", "A2") is None
    assert await core.spaces(Platform.DISCORD) == ()


async def test_a_gesture_is_answered_and_the_pump_woken(core, store):
    admit(store)
    woken = []
    core.on_commit = lambda: woken.append(1)

    shown = await core.answer(Command("k1", ACTOR, "intro", "help"))

    assert isinstance(shown, View)
    assert woken
    assert core.under_way == 0


async def test_a_form_is_opened_while_somebody_writes(core, store):
    """The one writer is taken; a form has three seconds."""
    admit(store)
    with store.begin():
        async with asyncio.timeout(2):
            shown = await core.answer(Press("k1", ACTOR, PressId("find")))

    assert shown is not None


async def test_gestures_do_not_get_in_each_others_way(core, store):
    admit(store)

    shown = await asyncio.gather(*(core.answer(Command(f"k{n}", ACTOR, "intro", "mine")) for n in range(20)))

    assert len(shown) == 20


async def test_a_line_is_claimed_and_what_is_left_is_known(core, store):
    admit(store)
    with store.begin() as uow:
        uow.outbox.add(Message(Kind.TASK, "ask_next", Clock().now(), keys={"ask": 1}))
        uow.commit()

    batch = await core.claim(Clock().now(), 10)

    assert [one.message.view for one in batch.tasks] == ["ask_next"]
    assert (await core.backlog()).in_flight == 1


def test_a_change_made_while_the_index_is_built_is_not_lost():
    matcher = CountingMatcher()
    with matcher.noticing():
        matcher.changed()
        begun = matcher.changes  # the index is begun now: it can't see what is not committed
    matcher.built = begun

    assert matcher.changes != matcher.built


async def test_the_index_follows_when_people_changed(core, store, tmp_path: Path):
    with store.begin() as uow:
        person = uow.people.add(Handle(Platform.SLACK, "T1", "U9"), "Maya", "Reyes", "", "en")
        uow.people.save_alum(person.id, AlumProfile(Standing.APPROVED, title="Baker"))
        uow.commit()
    with core._matcher.noticing():
        core._matcher.changed()

    await core.answer(Command("k1", ACTOR, "intro", "help"))
    async with asyncio.timeout(2):
        while core._is_stale():  # noqa: ASYNC110 - the index tells nobody that it is new
            await asyncio.sleep(0.01)

    assert person.id in core._matcher.index.entries


async def test_who_another_process_let_in_is_in_the_index_within_a_sweep_or_two(core, sqlite_url, keys):
    other = open_store(sqlite_url, keys)
    with other.begin() as uow:
        person = uow.people.add(Handle(Platform.SLACK, "T1", "U9"), "Maya", "Reyes", "", "en")
        uow.people.save_alum(person.id, AlumProfile(Standing.APPROVED, title="Baker"))
        uow.commit()
    other.close()
    assert person.id not in core._matcher.index.entries

    await core.claim(Clock().now(), 10)
    async with asyncio.timeout(5):
        while core._indexing is not None:  # noqa: ASYNC110 - the index tells nobody that it is new
            await asyncio.sleep(0.01)

    assert person.id in core._matcher.index.entries
    assert not core._is_stale()


async def test_many_lines_that_end_together_are_each_written_down(core, store):
    admit(store)
    with store.begin() as uow:
        for number in range(40):
            person = uow.people.add(Handle(Platform.SLACK, "T1", f"M{number}"), "Maya", "Reyes", "", "en")
            uow.outbox.add(Message(Kind.NEWS, "help_intro", Clock().now(), to=person.id))
        uow.commit()
    postings = (await core.claim(Clock().now(), 100)).postings
    lost = replace(postings[0], message=replace(postings[0].message, kind=Kind.DOORWAY))  # no such card: it fails

    ends = await asyncio.gather(
        core.settle(lost, Delivered(Copy("C", "0"))),
        *(core.settle(one, Delivered(Copy("C", str(one.message.id)))) for one in postings[1:]),
        return_exceptions=True,
    )

    assert [type(end) for end in ends] == [KeyError] + [type(None)] * 39
    with store.begin() as uow:
        assert (uow.outbox.count(Status.SENT), uow.outbox.count(Status.SENDING)) == (39, 1)


async def test_a_night_s_run_is_done_by_the_one_whose_turn_it_is(core, store):
    core.keeps_calendar = False
    await core.claim(Clock().now(), 10)
    with store.begin() as uow:
        keys_before = len(uow._connection.execute(select(tables.calendar_run)).all())
    core.keeps_calendar = True
    await core.claim(Clock().now(), 10)
    await core.claim(Clock().now(), 10)

    with store.begin() as uow:
        keys_after = len(uow._connection.execute(select(tables.calendar_run)).all())
    assert (keys_before, keys_after) == (0, 1)


def test_who_hammers_is_slowed_down_and_nobody_else():
    now = [0.0]
    rates = Rates(lambda: now[0])
    fast, calm = ACTOR.handle, Handle(Platform.DISCORD, "", "9")

    assert [rates.is_too_fast(fast) for _ in range(42)] == [False] * 40 + [True] * 2
    assert not rates.is_too_fast(calm)
    now[0] = 1.0
    assert [rates.is_too_fast(fast) for _ in range(5)] == [False] * 4 + [True]


async def test_one_gesture_too_many_is_answered_without_a_transaction(core, store):
    with store.begin():  # the one writer is taken
        for _ in range(40):
            core._rates.is_too_fast(ACTOR.handle)
        async with asyncio.timeout(1):
            shown = await core.answer(Command("k1", ACTOR, "intro", "mine"))

    assert isinstance(shown, View)


async def test_what_a_killed_predecessor_was_sending_is_sent_at_once_by_who_is_alone(core, store):
    admit(store)
    with store.begin() as uow:
        uow.outbox.add(Message(Kind.TASK, "ask_next", Clock().now(), keys={"ask": 1}))
        uow.commit()
    predecessor = RunningCore(store, Clock(), hands=FOR_SQLITE, worker="w0")
    await predecessor.claim(Clock().now(), 10)
    await predecessor.close()
    assert (await core.claim(Clock().now(), 10)).tasks == ()

    await core.take_over()

    assert [one.message.view for one in (await core.claim(Clock().now(), 10)).tasks] == ["ask_next"]


async def test_one_wait_for_the_disk_serves_all_who_came_before_it_began() -> None:
    begun, may_end, waits = threading.Event(), threading.Event(), []

    def make_durable() -> None:
        waits.append(1)
        begun.set()
        may_end.wait(5)

    disk = Disk(make_durable)
    disk.is_waited_for = True
    first = asyncio.create_task(disk.has_it())
    await asyncio.to_thread(begun.wait, 5)
    later = [asyncio.create_task(disk.has_it()) for _ in range(5)]
    await asyncio.sleep(0.02)
    before = (len(waits), first.done(), any(task.done() for task in later))
    may_end.set()
    await asyncio.gather(first, *later)
    await disk.close()

    assert before == (1, False, False)
    assert len(waits) == 2


async def test_who_waits_for_a_disk_that_fails_hears_of_it() -> None:
    def make_durable() -> None:
        raise OSError("no space")

    disk = Disk(make_durable)
    disk.is_waited_for = True

    answers = await asyncio.gather(disk.has_it(), disk.has_it(), return_exceptions=True)
    await disk.close()

    assert [type(answer) for answer in answers] == [OSError, OSError]


async def test_the_post_lets_those_who_wait_for_an_answer_go_first(
    core: RunningCore, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    admit(store)
    order: list[str] = []
    claim, answer = core._claim, core._answer

    def slow_answer(gesture: Gesture) -> Shown:
        order.append("answer")
        time.sleep(0.03)
        return answer(gesture)

    def noted_claim(now: datetime, most: int) -> Batch:
        order.append("claim")
        return claim(now, most)

    monkeypatch.setattr(core, "_answer", slow_answer)
    monkeypatch.setattr(core, "_claim", noted_claim)
    gestures = [Command(f"k{n}", ACTOR, "intro", "help") for n in range(3)]

    answers = asyncio.gather(*(core.answer(gesture) for gesture in gestures))
    await asyncio.sleep(0)
    await core.claim(Clock().now(), 5)
    await answers

    assert order == ["answer", "answer", "answer", "claim"]


async def test_what_takes_its_time_is_promised_and_looked_up_elsewhere(store: Store):
    asked: list[str] = []

    async def look(gesture: Gesture, now: datetime) -> View | None:
        asked.append(gesture.key)
        if len(asked) == 1:
            raise NotDone("died")
        return View("Counted") if len(asked) == 2 else None

    admit(store)
    desk = replace(ACTOR, rights=frozenset({Right.COORDINATOR}))
    core = RunningCore(store, Clock(), hands=FOR_SQLITE, worker="w1", look=look)
    await core.start()
    gesture = Command("report", desk, "desk", "report funnel")

    assert isinstance(await core.answer(gesture), Later)
    died, counted, gone = [await core.promised(gesture) for _ in range(3)]

    assert (counted.title, died.title, gone) == ("Counted", said("common.not_done_title"), died)
    assert core.under_way == 0
    await core.close()
