"""The pump: claims due lines, sends each through its platform's messenger, and settles how that ended.

Claim → commit → send with nothing open → settle. A kill at any moment loses nothing: what was claimed comes back when
its lease runs out. One message at a time goes to a destination, a few destinations at a time. A 429 holds back its
destination, or its platform, never the queue.

A line whose earlier try ended unclearly (a timeout, a cut line, a 5xx, a lease that ran out) is looked for before
anything is sent. Found: it has arrived. Certainly not there: it is sent as if for the first time. Where looking tells
nothing, its kind has decided: `again` is sent, or nothing is.

How many lines are claimed at a time goes by how long a send takes. While a platform is slow it is a few, because
each of them must have been sent before its lease ends; an outbox of thousands goes out two hundred at a time, and a
claim waits until there is room for half of them: what a claim costs is how often it asks the database, not how much.

In a sandbox the clock waits for us: each sweep ends with a word on what is due next and how much is under way.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, assert_never

import structlog

from adapters.clock import Clock, Moment
from adapters.core import (
    CannotTell,
    Copy,
    Delivered,
    Found,
    HeldBack,
    Messenger,
    NotThere,
    Outcome,
    Outgoing,
    Unclear,
    Undeliverable,
)
from adapters.lanes import Holds, Lanes
from adapters.logs import whereabouts
from bot.domain.messages import NOT_REPEATED, MessageId
from bot.domain.people import Platform
from bot.use_cases.post import MOST_LOOKS

if TYPE_CHECKING:
    from bot.ports import Claimed
    from bot.use_cases.post import Posting

log = structlog.get_logger("grounds.delivery")

LEASE_SECONDS = 30
SEND_SECONDS = 9.5
"""Above the messengers' own 8 s, so that they can tell what happened; below a third of the lease."""
PARALLEL = 8
FEWEST_UNDER_WAY, MOST_CLAIMED = 16, 200
"""While sending is slow, and when it is quick; and no more are claimed at once."""
MOST_UNDER_WAY, AT_ONCE_SECONDS = 600, 1.0
"""Of what is sent within so short a time anyway, so that some are claimed while others are sent and others settled;
what comes to be due meanwhile waits behind all of them."""
SLOW_SECONDS, LATEST_SHARE = 4.0, 0.1
"""What a send is taken to last before any was seen, and what share the newest has in the average."""
TOO_OLD_SECONDS = LEASE_SECONDS - 1.5 * SEND_SECONDS
"""A line claimed this long ago is put back: its lease might end while it is sent."""
LOOK_AGAIN_SECONDS = 5.0
WAIT_HERE_SECONDS = 4.0
"""A destination held back for less than this is waited for; for longer, its line goes back into the outbox."""
STOP_SECONDS = SEND_SECONDS + 1.5
GIVE_BACK_SECONDS = 2.0
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


@dataclass(frozen=True)
class Outlook:
    """What the outbox looks like: when the oldest line was due that waits and might be sent, and how many are held back
    or on their way."""

    oldest_due: datetime | None
    held_back: int
    in_flight: int


