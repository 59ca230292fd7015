"""The page on which anybody can play everybody: its files, what it asks for, and what it is told as it happens.

The page draws what the platforms were really sent, so `screen` hands the payloads over as they are, with what a client
knows beside them (names, channels, the commands it would offer). Gestures go through the control API. What happens
arrives as server-sent events: only who is concerned and, for a message, a line to announce it by; the page then asks
for the screens that it shows.

Host, Origin and token are checked by the town before anything here is reached. The files of the page hold nobody's
words and need no token; without one the page itself is refused, with a few lines that fetch the token this tab was
opened with, so that reloading works although the address no longer shows it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from bot.conversation.commands import COMMANDS
from bot.domain.campus import Campus
from bot.phrases import FALLBACK, say

from .clock import ClockStuck
from .discord import PretendDiscord
from .discord_things import DM
from .play import Cannot, Event, Message, Screen
from .slack_forms import readable

if TYPE_CHECKING:
    from .town import Resident, Town

FILES: Final = Path(__file__).with_name("page")
KINDS: Final = {
    ".woff2": "font/woff2",
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
}
FILE_NAME: Final = re.compile(r"[a-z0-9_]+\.(js|css|svg|woff2)")
SAFE: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOOK_EVERY: Final = 0.25  # seconds between two looks at the clock while nothing passes on the wire
STILL_HERE: Final = 15.0  # seconds of silence after which a comment keeps the line open
PREVIEW: Final = 110
MOST_STEPS: Final = 60
FARTHEST_DUE: Final = timedelta(days=60)
SETTLE_SECONDS: Final = 60.0
MOST_ROSTER: Final = 5_000_000
DESK, STUDENTS = "desk", "students"


def closed_door() -> web.Response:
    """403 for whoever comes without the token; the same tab gets in again with the one it keeps."""
    return _file_response("door.html", status=403)


def _file_response(name: str, *, status: int = 200) -> web.Response:
    file = FILES / name
    if not file.is_file():
        raise web.HTTPNotFound
    kind = KINDS[file.suffix]
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=file.read_bytes(), status=status, content_type=kind, charset=charset, headers=SAFE)


class Page:
    """The town, as its page asks for it."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return (
            web.get("/page", self._index, allow_head=False),
            web.get("/look/{name}", self._look, allow_head=False),
            web.get("/page/start", self._start, allow_head=False),
            web.get("/page/screen", self._screen, allow_head=False),
            web.get("/page/events", self._events, allow_head=False),
            web.get("/page/file/{platform}/{file}", self._download, allow_head=False),
            web.post("/page/file", self._upload),
            web.post("/page/roster", self._roster),
            web.post("/page/due", self._due),
        )

    # the page's own files

    async def _index(self, request: web.Request) -> web.Response:
        return _file_response("index.html")

    async def _look(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if not FILE_NAME.fullmatch(name):
            raise web.HTTPNotFound
        return _file_response(name)

    # what it shows

    async def _start(self, request: web.Request) -> web.Response:
        """Who is there, what time it is, and from which event on to listen."""
        town = self._town
        return web.json_response(
            {
                "people": [_resident(one) for one in town.residents],
                "clock": self._clock(),
                "zone": Campus().zone,
                "connected": {name: pretend.connected() for name, pretend in town.pretends.items()},
                "roster": town.take_in is not None,
                "next": len(town.wire.events),
            }
        )

    def _clock(self) -> dict[str, Any]:
        due = self._town.clock.next_due()
        return self._town.clock.as_json() | {"next_due": due.isoformat() if due else None}

    async def _screen(self, request: web.Request) -> web.Response:
        platform, user = request.query.get("platform", ""), request.query.get("user", "")
        try:
            screen = self._town.pretend(platform).screen(user)
        except Cannot as cannot:
            return web.json_response({"cannot": str(cannot)}, status=409)
        beside = self._in_discord(user) if platform == "discord" else self._in_slack(user)
        return web.json_response(beside | _drawn(screen, self._modal(platform, user)))

    def _modal(self, platform: str, user: str) -> Any:
        """The payload of the open form, as the bot sent it."""
        discord = self._town.pretends.get("discord")
        if platform == "slack":
            top = self._town.slack.workspace.top(user)
            return top.body if top else None
        opened = discord.world.modals.get(user) if isinstance(discord, PretendDiscord) else None
        return opened.payload if opened else None

    def _in_slack(self, user: str) -> dict[str, Any]:
        space = self._town.slack.workspace
        person = space.people[user]
        rooms = [one for one in space.channels.values() if not one.im and user in one.members and not person.left]
        return {
            "channels": [_channel(person.dm, "", "dm"), *(_channel(one.id, one.name, "channel") for one in rooms)],
            "names": space.names(),
            "commands": list(_slack_commands()),
            "left": person.left,
            "closed": person.closed,
        }

    def _in_discord(self, user: str) -> dict[str, Any]:
        discord = self._town.pretend("discord")
        assert isinstance(discord, PretendDiscord)
        world = discord.world
        account = world.people[user]
        rooms = [one for one in world.channels.values() if one.type != DM and world.sees(user, one)]
        granted = world.permissions(account)
        offered = [
            one
            for one in world.commands.get("", {}).values()
            if not int(one.get("default_member_permissions") or 0) & ~granted
        ]
        return {
            "channels": [
                _channel(world.dm(user).id, "", "dm"),
                *(_channel(one.id, one.name, "channel") for one in rooms),
            ],
            "names": {
                **{one.id: f"@{one.name}" for one in world.people.values()},
                **{one.id: f"#{one.name}" for one in world.channels.values() if one.name},
            },
            "commands": list(_discord_commands(offered)),
            "left": account.left,
            "closed": account.dms_closed,
        }

    # what happens

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events from `since` (or the browser's Last-Event-ID) on: `wire` and `clock`."""
        response = web.StreamResponse(headers={**SAFE, "Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        after = request.headers.get("Last-Event-ID", "")
        at = int(after) + 1 if after.isdigit() else _whole(request.query.get("since", ""))
        passed, taps = asyncio.Event(), self._town.wire.taps

        def tap(_: Event) -> None:
            passed.set()

        taps.append(tap)
        try:
            await self._tell(request, response, at, passed)
        except ConnectionError:
            pass  # the tab was closed
        finally:
            taps.remove(tap)
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse, at: int, passed: asyncio.Event) -> None:
        version, quiet = -1, 0.0
        while request.transport is not None and not request.transport.is_closing():
            passed.clear()
            fresh = self._town.wire.events[at:]
            at += len(fresh)
            lines = [_sse("wire", told, event.n) for event in fresh if (told := self._told(event))]
            if self._town.clock.version != version:
                version = self._town.clock.version
                lines.append(_sse("clock", self._clock()))
            quiet = 0.0 if lines else quiet + LOOK_EVERY
            if quiet >= STILL_HERE:
                lines, quiet = [": still here\n\n"], 0.0
            if lines:
                await response.write("".join(lines).encode())
            try:
                await asyncio.wait_for(passed.wait(), LOOK_EVERY)
            except TimeoutError:
                continue  # the clock may have moved

    def _told(self, event: Event) -> dict[str, Any] | None:
        """Whom an event concerns; for a message also where it stands and how it begins."""
        told: dict[str, Any] = {"platform": event.platform, "user": event.user, "what": event.what}
        if event.what != "shown" or not isinstance(event.body, Mapping):
            return told
        number = event.body.get("ts") or (event.body.get("id") if "author" in event.body else "")
        message = self._message(event, str(number)) if number else None
        if message is None:
            return told
        return told | {"message": message.id, "channel": message.channel, "kind": message.kind, "line": _line(message)}

    def _message(self, event: Event, number: str) -> Message | None:
        try:
            seen = self._town.pretend(event.platform).screen(event.user).messages
        except Cannot:
            return None
        return next((one for one in reversed(seen) if one.id == number), None)

    # files

    async def _download(self, request: web.Request) -> web.Response:
        name, kind, content = self._found(request.match_info["platform"], request.match_info["file"])
        safe_name = re.sub(r"[^\w.,() -]", "_", name)
        headers = {**SAFE, "Content-Disposition": f'attachment; filename="{safe_name}"'}
        return web.Response(
            body=content, content_type=kind.partition(";")[0] or "application/octet-stream", headers=headers
        )

    def _found(self, platform: str, file: str) -> tuple[str, str, bytes]:
        discord = self._town.pretends.get("discord")
        if platform == "slack" and (content := self._town.slack.file(file)) is not None:
            return content[0], content[2], content[1]
        if platform == "discord" and isinstance(discord, PretendDiscord) and (upload := discord.world.files.get(file)):
            return upload.name, upload.kind, upload.content
        raise web.HTTPNotFound

    async def _upload(self, request: web.Request) -> web.Response:
        """A file on a person's own computer, for a form's file item."""
        put = getattr(self._town.pretends.get(request.query.get("platform", "")), "put_file", None)
        if put is None:
            return web.json_response({"cannot": "Files can't be put up there."}, status=409)
        return web.json_response({"file": put(_name(request), await request.read())})

    async def _roster(self, request: web.Request) -> web.Response:
        """Take in a roster; what is wrong with it comes back in sentences."""
        if self._town.take_in is None:
            return web.json_response({"cannot": "This sandbox has no database to load a roster into."}, status=409)
        content = await request.read()
        if len(content) > MOST_ROSTER:
            return web.json_response({"cannot": "That file is too large to play with: 5 MB at most."}, status=409)
        taken = await self._town.take_in(_name(request), content)
        return web.json_response(asdict(taken))

    # time

    async def _due(self, request: web.Request) -> web.Response:
        """Let time pass until somebody sees something: to what is due next, and on where nobody saw that."""
        clock, wire = self._town.clock, self._town.wire
        begun, seen = clock.now(), len(wire.events)
        try:
            await clock.settle(timeout=SETTLE_SECONDS)
            for _ in range(MOST_STEPS):
                due = clock.next_due()
                if due is None or due > begun + FARTHEST_DUE:
                    break
                await clock.move_to(max(due, clock.now()), timeout=SETTLE_SECONDS)
                if any(event.what == "shown" for event in wire.events[seen:]):
                    return web.json_response(self._clock() | {"came": True})
        except ClockStuck as stuck:
            return web.json_response({"error": str(stuck)}, status=504)
        return web.json_response(self._clock() | {"came": False})


# --- shapes -----------------------------------------------------------------------------------------------------------


def _resident(one: Resident) -> dict[str, Any]:
    part = "desk" if DESK in one.roles else "student" if STUDENTS in one.roles else "alum"
    return {"platform": one.platform, "user": one.user, "name": one.name, "zone": one.zone, "part": part} | {
        "about": one.about
    }


def _channel(channel: str, name: str, kind: str) -> dict[str, str]:
    return {"id": channel, "name": name, "kind": kind}


def _drawn(screen: Screen, payload: Any) -> dict[str, Any]:
    modal = screen.modal
    return {
        "messages": [_drawn_message(one) for one in screen.messages],
        "home": _drawn_message(screen.home) if screen.home else None,
        "modal": {
            "id": modal.id,
            "payload": payload,
            "filled": {item.id: item.value for item in modal.items if item.id},
            "errors": dict(modal.errors),
        }
        if modal
        else None,
    }


def _drawn_message(one: Message) -> dict[str, Any]:
    told = {"id": one.id, "channel": one.channel, "kind": one.kind, "at": one.at, "edited": one.edited}
    return told | {"payload": one.raw}


def _line(message: Message) -> str:
    """How a message begins, for a notification: the marks of markup gone."""
    first = next((line for line in (*message.lines, message.text) if line.strip()), "")
    words = re.sub(r"\*\*|__|\\(?=[^\w\s])", "", readable(first, {})).strip("*_ ")
    return words if len(words) <= PREVIEW else words[: PREVIEW - 1].rstrip() + "…"


def _sse(kind: str, told: Mapping[str, Any], number: int | None = None) -> str:
    begin = f"id: {number}\n" if number is not None else ""
    return f"{begin}event: {kind}\ndata: {json.dumps(told)}\n\n"


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _name(request: web.Request) -> str:
    return Path(request.query.get("name", "")).name or "file"


# --- the commands that a client offers --------------------------------------------------------------------------------


def _slack_commands() -> Iterator[dict[str, Any]]:
    """Slack lists what the app's manifest says: each command once; the words after it are what the app reads."""
    for command in COMMANDS:
        if command.bare:
            yield _offer(command.name, "", say(f"commands.{command.name}", FALLBACK))
        for sub in command.subs:
            about = f"commands.{command.name}_{sub.name}"
            yield _offer(command.name, sub.name, _said(about) or say(f"commands.{command.name}", FALLBACK), sub.asks)


def _said(key: str) -> str:
    """A phrase that a bare command's sub-commands don't have: on Discord they are choices without a description."""
    try:
        words = say(key, FALLBACK)
    except LookupError:
        return ""
    return "" if words == key else words


def _discord_commands(synced: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the bot has registered: sub-commands one by one, choices as further forms of the bare command."""
    for command in synced:
        options = command.get("options") or ()
        subs = [option for option in options if option["type"] == 1]
        for sub in subs:
            yield _offer(
                command["name"], sub["name"], sub["description"], [o["name"] for o in sub.get("options") or ()]
            )
        if not subs:
            yield _offer(command["name"], "", command["description"])
            for choice in (choice for option in options for choice in option.get("choices") or ()):
                yield _offer(command["name"], str(choice["value"]), command["description"])


def _offer(name: str, words: str, about: str, asks: Iterable[str] = ()) -> dict[str, Any]:
    return {"name": f"/{name}", "words": words, "about": about, "asks": list(asks)}


__all__ = ["Page", "closed_door"]
