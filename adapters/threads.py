"""The core on its threads: what the adapters await, each call one hop to a thread and one transaction.

SQLite has one writer thread, because a second writer only ever waits for the first, and badly (measured: four pooled
writers fail and take seconds; one never does, and is two to three times faster). Readers are threads of their own and
never wait for it. Postgres has as many writer threads as connections.

A hop carries the caller's context variables. Whoever cancels the waiting does not cancel the transaction.

What other processes changed is seen by a revision that each sweep reads anyway: an import, or a profile mended through
another replica, is in the matching index within a sweep or two.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, TypeVar

import structlog

from adapters.clock import Clock, wall
from adapters.delivery import LEASE_SECONDS, Backlog, Batch, Outlook
from adapters.endings import Endings
from adapters.errands import Errands, Write
from adapters.logs import whereabouts
from adapters.openings import Openings
from adapters.turns import Kept
from adapters.workroom import NotDone
from adapters.writing import CLOSE_SECONDS, FEW_CLAIMED, Disk, Flock, Hops, take_short_turns
from bot.conversation import answer as front_door
from bot.conversation.commands import BY_NAME
from bot.conversation.gestures import Command, Gesture, Opened, Press
from bot.domain.calendar import due
from bot.domain.campus import Campus
from bot.domain.messages import Outcome, Status
from bot.domain.people import Handle, Platform, Space
from bot.domain.refusals import Conflict
from bot.phrases import say
from bot.ports import Claimed, Reading, Revision, UnitOfWork
from bot.use_cases import by_time, forget, post
from bot.use_cases.desk_export import TASK as WRITE_EXPORT
from bot.use_cases.matcher import Matcher
from bot.use_cases.post import Ending, Posting
from bot.views.elements import Nothing, Shown, View

log = structlog.get_logger("grounds.core")

T = TypeVar("T")

SPACES_KEPT_SECONDS = 5.0
"""How long the admitted Spaces are remembered; every gesture asks for them, and they change once a year."""
GESTURES_AT_ONCE, GESTURES_A_SECOND = 40.0, 4.0
"""Far above what a person does, far below what a script can."""
MOST_KEPT = 50_000
INDEX_KEPT_SECONDS = 900.0
"""How old the matching index may become. Whoever changes people counts up their revision, so this is for what no one
told."""
PROCESS, HOLD = "process/", "hold/"
"""How the leases are named by which a process lives, and by which a platform is left alone."""


class Store(Protocol):
    """What is opened for one hop."""

    def begin(self) -> AbstractContextManager[UnitOfWork]: ...

    def read(self) -> AbstractContextManager[Reading]: ...

    def commit_together(self) -> bool: ...

    def make_durable(self) -> None: ...


@dataclass(frozen=True)
class Hands:
    """How many threads a store can use."""

    writers: int
    readers: int


Look: TypeAlias = Callable[[Gesture, datetime], Awaitable[View | None]]
FOR_SQLITE = Hands(writers=1, readers=3)
FOR_POSTGRES = Hands(writers=8, readers=4)


class CountingMatcher(Matcher):
    """Counts the changes, so that one made while the index is being built is not lost with the flag."""

    def __init__(self) -> None:
        super().__init__()
        self.changes = 1
        self.built = 0

    def changed(self) -> None:
        super().changed()
        self.changes += 1

    @contextmanager
    def noticing(self) -> Iterator[None]:
        """A transaction: what it changed counts once more when it is over, since only then can a reader see it."""
        before = self.changes
        try:
            yield
        finally:
            if self.changes != before:
                self.changed()


class Rates:
    """How fast one account may act, kept in memory: whoever hammers on us costs no row and no transaction."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._left: dict[Handle, tuple[float, float]] = {}

    def is_too_fast(self, handle: Handle) -> bool:
        """Counts this gesture, unless it is one too many."""
        now = self._monotonic()
        left, at = self._left.get(handle, (GESTURES_AT_ONCE, now))
        left = min(GESTURES_AT_ONCE, left + (now - at) * GESTURES_A_SECOND)
        if len(self._left) >= MOST_KEPT:
            self._left.clear()
        self._left[handle] = (left - 1 if left >= 1 else left, now)
        return left < 1


