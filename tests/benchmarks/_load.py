"""Load: so many requests, so many at a time, and how long each took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks._figures import percentile


@dataclass
class Took:
    """What came of the requests to one server at one concurrency, over all rounds."""

    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0

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
        }


async def press_on(took: Took, ask: Callable[[], Awaitable[bool]], many: int, at_once: int) -> None:
    """`ask` so often, `at_once` at a time, each as soon as one before it is answered; `ask` says if it went well."""
    left = iter(range(many))

    async def one_after_the_other() -> None:
        for _ in left:
            began = time.perf_counter()
            went_well = await ask()  # first: what is added to must be read after the waiting
            took.failures += not went_well
            took.ms.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    took.seconds += time.perf_counter() - began
