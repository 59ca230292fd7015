"""Discord, put together: the gateway that listens, the door that answers, the messenger that sends.

`Route.BASE` and the gateway's address belong to the library as a whole, so a process knows one Discord. Commands and
presses come in over the gateway; nothing but `guilds` is asked for, so no text that people write is ever received.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.core import Core
from adapters.discord import sync
from adapters.discord.messenger import SEND_SECONDS, DiscordMessenger
from adapters.discord.reply import Replies
from adapters.discord.rights import Rights
from adapters.discord.trail import tracing

RATE_LIMIT_SECONDS = 30.0
"""The longest 429 that discord.py may sleep through for an answer; the messenger sleeps through none."""
GUILD_READY_SECONDS = 2.0
FINISH_SECONDS = 5.0
RETRY_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)

Heard = Callable[[discord.Interaction[Any]], Awaitable[None]]
log = structlog.get_logger(__name__)


class Listener(discord.AutoShardedClient):
    """The gateway connection; it hands on each interaction and knows nothing else."""

    heard: Heard

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await self.heard(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """discord.py's own prints the exception with its text; ours names it."""
        log.error("discord_event_failed", event_method=event_method)


class DiscordSide:
    """All of Discord. `failed` says why the gateway is gone for good (a refused token, say), empty while it isn't."""

    def __init__(self, listener: Listener, token: str, replies: Replies, messenger: DiscordMessenger) -> None:
        self.messenger = messenger
        self.failed = ""
        self._listener = listener
        self._token = token
        self._replies = replies
        self._running: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self, *, listen: bool = True) -> None:
        """Log in and, with `listen`, connect the gateway (one owner a shard; other replicas only send).

        Raises discord.LoginFailure for a refused token; a Discord that can't be reached is tried again behind the
        scenes.
        """
        try:
            await self._log_in()
        except (OSError, aiohttp.ClientError, discord.HTTPException, TimeoutError) as trouble:
            log.warning("discord_unreachable", error=type(trouble).__name__)
            self._running = asyncio.create_task(self._retry(listen))
        else:
            if listen:
                self._running = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Let what has begun come to its end, then hang up."""
        self._stopping = True
        await self._replies.finish(FINISH_SECONDS)
        if self._listener.http.token is not None:
            await self._listener.close()
        await self._listener.http.close()
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    async def sync(self) -> bool:
        """Register the slash commands if Discord has others; whether it had. Works without `start`."""
        if self._listener.http.token is None:
            await self._log_in()
        application = self._listener.application_id
        assert application is not None  # known since the login
        return await sync.sync(self._listener.http, application)

    def connected(self) -> bool:
        """Whether the gateway is up and ready."""
        return self._listener.is_ready() and not self._listener.is_closed() and not self.failed

    async def _log_in(self) -> None:
        try:
            await self._listener.login(self._token)
        except BaseException:
            await self._listener.http.close()
            self._listener.http.connector = discord.utils.MISSING  # closed with its session; a new one is made
            self._listener.http.token = None
            raise

    async def _retry(self, listen: bool) -> None:
        tries = 0
        while True:
            await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1
            try:
                await self._log_in()
            except discord.LoginFailure:
                self.failed = "bad_token"
                log.error("discord_token_refused")
                return
            except (OSError, aiohttp.ClientError, discord.HTTPException, TimeoutError) as trouble:
                log.warning("discord_unreachable", error=type(trouble).__name__, tries=tries)
            else:
                break
        if listen:
            await self._listen()

    async def _listen(self) -> None:
        try:
            await self._listener.connect()
            self.failed = "" if self._stopping else "closed"
        except Exception as trouble:  # noqa: BLE001  # whatever ends the gateway is told by `failed`
            self.failed = type(trouble).__name__
            log.error("discord_gateway_lost", error=self.failed, code=getattr(trouble, "code", None))


def build(
    core: Core,
    token: str,
    *,
    api_url: str = "",
    gateway_url: str = "",
    send_seconds: float = SEND_SECONDS,
    new_dms_a_minute: int = 60,
    guild_ready_seconds: float = GUILD_READY_SECONDS,
) -> DiscordSide:
    """Discord's side of the house. `api_url` and `gateway_url` point it at another Discord (a pretend one)."""
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    discord_log = logging.getLogger("discord")
    discord_log.setLevel(max(logging.INFO, discord_log.level))  # below INFO it logs payloads
    listener = Listener(
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        max_messages=None,
        max_ratelimit_timeout=RATE_LIMIT_SECONDS,
        http_trace=tracing(),
        guild_ready_timeout=guild_ready_seconds,
    )
    replies = Replies(core, Rights(core, listener.http), listener.http.get_from_cdn)
    listener.heard = replies.hear
    messenger = DiscordMessenger(listener.http, seconds=send_seconds, new_dms_a_minute=new_dms_a_minute)
    return DiscordSide(listener, token, replies, messenger)