class RunningCore:
    """Keeps every promise of `adapters.core.Core`, and those of `delivery.Lines`.

    `on_commit` is called in the loop after each transaction: there may be something to send. `look` looks up what takes
    its time somewhere else, and raises NotDone; without it that is done on a reader's thread, and nothing is drawn.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        hands: Hands,
        worker: str,
        look: Look | None = None,
        write: Write | None = None,
    ) -> None:
        self._look = look or self._look_here
        self._store, self._clock, self._worker = store, clock, worker
        self._writers = Hops("writer", hands.writers)
        self._readers = Hops("reader", hands.readers)
        self._openings = Openings(self._readers, hands.readers, store.read, self._opening, _expect)
        self._disk = Disk(store.make_durable)
        self._flock = Flock()
        self._matcher = CountingMatcher()
        self._rates = Rates()
        self._indexing: asyncio.Task[None] | None = None
        self._indexed_at = 0.0
        self._spaces: tuple[Space, ...] = ()
        self._spaces_at = float("-inf")
        self._calendar_at: datetime | None = None
        self._campus = Campus()
        self._seen, self._indexed = Revision(-1, -1), Revision(-1, -1)
        """What changed last as far as we know, and what the index was made of."""
        self._endings = Endings(self._write_down)
        self._errands = Errands(write, self._once_more, clock.now, worker) if write is not None else None
        self.keeps_calendar = True
        """Whether calendar runs are ours to do; of several processes, one's."""
        self.under_way = 0
        self.on_commit: Callable[[], None] = _nobody_waits
        self.on_answer: Callable[[float], None] = _nobody_counts
        """Called after each gesture with the seconds that it took."""

    async def start(self) -> None:
        """Build the matching index. Raises what a broken database raises."""
        take_short_turns()
        self._disk.is_waited_for = await self._writers.run(self._store.commit_together)
        await self._index()

    async def close(self) -> None:
        """Finish what is under way on the threads."""
        if self._indexing is not None:
            await asyncio.wait({self._indexing}, timeout=CLOSE_SECONDS)
        if self._errands is not None:
            await self._errands.close()
        await self._writers.close()
        await self._readers.close()
        await self._disk.close()

    # --- gestures ---

    async def answer(self, gesture: Gesture) -> Shown:
        """One gesture, one transaction; a form or a page is opened from a reader and never waits for the writer."""
        if self._rates.is_too_fast(gesture.actor.handle):
            too_fast = View(text=say("refusals.too_fast", gesture.actor.language))
            return Nothing() if isinstance(gesture, Opened) else too_fast
        self.under_way += 1
        began = time.monotonic()
        try:
            if isinstance(gesture, Opened) or (isinstance(gesture, Press | Command) and _is_look(_verb(gesture))):
                opened = await self._openings.see(gesture)
                if opened is not None:
                    return opened
            return await self._answered(gesture)
        finally:
            self.under_way -= 1
            self.on_answer(time.monotonic() - began)
            if self._clock.follows:
                self.on_commit()  # a clock that waits for us shall hear that this one is done, whatever it was
            self._index_if_stale()

    async def _answered(self, gesture: Gesture) -> Shown:
        with self._flock.one():
            shown = await self._writers.run(lambda: self._answer(gesture))
        await self._disk.has_it()
        self.on_commit()
        return shown

    async def promised(self, gesture: Gesture) -> View:
        """What a `Later` promised; a fault is told kindly, with the way to ask again."""
        self.under_way += 1
        try:
            found = await self._look(gesture, self._clock.now())
        except NotDone as ended:
            log.warning("core.not_looked_up", reason=ended.why)
            found = front_door.not_done(gesture)
        except Exception as error:  # noqa: BLE001 - nobody is left with a promise
            log.error("core.not_looked_up", error=type(error).__name__, where=whereabouts(error))
            found = front_door.not_done(gesture)
        finally:
            self.under_way -= 1
            if self._clock.follows:
                self.on_commit()
        return found or front_door.not_done(gesture)

    async def _look_here(self, gesture: Gesture, now: datetime) -> View | None:
        def look() -> View | None:
            with self._store.read() as reading:
                return front_door.look(gesture, reading, now, self._matcher)

        return await self._readers.run(look)

    def _opening(self, gesture: Gesture, reading: Reading) -> Shown | None:
        return front_door.opening(gesture, reading, self._clock.now(), self._matcher)

    def _answer(self, gesture: Gesture) -> Shown:
        with self._matcher.noticing():
            return front_door.answer(gesture, self._store.begin, self._clock.now(), self._matcher)

    def opens_form(self, verb: str) -> bool:
        return front_door.opens_form(verb)

    async def gate(self, language: str) -> View:
        return front_door.gate(language)

    async def sorry(self, language: str) -> View:
        return front_door.sorry(language)

    # --- spaces ---

    async def space(self, platform: Platform, realm: str, app: str) -> Space | None:
        """One that is not known is looked for anew: it may just have been admitted."""
        for fresh in (False, True):
            for space in await self._admitted(fresh=fresh):
                if (space.platform, space.realm, space.app) == (platform, realm, app):
                    return space
        return None

    async def spaces(self, platform: Platform) -> tuple[Space, ...]:
        return tuple(space for space in await self._admitted() if space.platform is platform)

    async def _admitted(self, *, fresh: bool = False) -> tuple[Space, ...]:
        if fresh or time.monotonic() - self._spaces_at > SPACES_KEPT_SECONDS:
            self._spaces = await self._readers.run(self._read_spaces)
            self._spaces_at = time.monotonic()
        return self._spaces

    def _read_spaces(self) -> tuple[Space, ...]:
        with self._store.read() as reading:
            return tuple(reading.places.spaces())

    # --- the outbox ---

    async def claim(self, now: datetime, most: int) -> Batch:
        """Claim due lines as of the campus time `now`; a voided or shifted line counts as claimed, but needs nothing
        more."""
        most = most if await self._flock.is_over() else min(most, FEW_CLAIMED)
        batch = await self._writers.run(lambda: self._claim(now, most))
        if batch.postings or batch.tasks:
            await self._disk.has_it()
        self._index_if_stale()
        return batch

    def _claim(self, now: datetime, most: int) -> Batch:
        if self.keeps_calendar and due(self._calendar_at, now, self._campus):
            self._run_calendar(now)
        with self._store.begin() as uow:
            self._notice(uow.revisions.now(), uow)
            got = post.collect(uow, now, wall(), worker=self._worker, lease_seconds=LEASE_SECONDS, most=most)
            uow.commit()
        for view, error in got.faults:
            log.error("core.not_drawn", view=view, error=error)
        return Batch(tuple(got.postings), tuple(got.tasks), more=got.claimed >= most)

    def _run_calendar(self, now: datetime) -> None:
        """In a transaction of its own: a night's forgetting must not keep lines locked that others could send."""
        with self._store.begin() as uow:
            forget.run_calendar(uow, self._calendar_at, now)
            uow.commit()
        self._calendar_at = now

    def _notice(self, revision: Revision, reading: UnitOfWork) -> None:
        """What changed since the last look: the rules are read again at once, the index a moment later."""
        if revision.rules != self._seen.rules:
            self._campus = reading.places.campus()
            self._spaces_at = float("-inf")
        self._seen = revision

    async def take_over(self, workers: str = "") -> None:
        """Take up at once what predecessors were sending when they were killed (those whose names begin so), and their
        turns, for who knows that none of them lives."""

        def end(uow: UnitOfWork) -> None:
            uow.outbox.end_leases(wall(), workers)
            uow.leases.release_all(workers)

        await self._once_more(end)

    # --- several processes ---

    async def keep_turns(self, names: Sequence[str], seconds: float) -> Kept:
        """Say that this process lives, renew its turns and ask for the others', and see what the rest have to say."""
        return await self._writers.run(lambda: self._keep_turns(names, seconds))

    def _keep_turns(self, names: Sequence[str], seconds: float) -> Kept:
        now = wall()
        until = now + timedelta(seconds=seconds)
        with self._store.begin() as uow:
            uow.leases.take(f"{PROCESS}{self._worker}", self._worker, now, until)
            held = frozenset(name for name in names if uow.leases.take(name, self._worker, now, until))
            processes = len(uow.leases.held(now, PROCESS))
            holds = uow.leases.held(now, HOLD)
            uow.commit()
        left = {name.removeprefix(HOLD): (end - now).total_seconds() for name, end in holds.items()}
        return Kept(held, processes, left)

    async def give_up_turns(self, names: Sequence[str]) -> None:
        """Others may have them at once, and this process lives no more."""

        def give_up(uow: UnitOfWork) -> None:
            for name in (*names, f"{PROCESS}{self._worker}"):
                uow.leases.release(name, self._worker)

        await self._once_more(give_up)

    async def hold_platform(self, platform: Platform, seconds: float) -> None:
        """Tell the other processes that a whole platform wants to be left alone."""
        until = wall() + timedelta(seconds=seconds)
        await self._once_more(lambda uow: uow.leases.hold(f"{HOLD}{platform}", until))

    async def run_task(self, task: Claimed) -> None:
        """One move by time or follow-up; a file is begun, and sent when it is there."""
        if task.message.view == WRITE_EXPORT and self._errands is not None:
            self._errands.begin(task)
            return
        try:
            await self._once_more(lambda uow: by_time.run_task(uow, task, self._clock.now(), worker=self._worker))
        except by_time.TakenOver:
            log.info("core.task_taken_over", task=task.message.view)
        self._index_if_stale()

    async def put_back(self, task: Claimed) -> None:
        """A task that was claimed and not begun: anybody may have it at once."""
        line = task.message.id
        assert line is not None
        await self._once_more(lambda uow: uow.outbox.settle(line, self._worker, task.attempt, Status.WAITING))

    async def settle(self, posting: Posting, outcome: Outcome) -> None:
        """Write down how a try ended, and whatever follows from it; together with others that end just now."""
        await self._endings.write(posting, outcome)

    async def _write_down(self, ends: Sequence[Ending]) -> None:
        def write(uow: UnitOfWork) -> None:
            post.settle(uow, ends, self._clock.now(), wall(), worker=self._worker)

        await self._once_more(write)

    async def backlog(self) -> Backlog:
        """Gestures and the index count as under way: what was just done must have its effect before time moves on."""
        busy = self.under_way + (self._indexing is not None)
        left = await self._writers.run(self._backlog)
        return Backlog(left.in_flight + busy, left.next_due)

    async def outlook(self) -> Outlook:
        """How the outbox looks, from a reader: it never waits for the writer."""
        return await self._readers.run(self._outlook)

    def _outlook(self) -> Outlook:
        with self._store.read() as reading:
            outbox = reading.outbox
            return Outlook(outbox.oldest_due(self._clock.now(), wall()), outbox.held_back(wall()), outbox.in_flight())

    def _backlog(self) -> Backlog:
        with self._store.begin() as uow:
            return Backlog(uow.outbox.in_flight(), uow.outbox.next_due())

    async def _once_more(self, work: Callable[[UnitOfWork], object]) -> None:
        """One transaction; on a conflict once more with a new one."""
        await self._flock.is_over()
        try:
            await self._writers.run(lambda: self._commit(work))
        except Conflict:
            await self._writers.run(lambda: self._commit(work))
        await self._disk.has_it()
        self.on_commit()

    def _commit(self, work: Callable[[UnitOfWork], object]) -> None:
        with self._matcher.noticing(), self._store.begin() as uow:
            work(uow)
            uow.commit()

    # --- the matching index ---

    def _index_if_stale(self) -> None:
        """Nobody waits for it: an old index offers somebody a moment later, and nobody who may not be offered."""
        if self._is_stale() and self._indexing is None:
            self._indexing = asyncio.create_task(self._index_again(), name="index")

    def _is_stale(self) -> bool:
        changed = self._matcher.is_stale or self._matcher.changes != self._matcher.built
        elsewhere = self._seen.people > self._indexed.people
        return changed or elsewhere or time.monotonic() - self._indexed_at > INDEX_KEPT_SECONDS

    async def _index_again(self) -> None:
        try:
            await self._index()
        except Exception as error:  # noqa: BLE001 - it is tried again with the next gesture
            log.error("core.not_indexed", error=type(error).__name__, where=whereabouts(error))
        finally:
            self._indexing = None
            self.on_commit()

    async def _index(self) -> None:
        changes = self._matcher.changes
        self._indexed_at = time.monotonic()
        await self._readers.run(self._refresh)
        self._matcher.built = changes

    def _refresh(self) -> None:
        with self._store.read() as reading:
            self._indexed = reading.revisions.now()
            self._matcher.refresh(reading)


def _expect(gestures: Iterable[Gesture], reading: Reading) -> None:
    reading.people.expect_accounts(gesture.actor.handle for gesture in gestures)


def _is_look(verb: str) -> bool:
    return front_door.opens_form(verb) or front_door.takes_time(verb)


def _verb(gesture: Press | Command) -> str:
    """The verb meant; empty for a command that means none."""
    if isinstance(gesture, Press):
        return gesture.press.verb
    command = BY_NAME.get(gesture.name)
    meant = command.read(gesture.words) if command else None
    return meant[0].verb if meant else ""


def _nobody_counts(seconds: float) -> None:
    """Until somebody does."""


def _nobody_waits() -> None:
    """Until a pump is there."""
