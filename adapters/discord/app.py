"""Discord, put together: the gateway that listens, the door that answers, the messenger that sends.

`Route.BASE` and the gateway's address belong to the library as a whole, so a process knows one Discord. Commands and
presses come in over the gateway; nothing but `guilds` is asked for, so no text that people write is ever received.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
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
FINISH_SECONDS = 3.0
"""How long `stop` waits for gestures under way: the platform waits no longer either."""
HANG_UP_SECONDS = 2.0
STEADY_SECONDS = 60.0
"""A gateway that held so long was a good one: after it the next is tried at once."""
WATCH_SECONDS, DEAF_SECONDS = 5.0, 90.0
"""discord.py gives up a silent gateway after 60 s and begins anew; a while later we do."""
BAD_TOKEN = "bad_token"
UNREACHABLE = (OSError, aiohttp.ClientError, discord.HTTPException, discord.GatewayNotFound, TimeoutError)
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
    """All of Discord. `failed` says why the gateway is gone for good (a refused token, say), empty while it isn't.

    Calling Discord and listening to it are two: every process sends, one of them listens (`listen` begins, `unlisten`
    ends it). Whoever stands by has no gateway, and is ready without one.
    """

    def __init__(
        self, caller: Listener, new_ear: Callable[[], Listener], token: str, replies: Replies,
        messenger: DiscordMessenger, *, stands_by: bool = False,
    ) -> None:  # fmt: skip
        self.messenger = messenger
        self.failed = ""
        self.restarts = 0
        self._caller = caller
        self._new_ear = new_ear
        self._ear: Listener | None = None
        self._token = token
        self._replies = replies
        self._stands_by = stands_by
        self._logging_in: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Log in and, unless it stands by, listen.

        Raises discord.LoginFailure for a refused token; a Discord that can't be reached is tried again behind the
        scenes.
        """
        try:
            await self._log_in()
        except UNREACHABLE as trouble:
            log.warning("discord_unreachable", error=type(trouble).__name__)
            self._logging_in = asyncio.create_task(self._log_in_later())
        if not self._stands_by:
            await self.listen()

    async def listen(self) -> None:
        """It is our turn: connect the gateway, and keep it connected."""
        self._stands_by = False
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._keep_listening(), name="gateway")
            self._watching = asyncio.create_task(self._watch(), name="gateway-watchdog")

    async def unlisten(self) -> None:
        """It is somebody else's turn: hang up, and go on sending."""
        self._stands_by = True
        for task in (self._watching, self._listening):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        self._watching = self._listening = None
        await self._hang_up()

    async def stop(self) -> None:
        """Let what has begun come to its end, then hang up."""
        await self._replies.finish(FINISH_SECONDS)
        await self.unlisten()
        if self._logging_in is not None:
            self._logging_in.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._logging_in
        await self._caller.http.close()

    async def sync(self) -> bool:
        """Register the slash commands if Discord has others; whether it had. Works without `start`."""
        if self._caller.http.token is None:
            await self._log_in()
        application = self._caller.application_id
        assert application is not None  # known since the login
        return await sync.sync(self._caller.http, application)

    def connected(self) -> bool:
        """Whether all is as it should be: the gateway up and ready, or, standing by, able to send."""
        if self.failed:
            return False
        if self._stands_by:
            return self._caller.http.token is not None
        return self._hears()

    def _hears(self) -> bool:
        ear = self._ear
        return ear is not None and ear.is_ready() and not ear.is_closed() and not any(
            shard.is_closed() for shard in ear.shards.values()
        )  # fmt: skip

    async def _log_in(self) -> None:
        try:
            await self._caller.login(self._token)
        except BaseException:
            await self._caller.http.close()
            self._caller.http.connector = discord.utils.MISSING  # closed with its session; a new one is made
            self._caller.http.token = None
            raise

    async def _log_in_later(self) -> None:
        for tries in itertools.count():
            await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            try:
                await self._log_in()
            except discord.LoginFailure:
                self.failed = BAD_TOKEN
                log.error("discord_token_refused")
                return
            except UNREACHABLE as trouble:
                log.warning("discord_unreachable", error=type(trouble).__name__, tries=tries)
            else:
                return

    # --- the gateway ---

    async def _keep_listening(self) -> None:
        """discord.py reconnects by itself where it can; where it gives up, or was made to, a new one begins."""
        for tries in itertools.count():
            self._ear = self._new_ear()
            began = asyncio.get_running_loop().time()
            try:
                await self._ear.start(self._token)
            except (discord.LoginFailure, discord.PrivilegedIntentsRequired) as refused:
                self.failed = BAD_TOKEN if isinstance(refused, discord.LoginFailure) else type(refused).__name__
                log.error("discord_gateway_refused", error=type(refused).__name__)
                return
            except Exception as trouble:  # noqa: BLE001  # whatever it is, it is tried again
                log.error("discord_gateway_lost", error=type(trouble).__name__, code=getattr(trouble, "code", None))
            finally:
                await self._hang_up()
            held = asyncio.get_running_loop().time() - began > STEADY_SECONDS
            await asyncio.sleep(RETRY_SECONDS[0 if held else min(tries, len(RETRY_SECONDS) - 1)])

    async def _hang_up(self) -> None:
        ear, self._ear = self._ear, None
        if ear is None:
            return
        with contextlib.suppress(Exception):  # a gateway that can't be closed is as good as closed
            async with asyncio.timeout(HANG_UP_SECONDS):
                await ear.close()
                await ear.http.close()

    async def _watch(self) -> None:
        """A gateway that does not come to anything by itself is begun anew."""
        deaf = 0
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            deaf = 0 if self._hears() or self._ear is None else deaf + 1
            if deaf * WATCH_SECONDS >= DEAF_SECONDS and self._ear is not None:
                deaf, self.restarts = 0, self.restarts + 1
                log.error("discord_gateway_deaf", seconds=DEAF_SECONDS)
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(HANG_UP_SECONDS):
                        await self._ear.close()


def build(
    core: Core,
    token: str,
    *,
    api_url: str = "",
    gateway_url: str = "",
    send_seconds: float = SEND_SECONDS,
    new_dms_a_minute: int = 60,
    guild_ready_seconds: float = GUILD_READY_SECONDS,
    stands_by: bool = False,
) -> DiscordSide:
    """Discord's side of the house. `api_url` and `gateway_url` point it at another Discord (a pretend one).

    `stands_by`: it listens only when told to.
    """
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    discord_log = logging.getLogger("discord")
    discord_log.setLevel(max(logging.INFO, discord_log.level))  # below INFO it logs payloads

    def new_client(**more: Any) -> Listener:
        return Listener(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=RATE_LIMIT_SECONDS,
            guild_ready_timeout=guild_ready_seconds,
            **more,
        )

    caller = new_client(http_trace=tracing())
    replies = Replies(core, Rights(core, caller.http), caller.http.get_from_cdn)

    def new_listener() -> Listener:
        ear = new_client()  # nobody follows what it answers with
        ear.heard = replies.hear
        return ear

    messenger = DiscordMessenger(caller.http, seconds=send_seconds, new_dms_a_minute=new_dms_a_minute)
    return DiscordSide(caller, new_listener, token, replies, messenger, stands_by=stands_by)
