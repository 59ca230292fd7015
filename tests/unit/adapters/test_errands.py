"""A file that was asked for in the chat is written elsewhere: its claim is kept meanwhile, and it comes to an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from adapters import errands
from adapters.clock import wall
from adapters.errands import MOST_TRIES, Errands, Write
from adapters.workroom import NotDone
from bot.domain.exports import Order, Written
from bot.domain.messages import Kind, Message, Status
from bot.ports import Claimed, UnitOfWork
from storage import tables
from tests.words import said
from tests.world import Somebody, World

FILE = Written("alumni.csv", b"alum_id\r\n", "text/csv", 0)


@pytest.fixture
def robin(world: World) -> Somebody:
    somebody = world.coordinator()
    world.command(somebody, "/desk export alumni csv")
    return somebody


def those(world: World, write: Write, worker: str = "w") -> Errands:
    async def once(work: Callable[[UnitOfWork], object]) -> None:
        with world.store.begin() as uow:
            work(uow)
            uow.commit()

    return Errands(write, once, lambda: world.now, worker)


def claimed(world: World, after: float = 0, worker: str = "w", lease: int = 30) -> Sequence[Claimed]:
    with world.store.begin() as uow:
        tasks = uow.outbox.claim(world.now, wall() + timedelta(seconds=after), worker, lease, 5)
        uow.commit()
    return tasks


async def ended() -> None:
    under_way = [task for task in asyncio.all_tasks() if task.get_name().startswith("export-")]
    await asyncio.gather(*under_way)


def task_of(world: World) -> tuple[Status, int]:
    [row] = [row for row in world.rows(tables.message) if row.view == "write_export"]
    return row.status, row.failures


@pytest.mark.parametrize("trouble", [RuntimeError("each time"), NotDone("died"), NotDone("too_long")])
async def test_what_fails_each_time_is_tried_twice_and_then_whoever_asked_is_told(
    world: World, robin: Somebody, trouble: Exception
) -> None:
    async def write(order: Order, at: datetime, language: str) -> Written:
        raise trouble

    under_test = those(world, write)
    for tried in range(MOST_TRIES):
        assert task_of(world) == (Status.WAITING, tried)
        [task] = claimed(world, after=60)
        under_test.begin(task)
        await ended()

    assert task_of(world)[0] is Status.SENT
    world.deliver()
    assert robin.heard == [said("export.begun_title"), said("export.failed_title")]


async def test_a_task_that_cannot_even_be_read_comes_to_an_end(world: World, robin: Somebody) -> None:
    async def write(order: Order, at: datetime, language: str) -> Written:
        return FILE

    with world.store.begin() as uow:
        asked = {"person": world.known(robin).id}
        uow.outbox.add(Message(Kind.TASK, "write_export", world.now, keys=asked, params={"order": "?", "asked": "?"}))
        uow.commit()
    under_test = those(world, write)
    for _ in range(MOST_TRIES):
        for task in claimed(world, after=60):
            under_test.begin(task)
        await ended()

    ends = [row.status for row in world.rows(tables.message) if row.view == "write_export"]
    assert ends == [Status.SENT, Status.VOID]


async def test_what_a_stop_interrupted_has_failed_at_nothing(world: World, robin: Somebody) -> None:
    async def never(order: Order, at: datetime, language: str) -> Written:
        await asyncio.sleep(60)
        return FILE

    for _ in range(MOST_TRIES):
        under_test = those(world, never)
        [task] = claimed(world, after=60)
        under_test.begin(task)
        await asyncio.sleep(0.01)
        await under_test.close()

    assert task_of(world) == (Status.WAITING, 0)


async def test_the_claim_of_a_file_that_takes_long_is_kept(
    world: World, robin: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "KEEP_SECONDS", 0.01)
    there = asyncio.Event()

    async def write(order: Order, at: datetime, language: str) -> Written:
        await there.wait()
        return FILE

    [task] = claimed(world, lease=1)
    those(world, write).begin(task)
    await asyncio.sleep(0.2)
    assert claimed(world, after=20, worker="other") == []
    there.set()
    await ended()

    assert task_of(world)[0] is Status.SENT
    world.deliver()
    assert robin.heard == [said("export.begun_title"), said("export.file_title")]
