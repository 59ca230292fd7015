"""The sandbox's clock and its control API, over HTTP; a Bolt app stands in for the bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.clock import ClockStuck, SandboxClock
from adapters.sandbox.play import Cannot
from adapters.sandbox.player import Player, PlayerError
from adapters.sandbox.slack_forms import REQUIRED
from adapters.sandbox.town import Town
from tests.contract.slack_bot import until

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "in"},
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "go:1"}
            ],
        },
    ],
}


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    async with Town(clock=SandboxClock(START, frozen=True), platforms=("slack",)) as town:
        yield town


@pytest_asyncio.fixture
async def bot(town: Town) -> AsyncIterator[AsyncApp]:
    """Opens a form on /intro, says hello on /intro hello, and acks whatever else comes."""
    env = town.environment()
    client = AsyncWebClient(token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"], retry_handlers=[])
    app = AsyncApp(client=client, process_before_response=True)

    async def intro(ack: Any, body: dict[str, Any]) -> None:
        if body["text"] == "hello":
            await ack("Hello")
            return
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    async def nod(ack: Any) -> None:
        await ack()

    app.command("/intro")(intro)
    app.action("go")(nod)
    app.view("form")(nod)
    handler = AsyncSocketModeHandler(app, env["SLACK_APP_TOKEN"])
    await handler.connect_async()
    await until(town.slack.connected)
    yield app
    await handler.close_async()


# the clock


class Follower:
    """A bot's side of the clock: something falls due every hour, and is noted with its time."""

    def __init__(self, url: str, dues: list[datetime]) -> None:
        self.url, self.dues, self.done = url, sorted(dues), list[datetime]()

    async def follow(self) -> None:
        async with aiohttp.ClientSession() as session:
            version = -1
            while True:
                async with session.get(self.url, params={"after": version, "wait": 5}) as response:
                    said = await response.json()
                version, now = said["version"], datetime.fromisoformat(said["now"])
                while self.dues and self.dues[0] <= now:
                    self.dues.pop(0)
                    self.done.append(now)
                due = self.dues[0].isoformat() if self.dues else None
                await session.post(self.url, json={"seen": version, "next_due": due, "in_flight": 0})


async def test_a_moved_clock_stops_wherever_something_is_due(town: Town) -> None:
    dues = [START + timedelta(hours=h) for h in (1, 1, 30, 100)]
    follower = Follower(town.environment()["GROUNDS_SANDBOX_CLOCK"], list(dues))
    task = asyncio.create_task(follower.follow())
    await until(town.clock.followed)
    await town.clock.move(timedelta(hours=50))
    assert follower.done == dues[:3]
    assert town.clock.now() == START + timedelta(hours=50)
    task.cancel()


async def test_a_clock_that_has_settled_moves_on_without_waiting_once_more(town: Town) -> None:
    dues = [START + timedelta(hours=h) for h in (1, 30, 100)]
    follower = Follower(town.environment()["GROUNDS_SANDBOX_CLOCK"], list(dues))
    task = asyncio.create_task(follower.follow())
    await until(town.clock.followed)
    await town.clock.settle()
    settled = town.clock.version
    await town.clock.move_to(START + timedelta(hours=50), at_rest=True)
    assert follower.done == dues[:2]
    assert town.clock.now() == START + timedelta(hours=50)
    assert town.clock.version == settled + 3  # two stops, and the end
    task.cancel()


async def test_a_clock_that_nobody_follows_jumps_and_one_that_is_stuck_says_so(town: Town) -> None:
    await town.clock.move(timedelta(days=7))
    assert town.clock.now() == START + timedelta(days=7)
    url = town.environment()["GROUNDS_SANDBOX_CLOCK"]
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"seen": 0, "next_due": None, "in_flight": 2})
        assert (await session.post(url, json={"seen": "x"})).status == 400
    with pytest.raises(ClockStuck, match="in_flight=2"):
        await town.clock.move(timedelta(days=1), timeout=0.1)
    with pytest.raises(ValueError, match="forward"):
        await town.clock.move(timedelta(days=-1))


async def test_a_bot_that_was_killed_is_not_waited_for(town: Town) -> None:
    url = town.environment()["GROUNDS_SANDBOX_CLOCK"]
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"seen": 0, "next_due": None, "in_flight": 1, "who": "a"})
        poll = asyncio.create_task(session.get(url, params={"after": 0, "wait": 30, "who": "a"}))
        await asyncio.sleep(0.05)
        poll.cancel()
    await town.clock.move(timedelta(days=1), timeout=3)
    assert town.clock.now() == START + timedelta(days=1)


# the control API


async def test_a_player_in_another_process_sees_the_same(town: Town, bot: AsyncApp) -> None:
    async with Player(town.base, town.token) as player:
        maya = await player.add_person("slack", "Maya Ito", roles=("desk",))
        assert [p["name"] for p in await player.people()] == ["Maya Ito"]
        assert await player.connected() == {"slack": True}
        assert (await player.command("slack", maya, "/intro")).acked
        assert await player.screen("slack", maya) == town.slack.screen(maya)
        assert (await player.submit("slack", maya, {"why": ""})).errors == {"why": REQUIRED}
        assert (await player.press("slack", maya, "Go")).acked
        assert (await player.submit("slack", maya, {"why": "Because"})).acked
        await player.command("slack", maya, "/intro", "hello")
        assert await player.screen("slack", maya) == town.slack.screen(maya)
        with pytest.raises(Cannot, match="no button"):
            await player.press("slack", maya, "Nothing")
        with pytest.raises(PlayerError, match="forward"):
            await player.wait(timedelta(seconds=-1))
        assert await player.wait(timedelta(hours=1)) == START + timedelta(hours=1)
        assert (await player.wire())[-1].what == "shown"


async def test_the_control_is_kept_from_other_pages_and_bad_input_gets_a_sentence(town: Town) -> None:
    good = {"X-Sandbox-Token": town.token}
    async with aiohttp.ClientSession() as session:

        async def status(path: str, body: Any = None, **headers: str) -> int:
            call = session.get if body is None else session.post
            more = {} if body is None else {"json": body}
            async with call(town.base + path, headers=headers, **more) as response:
                assert "Traceback" not in await response.text()
                return response.status

        assert await status("/control/people") == 403
        assert await status(f"/control/people?token={town.token}") == 200
        assert await status("/control/people", **good, Host="grounds.example") == 403
        assert await status("/control/people", **good, Origin="http://evil.example") == 403
        assert await status("/clock", Host="grounds.example") == 403
        assert await status("/control/command", {"platform": "slack"}, **good) == 400
        assert await status("/control/command", [], **good) == 400
        assert await status("/control/screen?platform=irc&user=U1", **good) == 409
        assert await status("/control/clock", {"by_seconds": "soon"}, **good) == 400
        assert await status("/control/trouble", {"platform": "slack", "kind": "fire"}, **good) == 409
