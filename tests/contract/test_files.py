"""A file on its way out: three calls in Slack, one message in Discord, and what becomes of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web

from adapters.core import Delivered, HeldBack, Outcome, Outgoing, Unclear, Undeliverable
from adapters.sandbox.play import Message, Wire
from adapters.sandbox.slack import PretendSlack
from adapters.slack import files
from adapters.slack.messenger import SlackMessenger
from bot.domain.messages import Address, Kind, MessageId
from bot.domain.people import Platform
from bot.views.elements import Attachment, View
from tests.contract.discord_place import TOKEN, Place, a_student, at_discord

CONTENT = "BEGIN:VCALENDAR\r\nSUMMARY:A talk with Zoë & <Maya>\r\nEND:VCALENDAR\r\n".encode()
VIEW = View(text="For your calendar: a talk with <Maya> & you.", file=Attachment("talk.ics", CONTENT, "text/calendar"))


def a_line(platform: Platform, user: str, realm: str = "") -> Outgoing:
    return Outgoing(MessageId(1), Kind.FILE, Address(platform, realm, user), VIEW, TOKEN, 1, "w")


# --- Slack -----------------------------------------------------------------------------------------------------------

CALLS = ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"]


@dataclass
class Workspace:
    slack: PretendSlack
    messenger: SlackMessenger
    user: str
    wire: Wire

    async def send(self) -> Outcome:
        return await self.messenger.send(a_line(Platform.SLACK, self.user, self.slack.team_id))

    def seen(self) -> tuple[Message, ...]:
        return self.slack.screen(self.user).messages

    def calls(self) -> list[str]:
        return [event.what.removeprefix("call ") for event in self.wire.events if event.what.startswith("call ")]


@asynccontextmanager
async def at_slack() -> AsyncIterator[Workspace]:
    wire = Wire()
    slack = PretendSlack(wire, time.time)
    app = web.Application()
    app.add_routes(slack.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = slack.settings(f"http://127.0.0.1:{runner.addresses[0][1]}")
    messenger = SlackMessenger(settings["SLACK_BOT_TOKEN"], settings["SLACK_API_URL"], timeout=2)
    yield Workspace(slack, messenger, slack.add_person("Priya Shah"), wire)
    await runner.cleanup()


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with at_slack() as here:
        yield here


async def test_slack_takes_a_file_in_three_calls_and_it_can_be_taken_back(workspace: Workspace) -> None:
    outcome = await workspace.send()

    [message] = workspace.seen()
    [shown] = message.raw["files"]
    assert workspace.calls() == CALLS
    assert isinstance(outcome, Delivered)
    assert outcome.copy.message == shown["id"]
    assert workspace.slack.file(shown["id"]) == ("talk.ics", CONTENT, "application/octet-stream")
    assert message.raw["text"] == "For your calendar: a talk with &lt;Maya&gt; &amp; you."

    assert await workspace.messenger.take_back(outcome.copy)
    assert workspace.slack.file(shown["id"]) is None
    assert await workspace.messenger.take_back(outcome.copy)


@pytest.mark.parametrize("call", CALLS)
async def test_slack_s_429_is_obeyed_at_each_of_them(workspace: Workspace, call: str) -> None:
    workspace.slack.trouble("rate_limited", seconds=7, on=call)

    assert await workspace.send() == HeldBack(7.0)
    assert workspace.seen() == ()


@pytest.mark.parametrize("trouble", ["server_error", "cut", "lose_answer"])
@pytest.mark.parametrize("call", CALLS[:2])
async def test_until_it_is_shared_nothing_is_unclear(workspace: Workspace, call: str, trouble: str) -> None:
    workspace.slack.trouble(trouble, on=call)

    assert await workspace.send() == HeldBack(5.0, failed=call != CALLS[0])
    assert workspace.seen() == ()


@pytest.mark.parametrize("trouble", ["server_error", "cut", "lose_answer"])
async def test_whether_it_was_shared_may_be_unclear(workspace: Workspace, trouble: str) -> None:
    workspace.slack.trouble(trouble, on=CALLS[2])

    assert isinstance(await workspace.send(), Unclear)
    assert len(workspace.seen()) == (1 if trouble == "lose_answer" else 0)


async def test_a_slow_slack_is_given_up_before_the_sharing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PUT_SECONDS", 0.1)
    workspace.slack.trouble("slow", seconds=0.5, on=CALLS[1])

    assert await workspace.send() == HeldBack(5.0, failed=True)
    assert CALLS[2] not in workspace.calls()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(429, HeldBack(3.0)), (503, HeldBack(5.0, failed=True)), (404, Undeliverable("refused"))],
    ids=["too many", "broken", "refused"],
)
async def test_bytes_that_are_not_taken(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, status: int, outcome: Outcome
) -> None:
    async def not_put(client: object, file: object) -> str:
        raise files.NotPut(status, 3.0)

    monkeypatch.setattr(files, "put", not_put)

    assert await workspace.send() == outcome


async def test_a_place_that_is_none_takes_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    client = workspace.messenger._client

    async def nowhere(**_: object) -> dict[str, str]:
        return {"upload_url": f"{client.base_url.removesuffix('api/')}upload/F0", "file_id": "F0"}

    monkeypatch.setattr(client, "files_getUploadURLExternal", nowhere)

    assert await workspace.send() == Undeliverable("refused")
    assert CALLS[2] not in workspace.calls()


async def test_who_has_left_slack_gets_none(workspace: Workspace) -> None:
    workspace.slack.trouble("left", workspace.user)

    assert await workspace.send() == Undeliverable("gone")
    assert workspace.calls() == CALLS[:1]


async def test_without_the_right_to_write_files_it_is_no_access(workspace: Workspace) -> None:
    workspace.slack._api.scopes = frozenset({"chat:write", "im:write"})

    assert await workspace.send() == Undeliverable("no_access")


# --- Discord ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with at_discord(monkeypatch) as here:
        yield here


async def test_discord_takes_a_file_with_its_message(place: Place) -> None:
    user = a_student(place)

    outcome = await place.side.messenger.send(a_line(Platform.DISCORD, user))

    message = place.newest(user)
    [shown] = message.raw["attachments"]
    assert isinstance(outcome, Delivered)
    assert outcome.copy.message == message.id
    assert (shown["filename"], place.discord.world.files[shown["id"]].content) == ("talk.ics", CONTENT)
    await place.side.messenger.send(a_line(Platform.DISCORD, user))
    assert len(place.discord.screen(user).messages) == 1, "the same line again is the same message"
    assert await place.side.messenger.take_back(outcome.copy)
    assert place.discord.screen(user).messages == ()


@pytest.mark.parametrize("trouble", ["server_error", "cut", "lose_answer"])
async def test_whether_discord_showed_it_may_be_unclear(place: Place, trouble: str) -> None:
    user = a_student(place)
    await place.side.messenger.send(a_line(Platform.DISCORD, user))
    place.discord.trouble(trouble, user, times=5)

    outcome = await place.side.messenger.send(
        Outgoing(MessageId(2), Kind.FILE, Address(Platform.DISCORD, "", user), VIEW, "u" * 22, 1, "w")
    )

    assert isinstance(outcome, Unclear)


async def test_discord_s_429_holds_a_file_back(place: Place) -> None:
    user = a_student(place)
    place.discord.trouble("rate_limited", user, seconds=7.5)

    assert await place.side.messenger.send(a_line(Platform.DISCORD, user)) == HeldBack(7.5)


@pytest.mark.parametrize(("trouble", "reason"), [("closed_dms", "closed"), ("left", "gone")])
async def test_who_can_not_be_reached_on_discord_gets_none(place: Place, trouble: str, reason: str) -> None:
    user = a_student(place)
    place.discord.trouble(trouble, user)

    assert await place.side.messenger.send(a_line(Platform.DISCORD, user)) == Undeliverable(reason)
