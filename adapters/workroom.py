"""A process of its own for what takes long: counting a report, drawing its chart, writing a large file.

A count over a hundred thousand intros holds the interpreter for seconds, and on a thread everybody else's answer waits
with it (measured: a second and more). So such work goes to one child, one piece at a time. It is started when it is
first needed, waits a while for more work, then goes, and its memory with it; the libraries that only it needs are
loaded only there. It begins as a fresh interpreter, never as a copy of this one: a fork would copy locks that threads
hold.

How to use it: write a plain function in a module of its own, whose arguments and result can be pickled, and name it:

    room = Workroom()
    made = await room.do("adapters.reports:look", place, gesture, now)
    made = await room.do("adapters.export:write", place, words, now, seconds=60, on_note=tell_them_how_far)
    await room.close()

The function opens what it needs by itself (`adapters.main.looked_into` for the store, to read). It may be a generator:
whatever it yields goes to `on_note` at once, and what it returns is the result. It may raise: then `NotDone` tells that
it failed, and the log tells by what and where, never with the exception's text, which quotes what people wrote.

The child reads its work from a pipe. When this process is killed the pipe ends, and so does the child.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from importlib import import_module
from types import GeneratorType
from typing import Any, BinaryIO

import structlog

log = structlog.get_logger("grounds.workroom")

SECONDS = 60.0
"""How long one piece of work may take, from when it begins."""
MOST_WAITING = 8
"""So many pieces may wait for their turn; one more is told to come back."""
IDLE_SECONDS = 120.0
STOP_SECONDS = 2.0
NICE = 5
"""Whoever answers people goes first on a machine with few cores."""
LENGTH = 8
NOTE, DONE, FAILED = "note", "done", "failed"


class NotDone(Exception):
    """Some work was not done; `why` is one of died, too_long, failed, busy, closed. Doing it again is worth a try."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Workroom:
    """The child, from this side. All of it belongs to one event loop."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._closed = False
        self._goes: asyncio.TimerHandle | None = None
        self._going: asyncio.Task[None] | None = None

    async def do(
        self, work: str, *given: Any, seconds: float = SECONDS, on_note: Callable[[Any], None] | None = None
    ) -> Any:
        """What `module:function` returns for `given`, done by the child. Raises NotDone.

        Whoever gives up waiting in the middle of it takes the child with it: it could not be stopped otherwise.
        """
        if self._closed:
            raise NotDone("closed")
        if self._waiting > MOST_WAITING:
            raise NotDone("busy")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._do(pickle.dumps((work, given)), work, seconds, on_note)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """No more work; the child goes, whatever it is at."""
        self._closed = True
        self._rest(None)
        await self._end()

    async def _do(self, asked: bytes, work: str, seconds: float, on_note: Callable[[Any], None] | None) -> Any:
        self._rest(None)
        if self._closed:
            raise NotDone("closed")
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(await self._there(), asked, work, on_note)
        except TimeoutError:
            log.error("workroom.too_long", task=work, seconds=seconds)
            await self._end()
            raise NotDone("too_long") from None
        except (OSError, asyncio.IncompleteReadError):
            log.error("workroom.child_died", task=work)
            await self._end()
            raise self._no_more() from None
        except asyncio.CancelledError:
            await self._end()
            raise
        finally:
            self._rest(self._idle_seconds)

    async def _ask(
        self, child: asyncio.subprocess.Process, asked: bytes, work: str, on_note: Callable[[Any], None] | None
    ) -> Any:
        """Raises NotDone for work that failed; OSError, IncompleteReadError where the child is no more."""
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(len(asked).to_bytes(LENGTH) + asked)
        await child.stdin.drain()
        while True:
            length = int.from_bytes(await child.stdout.readexactly(LENGTH))
            answer = await child.stdout.readexactly(length)
            kind, told = pickle.loads(answer)  # noqa: S301  # from our own child, over our own pipe
            if kind == DONE:
                return told
            if kind == FAILED:
                error, where = told
                log.error("workroom.failed", task=work, error=error, where=where)
                raise NotDone("failed")
            if on_note is not None:
                on_note(told)

    async def _there(self) -> asyncio.subprocess.Process:
        """The child, started anew where it is no more."""
        if self._going is not None:
            going, self._going = self._going, None
            await asyncio.shield(going)
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "adapters.workroom",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C at a terminal is for this process, which then closes the room
            )  # fmt: skip
        return self._child

    def _no_more(self) -> NotDone:
        return NotDone("closed" if self._closed else "died")

    def _rest(self, seconds: float | None) -> None:
        """Let the child go after so long without work; None: not at all."""
        if self._goes is not None:
            self._goes.cancel()
            self._goes = None
        if seconds is not None and self._child is not None and not self._closed:
            self._goes = asyncio.get_running_loop().call_later(seconds, self._go)

    def _go(self) -> None:
        self._going = asyncio.create_task(self._end(), name="workroom")

    async def _end(self) -> None:
        """End the child, politely first: it goes by itself when its work does not come any more."""
        child, self._child = self._child, None
        if child is None or child.returncode is not None:
            return
        if child.stdin is not None:
            child.stdin.close()
        if self._turn.locked():  # it is at work, which nobody waits for any more
            with suppress(ProcessLookupError):
                child.kill()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await child.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()


# --- the child ------------------------------------------------------------------------------------------------------


def main() -> None:
    """Work, one piece after the other, until no more comes."""
    os.nice(NICE)
    come, go = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what a library prints is none of our answers
    for asked in _frames(come):
        for answer in _worked(asked):
            go.write(len(answer).to_bytes(LENGTH) + answer)
            go.flush()


def _frames(come: BinaryIO) -> Iterator[bytes]:
    while length := come.read(LENGTH):
        yield come.read(int.from_bytes(length))


def _worked(asked: bytes) -> Iterator[bytes]:
    """How one piece of work goes: its notes, then how it ended."""
    from adapters.logs import whereabouts

    try:
        work, given = pickle.loads(asked)  # noqa: S301  # from our own parent, over our own pipe
        module, _, name = work.partition(":")
        made = getattr(import_module(module), name)(*given)
        if isinstance(made, GeneratorType):
            made = yield from _noted(made)
        yield pickle.dumps((DONE, made))
    except Exception as error:  # noqa: BLE001  # whatever it was, the next piece can still be done
        yield pickle.dumps((FAILED, (type(error).__name__, whereabouts(error))))


def _noted(making: Iterator[Any]) -> Generator[bytes, None, Any]:
    """Its notes; what it returned is the value."""
    while True:
        try:
            note = next(making)
        except StopIteration as end:
            return end.value
        yield pickle.dumps((NOTE, note))


if __name__ == "__main__":
    main()
