"""How gestures reach the bot: Socket Mode, with envelopes, acks, and the three seconds that Slack waits."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from .play import Wire
from .slack_state import APP, PLATFORM

MOST_SOCKETS = 10
NOBODY_THERE = "dispatch_failed"
TOO_LATE = "operation_timed_out"


@dataclass(frozen=True)
class Ack:
    """The bot's first answer, or why there is none."""

    acked: bool
    ms: float
    payload: Any = None
    why: str = ""


@dataclass
class Waiting:
    user: str
    socket: web.WebSocketResponse
    done: asyncio.Future[Any]
    on_ack: Callable[[Any], None] | None


@dataclass
class Sockets:
    """The open connections of the bot; each payload goes to one of them, in turn."""

    wire: Wire
    patience: float
    _tickets: set[str] = field(default_factory=set)
    _open: list[web.WebSocketResponse] = field(default_factory=list)
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _turn: count[int] = field(default_factory=count)
    deaf: bool = False
    """Frames are taken and nothing comes back: no pong, no gesture."""

    def connected(self) -> bool:
        return bool(self._live())

    def ticket(self) -> str:
        """A way in, good for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    def _live(self) -> list[web.WebSocketResponse]:
        return [socket for socket in self._open if not socket.closed]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from hello to its end."""
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets or len(self._live()) >= MOST_SOCKETS:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, timeout=1.0)
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self._open.append(socket)
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._read(frame.data)
                elif frame.type is WSMsgType.PING and not self.deaf:
                    await socket.pong(frame.data)
        finally:
            self._open.remove(socket)
            self._give_up(socket)
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._live()) + 1,
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }

    async def disconnect(self) -> None:
        """Ask the bot to come in anew, as Slack does every few hours, and close what is open."""
        for socket in self._live():
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            await socket.close()

    async def close(self) -> None:
        """Drop every connection."""
        for socket in self._live():
            await socket.close()

    def _read(self, data: str) -> None:
        try:
            answer = json.loads(data)
            envelope_id, payload = answer["envelope_id"], answer.get("payload")
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # Slack ignores what it can't read
        waiting = self._waiting.pop(envelope_id, None)
        if waiting is None or waiting.done.done():
            self.wire.record(PLATFORM, "acked late", "", payload)
            return
        self.wire.record(PLATFORM, "acked", waiting.user, payload)
        if waiting.on_ack:  # here and now, so that it lies before whatever the bot does next
            waiting.on_ack(payload)
        waiting.done.set_result(payload)

    def _give_up(self, socket: web.WebSocketResponse) -> None:
        for waiting in self._waiting.values():
            if waiting.socket is socket and not waiting.done.done():
                waiting.done.set_exception(ConnectionResetError())

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
        """Hand one payload to the bot and wait for its ack. `kind` is the envelope's type, `what` the wire's word."""
        live = self._live()
        if not live:
            return Ack(False, 0.0, why=NOBODY_THERE)
        socket = live[next(self._turn) % len(live)]
        envelope_id = secrets.token_hex(16)
        waiting = Waiting(user, socket, asyncio.get_running_loop().create_future(), on_ack)
        self._waiting[envelope_id] = waiting
        self.wire.record(PLATFORM, f"sent {what}", user, payload)
        began = time.monotonic()
        try:
            await socket.send_json(_envelope(envelope_id, kind, payload, retry))
            answer = await asyncio.wait_for(waiting.done, self.patience)
        except ConnectionError:
            return Ack(False, elapsed(began), why=NOBODY_THERE)
        except TimeoutError:
            return Ack(False, elapsed(began), why=TOO_LATE)
        finally:
            self._waiting.pop(envelope_id, None)
        return Ack(True, elapsed(began), answer)


def _envelope(envelope_id: str, kind: str, payload: Mapping[str, Any], retry: int) -> dict[str, Any]:
    envelope: dict[str, Any] = {"envelope_id": envelope_id, "payload": payload, "type": kind}
    envelope["accepts_response_payload"] = kind != "events_api"
    if kind == "events_api":
        envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
    return envelope


def elapsed(began: float) -> float:
    """Milliseconds since a `time.monotonic()`."""
    return (time.monotonic() - began) * 1000
