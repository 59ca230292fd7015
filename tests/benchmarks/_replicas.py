"""Several `grounds run` on one database in one town, each killed and started again by whoever measures."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks._children import GROUNDS, Child, start


@dataclass
class Replica:
    """One of them. `up` while it runs and is ready."""

    name: str
    settings: Mapping[str, str]
    folder: Path
    starts: list[float] = field(default_factory=list)
    """Seconds from each start until it was ready."""
    up: asyncio.Event = field(default_factory=asyncio.Event)
    _child: Child | None = None

    async def start(self) -> None:
        """Begin, and wait until it listens on every platform. Raises ChildDied."""
        began = time.perf_counter()
        log = self.folder / f"{self.name}-{len(self.starts)}.log"
        self._child = await start(GROUNDS, dict(self.settings) | {"GROUNDS_REPLICA": self.name}, log)
        await self._child.until("ready")
        self.starts.append(time.perf_counter() - began)
        self.up.set()

    def kill(self) -> None:
        """SIGKILL; it is dead when this returns."""
        assert self._child is not None
        self.up.clear()
        os.kill(self._child.pid, signal.SIGKILL)
        with suppress(ChildProcessError):  # somebody has taken note of its end already
            os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOWAIT)

    def signal(self, number: signal.Signals) -> None:
        assert self._child is not None
        os.kill(self._child.pid, number)

    async def stop(self) -> None:
        """As an operator would; one that was stopped (SIGSTOP) is woken for it."""
        if self._child is None or self._child.process.returncode is not None:
            return
        self.up.clear()
        with suppress(ProcessLookupError):
            self.signal(signal.SIGCONT)
        await self._child.stop()
