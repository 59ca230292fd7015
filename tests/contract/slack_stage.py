"""The real Slack adapter, over its real wire, before the pretend Slack; the core is a table of answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from adapters.core import Delivered, Outgoing
from adapters.sandbox.play import Wire
from adapters.sandbox.slack import PretendSlack
from adapters.slack.app import SlackSide, build
from bot.conversation.gestures import Command, Gesture, Opened, Press, Submission
from bot.domain.messages import Address, Kind, MessageId
from bot.domain.people import Platform, Space
from bot.views.elements import Button, Form, Line, Page, PressId, Shown, View

GATE = View("Not here", "This is for Northfield.")
SORRY = View("Sorry", "Nothing was lost.")
FORM = Form("Ask Maya", PressId("ask", "a" * 22), "Send", (Page((Line("topic", "Topic"), Line("note", "Note"))),))
SECOND = Form("And a line", PressId("about", "b" * 22), "Send", (Page((Line("about", "About you"),)),))
DOORWAY = View("Ask somebody", buttons=(Button("Find", PressId("find")), Button("Mine", PressId("mine"))))


def what(gesture: Gesture) -> str:
    """The word under which the table has an answer: a command's first word, a verb, or `opened`."""
    match gesture:
        case Command():
            return f"/{gesture.name} {gesture.words}".strip()
        case Press() | Submission():
            return gesture.press.verb
        case Opened():
            return "opened"


@dataclass
class TableCore:
    """A Core that answers from a table and remembers what it was asked."""

    admitted: list[Space]
    answers: dict[str, Shown | Exception] = field(default_factory=dict)
    asked: list[Gesture] = field(default_factory=list)
    takes: float = 0.0
    promises: dict[str, View] = field(default_factory=dict)

    async def answer(self, gesture: Gesture) -> Shown:
        self.asked.append(gesture)
        await asyncio.sleep(self.takes)
        answer = self.answers[what(gesture)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def space(self, platform: Platform, realm: str, app: str) -> Space | None:
        return next((s for s in self.admitted if (s.platform, s.realm, s.app) == (platform, realm, app)), None)

    async def spaces(self, platform: Platform) -> tuple[Space, ...]:
        return tuple(space for space in self.admitted if space.platform is platform)

    def opens_form(self, verb: str) -> bool:
        return isinstance(self.answers.get(verb), Form)

    async def gate(self, language: str) -> View:
        return GATE

    async def promised(self, gesture: Gesture) -> View:
        await asyncio.sleep(self.takes)
        return self.promises[what(gesture)]

    async def sorry(self, language: str) -> View:
        return SORRY


@dataclass
class Stage:
    slack: PretendSlack
    core: TableCore
    side: SlackSide
    user: str
    wire: Wire

    def calls(self) -> list[str]:
        return [event.what.removeprefix("call ") for event in self.wire.events if event.what.startswith("call ")]

    def last(self, user=""):
        return self.slack.screen(user or self.user).messages[-1]

    def line(self, view, *, user="", channel="") -> Outgoing:
        address = Address(Platform.SLACK, self.slack.team_id, "" if channel else user or self.user, channel)
        return Outgoing(MessageId(1), Kind.NEWS, address, view, "tok" * 7, 1, "w")

    async def doorway(self):
        """The doorway card in a channel."""
        channel = self.slack.channel_id("ask-an-alum")
        assert isinstance(await self.side.messenger.send(self.line(DOORWAY, channel=channel)), Delivered)


@asynccontextmanager
async def a_pretend_slack(name: str) -> AsyncIterator[tuple[PretendSlack, Wire, Mapping[str, str], Space]]:
    """Served on this machine until the end of the block: with its wire, the settings that lead to it, and its Space."""
    wire = Wire()
    slack = PretendSlack(wire, time.time)
    app = web.Application()
    app.add_routes(slack.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    space = Space(
        Platform.SLACK, slack.team_id, slack.app_id, name, slack.channel_id("career-desk"),
        student_roles=frozenset({slack.group_id("students")}), coordinator_roles=frozenset({slack.group_id("desk")}),
    )  # fmt: skip
    try:
        yield slack, wire, slack.settings(f"http://127.0.0.1:{runner.addresses[0][1]}"), space
    finally:
        await runner.cleanup()


@asynccontextmanager
async def a_stage() -> AsyncIterator[Stage]:
    """Until the end of the block."""
    async with a_pretend_slack("Northfield") as (slack, wire, settings, space):
        core = TableCore([space])
        side = build(
            core,
            bot_token=settings["SLACK_BOT_TOKEN"],
            app_token=settings["SLACK_APP_TOKEN"],
            api_url=settings["SLACK_API_URL"],
            rights_kept_seconds=0.0,
        )
        user = slack.add_person("Priya Shah", zone="Europe/Paris", roles=["students"])
        await side.start()
        try:
            yield Stage(slack, core, side, user, wire)
        finally:
            await side.stop()
