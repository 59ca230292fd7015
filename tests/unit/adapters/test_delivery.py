from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import Clock, Moment
from adapters.core import CannotTell, Delivered, Found, HeldBack, NotThere, Outcome, Outgoing, Unclear, Undeliverable
from adapters.delivery import Backlog, Batch, Pump
from bot.domain.messages import NOT_REPEATED, Address, Copy, Kind, Message, MessageId
from bot.domain.people import Platform
from bot.ports import Claimed
from bot.use_cases.post import Posting
from bot.views.elements import View

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ARRIVED = Delivered(Copy("C1", "1"))


def posting(number: int, user: str = "", platform: Platform = Platform.SLACK) -> Posting:
    message = Message(Kind.NEWS, "news", NOW, id=MessageId(number), token=f"t{number}")
    return Posting(message, 1, Address(platform, "T1", user or f"U{number}"), View(text=f"number {number}"))


def task(number: int) -> Claimed:
    return Claimed(Message(Kind.TASK, "expire", NOW, id=MessageId(number)), 1)


@dataclass
class Outbox:
    """The core's side, in memory: each line is claimed once, and again only when it was held back."""

    waiting: list[Posting] = field(default_factory=list)
    tasks: list[Claimed] = field(default_factory=list)
    settled: dict[int, Outcome] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    given_back: list[int] = field(default_factory=list)
    on_task: Callable[[], None] = lambda: None
    on_claim: Callable[[], None] = lambda: None
    sending: int = 0
    broken: int = 0

    async def claim(self, now: datetime, most: int) -> Batch:
        if self.broken:
            self.broken -= 1
            raise OSError("no database")
        got, self.waiting = self.waiting[:most], self.waiting[most:]
        tasks, self.tasks = self.tasks, []
        self.sending += len(got)
        self.on_claim()
        return Batch(tuple(got), tuple(tasks), more=bool(self.waiting))

    async def run_task(self, task: Claimed) -> None:
        assert task.message.id is not None
        if task.message.id == 13:
            raise ValueError("a fault of ours")
        self.done.append(task.message.id)
        self.on_task()

    async def put_back(self, task: Claimed) -> None:
        assert task.message.id is not None
        self.given_back.append(task.message.id)

    async def settle(self, posting: Posting, outcome: Outcome) -> None:
        self.sending -= 1
        assert posting.message.id is not None
        self.settled[posting.message.id] = outcome

    async def backlog(self) -> Backlog:
        return Backlog(self.sending, None)


class Postman:
    """A messenger that takes `seconds` for each line and answers what it is told to, else that it arrived."""

    def __init__(self, platform: Platform = Platform.SLACK, seconds: float = 0.0) -> None:
        self.platform, self.seconds = platform, seconds
        self.answers: dict[int, Outcome | Exception] = {}
        self.finds: dict[int, Found | Exception] = {}
        self.began: list[Outgoing] = []
        self.taken_back: list[Copy] = []
        self.at_once = self.most = 0
        self.at_once_to: dict[str, int] = {}
        self.most_to = 0

    async def send(self, line: Outgoing) -> Outcome:
        to = line.address.destination
        self.began.append(line)
        self.at_once, self.at_once_to[to] = self.at_once + 1, self.at_once_to.get(to, 0) + 1
        self.most, self.most_to = max(self.most, self.at_once), max(self.most_to, self.at_once_to[to])
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.at_once, self.at_once_to[to] = self.at_once - 1, self.at_once_to[to] - 1
        answer = self.answers.get(int(line.id), ARRIVED)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def look_for(self, line: Outgoing) -> Found:
        found = self.finds.get(int(line.id), CannotTell("no right to look"))
        if isinstance(found, Exception):
            raise found
        return found

    async def take_back(self, copy: Copy) -> bool:
        self.taken_back.append(copy)
        return True

    @property
    def sent(self) -> list[int]:
        return [int(line.id) for line in self.began]


