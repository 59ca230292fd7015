"""Nothing is posted once another worker may have the line, and that is asked when the bytes go to the socket.

Whoever is stopped for a while (SIGSTOP, a machine that stands still) goes on in the middle of whatever it was doing.
Between a call of a platform's library and its bytes on the wire lie a rate limit, a connection to be had, and some
turns of the loop (measured: half a millisecond, on a busy machine eight), so a question asked before the call is
answered too early: of forty stops just as a line was being sent, one showed it twice. aiohttp tells its tracing of each
piece of a body right before it writes it (S), headers and all, in the context of the caller; an error there ends the
call, and the connection with it.

What stays open is the moment between this question and the system call: nobody can ask any later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp

from adapters.clock import is_over
from adapters.core import HeldBack

TOO_LATE = HeldBack(0.0)
"""We were stopped for so long that another worker may have taken the line over: nothing was sent, anybody may."""

_until: ContextVar[float | None] = ContextVar("last_moment", default=None)


class TooLate(Exception):
    """What was about to be written may be another's by now."""


@contextmanager
def nothing_after(until: float) -> Iterator[None]:
    """Calls made inside, through a session that is `watched`, end unsent after this moment of `time.monotonic`."""
    mark = _until.set(until)
    try:
        yield
    finally:
        _until.reset(mark)


def watched(config: aiohttp.TraceConfig | None = None) -> aiohttp.TraceConfig:
    """For `ClientSession(trace_configs=…)`: what keeps that promise."""
    config = config or aiohttp.TraceConfig()
    config.on_request_chunk_sent.append(_ask)
    return config


def came_too_late(error: BaseException) -> bool:
    """Whether a call ended because of it: then it has reached nobody. (aiohttp gives the reason as the cause.)"""
    return isinstance(error, TooLate) or isinstance(error.__cause__, TooLate)


async def _ask(_session: Any, _context: Any, _params: aiohttp.TraceRequestChunkSentParams) -> None:
    until = _until.get()
    if until is not None and is_over(until):
        raise TooLate
