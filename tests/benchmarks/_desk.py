"""A running core whose desk has reports counted, and people who press meanwhile.

The report goes the way that `/desk report` goes: promised at once, counted by the workroom's child, drawn there. What
people do are small gestures, each a transaction of its own that keeps its answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from pydantic import SecretStr

from adapters.clock import Clock
from adapters.settings import Database
from adapters.threads import FOR_POSTGRES, FOR_SQLITE, RunningCore
from adapters.workroom import Workroom
from bot.conversation.gestures import Actor, Command, Gesture
from bot.domain.people import Handle, Platform, Right, Space
from bot.views.elements import Later, View
from storage.engine import open_store
from storage.keys import read_keys
from tests.benchmarks._figures import LoopWatch, percentile

ROUNDS, SECONDS = 3, 8.0
PEOPLE, PAUSE = 10, 0.4
"""Some 25 gestures a second: far more than a campus ever sees."""
SPACE = Space(Platform.SLACK, "T1", "A1", "Bench", "C1")
ASKED = "report overview year-2025"
_NUMBERS = count(1)


async def others(url: str, keys: str) -> dict[str, Any]:
    """How long people wait for an answer while nothing is counted and while the overview is, in milliseconds; and how
    long the desk waits for its card, in seconds: at first, when the child starts, and after that."""
    waits: dict[str, list[float]] = {"alone": [], "meanwhile": []}
    stood_still: dict[str, float] = {}
    cards: list[float] = []
    async with _core(url, keys) as core:
        await _card(core)  # the first time a coordinator is greeted, and the child starts
        cards.append(await _card(core))
        await _pressing(core, 1.0)  # everybody is known now
        for _ in range(ROUNDS):
            for name in waits:
                counting = asyncio.create_task(_counting(core, cards)) if name == "meanwhile" else None
                async with LoopWatch() as watch:
                    waits[name] += await _pressing(core, SECONDS)
                stood_still[name] = max(stood_still.get(name, 0.0), watch.longest_ms)
                if counting is not None:
                    counting.cancel()
                    await asyncio.gather(counting, return_exceptions=True)
    return {
        **{f"others_p50_ms_{name}": round(percentile(ms, 0.5), 2) for name, ms in waits.items()},
        **{f"others_p99_ms_{name}": round(percentile(ms, 0.99), 2) for name, ms in waits.items()},
        **{f"others_longest_ms_{name}": round(max(ms), 2) for name, ms in waits.items()},
        **{f"loop_stood_still_ms_{name}": round(ms, 2) for name, ms in stood_still.items()},
        "gestures": {name: len(ms) for name, ms in waits.items()},
        "cards": len(cards),
        "card_seconds": round(percentile(cards, 0.5), 2),
    }


@asynccontextmanager
async def _core(url: str, keys: str) -> AsyncIterator[RunningCore]:
    store, room, database = open_store(url, read_keys(keys)), Workroom(), Database(SecretStr(url), SecretStr(keys))
    with store.begin() as uow:
        uow.places.admit(SPACE)
        uow.commit()

    async def look(gesture: Gesture, now: datetime) -> View | None:
        found: View | None = await room.do("adapters.looking:look", database, gesture, now)
        return found

    hands = FOR_SQLITE if store.is_sqlite else FOR_POSTGRES
    core = RunningCore(store, Clock(), hands=hands, worker="bench", look=look)
    await core.start()
    try:
        yield core
    finally:
        await core.close()
        await room.close()
        store.close()


def _actor(user: str, right: Right) -> Actor:
    return Actor(Handle(Platform.SLACK, "T1", user), "T1", "A1", rights=frozenset({right}))


async def _card(core: RunningCore) -> float:
    """Ask for the overview; how many seconds until its card is there."""
    began = time.perf_counter()
    gesture = Command(f"desk-{next(_NUMBERS)}", _actor("UDESK", Right.COORDINATOR), "desk", ASKED)
    word = await core.answer(gesture)
    card = await core.promised(replace(gesture, key=f"{gesture.key}-promised"))
    assert not isinstance(word, Later) or card.image is not None, "there is a chart on a card"
    return time.perf_counter() - began


async def _counting(core: RunningCore, cards: list[float]) -> None:
    while True:
        cards.append(await _card(core))


async def _pressing(core: RunningCore, seconds: float) -> list[float]:
    until = time.perf_counter() + seconds
    return [wait for some in await asyncio.gather(*(_person(core, n, until) for n in range(PEOPLE))) for wait in some]


async def _person(core: RunningCore, number: int, until: float) -> list[float]:
    actor, waits = _actor(f"U{number}", Right.STUDENT), list[float]()
    await asyncio.sleep(PAUSE * number / PEOPLE)
    while (began := time.perf_counter()) < until:
        await core.answer(Command(f"press-{next(_NUMBERS)}", actor, "intro", "mine"))
        waits.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(PAUSE)
    return waits
