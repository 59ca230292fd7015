"""One message out to Slack, and what became of it.

The client repeats nothing by itself: slack_sdk's default posts a message twice when the line drops and reports one.
Here an unclear end is reported as unclear, and the line is looked for before a second try: its token travels in the
message's metadata, and comes back with the history of the direct messages, or of the desk's private channel. Reading
one or the other is a right of its own (`im:history`, `groups:history`), which a workspace may leave out; then looking
tells nothing. Nor does it for files, which carry no metadata, and in public channels, whose history we don't ask to
read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiohttp import ClientConnectorError

from adapters.clock import is_over
from adapters.core import CannotTell, Delivered, Found, HeldBack, NotThere, Outcome, Outgoing, Unclear, Undeliverable
from adapters.last_moment import TOO_LATE, came_too_late, nothing_after, watched
from adapters.slack import files, render
from adapters.slack.calls import (
    BAD_BLOCKS,
    CALL_FAILED,
    Fault,
    fault_of,
    hang_up,
    keep_open,
    scopes_of,
    web_client,
)
from bot.domain.messages import Copy, Kind
from bot.domain.people import Platform
from bot.views.elements import Attachment, View

log = structlog.get_logger("grounds.slack")

EVENT_TYPE = "common_grounds"
TIMEOUT_SECONDS = 8
"""Below a third of a line's lease, so that no line is sent while another worker takes it over."""
NOT_SENT_WAIT = 5.0
"""Seconds until the next try where we know that nothing was sent."""

HISTORY = "im:history"
LOOKED_AT = 100
"""The newest messages. What may have arrived in somebody's direct messages is among them, since nothing else was sent
to them meanwhile."""

GONE = frozenset({"channel_not_found", "user_not_found", "users_not_found", "is_archived", "user_disabled"})
CLOSED = frozenset({"cannot_dm_bot", "messages_tab_disabled", "user_not_visible"})
BAD_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
"""`account_inactive` is about the token's own account, not about the reader's (Slack: "for a deleted user")."""
NO_ACCESS = frozenset({"not_in_channel", "missing_scope", "restricted_action", "no_permission", "access_denied"})
HALF_DONE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
"""Slack: "some aspect of the operation may have succeeded before the error was raised"."""
ALREADY_AWAY = frozenset({"message_not_found", "channel_not_found", "file_not_found", "file_deleted"})


