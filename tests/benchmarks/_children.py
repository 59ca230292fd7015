"""Servers under measurement: each a child process with the same interpreter, the same settings and its own log."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OURS = ("GROUNDS_", "SLACK_", "DISCORD_")
READY_SECONDS = 60.0
STOP_SECONDS = 25.0
GROUNDS = ("adapters.cli", "run")


class ChildDied(Exception):
    """A server ended, or never came up; the message is the end of what it said."""


@dataclass
class Child:
    """A running server. `said` are the JSON lines of its log, newest last."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self) -> list[Mapping[str, Any]]:
        return [found for line in self.log.read_text(errors="replace").split("\n") if (found := _object(line))]

    async def until(self, event: str) -> Mapping[str, Any]:
        """The first line that tells of this event. Raises ChildDied."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                while self.process.returncode is None:
                    for line in self.said():
                        if line.get("event") == event:
                            return line
                    await asyncio.sleep(0.02)
        raise ChildDied(self.log.read_text(errors="replace")[-800:])

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it; by SIGKILL if it takes too long."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


@asynccontextmanager
async def a_child(module: tuple[str, ...], settings: Mapping[str, str], log: Path) -> AsyncIterator[Child]:
    """`python -m module` with these settings, until the end of the block."""
    child = await start(module, settings, log)
    try:
        yield child
    finally:
        await child.stop()


async def start(module: tuple[str, ...], settings: Mapping[str, str], log: Path) -> Child:
    """Begin; `until` tells when it is there."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module,
            stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, env=inherited | dict(settings),
            start_new_session=True,
        )  # fmt: skip
    return Child(process, log)


def _object(line: str) -> Mapping[str, Any] | None:
    with suppress(ValueError):
        found = json.loads(line)
        return found if isinstance(found, dict) else None
    return None