class Followed(Clock):
    """A clock that somebody waits for."""

    follows = True

    def __init__(self) -> None:
        self.reports: list[tuple[int, datetime | None, int]] = []
        self.moved: Callable[[], None] = lambda: None
        self.moment = Moment(NOW, 1)

    def on_move(self, moved: Callable[[], None]) -> None:
        self.moved = moved

    def read(self) -> Moment:
        return self.moment

    async def report(self, seen: int, next_due: datetime | None, in_flight: int) -> None:
        self.reports.append((seen, next_due, in_flight))


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def postman() -> Postman:
    return Postman()


def a_pump(outbox: Outbox, *postmen: Postman, clock: Clock | None = None, **how) -> Pump:
    return Pump(outbox, clock or Clock(), {one.platform: one for one in postmen}, worker="w1", **how)


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


async def test_what_is_due_is_sent_and_settled(outbox, postman):
    outbox.waiting = [posting(1), posting(2)]
    pump = a_pump(outbox, postman)

    await pump.sweep()
    await until(lambda: len(outbox.settled) == 2)

    assert outbox.settled == {1: ARRIVED, 2: ARRIVED}
    assert [(line.token, line.attempt, line.worker) for line in postman.began] == [("t1", 1, "w1"), ("t2", 1, "w1")]


async def test_a_waking_sends_at_once(outbox, postman):
    pump = a_pump(outbox, postman)
    pump.start()
    await asyncio.sleep(0.02)
    outbox.waiting = [posting(1)]
    pump.wake()

    await until(lambda: outbox.settled, seconds=0.5)
    await pump.stop()


async def test_a_line_that_nobody_woke_us_for_goes_within_a_second_or_so(outbox, postman):
    pump = a_pump(outbox, postman)
    pump.start()
    await asyncio.sleep(0.02)
    outbox.waiting = [posting(1)]

    await until(lambda: outbox.settled, seconds=2)
    await pump.stop()


async def test_one_at_a_time_goes_to_a_destination_and_in_order(outbox, postman):
    postman.seconds = 0.01
    outbox.waiting = [posting(n, user="U1") for n in range(1, 6)]

    await a_pump(outbox, postman).sweep()
    await until(lambda: len(outbox.settled) == 5)

    assert (postman.most_to, postman.sent) == (1, [1, 2, 3, 4, 5])


async def test_a_few_destinations_are_served_at_once_and_no_more(outbox, postman):
    postman.seconds = 0.02
    outbox.waiting = [posting(n) for n in range(1, 41)]
    pump = a_pump(outbox, postman, parallel=8)
    pump.start()

    await until(lambda: len(outbox.settled) == 40)
    await pump.stop()

    assert postman.most == 8


async def test_a_429_holds_back_its_destination_and_nobody_else(outbox, postman):
    postman.answers = {1: HeldBack(30.0)}
    outbox.waiting = [posting(1, user="U1")]
    pump = a_pump(outbox, postman)
    await pump.sweep()
    await until(lambda: 1 in outbox.settled)

    outbox.waiting = [posting(2, user="U1"), posting(3, user="U2")]
    await pump.sweep()
    await until(lambda: len(outbox.settled) == 3)

    held = outbox.settled[2]
    assert isinstance(held, HeldBack)
    assert 29 < held.seconds <= 30
    assert (outbox.settled[3], postman.sent) == (ARRIVED, [1, 3])


async def test_a_short_429_is_waited_for(outbox, postman):
    postman.answers = {1: HeldBack(0.1)}
    outbox.waiting = [posting(1, user="U1")]
    pump = a_pump(outbox, postman)
    await pump.sweep()
    await until(lambda: 1 in outbox.settled)

    outbox.waiting = [posting(2, user="U1")]
    await pump.sweep()
    await asyncio.sleep(0.03)
    assert outbox.settled.get(2) is None

    await until(lambda: 2 in outbox.settled)
    assert outbox.settled[2] == ARRIVED


async def test_a_platform_that_says_so_is_held_back_as_a_whole(outbox, postman):
    other = Postman(Platform.DISCORD)
    postman.answers = {1: HeldBack(30.0, whole_platform=True)}
    outbox.waiting = [posting(1)]
    pump = a_pump(outbox, postman, other)
    await pump.sweep()
    await until(lambda: 1 in outbox.settled)

    outbox.waiting = [posting(2), posting(3, platform=Platform.DISCORD)]
    await pump.sweep()
    await until(lambda: len(outbox.settled) == 3)

    assert (postman.sent, other.sent) == ([1], [3])


