"""Those who wait share a look at the database, and none of them sees what was so before they asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pytest

from adapters.openings import MOST_IN_A_LOOK, Openings
from adapters.writing import Hops

WHO: ContextVar[str] = ContextVar("who")


class Library:
    """A database that counts who looks into it, and may be slow or broken. `page` is what it says."""

    def __init__(self) -> None:
        self.tries, self.looks, self.open, self.page = 0, 0, 0, 0
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self.broken = False
        self.expected: list[list[str]] = []

    @contextmanager
    def read(self) -> Iterator[int]:
        """One look: it has the page of when it began."""
        self.tries += 1
        if self.broken:
            raise OSError("gone")
        self.looks, self.open = self.looks + 1, self.open + 1
        try:
            yield self.page
        finally:
            self.open -= 1

    def expect(self, asked: Iterable[str], page: int) -> None:
        self.expected.append([*asked])
        if "odd" in self.expected[-1]:
            raise ValueError("odd")

    def draw(self, asked: str, page: int) -> tuple[str, int]:
        if asked == "slow":
            self.begun.set()
            assert self.may_go_on.wait(5)
        if asked == "ended":
            raise StopIteration
        if asked == "unreadable":
            raise LookupError(asked)
        if asked == "odd":
            raise ValueError(asked)
        return WHO.get("") + asked, page


@pytest.fixture
async def readers():
    hops = Hops("reader", 3)
    yield hops
    await hops.close()


def openings_of(library: Library, readers: Hops, most: int = 1) -> Openings[str, tuple[str, int]]:
    return Openings(readers, most, library.read, library.draw, library.expect)  # type: ignore[arg-type]


async def begun(library: Library) -> None:
    assert await asyncio.to_thread(library.begun.wait, 5)


async def test_those_who_come_during_a_look_share_the_next_and_see_what_is_so_by_then(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)
    slow = asyncio.create_task(openings.see("slow"))
    await begun(library)
    library.page = 1  # as whoever submits something and then opens a form would see it
    others = [asyncio.create_task(openings.see(f"form {n}")) for n in range(5)]
    await asyncio.sleep(0.03)
    library.may_go_on.set()

    assert await slow == ("slow", 0)
    assert await asyncio.gather(*others) == [(f"form {n}", 1) for n in range(5)]
    assert (library.looks, library.open) == (2, 0)
    assert library.expected == [[f"form {n}" for n in range(5)]]


async def test_no_look_is_shared_by_more_than_its_number(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)
    slow = asyncio.create_task(openings.see("slow"))
    await begun(library)
    others = [asyncio.create_task(openings.see("form")) for _ in range(MOST_IN_A_LOOK + 1)]
    await asyncio.sleep(0)
    library.may_go_on.set()
    await asyncio.gather(slow, *others)

    assert library.looks == 3


async def test_beside_a_look_that_takes_long_another_begins(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers, most=2)
    slow = asyncio.create_task(openings.see("slow"))
    await begun(library)

    async with asyncio.timeout(2):
        assert await openings.see("form") == ("form", 0)
    assert not slow.done()
    library.may_go_on.set()
    await slow


async def test_what_breaks_for_one_is_told_to_that_one_and_the_others_get_a_new_look(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)
    slow = asyncio.create_task(openings.see("slow"))
    await begun(library)
    asked = ("one", "unreadable", "two", "unreadable")
    others = [asyncio.create_task(openings.see(what)) for what in asked]
    await asyncio.sleep(0)
    library.may_go_on.set()
    await slow

    seen = await asyncio.gather(*others, return_exceptions=True)

    assert [one if isinstance(one, tuple) else type(one) for one in seen] == [
        ("one", 0), LookupError, ("two", 0), LookupError,
    ]  # fmt: skip
    assert (library.looks, library.open) == (3, 0)
    assert library.expected == [[*asked], ["two", "unreadable"]]


async def test_what_cannot_be_read_at_once_is_told_to_whose_fault_it_is_alone(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)
    slow = asyncio.create_task(openings.see("slow"))
    await begun(library)
    others = [asyncio.create_task(openings.see(what)) for what in ("one", "odd", "two", "three")]
    await asyncio.sleep(0)
    library.may_go_on.set()
    await slow

    seen = await asyncio.gather(*others, return_exceptions=True)

    assert [one if isinstance(one, tuple) else type(one) for one in seen] == [
        ("one", 0), ValueError, ("two", 0), ("three", 0),
    ]  # fmt: skip
    assert (len(library.expected), library.open) == (1, 0)


async def test_a_database_that_went_away_is_asked_once_for_all_who_wait(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)
    slow = asyncio.create_task(openings.see("slow"))
    await begun(library)
    others = [asyncio.create_task(openings.see("form")) for _ in range(5)]
    await asyncio.sleep(0)
    library.broken = True
    library.may_go_on.set()
    await slow

    told = await asyncio.gather(*others, return_exceptions=True)

    assert ([type(one) for one in told], library.tries) == ([OSError] * 5, 2)


async def test_a_database_that_is_gone_is_told_to_each_and_looked_into_again_when_it_is_back(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)
    library.broken = True

    told = await asyncio.gather(*(openings.see("form") for _ in range(3)), return_exceptions=True)
    library.broken = False

    assert [type(one) for one in told] == [OSError] * 3
    assert await openings.see("form") == ("form", 0)


async def test_each_is_drawn_for_in_the_context_of_who_asked(readers: Hops) -> None:
    openings = openings_of(Library(), readers)

    async def ask(who: str) -> tuple[str, int]:
        WHO.set(who)
        return await openings.see(" asks")

    drawn = [*await asyncio.gather(ask("Maya"), ask("Priya"))]

    assert drawn == [("Maya asks", 0), ("Priya asks", 0)]


async def test_who_stops_waiting_takes_nothing_from_the_others(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)
    slow = asyncio.create_task(openings.see("slow"))
    await begun(library)
    gone, stays = asyncio.create_task(openings.see("gone")), asyncio.create_task(openings.see("stays"))
    await asyncio.sleep(0)
    slow.cancel()
    gone.cancel()
    library.may_go_on.set()

    assert await stays == ("stays", 0)


async def test_after_the_end_nobody_waits_for_a_look_that_never_comes() -> None:
    hops = Hops("reader", 1)
    openings = openings_of(Library(), hops)
    await hops.close()

    with pytest.raises(RuntimeError):
        await openings.see("form")


async def test_a_fault_that_no_future_takes_keeps_nobody_waiting_and_no_thread(readers: Hops) -> None:
    library = Library()
    openings = openings_of(library, readers)

    async with asyncio.timeout(5):
        for _ in range(4):  # more than there are threads
            seen = await asyncio.gather(
                openings.see("one"), openings.see("ended"), openings.see("two"), return_exceptions=True
            )
            assert [one if isinstance(one, tuple) else type(one) for one in seen] == [
                ("one", 0), RuntimeError, ("two", 0),
            ]  # fmt: skip
            with pytest.raises(RuntimeError):
                await readers.run(lambda: next(iter(())))
    assert await readers.run(lambda: "still there") == "still there"
