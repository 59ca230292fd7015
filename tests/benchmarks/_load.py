"""Load: so many requests, so many at a time, and how long each took."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks._figures import percentile


@dataclass
class Took:
    """What came of the requests to one server at one concurrency, over all rounds."""

    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0
    cpu_seconds: float = 0.0
    """Of the server: what is left to compare where a machine has much else to do."""

    @property
    def per_s(self) -> float:
        return len(self.ms) / self.seconds if self.seconds else 0.0

    def p(self, share: float) -> float:
        return percentile(self.ms, share)

    def as_json(self) -> dict[str, Any]:
        return {
            "per_s": round(self.per_s, 1),
            "p50_ms": round(self.p(0.5), 1),
            "p99_ms": round(self.p(0.99), 1),
            "requests": len(self.ms),
            "failures": self.failures,
            "cpu_ms": round(self.cpu_seconds / len(self.ms) * 1000, 2) if self.ms else 0.0,
        }


async def press_on(took: Took, ask: Callable[[], Awaitable[bool]], many: int, at_once: int, pid: int = 0) -> None:
    """`ask` so often, `at_once` at a time, each as soon as one before it is answered; `ask` says if it went well."""
    left = iter(range(many))

    async def one_after_the_other() -> None:
        for _ in left:
            began = time.perf_counter()
            went_well = await ask()  # first: what is added to must be read after the waiting
            took.failures += not went_well
            took.ms.append((time.perf_counter() - began) * 1000)

    began, cpu = time.perf_counter(), cpu_of(pid)
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    took.seconds += time.perf_counter() - began
    took.cpu_seconds += cpu_of(pid) - cpu


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has had so far; 0 where that is not told (it is on Linux)."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
