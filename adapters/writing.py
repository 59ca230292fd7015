"""What waits for what where something is written: threads, the disk, and the post for people.

What is acknowledged, and what is sent, must survive a power cut; so each waits for the disk, but one wait serves all
who committed before it began, and the writer goes on meanwhile. (A disk that is busy takes 25 ms for a wait and half a
millisecond for a commit without one, measured.) Where people wait for an answer, what is posted lets them go first; but
each second a few lines are posted, so that under any load the post goes out as well.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")

CLOSE_SECONDS = 3.0
GIVES_WAY_SECONDS, FEW_CLAIMED = 1.0, 8
"""How long the post waits at most for those who wait for an answer, and how many lines are drawn then while they
wait."""
TURN_SECONDS = 0.001
"""How long a thread that computes may keep the others waiting. With Python's own 5 ms, whoever comes back from the
database may wait longer for its turn than it waited for the database."""
QUIET_SECONDS = 0.02
"""Nobody waits when nobody has for so long: gestures come in flocks."""


def take_short_turns() -> None:
    """For the whole process, so that the database and we are busy at one time and the loop is never kept for long."""
    sys.setswitchinterval(TURN_SECONDS)


def tell(waiting: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    """In the loop: what came of it, to who waits. Whoever has gone is told nothing. Never raises.

    No future takes a StopIteration; it is told as what a coroutine would make of it, so that nobody waits for ever.
    """
    if waiting.done():
        return
    if isinstance(error, StopIteration):
        error = RuntimeError("StopIteration").with_traceback(error.__traceback__)
    if error is not None:
        waiting.set_exception(error)
    else:
        waiting.set_result(result)


class Hop:
    """Something to do on a thread, and whom it is told in the loop."""

    def do(self) -> None:
        """On a thread. Never raises."""
        raise NotImplementedError

    def fail(self, error: BaseException) -> None:
        """In the loop: it was not done."""
        raise NotImplementedError

    def tell(self) -> None:
        """In the loop: it was done. Never raises."""
        raise NotImplementedError


class _OneThing(Hop):
    """One thing to do, and who waits for it."""

    def __init__(self, work: Callable[[], Any], future: asyncio.Future[Any]) -> None:
        self.future = future
        self._work = work
        self._result: Any = None
        self._error: BaseException | None = None

    def do(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for it
            self._error = error

    def fail(self, error: BaseException) -> None:
        self._error = error
        self.tell()

    def tell(self) -> None:
        """In the loop."""
        tell(self.future, self._result, self._error)


class Hops:
    """A few threads with a name.

    Waking a thread, and the loop when it is done, takes longer than most of what is done there (measured: half of a
    form's time). So a thread that is awake takes what else has come before it rests, and the loop is woken once for all
    that was done until it looks.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._resting = threads
        self._waiting: deque[Hop] = deque()
        self._done: deque[Hop] = deque()
        self._told = False
        self._under_way: set[Hop] = set()
        self._idle = asyncio.Event()

    async def run(self, work: Callable[[], T]) -> T:
        """Do it on one of the threads, in the caller's context."""
        hop = _OneThing(partial(copy_context().run, work), asyncio.get_running_loop().create_future())
        self.take(hop)
        result: T = await hop.future
        return result

    def take(self, hop: Hop) -> None:
        """From within the loop: do it on one of the threads, and tell it."""
        self._under_way.add(hop)
        self._waiting.append(hop)
        self._wake(asyncio.get_running_loop())

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._resting and self._waiting:
            self._resting -= 1
            try:
                self._threads.submit(self._work_off, loop)
            except RuntimeError as closed:  # nobody shall wait for what is never done
                while self._waiting:
                    self._waiting.popleft().fail(closed)

    def _work_off(self, loop: asyncio.AbstractEventLoop) -> None:
        """On a thread: one after the other, until there is nothing left."""
        with suppress(IndexError, RuntimeError):  # nothing left, or the loop is closed and nobody waits any more
            while True:
                hop = self._waiting.popleft()
                hop.do()
                self._done.append(hop)
                if not self._waiting:
                    break
                if not self._told:
                    self._told = True
                    loop.call_soon_threadsafe(self._tell)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._rest, loop)

    def _tell(self) -> None:
        """In the loop. What is done from here on tells of itself again."""
        self._told = False
        while self._done:
            hop = self._done.popleft()
            self._under_way.discard(hop)
            hop.tell()
        if not self._under_way:
            self._idle.set()

    def _rest(self, loop: asyncio.AbstractEventLoop) -> None:
        """In the loop: a thread found nothing left, but something may have come just then."""
        self._tell()
        self._resting += 1
        self._wake(loop)

    async def close(self) -> None:
        """Let what is under way finish, also where nobody waits for it any more; a database that has gone away is not
        waited for."""
        self._idle.clear()
        if self._under_way:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._idle.wait()
        self._threads.shutdown(wait=False, cancel_futures=True)


class Disk:
    """Waits for the disk, once for all who committed before a wait began."""

    def __init__(self, make_durable: Callable[[], None]) -> None:
        self.is_waited_for = False
        self._make_durable = make_durable
        self._thread = Hops("disk", 1)
        self._now: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def has_it(self) -> None:
        """Returns when what the caller has committed survives a power cut. Raises OSError."""
        if not self.is_waited_for:
            return
        if self._next is None:
            self._next = asyncio.create_task(self._wait_after(self._now), name="disk")
        await asyncio.shield(self._next)

    async def _wait_after(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        self._now, self._next = self._next, None  # whoever commits from here on needs another wait
        await self._thread.run(self._make_durable)

    async def close(self) -> None:
        await self._thread.close()


class Flock:
    """Those who wait for an answer, and who lets them go first."""

    def __init__(self) -> None:
        self._waiting = 0
        self._over = asyncio.Event()
        self._over.set()
        self._quiet: asyncio.TimerHandle | None = None

    @contextmanager
    def one(self) -> Iterator[None]:
        """Somebody waits until the end of the block."""
        self._waiting += 1
        self._over.clear()
        if self._quiet is not None:
            self._quiet.cancel()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._quiet = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._over.set)

    async def is_over(self) -> bool:
        """Give way; whether nobody waits any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVES_WAY_SECONDS):
                await self._over.wait()
        return self._over.is_set()
