"""The pump: claims due lines, sends each through its platform's messenger, and settles how that ended.

Claim → commit → send with nothing open → settle. A kill at any moment loses nothing: what was claimed comes back when
its lease runs out. One message at a time goes to a destination, a few destinations at a time. A 429 holds back its
destination, or its platform, never the queue.

In a sandbox the clock waits for us: each sweep ends with a word on what is due next and how much is under way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from adapters.clock import Clock, Moment
from adapters.core import Copy, Delivered, HeldBack, Messenger, Outcome, Outgoing, Unclear, Undeliverable
from adapters.logs import whereabouts
from bot.domain.messages import Address, MessageId
from bot.domain.people import Platform

if TYPE_CHECKING:
    from bot.ports import Claimed
    from bot.use_cases.post import Posting

log = structlog.get_logger("grounds.delivery")

LEASE_SECONDS = 30
SEND_SECONDS = 9.5
"""Above the messengers' own 8 s, so that they can tell what happened; below a third of the lease."""
PARALLEL = 8
MOST_CLAIMED = 16
"""Twice as many as are sent at a time: no line waits in vain, and none so long that its lease runs out."""
TOO_OLD_SECONDS = LEASE_SECONDS - 1.5 * SEND_SECONDS
"""A line claimed this long ago is put back: its lease might end while it is sent."""
WAIT_HERE_SECONDS = 4.0
"""A destination held back for less than this is waited for; for longer, its line goes back into the outbox."""
STOP_SECONDS = 12.0
EACH_SECONDS = 1.0


