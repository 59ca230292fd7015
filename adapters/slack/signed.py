"""Slack's way in by signed HTTP: what Slack signed within the last five minutes comes in, and nothing else.

The signature is checked here, by Slack's own verifier, and before anything is read: Bolt parses a body first, and its
check ends in a 500 for a timestamp that is no number. What was let in is handed to Bolt in the shape it has over a
socket, so that both ways are one from there on; by itself Bolt would find no command in a form in which the word
"payload" stands anywhere (a channel's name will do).

The same signed request may come again, by Slack's retries or by somebody who caught it: the gesture's key makes it one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from adapters.http import Reply

log = structlog.get_logger("grounds.slack")

TIMESTAMP = re.compile(r"[0-9]{1,12}")
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MOST_FIELDS = 100
"""A command has about twenty."""

FORGED, UNREADABLE, UNKNOWN_TYPE = Reply(401), Reply(400), Reply(415)
TAKEN = Reply(200)


class Malformed(Exception):
    """Signed, and yet nothing that Slack sends."""


class SignedWay:
    """One app's Request URL; `answer` is its door. Whose port it stands behind is none of its business."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._open = False

    async def start(self) -> None:
        """Nothing to connect: Slack comes to us."""
        self._open = True

    async def stop(self) -> None:
        """Whoever has the port closes it, and waits for what is being answered."""
        self._open = False

    async def connected(self) -> bool:
        return self._open

    async def answer(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Answer one request, after the core. 401 for what is not Slack's, 400 or 415 for what nobody can read."""
        try:
            if not self._is_slacks(body, headers):
                log.warning("slack.request_refused", reason="signature")
                return FORGED
            kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind not in (JSON, FORM):
                return UNKNOWN_TYPE
            payload = payload_of(body, kind)
            if "ssl_check" in payload:
                return TAKEN
            return await self._handed_on(payload)
        except Malformed as malformed:
            log.warning("slack.request_refused", reason=str(malformed))
            return UNREADABLE

    def _is_slacks(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the signature is right and fresh. The shapes first: the verifier raises for others."""
        stamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not TIMESTAMP.fullmatch(stamp) or not SIGNATURE.fullmatch(signature):
            return False
        return self._verifier.is_valid(_text(body), stamp, signature)

    async def _handed_on(self, payload: dict[str, Any]) -> Reply:
        """What Bolt answers. Our listeners never raise; so what Bolt can't answer is what it can't read."""
        try:
            request = AsyncBoltRequest(body=payload, mode="socket_mode")
        except Exception as error:  # noqa: BLE001  # Bolt looks into the payload, and trusts its shape
            raise Malformed(type(error).__name__) from None
        response = await self._app.async_dispatch(request)
        if response.status != 200:
            raise Malformed("unmatched")
        return _reply(response)


def payload_of(body: bytes, kind: str) -> dict[str, Any]:
    """An event, a command's fields, or the payload that a form carries. Raises Malformed."""
    text = _text(body)
    if kind == JSON:
        return _object(text)
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Malformed("form") from None
    if "payload" in fields:
        return _object(fields["payload"])
    if not fields:
        raise Malformed("empty")
    return fields


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("encoding") from None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("json") from None
    if not isinstance(found, dict):
        raise Malformed("json")
    return found


def _reply(response: BoltResponse) -> Reply:
    """Slack reads JSON as an answer and shows anything else as it stands."""
    kind = (response.headers.get("content-type") or [""])[0].partition(";")[0]
    return Reply(response.status, response.body or "", kind or ("text/plain" if not response.body else JSON))
