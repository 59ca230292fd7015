"""Files that were asked for in the chat: each is a claimed task, written by a process of its own, and sent when it is
there.

The task stays claimed meanwhile, and its lease is renewed. Where it ends all the same and the task is claimed again,
that starts nothing anew here: the newest claim is the one that settles it. When this process is stopped the task is
given back, and whoever takes it up next writes the file from the beginning. Of two processes that both came to write
it, one settles it, and one file is sent.

A try counts where it failed, not where it was claimed: a file that takes long, or that a stop interrupted, has failed
at nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

import structlog

from adapters.clock import wall
from adapters.delivery import LEASE_SECONDS
from adapters.logs import whereabouts
from adapters.workroom import NotDone
from bot.domain.exports import Order, Written
from bot.domain.messages import MessageId, Status
from bot.ports import Claimed, UnitOfWork
from bot.use_cases.desk_export import Asked, asked_in, send_written

log = structlog.get_logger("grounds.errands")

Write: TypeAlias = Callable[[Order, datetime, str], Awaitable[Written]]
Once: TypeAlias = Callable[[Callable[[UnitOfWork], object]], Awaitable[None]]

MOST_TRIES = 2
"""What fails twice fails a third time."""
KEEP_SECONDS = LEASE_SECONDS / 3
"""How often the lease is renewed meanwhile: twice may go wrong."""
AGAIN = timedelta(seconds=5)
MOST_BYTES = 9_500_000
"""Discord takes ten megabytes, Slack more: a year of a hundred thousand interviews fits. It takes a line of 20 Mbit/s
to carry that in the time that a file has (`slack.files.PUT_SECONDS`); on a slower one its reader is told."""


class Errands:
    """What is being written. `write` does it elsewhere; `once` is one transaction; `now` the campus's time."""

    def __init__(self, write: Write, once: Once, now: Callable[[], datetime], worker: str) -> None:
        self._write, self._once, self._now, self._worker = write, once, now, worker
        self._claims: dict[MessageId, Claimed] = {}
        self._under_way: dict[MessageId, asyncio.Task[None]] = {}

    def begin(self, task: Claimed) -> None:
        """Write what this task asks for; nobody waits."""
        line = task.message.id
        assert line is not None, "a claimed line has an id"
        self._claims[line] = task
        if line not in self._under_way:
            under_way = asyncio.create_task(self._run(line), name=f"export-{line}")
            self._under_way[line] = under_way
            under_way.add_done_callback(lambda _: self._forget(line))

    async def close(self) -> None:
        """Stop whatever is under way, and give it back."""
        under_way = list(self._under_way.values())
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _forget(self, line: MessageId) -> None:
        self._claims.pop(line, None)
        self._under_way.pop(line, None)

    async def _run(self, line: MessageId) -> None:
        kept = asyncio.create_task(self._keep(line), name=f"keep-{line}")
        try:
            await self._do(line)
        except asyncio.CancelledError:
            await self._put_back(line, timedelta())
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is told in the end
            log.error("errands.not_settled", line=line, error=type(error).__name__, where=whereabouts(error))
            await self._after_fault(line)
        finally:
            kept.cancel()

    async def _keep(self, line: MessageId) -> None:
        """Renew the lease for as long as this is under way."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            claim, until = self._claims[line], wall() + timedelta(seconds=LEASE_SECONDS)
            try:
                await self._once(partial(_renew, line, self._worker, claim.attempt, until))
            except Exception as error:  # noqa: BLE001 - the next time does it, or another takes it over
                log.warning("errands.not_kept", line=line, error=type(error).__name__)

    async def _after_fault(self, line: MessageId) -> None:
        """Once more, or an end to it: what fails each time must not be tried for ever."""
        try:
            if self._may_try_again(line):
                await self._put_back(line, AGAIN, failed=True)
            else:
                await self._tell_or_end(line)
        except Exception as error:  # noqa: BLE001 - the task comes back when its lease runs out
            log.error("errands.not_put_back", line=line, error=type(error).__name__, where=whereabouts(error))

    async def _tell_or_end(self, line: MessageId) -> None:
        """Whoever asked is told; where even that can't be said, the task is over all the same."""
        try:
            await self._once(lambda uow: self._send(uow, line, "failed"))
        except Exception as error:  # noqa: BLE001 - it is what this task asks for that can't be read
            log.error("errands.not_told", line=line, error=type(error).__name__, where=whereabouts(error))
            attempt = self._claims[line].attempt
            await self._once(
                lambda uow: uow.outbox.settle(line, self._worker, attempt, Status.VOID, reason="not_written")
            )

    def _may_try_again(self, line: MessageId) -> bool:
        return self._claims[line].message.failures + 1 < MOST_TRIES

    async def _do(self, line: MessageId) -> None:
        asked: list[Asked | None] = []
        await self._once(lambda uow: asked.append(asked_in(uow, self._claims[line].message)))
        [wanted] = asked
        file: Written | str = "failed"
        if wanted is not None:
            try:
                file = await self._write(wanted.order, wanted.at, wanted.language)
            except NotDone as trouble:
                log.warning("errands.not_written", line=line, reason=trouble.why)
                if trouble.why == "closed" or (trouble.why != "failed" and self._may_try_again(line)):
                    await self._put_back(line, AGAIN, failed=trouble.why != "closed")
                    return
        if isinstance(file, Written) and len(file.content) > MOST_BYTES:
            file = "large"
        await self._once(lambda uow: self._send(uow, line, file))

    def _send(self, uow: UnitOfWork, line: MessageId, file: Written | str) -> None:
        """Settled and sent in one transaction, by the claim that still holds."""
        claim = self._claims[line]
        if uow.outbox.settle(line, self._worker, claim.attempt, Status.SENT):
            send_written(uow, claim.message, file, self._now())

    async def _put_back(self, line: MessageId, wait: timedelta, *, failed: bool = False) -> None:
        claim = self._claims[line]
        until = wall() + wait
        await self._once(
            lambda uow: uow.outbox.settle(
                line, self._worker, claim.attempt, Status.WAITING, hold_until=until, failed=failed
            )
        )


def _renew(line: MessageId, worker: str, attempt: int, until: datetime, uow: UnitOfWork) -> None:
    uow.outbox.keep(line, worker, attempt, until)
