"""Either real adapter, in front of its pretend platform, with the real core on a real database, all in one process."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
from discord.gateway import DiscordWebSocket

from adapters.core import Outgoing
from adapters.discord import rights as discord_rights
from adapters.sandbox.discord import PretendDiscord
from adapters.sandbox.play import Message, Modal, Wire
from adapters.settings import Database
from adapters.slack.app import build as build_slack
from adapters.workroom import NotDone, Workroom
from bot.conversation import answer as front_door
from bot.conversation.gestures import Gesture, Submission
from bot.domain.messages import Address, Kind, MessageId
from bot.domain.people import Handle, Person, Platform, Space
from bot.use_cases import post
from bot.use_cases.matcher import Matcher
from bot.views.elements import Shown, View
from storage.engine import Store
from tests.contract.discord_place import building, serving, until
from tests.contract.slack_stage import a_pretend_slack
from tests.world import run_task

WORKER = "w"
BEGIN = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
"""A Monday at nine."""


@dataclass
class WholeCore:
    """What `adapters.core.Core` promises, without threads: the front door on a store, and a clock that stands still."""

    store: Store
    now: datetime = BEGIN
    matcher: Matcher = field(default_factory=Matcher)
    database: Database | None = None
    room: Workroom = field(default_factory=Workroom)
    work: str = "adapters.looking:look"

    async def answer(self, gesture: Gesture) -> Shown:
        if self.matcher.is_stale:
            with self.store.read() as reading:
                self.matcher.refresh(reading)
        shown: Shown | None = None
        if not isinstance(gesture, Submission):
            with self.store.read() as reading:
                shown = front_door.opening(gesture, reading, self.now, self.matcher)
        return shown or front_door.answer(gesture, self.store.begin, self.now, self.matcher)

    async def promised(self, gesture: Gesture) -> View:
        try:
            found: View | None = await self.room.do(self.work, self.database, gesture, self.now)
        except NotDone:
            found = None
        return found or front_door.not_done(gesture)

    async def space(self, platform: Platform, realm: str, app: str) -> Space | None:
        with self.store.read() as reading:
            return reading.places.space(platform, realm, app)

    async def spaces(self, platform: Platform) -> tuple[Space, ...]:
        with self.store.read() as reading:
            return tuple(space for space in reading.places.spaces() if space.platform is platform)

    def opens_form(self, verb: str) -> bool:
        return front_door.opens_form(verb)

    async def gate(self, language: str) -> View:
        return front_door.gate(language)

    async def sorry(self, language: str) -> View:
        return front_door.sorry(language)


@dataclass
class Desk:
    """One platform, up and connected."""

    platform: Platform
    pretend: Any
    side: Any
    core: WholeCore
    space: Space
    wire: Wire
    presses: int = 0

    def handle(self, user: str) -> Handle:
        return Handle(self.platform, "" if self.platform is Platform.DISCORD else self.space.realm, user)

    def known(self, user: str) -> Person:
        with self.core.store.read() as reading:
            person = reading.people.by_handle(self.handle(user))
        assert person is not None
        return person

    async def deliver(self) -> None:
        """Everything due goes out, over the platform's own messenger."""
        while True:
            with self.core.store.begin() as uow:
                got = post.collect(uow, self.core.now, self.core.now, worker=WORKER, lease_seconds=30, most=50)
                uow.commit()
            for task in got.tasks:
                run_task(self.core.store, task, self.core.now, WORKER)
            for posting in got.postings:
                line = posting.message
                assert line.id is not None
                sent = Outgoing(line.id, line.kind, posting.address, posting.view, line.token, posting.attempt, WORKER)
                outcome = await self.side.messenger.send(sent)
                with self.core.store.begin() as uow:
                    post.settle(uow, [(posting, outcome)], self.core.now, self.core.now, worker=WORKER)
                    uow.commit()
            if not got.claimed:
                return

    async def hang(self, view: View, *, user: str = "", channel: str = "ask-an-alum") -> None:
        """A message with these buttons, in a channel or in somebody's DM."""
        realm = "" if self.platform is Platform.DISCORD else self.space.realm
        where = "" if user else self.pretend.channel_id(channel)
        if where and self.platform is Platform.DISCORD:
            realm = self.space.realm
        token = f"{time.monotonic_ns():022}"[-22:]
        address = Address(self.platform, realm, user, where)
        await self.side.messenger.send(Outgoing(MessageId(1), Kind.NEWS, address, view, token, 1, WORKER))

    async def command(self, user: str, words: str, *, channel: str = "") -> None:
        self.presses += 1
        name, _, rest = words.partition(" ")
        where = self.pretend.channel_id(channel) if channel else ""
        reaction = await self.pretend.command(user, name, rest, channel=where)
        assert reaction.acked, reaction.why
        await self.deliver()

    async def press(self, user: str, label: str) -> None:
        """The newest button that begins so."""
        self.presses += 1
        shown = [button for message in reversed(self.messages(user)) for button in message.buttons]
        found = next((button for button in shown if button.label.startswith(label)), None)
        assert found is not None, f"no {label!r} among {[button.label for button in shown]}"
        await self.press_id(user, found.id)

    async def press_id(self, user: str, button: str) -> None:
        reaction = await self.pretend.press(user, button)
        assert reaction.acked, reaction.why
        await self.deliver()

    async def submit(self, user: str, **values: Any) -> None:
        self.presses += 1
        reaction = await self.pretend.submit(user, values)
        assert reaction.acked, reaction.why
        await self.deliver()

    def messages(self, user: str) -> tuple[Message, ...]:
        found: tuple[Message, ...] = self.pretend.screen(user).messages
        return found

    def modal(self, user: str) -> Modal | None:
        found: Modal | None = self.pretend.screen(user).modal
        return found

    def newest(self, user: str) -> str:
        """Everything that can be read in the newest message."""
        return readable(self.messages(user)[-1])

    def sees(self, user: str, words: str) -> bool:
        return any(words in readable(message) for message in self.messages(user))

    def file(self, name: str, text: str) -> str:
        if self.platform is Platform.SLACK:
            return str(self.pretend.put_file(name, text.encode()))
        return str(self.pretend.put_file(name, text.encode(), "text/csv"))


