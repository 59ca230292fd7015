"""Calls to Slack: a client that repeats nothing, and what a failed call tells (never the answer's text)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, TraceConfig
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

CALL_FAILED = (SlackClientError, ClientError, TimeoutError, OSError)
"""Everything that a call through slack_sdk raises when Slack, or the way there, fails."""

RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
DEFAULT_WAIT = 30.0
"""Seconds to hold back when a 429 names none: Slack's own answers name 1 to 60."""
QUIET = logging.getLogger("grounds.slack.library")
"""What the libraries log to. Their warnings and debug lines quote whole payloads, so only errors are heard."""
QUIET.setLevel(logging.ERROR)


KEPT_OPEN_SECONDS = 5.0
"""How long a connection is kept that nobody uses. Slack keeps them for longer, so that it is not cut by the other side
just when we send."""


def web_client(token: str | None, api_url: str, seconds: int) -> AsyncWebClient:
    """A client that repeats nothing: slack_sdk by itself posts again on a dropped line. It makes a connection for each
    call, until `keep_open`."""
    base = api_url if api_url.endswith("/") else f"{api_url}/"
    return AsyncWebClient(token=token, base_url=base, timeout=seconds, retry_handlers=[], logger=QUIET)


def keep_open(client: AsyncWebClient, *watching: TraceConfig) -> None:
    """From now on its calls share connections (a handshake each costs more than the call), and are watched; from within
    the loop."""
    client.session = ClientSession(
        timeout=ClientTimeout(total=client.timeout),
        connector=TCPConnector(keepalive_timeout=KEPT_OPEN_SECONDS),
        trace_configs=list(watching),
    )


async def hang_up(client: AsyncWebClient) -> None:
    """Close what `keep_open` keeps; a call after this has a connection of its own again."""
    if client.session is not None:
        await client.session.close()


@dataclass(frozen=True)
class Fault:
    """`code` is Slack's error word, or the exception's name where no answer came; `status` is 0 then."""

    code: str
    status: int = 0
    retry_after: float = DEFAULT_WAIT

    @property
    def rate_limited(self) -> bool:
        return self.status == 429 or self.code in RATE_LIMITED


def fault_of(error: BaseException) -> Fault:
    """Read an exception of `CALL_FAILED`. slack_sdk puts its own response into it, or aiohttp's, or none."""
    response: Any = getattr(error, "response", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, Mapping) else None
    return Fault(str(code or type(error).__name__), int(status), _seconds(getattr(response, "headers", None)))


def _seconds(headers: Any) -> float:
    if not isinstance(headers, Mapping):
        return DEFAULT_WAIT
    named = {str(key).lower(): value for key, value in headers.items()}.get("retry-after")
    try:
        return max(float(named), 0.0) if named is not None else DEFAULT_WAIT
    except (TypeError, ValueError):
        return DEFAULT_WAIT


def scopes_of(response: Any) -> frozenset[str] | None:
    """What the token was granted: every answer of Slack's names it. None where it doesn't."""
    headers = getattr(response, "headers", None)
    if not isinstance(headers, Mapping):
        return None
    named = {str(key).lower(): value for key, value in headers.items()}.get("x-oauth-scopes")
    return None if named is None else frozenset(scope.strip() for scope in str(named).split(","))
