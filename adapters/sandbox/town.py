"""The sandbox as one server on loopback: both pretend platforms, the clock, and the control API beside them.

A page on loopback can be reached from any other web page in the same browser. So every request must name a loopback
Host and come from no other Origin, and whatever plays people (/control, and the page) wants the token as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from importlib import import_module
from inspect import isawaitable
from typing import Self

from aiohttp import web

from .clock import SandboxClock
from .control import Control
from .page import Page, closed_door
from .play import Cannot, Pretend, Wire
from .slack import PretendSlack

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
TOKEN_HEADER = "X-Sandbox-Token"
GUARDED = ("/control", "/page")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Resident:
    """Somebody who was added through the town, as the page lists them. `about` is a line to tell them apart by."""

    platform: str
    user: str
    name: str
    zone: str
    roles: tuple[str, ...]
    traits: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True)
class TakenIn:
    """What came of a roster that somebody loaded: how many can be played now, and what was wrong, in sentences."""

    people: int
    rows: int
    problems: tuple[str, ...] = ()
    refused: bool = False
    """The file as a whole could not be used."""


RosterDoor = Callable[[str, bytes], Awaitable[TakenIn]]


class Town:
    """Wire, clock, Slack, Discord and control on one port. `port` 0 takes any; `base` is known after `start()`.

    `platforms` limits what is built; `pages` are further routes for whoever puts a page beside it (guarded by the token
    when they lie under /page).
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: SandboxClock | None = None,
        token: str = "",
        platforms: Sequence[str] = ("slack", "discord"),
        pages: Iterable[web.AbstractRouteDef] = (),
    ) -> None:
        self.wire = Wire()
        self.clock = clock or SandboxClock()
        self.token = token or secrets.token_urlsafe(24)
        self.base = ""
        self.slack = PretendSlack(self.wire, self.clock.unix)
        self.pretends: dict[str, Pretend] = {}
        if "slack" in platforms:
            self.pretends["slack"] = self.slack
        if "discord" in platforms:
            self.pretends["discord"] = self._discord()
        self.residents: list[Resident] = []
        self.take_in: RosterDoor | None = None
        """Lets in a roster's people, given a file's name and bytes. Whoever made the database sets it."""
        self._port, self._pages = port, tuple(pages)
        self._runner: web.AppRunner | None = None

    def _discord(self) -> Pretend:
        """Built late, so that who plays Slack alone needs nothing of Discord's."""
        pretend: Pretend = import_module("adapters.sandbox.discord").PretendDiscord(self.wire, self.clock.unix)
        return pretend

    async def start(self) -> None:
        """Open the port."""
        app = web.Application(middlewares=[self._guard], client_max_size=20 * 1024 * 1024)
        app.router.add_routes(self.clock.routes())
        for pretend in self.pretends.values():
            app.router.add_routes(pretend.routes())
        app.router.add_routes(Control(self).routes())
        app.router.add_routes(Page(self).routes())
        app.router.add_routes(self._pages)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        self.environment()  # tells the platforms where they are

    async def stop(self) -> None:
        """Close the port and whatever is connected."""
        for pretend in self.pretends.values():
            if close := getattr(pretend, "close", None):
                await close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    def environment(self) -> dict[str, str]:
        """The settings that point a bot at this town."""
        settings = {"GROUNDS_SANDBOX_CLOCK": f"{self.base}/clock"}
        for pretend in self.pretends.values():
            settings |= pretend.settings(self.base)
        return settings

    def pretend(self, platform: str) -> Pretend:
        if platform not in self.pretends:
            raise Cannot(f"There is no {platform!r} here, only {' and '.join(self.pretends)}.")
        return self.pretends[platform]

    def add_person(
        self,
        platform: str,
        name: str,
        *,
        user_id: str = "",
        zone: str = "Europe/London",
        roles: Sequence[str] = (),
        traits: Mapping[str, bool] | None = None,
        about: str = "",
    ) -> str:
        """Somebody joins a platform, and the list of people the page shows."""
        chosen = {trait: True for trait, on in (traits or {}).items() if on}
        user = self.pretend(platform).add_person(name, user_id=user_id, zone=zone, roles=roles, **chosen)
        self.residents.append(Resident(platform, user, name, zone, tuple(roles), tuple(chosen), about))
        return user

    async def dismiss(self, platform: str, user: str) -> None:
        """Close the open form without sending it."""
        dismiss = getattr(self.pretend(platform), "dismiss", None)
        if dismiss is None:
            raise Cannot("Forms can't be closed there.")
        closed = dismiss(user)
        if isawaitable(closed):
            await closed

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host.rsplit(":", 1)[0] not in LOOPBACK:
            raise web.HTTPForbidden(text="Only on this machine.")
        if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Not from another page.")
        if request.path.startswith(GUARDED):
            token = request.headers.get(TOKEN_HEADER) or request.query.get("token", "")
            if not compare_digest(token.encode(), self.token.encode()):
                if request.path == "/page":
                    return closed_door()
                raise web.HTTPForbidden(text="The token is missing or wrong.")
        return await handler(request)