class SlackMessenger:
    """`adapters.core.Messenger` for one workspace's bot token."""

    platform = Platform.SLACK

    def __init__(self, bot_token: str, api_url: str, *, timeout: int = TIMEOUT_SECONDS) -> None:
        self._client = web_client(bot_token, api_url, timeout)

    def start(self) -> None:
        """Keep connections from now on; from within the loop."""
        keep_open(self._client, watched())

    async def stop(self) -> None:
        """Let go of them."""
        await hang_up(self._client)

    async def send(self, line: Outgoing) -> Outcome:
        """Deliver one line; never raises for what Slack may answer."""
        if is_over(line.until):
            return TOO_LATE
        with nothing_after(line.until):
            return await self._send(line)

    async def _send(self, line: Outgoing) -> Outcome:
        if line.address.page:
            return await self._publish(line.address.user_id, line.view)
        channel = await self._channel(line)
        if not isinstance(channel, str):
            return channel
        if line.view.file is not None:
            return await self._send_file(channel, line, line.view.file)
        drawn = render.message(line.view)
        outcome = await self._post(channel, line, drawn)
        if isinstance(outcome, Fault):
            log.error("slack.blocks_refused", code=outcome.code, kind=str(line.kind))
            outcome = await self._post(channel, line, {"text": drawn["text"]})
        if isinstance(outcome, Fault):
            return Undeliverable("refused")
        return outcome

    async def look_for(self, line: Outgoing) -> Found:
        """Whether an earlier try of this line stands where it should; never raises for what Slack may answer."""
        if line.address.page:
            return NotThere()  # drawing it anew changes nothing
        if line.view.file is not None:
            return CannotTell("file")
        try:
            channel = line.address.channel or await self._readable(line.address.user_id)
            if not channel:
                return CannotTell("no_right")
            history = await self._client.conversations_history(
                channel=channel, include_all_metadata=True, limit=LOOKED_AT
            )
        except CALL_FAILED as error:
            found = _not_seen(error)
            return CannotTell("no_right") if line.address.channel and isinstance(found, NotThere) else found
        messages = history.get("messages") or ()
        for message in messages:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("token") == line.token:
                return Delivered(Copy(channel, str(message["ts"])))
        return NotThere() if not history.get("has_more") or _reaches_back(messages, line) else CannotTell("cut_short")

    async def _readable(self, user: str) -> str:
        """The direct messages with somebody; empty without the right to read them."""
        opened = await self._client.conversations_open(users=user)
        granted = scopes_of(opened)
        if granted is not None and HISTORY not in granted:
            return ""
        return str((opened.get("channel") or {}).get("id") or "")

    async def take_back(self, copy: Copy) -> bool:
        """Delete a delivered copy; True if it is away now."""
        try:
            if copy.message.startswith(files.FILE_ID):
                await self._client.files_delete(file=copy.message)
            else:
                await self._client.chat_delete(channel=copy.channel, ts=copy.message)
        except CALL_FAILED as error:
            fault = fault_of(error)
            log.warning("slack.take_back_failed", code=fault.code)
            return fault.code in ALREADY_AWAY
        return True

    async def _publish(self, user: str, view: View) -> Outcome:
        """Somebody's Home tab. Without a hash: of two lines the newer one comes later, and wins."""
        try:
            published = await self._client.views_publish(user_id=user, view=render.home(view))
        except CALL_FAILED as error:
            return _outcome(error)
        return Delivered(Copy("", str((published.get("view") or {}).get("id") or "")))

    async def _channel(self, line: Outgoing) -> str | Outcome:
        """Where to post. Whatever goes wrong here, nothing was sent: so it is never unclear.

        Asked each time: a message to somebody who has left is taken without a word, only this call says so. But what
        answers somebody goes straight to their own id, which Slack takes for the direct messages with them: whoever
        acted just now has not left. (A file is taken by a channel alone.)
        """
        address = line.address
        if address.channel:
            return address.channel
        if line.kind is Kind.ANSWER and line.view.file is None:
            return address.user_id
        try:
            opened = await self._client.conversations_open(users=address.user_id)
        except CALL_FAILED as error:
            outcome = _outcome(error)
            return HeldBack(NOT_SENT_WAIT) if isinstance(outcome, Unclear) else outcome
        channel = (opened.get("channel") or {}).get("id")
        return str(channel) if channel else Undeliverable("no_access")

    async def _send_file(self, channel: str, line: Outgoing, file: Attachment) -> Outcome:
        """The file, with the view's words above it; buttons can't stand there, so a view with a file has none."""
        try:
            file_id = await files.put(self._client, file)
        except files.PUT_FAILED as error:
            return _not_put(error)
        words = render.escaped(line.view.aloud(), render.MOST_SECTION)
        try:
            await files.share(self._client, channel, file_id, file.name, words)
        except CALL_FAILED as error:
            return _outcome(error)
        return Delivered(Copy(channel, file_id))

    async def _post(self, channel: str, line: Outgoing, drawn: dict[str, Any]) -> Outcome | Fault:
        """A Fault stands for blocks that Slack refused."""
        try:
            posted = await self._client.chat_postMessage(
                channel=channel,
                text=drawn["text"],
                blocks=drawn.get("blocks"),
                metadata={"event_type": EVENT_TYPE, "event_payload": {"token": line.token}},
                unfurl_links=False,
                unfurl_media=False,
            )
        except CALL_FAILED as error:
            fault = fault_of(error)
            return fault if fault.code in BAD_BLOCKS and "blocks" in drawn else _outcome(error)
        ts = posted.get("ts")
        return Delivered(Copy(str(posted.get("channel") or channel), str(ts))) if ts else Unclear("no_ts")


def _not_put(error: BaseException) -> Outcome:
    """Nobody has seen anything yet, so this is never unclear. Whatever is no 429 has failed, and a file that fails each
    time (too slow a line, a proxy that lets nothing up) is given up: what waits behind it has its turn."""
    if isinstance(error, files.NotPut):
        if error.status == 429:
            return HeldBack(error.wait)
        if error.status >= 500:
            return HeldBack(NOT_SENT_WAIT, failed=True)
        log.warning("slack.file_refused", status=error.status)
        return Undeliverable("refused")
    outcome = _outcome(error)
    if isinstance(outcome, Unclear) or isinstance(error, ClientConnectorError):
        return HeldBack(NOT_SENT_WAIT, failed=True)
    return outcome


def _reaches_back(messages: Sequence[Mapping[str, Any]], line: Outgoing) -> bool:
    """Whether these, the newest, go back to before the line was first tried. In a channel others write as well, so one
    of ours that came before has to be among them; some apps are given fewer than they ask for."""
    if line.address.channel:
        return any(message.get("ts") in line.known for message in messages)
    return len(messages) >= LOOKED_AT


def _not_seen(error: BaseException) -> Found:
    """Looking failed: whoever can't be written to gets nothing anyway, and that is told when it is tried."""
    outcome = _outcome(error)
    if isinstance(outcome, Undeliverable):
        return CannotTell("no_right") if fault_of(error).code == "missing_scope" else NotThere()
    return outcome if isinstance(outcome, HeldBack) else HeldBack(NOT_SENT_WAIT)


def _outcome(error: BaseException) -> Outcome:
    if came_too_late(error):
        return TOO_LATE
    if isinstance(error, ClientConnectorError):
        return HeldBack(NOT_SENT_WAIT)
    fault = fault_of(error)
    if fault.rate_limited:
        return HeldBack(fault.retry_after)
    if fault.status == 0 or fault.status >= 500 or fault.code in HALF_DONE:
        return Unclear(fault.code)
    for codes, reason in ((GONE, "gone"), (CLOSED, "closed"), (BAD_TOKEN, "bad_token"), (NO_ACCESS, "no_access")):
        if fault.code in codes:
            return Undeliverable(reason)
    log.warning("slack.refused", code=fault.code, status=fault.status)
    return Undeliverable("refused")
