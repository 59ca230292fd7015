"""The other way gestures reach a bot: signed HTTP, as Slack sends them to an app with a Request URL."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from .play import Wire
from .slack_socket import NOBODY_THERE, TOO_LATE, Ack, elapsed
from .slack_state import PLATFORM


def signed(secret: str, body: str, at: float) -> dict[str, str]:
    """The headers that prove it is Slack: docs.slack.dev/authentication/verifying-requests-from-slack."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class SignedPosts:
    """Sends each payload to the bot's Request URL; the answer's body is the ack."""

    def __init__(self, wire: Wire, url: str, secret: str, patience: float, wall: Callable[[], float]) -> None:
        self._wire, self._url, self._secret, self._wall = wire, url, secret, wall
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=patience))

    def connected(self) -> bool:
        """There is an address; whether anybody is at home shows only when something is sent."""
        return not self._session.closed

    async def disconnect(self) -> None:
        """Nothing stays open between two requests."""

    async def close(self) -> None:
        await self._session.close()

    async def send(
        self,
        kind: str,
        what: str,
        payload: Mapping[str, Any],
        user: str,
        *,
        on_ack: Callable[[Any], None] | None = None,
        retry: int = 0,
    ) -> Ack:
        """Post one payload and wait for its answer; anything but a 200 is no ack."""
        body, content_type = _encoded(kind, payload)
        headers = {"Content-Type": content_type, **signed(self._secret, body, self._wall())}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        self._wire.record(PLATFORM, f"sent {what}", user, payload)
        began = time.monotonic()
        try:
            async with self._session.post(self._url, data=body, headers=headers) as response:
                status, said = response.status, await response.text()
        except TimeoutError:
            return Ack(False, elapsed(began), why=TOO_LATE)
        except aiohttp.ClientError:
            return Ack(False, elapsed(began), why=NOBODY_THERE)
        if status != 200:
            return Ack(False, elapsed(began), why=f"{NOBODY_THERE}: HTTP {status}")
        answer = _read(said)
        self._wire.record(PLATFORM, "acked", user, answer)
        if on_ack:
            on_ack(answer)
        return Ack(True, elapsed(began), answer)


def _encoded(kind: str, payload: Mapping[str, Any]) -> tuple[str, str]:
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


def _read(said: str) -> Any:
    """The ack's body: JSON, plain text (which Slack shows as it is), or nothing."""
    if not said:
        return None
    try:
        return json.loads(said)
    except ValueError:
        return {"text": said}
