"""Slack's way in by Socket Mode: the bot calls out, so it needs no address that Slack could reach."""

from __future__ import annotations

import asyncio
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

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float = PING_SECONDS) -> None:
        self._app = app
        self._app_token = app_token
        self._ping_seconds = ping_seconds
        self._socket: _Socket | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect. Where Slack can't be reached, connecting goes on in the background."""
        self._socket = _Socket(self._app, self._app_token, self._ping_seconds)
        self._connecting = asyncio.create_task(_untyped(self._socket.connect_async), name="slack-connect")
        await asyncio.wait({self._connecting}, timeout=CONNECT_SECONDS)

    async def stop(self) -> None:
        """Let the gestures under way finish, then close the socket."""
        if self._socket is None:
            return
        try:
            await asyncio.wait_for(self._socket.idle.wait(), FINISH_SECONDS)
        except TimeoutError:
            log.warning("slack.stopped_early", under_way=self._socket.under_way)
        if self._connecting is not None:
            self._connecting.cancel()
        await _untyped(self._socket.close_async)
        self._socket = None

    async def connected(self) -> bool:
        """Whether Slack is listened to now. A socket can go deaf silently: its pings are what tells."""
        return self._socket is not None and await self._socket.client.is_connected()


async def _untyped(do: Any) -> None:
    """Bolt's socket handler carries no types."""
    await do()