@dataclass(frozen=True)
class Batch:
    """What a claim brought: lines to send, tasks to run. `more`: it came back full, so ask again."""

    postings: tuple[Posting, ...] = ()
    tasks: tuple[Claimed, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Backlog:
    """What is left: lines being sent by anybody, and when the next one is due (campus time)."""

    in_flight: int
    next_due: datetime | None


class Lines(Protocol):
    """The core's side of delivery; each call is one transaction, committed when it returns."""

    async def claim(self, now: datetime, most: int) -> Batch: ...

    async def run_task(self, task: Claimed) -> None: ...

    async def settle(self, posting: Posting, outcome: Outcome) -> None: ...

    async def backlog(self) -> Backlog: ...


class Holds:
    """Who said 429, and until when, by a clock that can't be moved."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until: dict[str, float] = {}

    def hold(self, address: Address, answer: HeldBack) -> None:
        """Hold back a destination, or its whole platform."""
        key = str(address.platform) if answer.whole_platform else address.destination
        self._until[key] = max(self._until.get(key, 0.0), self._monotonic() + answer.seconds)

    def left(self, address: Address) -> float:
        """Seconds until something may be sent there again."""
        now = self._monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        return max(self._until.get(key, now) for key in (str(address.platform), address.destination)) - now


class Lanes:
    """One at a time for each destination, first come, first served."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def one(self, destination: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(destination, asyncio.Lock())
        self._users[destination] = self._users.get(destination, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[destination] -= 1
            if not self._users[destination]:
                del self._users[destination], self._locks[destination]


class Pump:
    """Delivers whatever is due, until stopped. `wake()` after each commit; `sweep()` at each heartbeat."""

    def __init__(
        self,
        lines: Lines,
        clock: Clock,
        messengers: Mapping[Platform, Messenger],
        *,
        worker: str,
        send_seconds: float = SEND_SECONDS,
        parallel: int = PARALLEL,
        most: int = MOST_CLAIMED,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lines, self._clock, self._messengers, self._worker = lines, clock, messengers, worker
        self._send_seconds, self._most, self._monotonic = send_seconds, most, monotonic
        self._holds = Holds(monotonic)
        self._lanes = Lanes()
        self._places = asyncio.Semaphore(parallel)
        self._flights: dict[MessageId, asyncio.Task[None]] = {}
        self._wanted = asyncio.Event()
        self._sweeping = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self.failures = 0

    @property
    def in_flight(self) -> int:
        return len(self._flights)

    def wake(self) -> None:
        """There may be something to send."""
        self._wanted.set()

    def start(self) -> None:
        """Begin; from within the running loop."""
        self._clock.on_move(self.wake)
        self._loop = asyncio.create_task(self._run(), name="pump")

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """Claim nothing more, finish what is under way."""
        self._stopping.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(within), self._sweeping:
                pass  # a claim that was under way has become flights now
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop
        flights = set(self._flights.values())
        if flights:
            _, late = await asyncio.wait(flights, timeout=within)
            for flight in late:
                flight.cancel()  # its lease brings it back
            await asyncio.gather(*late, return_exceptions=True)
            log.info("delivery.stopped", count=len(flights), under_way=len(late))

    async def sweep(self) -> None:
        """Claim what is due and set it on its way; returns when it is on its way, not when it has arrived."""
        async with self._sweeping:
            moment = self._clock.read()
            await self._claim(moment)
            await self._report(moment)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(EACH_SECONDS):
                    await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001 - a broken database: said, and tried again
                self.failures += 1
                log.error("delivery.sweep_failed", error=type(error).__name__, where=whereabouts(error))
                await asyncio.sleep(EACH_SECONDS)

    async def _claim(self, moment: Moment) -> None:
        while not self._stopping.is_set() and (room := self._most - self.in_flight) > 0:
            batch = await self._lines.claim(moment.now, room)
            for posting in batch.postings:
                self._launch(posting)
            for task in batch.tasks:
                await self._do(task)
            if not batch.more:
                return

    async def _report(self, moment: Moment) -> None:
        """In this order: what ends while we look can only make the picture look busier than it is."""
        if not self._clock.follows:
            return
        under_way = self.in_flight
        backlog = await self._lines.backlog()
        await self._clock.report(moment.version, backlog.next_due, max(under_way, backlog.in_flight))

    async def _do(self, task: Claimed) -> None:
        try:
            await self._lines.run_task(task)
        except Exception as error:  # noqa: BLE001 - the others go on; this one comes back when its lease runs out
            self.failures += 1
            log.error("delivery.task_failed", task=task.message.view, error=type(error).__name__,
                      where=whereabouts(error))  # fmt: skip

    # --- one line ---

    def _launch(self, posting: Posting) -> None:
        line = posting.message.id
        assert line is not None
        flight = asyncio.create_task(self._fly(posting, self._monotonic()), name=f"line-{line}")
        self._flights[line] = flight
        flight.add_done_callback(lambda _: self._landed(line, flight))

    def _landed(self, line: MessageId, flight: asyncio.Task[None]) -> None:
        if self._flights.get(line) is flight:
            del self._flights[line]
        self.wake()

    async def _fly(self, posting: Posting, claimed_at: float) -> None:
        outcome = await self._carry(posting, claimed_at)
        try:
            await self._lines.settle(posting, outcome)
        except Exception as error:  # noqa: BLE001 - the line comes back when its lease runs out, marked as a repeat
            self.failures += 1
            log.error("delivery.not_settled", line=posting.message.id, error=type(error).__name__,
                      where=whereabouts(error))  # fmt: skip
            return
        if isinstance(outcome, Delivered) and posting.replaces is not None:
            await self._take_back(posting.address.platform, posting.replaces)

    async def _take_back(self, platform: Platform, copy: Copy) -> None:
        """What the new one has taken the place of. If it stays, there are two of them: no harm."""
        try:
            await self._messengers[platform].take_back(copy)
        except Exception as error:  # noqa: BLE001 - the line itself has arrived and is settled
            log.warning("delivery.not_taken_back", platform=str(platform), error=type(error).__name__)

    async def _carry(self, posting: Posting, claimed_at: float) -> Outcome:
        """Send when it is this line's turn; or don't, and say that it was not sent."""
        address = posting.address
        messenger = self._messengers.get(address.platform)
        if messenger is None:
            return Undeliverable("bad_token")
        async with self._lanes.one(address.destination):
            left = self._holds.left(address)
            if left > WAIT_HERE_SECONDS or self._stopping.is_set():
                return HeldBack(left)
            await asyncio.sleep(left)
            async with self._places:
                if self._stopping.is_set() or self._monotonic() - claimed_at > TOO_OLD_SECONDS:
                    return HeldBack(self._holds.left(address))
                outcome = await self._send(messenger, posting)
            if isinstance(outcome, HeldBack):
                self._holds.hold(address, outcome)
                log.info("delivery.held_back", platform=str(address.platform), seconds=outcome.seconds)
        return outcome

    async def _send(self, messenger: Messenger, posting: Posting) -> Outcome:
        message = posting.message
        assert message.id is not None
        line = Outgoing(
            message.id, message.kind, posting.address, posting.view, message.token, posting.attempt, self._worker
        )
        try:
            async with asyncio.timeout(self._send_seconds):
                return await messenger.send(line)
        except TimeoutError:
            return Unclear("timeout")
        except Exception as error:  # noqa: BLE001 - a messenger promises not to raise; if it does, nobody knows what arrived
            self.failures += 1
            log.error("delivery.messenger_raised", platform=str(messenger.platform), error=type(error).__name__,
                      where=whereabouts(error))  # fmt: skip
            return Unclear("fault")
