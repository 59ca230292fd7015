"""Figures of a measurement: percentiles, and how long the event loop stood still."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

TICK_SECONDS = 0.002


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of them do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def ratio(ours: float, theirs: float) -> float:
    """Ours as a multiple of theirs, to three digits."""
    return round(ours / theirs, 3) if theirs else 0.0


class LoopWatch:
    """How long the event loop was blocked at most while the block ran: a task that should wake each 2 ms."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._ticking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._ticking = asyncio.create_task(self._tick())
        await asyncio.sleep(TICK_SECONDS)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.sleep(TICK_SECONDS)
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking

    async def _tick(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            late = (time.perf_counter() - before - TICK_SECONDS) * 1000
            self.longest_ms = max(self.longest_ms, late)
