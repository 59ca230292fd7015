"""The real Discord adapter in front of a pretend Discord, with a core that answers from a table."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from aiohttp import web
from discord.gateway import DiscordWebSocket

from adapters.core import Core
from adapters.discord import app, reply, sync
from adapters.discord.app import DiscordSide
from adapters.sandbox.discord import PretendDiscord
from adapters.sandbox.play import Message, Wire
from bot.conversation.gestures import Command, Gesture, Press, Submission
from bot.domain.people import Platform, Space
from bot.views.elements import (
    Button,
    Card,
    Choose,
    ChooseMany,
    FileIn,
    Form,
    Line,
    Option,
    Page,
    Paragraph,
    PressId,
    Shown,
    View,
)

TOKEN = "t" * 22
ASK = PressId("ask", TOKEN)
FORM = Form(
    "Ask Maya",
    PressId("send", TOKEN),
    "Send",
    (
        Page((Line("a", "A"), Paragraph("b", "B", value="so far"))),
        Page(
            (
                Choose("c", "C", tuple(Option(str(n), f"C{n}") for n in range(12))),
                ChooseMany("d", "D", (Option("1", "One"), Option("2", "Two"))),
                FileIn("f", "F", required=False),
            )
        ),
    ),
)
CARDS = View(
    "Two people",
    cards=(Card("Maya R.", "Nurse", (Button("Ask Maya", ASK),)), Card("Tom B.", "Baker")),
    buttons=(Button("Later", PressId("later")),),
)


@dataclass
class TableCore:
    """A Core that answers from a table, by verb or command, after a while if told so."""

    answers: dict[str, Shown | Exception] = field(default_factory=dict)
    forms: set[str] = field(default_factory=set)
    slow: float = 0.0
    heard: list[Gesture] = field(default_factory=list)
    admitted: tuple[Space, ...] = ()
    promise: View | None = None

    async def answer(self, gesture: Gesture) -> Shown:
        self.heard.append(gesture)
        await asyncio.sleep(self.slow)
        name = gesture.press.verb if isinstance(gesture, Press | Submission) else ""
        name = gesture.name if isinstance(gesture, Command) else name
        shown = self.answers.get(name, View(f"You said {name}"))
        if isinstance(shown, Exception):
            raise shown
        return shown

    async def space(self, platform: Platform, realm: str, app: str) -> Space | None:
        return next(
            (one for one in self.admitted if (one.platform, one.realm, one.app) == (platform, realm, app)), None
        )

    async def spaces(self, platform: Platform) -> tuple[Space, ...]:
        return tuple(one for one in self.admitted if one.platform is platform)

    def opens_form(self, verb: str) -> bool:
        return verb in self.forms

    async def gate(self, language: str) -> View:
        return View("Not here")

    async def promised(self, gesture: Gesture) -> View:
        assert self.promise is not None
        return self.promise

    async def sorry(self, language: str) -> View:
        return View("Sorry")


@dataclass
class Place:
    """The pretend Discord, the real adapter, and the core between."""

    discord: PretendDiscord
    side: DiscordSide
    core: TableCore
    wire: Wire

    def newest(self, user: str) -> Message:
        return self.discord.screen(user).messages[-1]

    def calls(self, what: str) -> int:
        return sum(event.what == f"call {what}" for event in self.wire.events)

    async def sees(self, user: str, words: str) -> Message:
        def look() -> Message | None:
            return next((one for one in self.discord.screen(user).messages if words in one.text), None)

        found = await until(look)
        assert isinstance(found, Message)
        return found


async def until(look: Callable[[], Any], seconds: float = 6.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    return found


def a_space(pretend: PretendDiscord, **changes: Any) -> Space:
    facts: dict[str, Any] = {
        "student_roles": frozenset({pretend.role_id("students")}),
        "coordinator_roles": frozenset({pretend.role_id("desk")}),
    }
    desk = pretend.channel_id("career-desk")
    return Space(Platform.DISCORD, pretend.guild_id, pretend.application_id, "Campus", desk, **(facts | changes))


@asynccontextmanager
async def at_discord(
    monkeypatch: pytest.MonkeyPatch, real: Callable[[PretendDiscord], Core] | None = None
) -> AsyncIterator[Place]:
    """Up, connected and synced; words stand for themselves, because this is not about the catalogue. `real` makes
    another core than the table."""
    monkeypatch.setattr(sync, "say", lambda key, language: key)
    if real is None:
        monkeypatch.setattr(reply, "say", lambda key, language: key)
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    wire = Wire()
    pretend = PretendDiscord(wire, time.time)
    runner, base = await serving(pretend)
    core = TableCore(admitted=(a_space(pretend),))
    side = building(real(pretend) if real else core, pretend.settings(base))
    try:
        await side.start()
        await side.sync()
        await until(side.connected)
        yield Place(pretend, side, core, wire)
    finally:
        await side.stop()
        await pretend.disconnect()
        await runner.cleanup()


async def serving(pretend: PretendDiscord) -> tuple[web.AppRunner, str]:
    server = web.Application(client_max_size=20_000_000)
    server.add_routes(list(pretend.routes()))
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def building(core: Core, environment: Mapping[str, str], *, token: str = "", **options: Any) -> DiscordSide:
    return app.build(
        core,
        token or environment["DISCORD_TOKEN"],
        api_url=environment["DISCORD_API_URL"],
        gateway_url=environment["DISCORD_GATEWAY_URL"],
        send_seconds=1.0,
        guild_ready_seconds=0.05,
        **options,
    )


def a_student(place: Place, name: str = "Priya Nair") -> str:
    return place.discord.add_person(name, roles=("students",))