def readable(message: Message) -> str:
    """All of it, without the marks of either platform."""
    return "\n".join((message.text, *message.lines)).replace("*", "").replace("\\", "")


@asynccontextmanager
async def a_desk(platform: Platform, store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """The platform with its adapter; the store has the campus."""
    async with at_slack(store) if platform is Platform.SLACK else at_discord(store, monkeypatch) as desk:
        yield desk


@asynccontextmanager
async def at_slack(store: Store) -> AsyncIterator[Desk]:
    async with a_pretend_slack("Slack") as (slack, wire, settings, space):
        core = _core(store, space)
        side = build_slack(
            core,
            bot_token=settings["SLACK_BOT_TOKEN"],
            app_token=settings["SLACK_APP_TOKEN"],
            api_url=settings["SLACK_API_URL"],
            rights_kept_seconds=0.0,
        )
        await side.start()
        try:
            yield Desk(Platform.SLACK, slack, side, core, space, wire)
        finally:
            await side.stop()
            await core.room.close()


@asynccontextmanager
async def at_discord(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr(discord_rights, "KEPT_SECONDS", 0.0)
    wire = Wire()
    pretend = PretendDiscord(wire, time.time)
    runner, base = await serving(pretend)
    space = Space(
        Platform.DISCORD, pretend.guild_id, pretend.application_id, "Discord", pretend.channel_id("career-desk"),
        student_roles=frozenset({pretend.role_id("students")}), coordinator_roles=frozenset({pretend.role_id("desk")}),
    )  # fmt: skip
    core = _core(store, space)
    side = building(core, pretend.settings(base))
    try:
        await side.start()
        await side.sync()
        await until(side.connected)
        yield Desk(Platform.DISCORD, pretend, side, core, space, wire)
    finally:
        await side.stop()
        await core.room.close()
        await pretend.disconnect()
        await runner.cleanup()


def _core(store: Store, space: Space) -> WholeCore:
    with store.begin() as uow:
        uow.places.admit(space)
        uow.commit()
    return WholeCore(store)
