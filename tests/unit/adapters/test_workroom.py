"""Long work is done by a child: one piece at a time, and whatever becomes of it is told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.workroom import MOST_WAITING, NotDone, Workroom

WORK = "tests.unit.adapters.work"


@pytest.fixture
async def room() -> AsyncIterator[Workroom]:
    found = Workroom()
    yield found
    await found.close()


async def why(work: Any) -> str:
    with pytest.raises(NotDone) as told:
        await work
    return told.value.why


async def test_one_child_does_one_piece_after_the_other(room: Workroom) -> None:
    first, second = await asyncio.gather(room.do(f"{WORK}:who", 1), room.do(f"{WORK}:who", 2, "b"))

    assert first == (first[0], os.getpid(), (1,))
    assert second == (first[0], os.getpid(), (2, "b"))
    assert first[0] != os.getpid()


async def test_what_a_library_prints_is_no_answer(room: Workroom) -> None:
    assert [await room.do(f"{WORK}:prints") for _ in range(2)] == ["done", "done"]


async def test_notes_come_as_they_are_made(room: Workroom) -> None:
    notes: list[int] = []

    assert await room.do(f"{WORK}:counts", 3, on_note=notes.append) == "counted"
    assert notes == [0, 1, 2]


async def test_work_that_fails_is_told_and_the_child_lives_on(room: Workroom) -> None:
    child, _, _ = await room.do(f"{WORK}:who")

    assert await why(room.do(f"{WORK}:breaks")) == "failed"
    assert await why(room.do(f"{WORK}:no_answer")) == "failed"
    assert await why(room.do("adapters.nowhere:nothing")) == "failed"
    assert (await room.do(f"{WORK}:who"))[0] == child


async def test_a_child_that_died_is_told_and_another_takes_its_place(room: Workroom) -> None:
    child, _, _ = await room.do(f"{WORK}:who")

    assert await why(room.do(f"{WORK}:dies")) == "died"
    another, _, _ = await room.do(f"{WORK}:who")
    assert another != child

    os.kill(another, signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert (await room.do(f"{WORK}:who"))[0] not in (child, another)


async def test_work_that_takes_too_long_is_ended(room: Workroom) -> None:
    child, _, _ = await room.do(f"{WORK}:who")

    assert await why(room.do(f"{WORK}:sleeps", 60, seconds=0.2)) == "too_long"
    assert not is_there(child)
    assert (await room.do(f"{WORK}:who"))[0] != child


async def test_whoever_gives_up_waiting_ends_the_work(room: Workroom) -> None:
    child, _, _ = await room.do(f"{WORK}:who")
    waiting = asyncio.create_task(room.do(f"{WORK}:sleeps", 60))
    await asyncio.sleep(0.1)

    waiting.cancel()
    await asyncio.wait({waiting})

    assert not is_there(child)


async def test_a_child_without_work_goes_and_comes_again() -> None:
    room = Workroom(idle_seconds=0.1)
    child, _, _ = await room.do(f"{WORK}:who")

    await gone(child)
    assert (await room.do(f"{WORK}:who"))[0] != child
    await room.close()


async def test_closing_ends_the_work_and_no_more_is_taken(room: Workroom) -> None:
    child, _, _ = await room.do(f"{WORK}:who")
    at_work = asyncio.create_task(why(room.do(f"{WORK}:sleeps", 60)))
    waiting = asyncio.create_task(why(room.do(f"{WORK}:who")))
    await asyncio.sleep(0.1)

    await room.close()

    assert (await at_work, await waiting, await why(room.do(f"{WORK}:who"))) == ("closed", "closed", "closed")
    assert not is_there(child)


async def test_too_many_are_told_to_come_back(room: Workroom) -> None:
    work = [asyncio.create_task(room.do(f"{WORK}:sleeps", 0.01)) for _ in range(MOST_WAITING + 1)]
    await asyncio.sleep(0)

    assert await why(room.do(f"{WORK}:who")) == "busy"
    assert await asyncio.gather(*work) == ["slept"] * (MOST_WAITING + 1)


async def test_a_child_whose_parent_was_killed_goes() -> None:
    parent_does = (
        "import asyncio, os, signal\n"
        "from adapters.workroom import Workroom\n"
        "async def main():\n"
        f"    print((await Workroom().do('{WORK}:who'))[0], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", parent_does, stdout=asyncio.subprocess.PIPE)
    out, _ = await parent.communicate()

    await gone(int(out))
    assert parent.returncode == -signal.SIGKILL


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def gone(pid: int) -> None:
    """Returns when there is no such process any more; a test that waits for ever fails by its own limit."""
    async with asyncio.timeout(10):
        while is_there(pid):  # noqa: ASYNC110  # there is no event for another process's end
            await asyncio.sleep(0.02)