async def test_a_line_that_waited_too_long_is_put_back_unsent(outbox, postman):
    """Its lease might end while it is on its way."""
    clock = [0.0]
    outbox.waiting = [posting(1)]

    await a_pump(outbox, postman, monotonic=lambda: clock[0]).sweep()
    clock[0] = 20.0
    await until(lambda: outbox.settled)

    assert (outbox.settled[1], postman.sent) == (HeldBack(0.0), [])


async def test_a_line_is_put_back_unsent_if_its_claim_was_heard_of_too_late(outbox, postman):
    """A process that is stopped just then goes on when its lease is over, and another has sent what it claimed."""
    clock = [0.0]
    outbox.waiting = [posting(1)]
    outbox.on_claim = lambda: clock.__setitem__(0, 31.0)

    await a_pump(outbox, postman, monotonic=lambda: clock[0]).sweep()
    await until(lambda: 1 in outbox.settled)

    assert postman.sent == []
    assert outbox.settled == {1: HeldBack(0.0)}


async def test_a_messenger_that_hangs_is_unclear(outbox, postman):
    postman.seconds = 60
    outbox.waiting = [posting(1)]

    await a_pump(outbox, postman, send_seconds=0.05).sweep()
    await until(lambda: outbox.settled)

    assert outbox.settled == {1: Unclear("timeout")}


async def test_a_messenger_that_throws_is_unclear_and_stops_nobody(outbox, postman):
    postman.answers = {1: RuntimeError("a fault of ours")}
    outbox.waiting = [posting(1), posting(2)]
    pump = a_pump(outbox, postman)

    await pump.sweep()
    await until(lambda: len(outbox.settled) == 2)

    assert (outbox.settled, pump.failures) == ({1: Unclear("fault"), 2: ARRIVED}, 1)


async def test_a_platform_that_we_do_not_run_on_can_not_be_reached(outbox, postman):
    outbox.waiting = [posting(1, platform=Platform.DISCORD)]

    await a_pump(outbox, postman).sweep()
    await until(lambda: outbox.settled)

    assert outbox.settled == {1: Undeliverable("bad_token")}


async def test_a_task_that_fails_stops_no_other(outbox, postman):
    outbox.tasks = [task(1), task(13), task(2)]
    pump = a_pump(outbox, postman)

    await pump.sweep()

    assert (outbox.done, pump.failures) == ([1, 2], 1)


async def test_a_broken_database_is_tried_again(outbox, postman):
    outbox.broken = 1
    outbox.waiting = [posting(1)]
    pump = a_pump(outbox, postman)
    pump.start()

    await until(lambda: outbox.settled)
    await pump.stop()

    assert pump.failures == 1


async def test_a_stop_finishes_what_is_on_its_way_and_begins_nothing(outbox, postman):
    postman.seconds = 0.1
    outbox.waiting = [posting(n) for n in range(1, 5)]
    pump = a_pump(outbox, postman, most=2)
    pump.start()
    await until(lambda: postman.began)
    await pump.stop()
    await asyncio.sleep(0.05)

    assert (sorted(outbox.settled), [one.message.id for one in outbox.waiting]) == ([1, 2], [3, 4])
    assert pump.in_flight == 0


async def test_a_stop_does_not_wait_for_ever(outbox, postman):
    postman.seconds = 60
    outbox.waiting = [posting(1)]
    pump = a_pump(outbox, postman)
    pump.start()
    await until(lambda: postman.began)

    await asyncio.wait_for(pump.stop(within=0.05), 1)

    assert outbox.settled == {1: Unclear("stopped")}


async def test_a_stop_gives_back_what_was_not_begun(outbox, postman):
    postman.seconds = 60
    outbox.waiting = [posting(1, user="U1"), posting(2, user="U1")]
    pump = a_pump(outbox, postman)
    pump.start()
    await until(lambda: postman.began)

    await asyncio.wait_for(pump.stop(within=0.05), 1)

    assert outbox.settled == {1: Unclear("stopped"), 2: HeldBack(0.0)}


