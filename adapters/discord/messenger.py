"""The way out to Discord: one line of the outbox, one message, and an honest word on what became of it.

Every try of a line carries the line's token as `nonce`: Discord gives back the first message instead of making a
second for a few minutes (M), also when discord.py itself repeats a POST after a 5xx. Later than that, the channel's
last messages are looked through first (`lookup.py`). Opening a DM sends nothing yet, so trouble there is never
"unclear".

Somebody who takes no direct messages is asked to come by a private thread in a channel that they see. Whoever may
manage threads can read it, so delivery gives us nothing to put there but "press here".
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord.http import HTTPClient, MultipartParameters, handle_message_parameters

from adapters.clock import is_over
from adapters.core import CannotTell, Delivered, Found, HeldBack, NotThere, Outcome, Outgoing, Unclear, Undeliverable
from adapters.discord import lookup, render
from adapters.discord.bucket import Bucket
from adapters.discord.trail import Slower, Trail, trail
from adapters.last_moment import TOO_LATE, came_too_late, nothing_after
from bot.domain.messages import Address, Copy
from bot.domain.people import Platform

SEND_SECONDS = 8.0
TAKE_BACK_SECONDS = 8.0
NOT_CONNECTED = HeldBack(5.0, whole_platform=True)
TOO_MANY_NEW_DMS = 40003
REASONS = {
    50007: "closed",  # cannot send messages to this user
    50278: "gone",  # no server in common
    10013: "gone",  # unknown user
    50033: "gone",  # invalid recipient
    10003: "no_access",  # unknown channel
    50001: "no_access",
    50013: "no_access",
    40001: "bad_token",
}
BY_STATUS = {401: "bad_token", 403: "no_access", 404: "gone"}
MOST_KEPT = 50_000
REQUESTS_A_SECOND, REQUESTS_AT_ONCE = 45.0, 10.0
"""Of Discord's 50 for one bot. It does not count answers to presses, and a look at somebody's roles has the rest."""
NEW_DMS_AT_ONCE = 10.0
TOO_MANY_SECONDS = 60.0
PRIVATE_THREAD: Final = 12
A_WEEK: Final = 10080
"""Minutes after which an idle thread is put away; a message brings it back."""
THREAD_NAME = 100
NOT_SENT_SECONDS = 5.0
"""How long a line waits that certainly was not sent: no connection, or a bucket that was full all the time."""
TROUBLE = (discord.DiscordException, Slower, aiohttp.ClientError, OSError, TimeoutError, RuntimeError)
"""RuntimeError is aiohttp's word for a session that is closed: we are stopping, or the gateway is gone for good."""

log = structlog.get_logger(__name__)


