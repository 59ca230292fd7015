"""Several `grounds run` on one database in one town, each killed and started again by whoever measures."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks._children import READY_SECONDS, STOP_SECONDS, ChildDied
from tests.benchmarks._warm import Forked, Warm

READY = '"event": "ready"'


@dataclass
class Replica:
    """One of them. `up` while it runs and is ready."""

    name: str
    settings: Mapping[str, str]
    folder: Path
    warm: Warm
    starts: list[float] = field(default_factory=list)
    """Seconds from each start until it was ready."""
    up: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    _process: Forked | None = None

    async def start(self, only: float = READY_SECONDS) -> None:
        """Begin, and wait until it listens on every platform; `only` so many seconds. Raises ChildDied."""
        began = time.perf_counter()
        log = self.folder / f"{self.name}-{self.begun}.log"
        self.begun += 1
        self._process = process = await self.warm.start(dict(self.settings) | {"GROUNDS_REPLICA": self.name}, log)
        while READY not in log.read_text(errors="replace"):
            if only < READY_SECONDS and time.perf_counter() - began > only:
                return
            if process.has_ended() or time.perf_counter() - began > READY_SECONDS:
                raise ChildDied(log.read_text(errors="replace")[-800:])
            await asyncio.sleep(0.02)
        self.starts.append(time.perf_counter() - began)
        self.up.set()

    def kill(self) -> None:
        """SIGKILL; it is dead when this returns."""
        assert self._process is not None
        self.up.clear()
        self._process.kill()

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.signal(number)

    async def stop(self) -> None:
        """As an operator would; one that was stopped (SIGSTOP) is woken for it."""
        if self._process is None or self._process.has_ended():
            return
        self.up.clear()
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if not await asyncio.to_thread(self._process.has_ended, STOP_SECONDS):
            self._process.kill()