async def test_a_stop_gives_back_the_tasks_that_were_not_begun(outbox, postman):
    outbox.tasks = [task(1), task(2)]
    pump = a_pump(outbox, postman)
    outbox.on_task = pump._stopping.set

    await pump.sweep()

    assert (outbox.done, outbox.given_back) == ([1], [2])


# --- looking before a second try ---


def again(number: int, **how) -> Posting:
    """A line that may have arrived."""
    line = posting(number)
    view = None if how.pop("kind", Kind.NEWS) is Kind.NUDGE else View(text="You may have seen this")
    return replace(line, message=replace(line.message, repeat=True), again=view, **how)


async def test_what_is_found_to_have_arrived_is_not_sent_again(outbox, postman):
    found = Delivered(Copy("C1", "7"))
    postman.finds = {1: found}
    outbox.waiting = [again(1)]

    await a_pump(outbox, postman).sweep()
    await until(lambda: outbox.settled)

    assert (outbox.settled, postman.sent) == ({1: found}, [])


async def test_what_certainly_never_arrived_is_sent_as_if_for_the_first_time(outbox, postman):
    postman.finds = {1: NotThere(), 2: NotThere()}
    outbox.waiting = [again(1), again(2, kind=Kind.NUDGE)]

    await a_pump(outbox, postman).sweep()
    await until(lambda: len(outbox.settled) == 2)

    assert sorted(line.view.text for line in postman.began) == ["number 1", "number 2"]


async def test_where_looking_tells_nothing_news_says_so_and_a_nudge_stays_unsent(outbox, postman):
    outbox.waiting = [again(1), again(2, kind=Kind.NUDGE)]

    await a_pump(outbox, postman).sweep()
    await until(lambda: len(outbox.settled) == 2)

    assert [line.view.text for line in postman.began] == ["You may have seen this"]
    assert outbox.settled == {1: ARRIVED, 2: Unclear(NOT_REPEATED)}


async def test_who_is_too_busy_to_be_asked_is_asked_later_but_not_for_ever(outbox, postman):
    postman.finds = {1: HeldBack(0.01), 2: HeldBack(0.01)}
    failed_often = again(2)
    outbox.waiting = [again(1), replace(failed_often, message=replace(failed_often.message, failures=30))]

    await a_pump(outbox, postman).sweep()
    await until(lambda: len(outbox.settled) == 2)

    assert outbox.settled == {1: HeldBack(0.01, failed=True), 2: ARRIVED}


async def test_a_messenger_that_throws_while_it_looks_has_sent_nothing(outbox, postman):
    postman.finds = {1: RuntimeError("a fault of ours")}
    outbox.waiting = [again(1)]

    await a_pump(outbox, postman).sweep()
    await until(lambda: outbox.settled)

    assert (outbox.settled, postman.sent) == ({1: HeldBack(5.0, failed=True)}, [])


# --- how many at a time ---


async def test_more_are_claimed_at_a_time_as_sending_turns_out_to_be_quick(outbox, postman):
    pump = a_pump(outbox, postman)
    at_first = pump.room()
    outbox.waiting = [posting(n) for n in range(1, 61)]
    pump.start()

    await until(lambda: len(outbox.settled) == 60)
    await pump.stop()

    assert (at_first, pump.room()) == (16, 200)


async def test_each_sweep_ends_with_a_word_to_the_clock(outbox, postman):
    clock = Followed()
    postman.seconds = 0.05
    outbox.waiting = [posting(1)]
    pump = a_pump(outbox, postman, clock=clock)
    pump.start()

    await until(lambda: clock.reports and clock.reports[-1][2] == 0)
    await pump.stop()

    assert (clock.reports[0], clock.reports[-1]) == ((1, None, 1), (1, None, 0))


async def test_a_moved_clock_is_swept_at_once(outbox, postman):
    clock = Followed()
    pump = a_pump(outbox, postman, clock=clock)
    pump.start()
    await until(lambda: clock.reports)
    clock.moment = Moment(NOW + timedelta(days=7), 2)
    clock.moved()

    await until(lambda: clock.reports[-1][0] == 2, seconds=0.5)
    await pump.stop()
