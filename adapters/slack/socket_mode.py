"""Slack's way in by Socket Mode: the bot calls out, so it needs no address that Slack could reach."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

log = structlog.get_logger("grounds.slack")

CONNECT_SECONDS = 10.0
"""How long `start` waits for the socket before it lets the connecting go on by itself."""
FINISH_SECONDS = 3.0
"""How long `stop` waits for gestures under way: the platform waits no longer either."""
PING_SECONDS = 10.0
WATCH_SECONDS, DEAF_SECONDS = 5.0, 60.0
"""slack_sdk comes in anew when four pings went unanswered; where it can't for a while, we begin with a new one."""
CLOSE_SECONDS = 2.0


class _Socket(AsyncSocketModeHandler):
    """Bolt's socket, which also knows whether something is not acknowledged yet."""

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float) -> None:
        self.under_way = 0
        self.idle = asyncio.Event()
        self.idle.set()
        super().__init__(app, app_token, ping_interval=ping_seconds)

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        self.under_way += 1
        self.idle.clear()
        try:
            await super().handle(client, req)
        finally:
            self.under_way -= 1
            if not self.under_way:
                self.idle.set()


class SocketWay:
    """One app's socket, as long as it is wanted."""

    def __init__(
        self, app: AsyncApp, app_token: str, ping_seconds: float = PING_SECONDS, *,
        watch_seconds: float = WATCH_SECONDS, deaf_seconds: float = DEAF_SECONDS,
    ) -> None:  # fmt: skip
        self.restarts = 0
        self._watch_seconds, self._deaf_seconds = watch_seconds, deaf_seconds
        self._watching: asyncio.Task[None] | None = None
        self._app = app
        self._app_token = app_token
        self._ping_seconds = ping_seconds
        self._socket: _Socket | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect. Where Slack can't be reached, connecting goes on in the background."""
        await asyncio.wait({self._connect()}, timeout=CONNECT_SECONDS)
        self._watching = asyncio.create_task(self._watch(), name="slack-watchdog")

    def _connect(self) -> asyncio.Task[None]:
        self._socket = _Socket(self._app, self._app_token, self._ping_seconds)
        self._connecting = asyncio.create_task(_untyped(self._socket.connect_async), name="slack-connect")
        return self._connecting

    async def stop(self) -> None:
        """Let the gestures under way finish, then close the socket."""
        if self._watching is not None:
            self._watching.cancel()
        if self._socket is None:
            return
        try:
            await asyncio.wait_for(self._socket.idle.wait(), FINISH_SECONDS)
        except TimeoutError:
            log.warning("slack.stopped_early", under_way=self._socket.under_way)
        await self._hang_up()

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if self._connecting is not None:
            self._connecting.cancel()
        if socket is not None:
            with suppress(Exception):  # one that can't be closed is as good as closed
                async with asyncio.timeout(CLOSE_SECONDS):
                    await _untyped(socket.close_async)

    async def _watch(self) -> None:
        """A socket that stays deaf is given up, with the client that could not mend it."""
        deaf = 0.0
        while True:
            await asyncio.sleep(self._watch_seconds)
            deaf = 0.0 if await self.connected() else deaf + self._watch_seconds
            if deaf >= self._deaf_seconds:
                deaf, self.restarts = 0.0, self.restarts + 1
                log.error("slack.deaf", seconds=self._deaf_seconds)
                await self._hang_up()
                self._connect()

    async def connected(self) -> bool:
        """Whether Slack is listened to now. A socket can go deaf silently: its pings are what tells."""
        return self._socket is not None and await self._socket.client.is_connected()


async def _untyped(do: Any) -> None:
    """Bolt's socket handler carries no types."""
    await do()