class DiscordMessenger:
    """Sends through discord.py's HTTP client, which keeps Discord's buckets for all that this process does.

    `new_dms_a_minute` is how fast DMs are opened after the first few. A DM opened by this process before is not
    counted.
    """

    platform = Platform.DISCORD

    def __init__(self, http: HTTPClient, *, seconds: float = SEND_SECONDS, new_dms_a_minute: int = 60) -> None:
        self._http = http
        self._seconds = seconds
        self._new = Bucket(NEW_DMS_AT_ONCE, new_dms_a_minute / 60)
        self._requests = Bucket(REQUESTS_AT_ONCE, REQUESTS_A_SECOND)
        self._dms: dict[str, str] = {}

    def share(self, processes: int) -> None:
        """So many processes send with this bot's token: each takes its part of what Discord allows."""
        self._requests.share(REQUESTS_A_SECOND / max(processes, 1))

    async def send(self, line: Outgoing) -> Outcome:
        """Deliver one line; never raises for what Discord may answer. A bot has no page of its own on Discord."""
        if line.address.page:
            return Undeliverable("no_access")
        if self._http.token is None:
            return NOT_CONNECTED
        try:
            drawn = render.draw(line.view)
        except ValueError as mistake:
            log.error("discord_undrawable", line=line.id, error=type(mistake).__name__)
            return Undeliverable("refused")
        if is_over(line.until):
            return TOO_LATE
        deadline = asyncio.get_running_loop().time() + self._seconds
        with nothing_after(line.until):
            channel = await self._channel(line, deadline)
            outcome = channel if not isinstance(channel, str) else await self._post(channel, drawn, line, deadline)
        if line.address.thread and outcome == Undeliverable("no_access"):  # the thread is gone; so another one
            return await self.send(replace(line, address=replace(line.address, thread="")))
        return outcome

    async def look_for(self, line: Outgoing) -> Found:
        """Whether an earlier try of this line is among the channel's last messages; never raises for what Discord may
        answer. In a server's channel Discord shows a bot that may not read the history an empty one."""
        if line.address.page:
            return NotThere()
        if self._http.token is None:
            return NOT_CONNECTED
        if line.address.knocks and not line.address.thread:
            return NotThere()
        deadline = asyncio.get_running_loop().time() + self._seconds
        channel = line.address.thread or await self._channel(line, deadline)
        if not isinstance(channel, str):
            return channel if isinstance(channel, HeldBack) else NotThere()  # told when it is tried
        try:
            drawn = render.draw(line.view)
        except ValueError:
            return CannotTell("undrawable")
        messages = await self._newest(channel, deadline)
        if not isinstance(messages, list):
            return messages
        found = lookup.find(messages, drawn, line.token, line.known)
        if found is not None:
            return Delivered(Copy(channel, found))
        return CannotTell("no_history") if line.address.channel and not messages else NotThere()

    async def _newest(self, channel: str, deadline: float) -> list[Any] | Found:
        with trail() as followed:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._requests.take()
                    return list(await self._http.logs_from(channel, lookup.LOOKED_AT))
            except TROUBLE as trouble:
                outcome = _outcome(trouble, followed)
        if isinstance(outcome, Undeliverable):
            return CannotTell(outcome.reason)
        return outcome if isinstance(outcome, HeldBack) else HeldBack(NOT_SENT_SECONDS)

    async def take_back(self, copy: Copy) -> bool:
        """Delete a delivered copy; whether it is gone now."""
        if self._http.token is None:
            return False
        try:
            async with asyncio.timeout(TAKE_BACK_SECONDS):
                await self._http.delete_message(copy.channel, copy.message)
        except discord.NotFound:
            return True
        except TROUBLE as trouble:
            log.warning("discord_not_taken_back", error=type(trouble).__name__)
            return False
        return True

    # --- where to ---

    async def _channel(self, line: Outgoing, deadline: float) -> str | Outcome:
        """The channel's id, or why there is none."""
        address = line.address
        if address.knocks:
            return await self._thread(line, deadline)
        if address.channel:
            return address.channel
        known = self._dms.get(address.user_id)
        if known is not None:
            return known
        wait = self._new.wait()
        return HeldBack(wait) if wait > 0 else await self._open(address.user_id, deadline)

    async def _thread(self, line: Outgoing, deadline: float) -> str | Outcome:
        """A private thread with this person in it. Whatever goes wrong here, nothing was said yet."""
        address = line.address
        with trail() as followed:
            try:
                async with asyncio.timeout_at(deadline):
                    thread = address.thread or await self._new_thread(address, line.view.title)
                    await self._requests.take()
                    await self._http.add_user_to_thread(thread, address.user_id)
            except TROUBLE as trouble:
                outcome = _outcome(trouble, followed)
                return HeldBack(NOT_SENT_SECONDS) if isinstance(outcome, Unclear) else outcome
        return thread

    async def _new_thread(self, address: Address, name: str) -> str:
        await self._requests.take()
        opened = await self._http.start_thread_without_message(
            address.channel, name=name[:THREAD_NAME], auto_archive_duration=A_WEEK, type=PRIVATE_THREAD, invitable=False
        )
        return str(opened["id"])

    async def _open(self, user: str, deadline: float) -> str | Outcome:
        with trail() as followed:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._requests.take()
                    opened = await self._http.start_private_message(user)
            except TROUBLE as trouble:
                outcome = _outcome(trouble, followed)
                return HeldBack(NOT_SENT_SECONDS) if isinstance(outcome, Unclear) else outcome
        if len(self._dms) >= MOST_KEPT:
            self._dms.clear()
        self._dms[user] = str(opened["id"])
        return self._dms[user]

    # --- the post ---

    async def _post(self, channel: str, drawn: render.Drawn, line: Outgoing, deadline: float) -> Outcome:
        with trail() as followed:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._requests.take()
                    with _parameters(drawn, line.token) as parameters:
                        sent: Any = await self._http.send_message(channel, params=parameters)
            except TROUBLE as trouble:
                outcome = _outcome(trouble, followed)
                if isinstance(outcome, Undeliverable):
                    self._dms.pop(line.address.user_id, None)
                return outcome
        return Delivered(Copy(channel, str(sent["id"]))) if isinstance(sent, dict) else Unclear("unreadable")


def _parameters(drawn: render.Drawn, token: str) -> MultipartParameters:
    return handle_message_parameters(
        **drawn.parts(), flags=drawn.flags, nonce=token, allowed_mentions=discord.AllowedMentions.none()
    )


def _outcome(trouble: BaseException, followed: Trail) -> Outcome:
    """What became of a call that ended in `trouble`, by what Discord is known to have answered."""
    if followed.status == 429 and not followed.failed:
        return HeldBack(followed.wait, followed.everywhere)
    if isinstance(trouble, discord.HTTPException) and trouble.status < 500:
        return _refused(trouble)
    if 200 <= followed.status < 300 and isinstance(followed.body, dict) and "channel_id" in followed.body:
        return Delivered(Copy(str(followed.body["channel_id"]), str(followed.body["id"])))
    if followed.doubtful or followed.status:
        return Unclear("timeout" if isinstance(trouble, TimeoutError) else "server")
    return TOO_LATE if came_too_late(trouble) else HeldBack(NOT_SENT_SECONDS)


def _refused(answer: discord.HTTPException) -> Outcome:
    if answer.code == TOO_MANY_NEW_DMS:
        return HeldBack(TOO_MANY_SECONDS)
    reason = REASONS.get(answer.code) or BY_STATUS.get(answer.status, "refused")
    if reason == "refused":
        log.error("discord_refused", status=answer.status, code=answer.code)
    return Undeliverable(reason)
