"""Discord's gateway, version 10: the websocket over which a bot is told what happens.

A session outlives its connection: what is told while the line is down is kept and told again after RESUME.
"""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

from aiohttp import WSMsgType, web

from adapters.sandbox.discord_rules import Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11
HEARTBEAT_MS: Final = 41_250
KEPT_SESSIONS: Final = 4  # resumable ones whose line is down; a killed bot never comes back for its own

GUILDS: Final = 1 << 0
GUILD_MESSAGES: Final = 1 << 9
DIRECT_MESSAGES: Final = 1 << 12
PRIVILEGED: Final = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content: this app was not granted them

NOT_AUTHENTICATED = (4003, b"Not authenticated.")
AUTHENTICATION_FAILED = (4004, b"Authentication failed.")
ALREADY_AUTHENTICATED = (4005, b"Already authenticated.")
DISALLOWED_INTENTS = (4014, b"Disallowed intent(s).")


@dataclass(eq=False)
class Line:
    """One open websocket. Frames leave in order through a queue, so that telling never waits for the network."""

    socket: web.WebSocketResponse
    compressed: bool
    queue: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    async def write(self) -> None:
        deflate = zlib.compressobj()
        while True:
            text = json.dumps(await self.queue.get())
            try:
                if self.compressed:
                    await self.socket.send_bytes(deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH))
                else:
                    await self.socket.send_str(text)
            except ConnectionError:
                return


@dataclass(eq=False)
class Session:
    id: str
    shard: tuple[int, int]
    intents: int
    line: Line | None
    seq: int = 0
    told: deque[Json] = field(default_factory=lambda: deque(maxlen=500))

    def tell(self, event: str, data: Json) -> None:
        self.seq += 1
        frame: Json = {"op": DISPATCH, "t": event, "s": self.seq, "d": data}
        self.told.append(frame)
        if self.line:
            self.line.queue.put_nowait(frame)

    def serves(self, guild: str) -> bool:
        """Discord's own formula; direct messages belong to shard 0."""
        number, of = self.shard
        return (int(guild) >> 22) % of == number if guild else number == 0


class Gateway:
    """All sessions of the one application. `ready` gives READY's user, application and guilds."""

    def __init__(self, token: str, ready: Callable[[], Json], guilds: Callable[[], list[Json]]) -> None:
        self._token, self._ready, self._guilds = token, ready, guilds
        self._sessions: dict[str, Session] = {}
        self._closing: set[asyncio.Task[bool]] = set()
        self._lines: set[Line] = set()
        self._shut_until = 0.0

    def connected(self, guild: str = "") -> bool:
        return any(session.line and session.serves(guild) for session in self._sessions.values())

    def tell(self, event: str, data: Json, *, guild: str = "", intent: int = 0) -> None:
        """Every session of that shard which asked for it hears it, as on the real gateway."""
        for session in self._sessions.values():
            if session.serves(guild) and (not intent or session.intents & intent):
                session.tell(event, data)

    def drop(self, shut_for: float = 0.0) -> None:
        """The line goes dead; sessions can be resumed. For `shut_for` seconds nobody gets back in."""
        self._shut_until = time.monotonic() + shut_for
        for line in self._hang_up():
            self._close(line, 4000, b"Unknown error.")

    def invalidate(self) -> None:
        """Sessions are void: the bot must identify anew."""
        for line in self._hang_up():
            line.queue.put_nowait({"op": INVALID_SESSION, "d": False})
        self._sessions.clear()

    async def close(self) -> None:
        for line in tuple(self._lines):
            self._close(line, 1001, b"Going away.")
        await asyncio.gather(*self._closing)

    def _hang_up(self) -> list[Line]:
        lines = [session.line for session in self._sessions.values() if session.line]
        for session in self._sessions.values():
            session.line = None
        return lines

    def _close(self, line: Line, code: int, why: bytes) -> None:
        task = asyncio.get_running_loop().create_task(line.socket.close(code=code, message=why))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if time.monotonic() < self._shut_until:
            return web.Response(status=503)
        if request.query.get("compress", "zlib-stream") != "zlib-stream":
            return web.Response(status=400, text="this pretend gateway speaks zlib-stream only")
        socket = web.WebSocketResponse(timeout=1.0)  # a bot that hangs must not hold up our closing
        await socket.prepare(request)
        line = Line(socket, compressed="compress" in request.query)
        self._lines.add(line)
        writer = asyncio.create_task(line.write())
        line.queue.put_nowait({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            await self._listen(line, f"ws://{request.host}{request.path}")
        finally:
            self._lines.discard(line)
            self._forget(line)
            writer.cancel()
        return socket

    async def _listen(self, line: Line, url: str) -> None:
        async for message in line.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            if refusal := self._heard(line, frame.get("op"), frame.get("d"), url):
                code, why = refusal
                await line.socket.close(code=code, message=why)

    def _heard(self, line: Line, op: int, data: Any, url: str) -> tuple[int, bytes] | None:
        known = any(session.line is line for session in self._sessions.values())
        match op:
            case 1:
                line.queue.put_nowait({"op": HEARTBEAT_ACK, "d": None})
            case 2 | 6 if known:
                return ALREADY_AUTHENTICATED
            case 2 | 6 if data.get("token") != self._token:
                return AUTHENTICATION_FAILED
            case 2 if data.get("intents", 0) & PRIVILEGED:
                return DISALLOWED_INTENTS
            case 2:
                self._identify(line, data, url)
            case 6:
                self._resume(line, data)
            case _ if not known:
                return NOT_AUTHENTICATED
            case _:  # presence, voice, member requests: of no use to this bot
                pass
        return None

    def _identify(self, line: Line, data: Json, url: str) -> None:
        number, of = data.get("shard") or (0, 1)
        for dead in [session.id for session in self._sessions.values() if not session.line][:-KEPT_SESSIONS]:
            del self._sessions[dead]
        session = Session(token_hex(16), (number, of), data.get("intents", 0), line)
        self._sessions[session.id] = session
        guilds = [guild for guild in self._guilds() if session.serves(guild["id"])]
        ready = self._ready() | {
            "v": 10,
            "session_id": session.id,
            "resume_gateway_url": url,
            "shard": [number, of],
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
            "private_channels": [],
        }
        session.tell("READY", ready)
        if session.intents & GUILDS:
            for guild in guilds:
                session.tell("GUILD_CREATE", guild)

    def _resume(self, line: Line, data: Json) -> None:
        session = self._sessions.get(data.get("session_id") or "")
        if session is None:
            line.queue.put_nowait({"op": INVALID_SESSION, "d": False})
            return
        session.line = line
        for frame in session.told:
            if frame["s"] > (data.get("seq") or 0):
                line.queue.put_nowait(frame)
        session.tell("RESUMED", {"_trace": []})

    def _forget(self, line: Line) -> None:
        """A line that its bot closed on purpose (1000, 1001) ends the session; any other end leaves it resumable."""
        for session in tuple(self._sessions.values()):
            if session.line is line:
                session.line = None
                if line.socket.close_code in (1000, 1001):
                    del self._sessions[session.id]
