"""The public listener: a few doors by path, everything else refused before anything of ours sees it.

It stands on the open internet (behind whatever speaks TLS for us), so it knows nothing but how to read a request of
bounded size in bounded time and hand it to a door. Who may come in, the door decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import structlog
from aiohttp import web

from adapters.listening import Listening

log = structlog.get_logger("grounds.http")

MOST_BYTES = 1024 * 1024
"""A view of Slack's has at most 250 kB, and a payload carries one and a message."""
READ_SECONDS = 5.0
"""Slack's requests are whole at once; who drips is somebody else."""
FINISH_SECONDS = 3.0
"""How long `stop` waits for what is being answered: Slack waits no longer either."""


@dataclass(frozen=True)
class Reply:
    """What a door says."""

    status: int
    body: str = ""
    content_type: str = "text/plain"


Door: TypeAlias = Callable[[bytes, Mapping[str, str]], Awaitable[Reply]]
"""Takes a request's body as it came (a signature is over its bytes) and its headers. Should not raise."""


class Listener(Listening):
    """Serves POST on the paths of `doors`."""

    def __init__(self, host: str, port: int, doors: Mapping[str, Door]) -> None:
        app = web.Application(client_max_size=MOST_BYTES)
        app.add_routes([web.post(path, partial(_pass_on, door)) for path, door in doors.items()])
        app.on_response_prepare.append(_say_no_names)
        # What is signed is what came over the wire: nothing is unpacked on the way, and no bomb either.
        super().__init__(host, port, app, finish_seconds=FINISH_SECONDS, auto_decompress=False)

    async def start(self) -> None:
        await super().start()
        log.info("listening", host=self.host, port=self.port)


async def _pass_on(door: Door, request: web.Request) -> web.Response:
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    try:
        reply = await door(body, request.headers)
    except Exception as error:  # noqa: BLE001  # the last stop before aiohttp, which would log what was sent
        log.error("door_failed", error=type(error).__name__)
        reply = Reply(500)
    return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)


async def _say_no_names(_: web.Request, response: web.StreamResponse) -> None:
    """Which software in which version answers is nobody's business."""
    response.headers.popall("Server", None)
