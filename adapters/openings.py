"""Whoever only looks: those who wait at one time share one look at the database.

To begin a look, to ask what changed since the last, and to end it takes longer than to draw a form from it (measured).
So the thread that comes takes along whoever has come by then. A look begins after all who share it have asked: nobody
is shown what was so before, and what they may do is read in it for each of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from adapters.writing import Hop, Hops, tell
from bot.ports import Reading

Asked = TypeVar("Asked")
Seen = TypeVar("Seen")

MOST_IN_A_LOOK = 16
"""More begin a look of their own: who came first shall not wait for all of them."""
SOON_SECONDS = 0.01
"""Another look begins beside one that takes longer. (Threads that look at the same time mostly wait for each other.)"""


@dataclass(eq=False)
class _One(Generic[Asked, Seen]):
    """Somebody who waits, and what came of it."""

    asked: Asked
    future: asyncio.Future[Seen]
    context: Context = field(default_factory=copy_context)
    seen: Seen | None = None
    error: BaseException | None = None


class Openings(Generic[Asked, Seen]):
    """`draw` is called on a thread of `readers`, in the context of who asked; at most `most` looks at once.

    `expect` is told beforehand of several who share a look, so that what all of them need is read at once.
    """

    def __init__(
        self,
        readers: Hops,
        most: int,
        read: Callable[[], AbstractContextManager[Reading]],
        draw: Callable[[Asked, Reading], Seen],
        expect: Callable[[Iterable[Asked], Reading], None],
    ) -> None:
        self._readers, self._most = readers, most
        self._read, self._draw, self._expect = read, draw, expect
        self._waiting: deque[_One[Asked, Seen]] = deque()
        self._looks = 0
        self._next: asyncio.TimerHandle | None = None
        """Looks for those who came during a look that takes long."""

    async def see(self, asked: Asked) -> Seen:
        """What `draw` makes of it. Raises what that raises, and what a broken database does."""
        one = _One[Asked, Seen](asked, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if not self._looks:
            self._look()
        elif self._next is None:
            self._next = asyncio.get_running_loop().call_later(SOON_SECONDS, self._look)
        return await one.future

    def _look(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._waiting and self._looks < self._most:
            self._looks += 1
            self._readers.take(_Look(self))

    def together(self) -> list[_One[Asked, Seen]]:
        """On a thread: a look, for whoever waits by now."""
        those: list[_One[Asked, Seen]] = []
        with suppress(IndexError):  # another thread may have taken the last
            while len(those) < MOST_IN_A_LOOK:
                those.append(self._waiting.popleft())
        left, at_once = deque(those), True
        while left:
            at_once = self._look_for(left, at_once)
        return those

    def _look_for(self, left: deque[_One[Asked, Seen]], at_once: bool) -> bool:
        """For one after the other; whether what the rest of them need may still be read at once.

        What breaks for one may have broken the look as well: the others get a new one. So do all of them where reading
        at once breaks, and it is known whose fault that was when each has read alone. A look that can't even begin is
        gone for all of them: nobody shall wait until the same was tried for each.
        """
        one, is_open = None, False
        try:
            with self._read() as reading:
                is_open = True
                if at_once and len(left) > 1:
                    self._expect([each.asked for each in left], reading)
                while left:
                    one = left.popleft()
                    one.seen = one.context.run(partial(self._draw, one.asked, reading))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for it
            if one is None and is_open:
                return False
            for each in left if one is None else (one,):
                each.error = error
            if one is None:
                left.clear()
        return at_once

    def tell(self, those: list[_One[Asked, Seen]]) -> None:
        """In the loop."""
        self._looks -= 1
        for one in those:
            tell(one.future, one.seen, one.error)
        self._look()

    def fail(self, error: BaseException) -> None:
        """In the loop: nobody looks any more."""
        self._looks -= 1
        while self._waiting:
            one = self._waiting.popleft()
            tell(one.future, one.seen, error)


class _Look(Hop, Generic[Asked, Seen]):
    def __init__(self, openings: Openings[Asked, Seen]) -> None:
        self._openings = openings
        self._those: list[_One[Asked, Seen]] = []

    def do(self) -> None:
        self._those = self._openings.together()

    def fail(self, error: BaseException) -> None:
        self._openings.fail(error)

    def tell(self) -> None:
        self._openings.tell(self._those)
