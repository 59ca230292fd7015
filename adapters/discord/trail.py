"""What really happened to a request that discord.py made for us.

Its client hides that: it sleeps through a 429, repeats after a 5xx, and waits for an exhausted bucket *after* a success
before it returns (all S). A timeout around the call then can't tell "never sent" from "arrived". aiohttp's tracing can:
it runs in the caller's context, so a trail laid before a call is found again at each of its requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp

from adapters.last_moment import came_too_late, watched

DEFAULT_WAIT = 5.0


class Slower(Exception):
    """Discord said 429; thrown at once, so that nobody sleeps with a line in hand."""


@dataclass
class Trail:
    """The requests of one call. `in_flight`: one was sent off and not answered; `failed`: one was answered with 5xx."""

    in_flight: bool = False
    failed: bool = False
    status: int = 0
    body: Any = None
    wait: float = DEFAULT_WAIT
    everywhere: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether Discord may have done what was asked although it never said so."""
        return self.in_flight or self.failed


_laid: ContextVar[Trail | None] = ContextVar("discord_trail", default=None)


@contextmanager
def trail() -> Iterator[Trail]:
    """Follow the requests that are made inside."""
    followed = Trail()
    mark = _laid.set(followed)
    try:
        yield followed
    finally:
        _laid.reset(mark)


def tracing() -> aiohttp.TraceConfig:
    """For `discord.Client(http_trace=…)`."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_started)
    config.on_request_end.append(_answered)
    config.on_request_exception.append(_failed)
    return watched(config)


async def _started(_session: Any, _context: Any, _params: aiohttp.TraceRequestStartParams) -> None:
    followed = _laid.get()
    if followed is not None:
        followed.in_flight, followed.status = True, 0


async def _failed(_session: Any, _context: Any, params: aiohttp.TraceRequestExceptionParams) -> None:
    """Without a connection, or too late, nothing was sent; any other cut leaves the request in flight for good."""
    followed = _laid.get()
    unsent = isinstance(params.exception, aiohttp.ClientConnectorError) or came_too_late(params.exception)
    if followed is not None and unsent:
        followed.in_flight = False


async def _answered(_session: Any, _context: Any, params: aiohttp.TraceRequestEndParams) -> None:
    followed = _laid.get()
    if followed is None:
        return
    response = params.response
    followed.body = _json(await response.read())  # kept by aiohttp for discord.py, which reads it again
    followed.in_flight, followed.status = False, response.status
    followed.failed = followed.failed or response.status >= 500
    if response.status == 429:
        _note_wait(followed, response)
        raise Slower


def _note_wait(followed: Trail, response: aiohttp.ClientResponse) -> None:
    """The wait is in the body, and in a header rounded up; without JSON it is a block on the address, not a bucket."""
    body = followed.body if isinstance(followed.body, dict) else {}
    told = body.get("retry_after", response.headers.get("Retry-After", DEFAULT_WAIT))
    try:
        followed.wait = float(told)
    except (TypeError, ValueError):
        followed.wait = DEFAULT_WAIT
    scope = response.headers.get("X-RateLimit-Scope", "")
    followed.everywhere = bool(body.get("global")) or scope == "global" or not body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
