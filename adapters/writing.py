"""What waits for what where something is written: threads, the disk, and the post for people.

What is acknowledged, and what is sent, must survive a power cut; so each waits for the disk, but one wait serves all
who committed before it began, and the writer goes on meanwhile. (A disk that is busy takes 25 ms for a wait and half a
millisecond for a commit without one, measured.) Where people wait for an answer, what is posted lets them go first;
never for long, so that under any load the post goes out as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")

CLOSE_SECONDS = 3.0
GIVES_WAY_SECONDS, FEW_CLAIMED = 0.25, 4
"""How long the post waits at most for those who wait for an answer, and how many lines are drawn then while they
wait."""
QUIET_SECONDS = 0.02
"""Nobody waits when nobody has for so long: gestures come in flocks."""


class Hops:
    """A few threads with a name."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._under_way: set[Future[object]] = set()

    async def run(self, work: Callable[[], T]) -> T:
        """Do it on one of the threads, in the caller's context."""
        hop = self._threads.submit(copy_context().run, work)
        self._under_way.add(hop)
        hop.add_done_callback(self._under_way.discard)
        return await asyncio.wrap_future(hop)

    async def close(self) -> None:
        """Let what is under way finish; a database that has gone away is not waited for."""
        self._threads.shutdown(wait=False)
        if under_way := [asyncio.wrap_future(hop) for hop in self._under_way.copy()]:
            await asyncio.wait(under_way, timeout=CLOSE_SECONDS)
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