class Lines(Protocol):
    """The core's side of delivery; each call is one transaction, committed when it returns."""

    async def claim(self, now: datetime, most: int) -> Batch: ...

    async def run_task(self, task: Claimed) -> None: ...

    async def put_back(self, task: Claimed) -> None:
        """A task that was claimed and not begun: anybody may have it at once."""

    async def settle(self, posting: Posting, outcome: Outcome) -> None: ...

    async def backlog(self) -> Backlog: ...


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
        most: int | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lines, self._clock, self._messengers, self._worker = lines, clock, messengers, worker
        self._send_seconds, self._most, self._monotonic = send_seconds, most, monotonic
        self._parallel, self._takes = parallel, SLOW_SECONDS
        self._holds = Holds(monotonic)
        self._lanes = Lanes()
        self._places = asyncio.Semaphore(parallel)
        self._flights: dict[MessageId, asyncio.Task[None]] = {}
        self._begun: set[MessageId | None] = set()
        self._wanted = asyncio.Event()
        self._sweeping = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._swept_at = monotonic()
        self.on_hold: Callable[[Platform, float], None] = _nobody_else
        """Called when a whole platform wants to be left alone for so many seconds, for other processes to know."""
        self.failures = self.sweeps = 0
        self.ended: Counter[tuple[str, str]] = Counter()
        """How many lines ended how, by kind and outcome, since the start."""

    @property
    def in_flight(self) -> int:
        return len(self._flights)

    @property
    def held_back(self) -> int:
        """How many destinations and platforms are left alone now."""
        return len(self._holds)

    def age(self) -> float:
        """Seconds since the last sweep that went well."""
        return self._monotonic() - self._swept_at

    def hold_platform(self, platform: Platform, seconds: float) -> None:
        """Another process was told to leave this platform alone."""
        self._holds.hold_platform(platform, seconds)

    def room(self) -> int:
        """How many lines may be claimed now; none while all who are sent to at a time are waited for anyway."""
        most = self._most
        if most is None:
            a_second = self._parallel / max(self._takes, 0.001)
            in_time, at_once = a_second * TOO_OLD_SECONDS / 2, a_second * AT_ONCE_SECONDS
            most = int(max(min(at_once, MOST_UNDER_WAY), min(in_time, MOST_CLAIMED), FEWEST_UNDER_WAY))
        room = most - self.in_flight
        return min(room, MOST_CLAIMED) if room * 2 >= most else 0

    def wake(self) -> None:
        """There may be something to send."""
        self._wanted.set()

    def start(self) -> None:
        """Begin; from within the running loop."""
        self._clock.on_move(self.wake)
        self._loop = asyncio.create_task(self._run(), name="pump")

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """Claim nothing more, finish what is under way, give back what was not begun; all in `within` seconds."""
        self._stopping.set()
        deadline = asyncio.get_running_loop().time() + within
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline), self._sweeping:
                pass  # a claim that was under way has become flights now
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop
        flights = set(self._flights.values())
        if flights:
            _, late = await asyncio.wait(flights, timeout=max(deadline - asyncio.get_running_loop().time(), 0.01))
            for flight in late:
                flight.cancel()
            if late:  # given back within the time that a transaction may take
                await asyncio.wait(late, timeout=GIVE_BACK_SECONDS)
            log.info("delivery.stopped", count=len(flights), under_way=len(late))

    async def sweep(self) -> None:
        """Claim what is due and set it on its way; returns when it is on its way, not when it has arrived."""
        async with self._sweeping:
            moment = self._clock.read()
            await self._claim(moment)
            self._swept_at, self.sweeps = self._monotonic(), self.sweeps + 1
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
        while not self._stopping.is_set() and (room := self.room()) > 0:
            asked_at = self._monotonic()  # the lease begins after this, however long we hear nothing of it
            batch = await self._lines.claim(moment.now, room)
            for number, posting in enumerate(batch.postings, start=1):
                self._launch(posting, asked_at)
                if number % self._parallel == 0:
                    await asyncio.sleep(0)  # whatever else the loop has to do comes in between
            await asyncio.gather(*(self._do(task) for task in batch.tasks))
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
            if self._stopping.is_set():
                await self._lines.put_back(task)
            else:
                await self._lines.run_task(task)
        except Exception as error:  # noqa: BLE001 - the others go on; this one comes back when its lease runs out
            self.failures += 1
            log.error("delivery.task_failed", task=task.message.view, error=type(error).__name__,
                      where=whereabouts(error))  # fmt: skip

    # --- one line ---

    def _launch(self, posting: Posting, claimed_at: float) -> None:
        line = posting.message.id
        assert line is not None
        flight = asyncio.create_task(self._fly(posting, claimed_at), name=f"line-{line}")
        self._flights[line] = flight
        flight.add_done_callback(lambda _: self._landed(line, flight))

    def _landed(self, line: MessageId, flight: asyncio.Task[None]) -> None:
        if self._flights.get(line) is flight:
            del self._flights[line]
        self.wake()

    async def _fly(self, posting: Posting, claimed_at: float) -> None:
        stopped: asyncio.CancelledError | None = None
        outcome: Outcome
        try:
            outcome = await self._carry(posting, claimed_at)
        except asyncio.CancelledError as cancelled:  # we are stopping: it is given back at once
            stopped = cancelled
            outcome = Unclear("stopped") if posting.message.id in self._begun else HeldBack(0.0)
        try:
            await self._lines.settle(posting, outcome)
        except Exception as error:  # noqa: BLE001 - the line comes back when its lease runs out, marked as a repeat
            self.failures += 1
            log.error("delivery.not_settled", line=posting.message.id, error=type(error).__name__,
                      where=whereabouts(error))  # fmt: skip
            return
        finally:
            self._begun.discard(posting.message.id)
            self.ended[str(posting.message.kind), type(outcome).__name__] += 1
        if stopped is not None:
            raise stopped
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
            if left > 0:
                await asyncio.sleep(left)
            async with self._places:
                if self._stopping.is_set() or self._monotonic() - claimed_at > TOO_OLD_SECONDS:
                    return HeldBack(self._holds.left(address))
                began = self._monotonic()
                self._begun.add(posting.message.id)
                outcome = await self._bring(messenger, posting, claimed_at + TOO_OLD_SECONDS)
                self._takes += LATEST_SHARE * (self._monotonic() - began - self._takes)
            if isinstance(outcome, HeldBack):
                self._holds.hold(address, outcome)
                if outcome.whole_platform:
                    self.on_hold(address.platform, outcome.seconds)
                log.info("delivery.held_back", platform=str(address.platform), seconds=outcome.seconds)
        return outcome

    async def _bring(self, messenger: Messenger, posting: Posting, until: float) -> Outcome:
        """Send it, unless an earlier try of it has arrived or may have."""
        message = posting.message
        assert message.id is not None
        line = Outgoing(
            message.id, message.kind, posting.address, posting.view, message.token, posting.attempt, self._worker,
            posting.known, until,
        )  # fmt: skip
        if not message.repeat:
            return await self._send(messenger, line)
        found = await self._look_for(messenger, line, message.failures)
        match found:
            case Delivered() | HeldBack():
                return found
            case NotThere():
                return await self._send(messenger, line)
            case CannotTell():
                if posting.again is None:
                    return Unclear(NOT_REPEATED)
                return await self._send(messenger, replace(line, view=posting.again))
            case _:
                assert_never(found)

    async def _look_for(self, messenger: Messenger, line: Outgoing, failures: int) -> Found:
        try:
            async with asyncio.timeout(self._send_seconds):
                found = await messenger.look_for(line)
        except Exception as error:  # noqa: BLE001 - a messenger promises not to raise; whatever it is, nothing was seen
            self.failures += 1
            log.error("delivery.not_looked_for", platform=str(messenger.platform), error=type(error).__name__,
                      where=whereabouts(error))  # fmt: skip
            found = HeldBack(LOOK_AGAIN_SECONDS)
        if isinstance(found, HeldBack):
            found = CannotTell("no_answer") if failures >= MOST_LOOKS else replace(found, failed=True)
        log.info("delivery.looked_for", line=line.id, reason=type(found).__name__)
        return found

    async def _send(self, messenger: Messenger, line: Outgoing) -> Outcome:
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


def _nobody_else(platform: Platform, seconds: float) -> None:
    """There is no other process."""
