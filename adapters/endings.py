"""How tries of lines ended, written down for many at once.

While one transaction is being committed, those that end meanwhile wait for the next. One by one, an fsync each, is what
a quick platform would be waiting for (measured: 450 a second).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.domain.messages import Outcome

if TYPE_CHECKING:
    from bot.use_cases.post import Ending, Posting

MOST_TOGETHER = 200


class Endings:
    """`write_down` writes several in one transaction; raises, and has written none, if one of them can't be."""

    def __init__(self, write_down: Callable[[Sequence[Ending]], Awaitable[None]]) -> None:
        self._write_down = write_down
        self._waiting: list[tuple[Ending, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, posting: Posting, outcome: Outcome) -> None:
        """Returns when it is committed. Raises what this one can't be written down for."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((posting, outcome), written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="endings")
        await written

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                now, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                await self._write(now)
        finally:
            self._writing = None

    async def _write(self, ends: list[tuple[Ending, asyncio.Future[None]]]) -> None:
        try:
            await self._write_down([ending for ending, _ in ends])
        except Exception as error:  # noqa: BLE001 - told to whoever waits for it
            if len(ends) > 1:
                for end in ends:  # one that can't be written down must not take the others with it
                    await self._write([end])
            elif not ends[0][1].done():
                ends[0][1].set_exception(error)
        else:
            for _, written in ends:
                if not written.done():
                    written.set_result(None)
