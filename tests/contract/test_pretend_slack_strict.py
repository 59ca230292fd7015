"""What the pretend Slack refuses, and how it misbehaves when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Cannot, Wire
from adapters.sandbox.slack import PretendSlack
from adapters.sandbox.slack_state import SlackSays
from adapters.sandbox.slack_tickets import Triggers
from adapters.sandbox.town import Town
from tests.contract.slack_bot import (
    Bot,
    actions,
    button,
    choice,
    entry,
    line,
    modal,
    option,
    plain,
    refused,
    section,
    until,
    whats,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    async with Town(clock=SandboxClock(START, frozen=True), platforms=("slack",)) as town:
        yield town


@pytest_asyncio.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    bot = Bot(town)
    await bot.handler.connect_async()
    await until(town.slack.connected)
    yield bot
    await bot.handler.close_async()


@pytest.fixture
def priya(town: Town) -> str:
    return town.slack.add_person("Priya Nair", roles=("students",))


# what Slack refuses

BAD_MESSAGES: list[tuple[str, dict[str, Any], str]] = [
    ("nothing", {}, "no_text"),
    ("too long a text", {"text": "x" * 40_001}, "msg_too_long"),
    ("51 blocks", {"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ("a long header", {"blocks": [{"type": "header", "text": plain("x" * 151)}]}, "invalid_blocks"),
    ("a long section", {"blocks": [section("x" * 3001)]}, "invalid_blocks"),
    ("an empty text", {"blocks": [section("")]}, "invalid_blocks"),
    ("a long field", {"blocks": [{"type": "section", "fields": [plain("x" * 2001)]}]}, "invalid_blocks"),
    ("11 fields", {"blocks": [{"type": "section", "fields": [plain("x")] * 11}]}, "invalid_blocks"),
    ("a long label", {"blocks": [actions(button("x" * 76, "v"))]}, "invalid_blocks"),
    ("a long value", {"blocks": [actions(button("x", "v" * 2001))]}, "invalid_blocks"),
    ("an unknown style", {"blocks": [actions(button("x", "v", style="loud"))]}, "invalid_blocks"),
    ("an unknown key", {"blocks": [actions(button("x", "v", colour="red"))]}, "invalid_blocks"),
    ("an unknown block", {"blocks": [{"type": "data_table"}]}, "invalid_blocks"),
    (
        "one action_id twice",
        {"blocks": [{"type": "actions", "elements": [button("x", "1"), button("y", "2")]}]},
        "invalid_blocks",
    ),
    (
        "one block_id twice",
        {"blocks": [{**section("x"), "block_id": "b"}, {**section("y"), "block_id": "b"}]},
        "invalid_blocks",
    ),
    ("too much in all", {"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
    ("metadata without payload", {"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
]


@pytest.mark.parametrize(("body", "error"), [case[1:] for case in BAD_MESSAGES], ids=[case[0] for case in BAD_MESSAGES])
async def test_a_message_that_slack_would_refuse_is_refused(
    town: Town, priya: str, body: dict[str, Any], error: str
) -> None:
    client = Bot(town).client
    assert await refused(client.chat_postMessage(channel=priya, **body)) == error
    assert town.slack.screen(priya).messages == ()


BAD_VIEWS: list[tuple[str, dict[str, Any]]] = [
    ("a long title", modal(section("x"), title=plain("x" * 25))),
    ("a long submit", modal(section("x"), submit=plain("x" * 25))),
    ("long metadata", modal(section("x"), private_metadata="x" * 3001)),
    ("101 blocks", modal(*[{"type": "divider"}] * 101)),
    ("inputs without submit", {k: v for k, v in modal(entry("q", "Q", line())).items() if k != "submit"}),
    ("one block_id twice", modal(entry("q", "Q", line()), entry("q", "R", line()))),
    ("a long option", modal(entry("q", "Q", choice("static_select", "x" * 76)))),
    ("11 checkboxes", modal(entry("q", "Q", choice("checkboxes", *map(str, range(11)))))),
    ("101 options", modal(entry("q", "Q", choice("static_select", *map(str, range(101)))))),
    ("an initial option not offered", modal(entry("q", "Q", choice("static_select", "a", initial_option=option("b"))))),
    ("a long input", modal(entry("q", "Q", line(max_length=3001)))),
    ("a long hint", modal(entry("q", "Q", line(), hint=plain("x" * 2001)))),
    ("a long action_id", modal(entry("q", "Q", {**line(), "action_id": "x" * 256}))),
    ("a button as input", modal(entry("q", "Q", button("x", "v")))),
]


@pytest.mark.parametrize("view", [case[1] for case in BAD_VIEWS], ids=[case[0] for case in BAD_VIEWS])
async def test_a_view_that_slack_would_refuse_is_refused_and_the_trigger_kept(
    town: Town, bot: Bot, priya: str, view: dict[str, Any]
) -> None:
    seen: list[str] = []

    async def open_it(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append(await refused(bot.client.views_open(trigger_id=body["trigger_id"], view=view)))
        await bot.client.views_open(trigger_id=body["trigger_id"], view=modal(section("Fine")))
        seen.append(await refused(bot.client.views_open(trigger_id=body["trigger_id"], view=modal(section("Fine")))))

    bot.does["command"] = open_it
    await town.slack.command(priya, "/intro")
    await until(lambda: len(seen) == 2)
    assert seen == ["invalid_arguments", "exchanged_trigger_id"]


async def test_who_and_where_must_exist(town: Town, priya: str) -> None:
    client = Bot(town).client
    robot = town.slack.add_person("Robot", bot=True)
    assert await refused(client.chat_postMessage(channel="C0NOWHERE", text="x")) == "channel_not_found"
    assert await refused(client.users_info(user="U0NOBODY")) == "user_not_found"
    assert await refused(client.conversations_open(users=robot)) == "cannot_dm_bot"
    assert await refused(client.chat_update(channel=priya, ts="1", text="x")) == "channel_not_found"
    assert await refused(client.api_call("chat.teleport")) == "unknown_method"
    stranger = AsyncWebClient(token="xoxb-other", base_url=client.base_url)
    assert await refused(stranger.auth_test()) == "invalid_auth"
    assert await refused(AsyncWebClient(base_url=client.base_url).auth_test()) == "not_authed"


async def test_a_trigger_is_good_for_three_seconds() -> None:
    wall = [0.0]
    triggers = Triggers(lambda: wall[0])
    trigger = triggers.new("U1")
    wall[0] = 3.0
    assert triggers.look(trigger).user == "U1"
    wall[0] = 3.01
    with pytest.raises(SlackSays, match="expired_trigger_id"):
        triggers.look(trigger)


async def test_a_bot_that_does_not_answer_in_time_leaves_the_person_with_a_failure(
    town: Town, bot: Bot, priya: str
) -> None:
    late: list[str] = []

    async def dawdle(ack: Any, body: dict[str, Any]) -> None:
        await asyncio.sleep(3.1)
        late.append(await refused(bot.client.views_open(trigger_id=body["trigger_id"], view=modal(section("x")))))
        await ack()

    bot.does["command"] = dawdle
    reaction = await town.slack.command(priya, "/intro")
    assert (reaction.acked, reaction.why) == (False, "operation_timed_out")
    await until(lambda: "acked late" in whats(town))
    assert late == ["expired_trigger_id"]


async def test_without_a_bot_nothing_is_acked(town: Town, priya: str) -> None:
    reaction = await town.slack.command(priya, "/intro")
    assert (reaction.acked, reaction.why) == (False, "dispatch_failed")


async def test_an_ack_that_slack_cannot_use_counts_as_a_failure(town: Town, bot: Bot, priya: str) -> None:
    bot.opens(modal(entry("why", "Why", line(), optional=True)))
    await town.slack.command(priya, "/intro")
    bot.acks("submit", response_action="errors", errors={"other": "No."})
    reaction = await town.slack.submit(priya, {})
    assert not reaction.acked
    assert town.slack.screen(priya).modal is not None


async def test_two_sockets_take_turns(town: Town, bot: Bot, priya: str) -> None:
    second = Bot(town)
    await second.handler.connect_async()
    for _ in range(4):
        assert (await town.slack.command(priya, "/intro")).acked
    assert (len(bot.heard), len(second.heard)) == (2, 2)
    await second.handler.close_async()


# trouble


async def test_each_trouble_shows_as_it_does_in_life(town: Town, priya: str) -> None:
    client, slack = Bot(town).client, town.slack

    slack.trouble("rate_limited", priya, seconds=7)
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=priya, text="a")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")

    slack.trouble("server_error")
    with pytest.raises(SlackApiError) as broken:
        await client.chat_postMessage(channel=priya, text="b")
    assert broken.value.response.status_code == 500

    slack.trouble("cut")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=priya, text="c")
    slack.trouble("lose_answer")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=priya, text="d")
    assert [m.text for m in slack.screen(priya).messages] == ["d"]

    slack.trouble("closed_dms", priya)
    assert await refused(client.chat_postMessage(channel=priya, text="e")) == "channel_not_found"
    slack.trouble("open_dms", priya)
    slack.trouble("slow", seconds=0.2)
    began = asyncio.get_running_loop().time()
    await client.chat_postMessage(channel=priya, text="f")
    assert asyncio.get_running_loop().time() - began >= 0.2

    slack.trouble("left", priya)
    assert await refused(client.conversations_open(users=priya)) == "user_disabled"
    with pytest.raises(Cannot):
        await slack.command(priya, "/intro")
    slack.trouble("revoked")
    assert await refused(client.auth_test()) == "token_revoked"


async def test_a_bot_that_dies_while_it_answers_is_noticed_at_once(town: Town, bot: Bot, priya: str) -> None:
    async def die(ack: Any, body: dict[str, Any]) -> None:
        await bot.handler.close_async()

    bot.does["command"] = die
    reaction = await town.slack.command(priya, "/intro")
    assert (reaction.acked, reaction.why) == (False, "dispatch_failed")
    assert reaction.ms < 1000
    assert not town.slack.connected()


async def test_an_event_that_nobody_acked_comes_again_with_its_id(town: Town, bot: Bot, priya: str) -> None:
    async def fail_once(ack: Any, body: dict[str, Any]) -> None:
        if len(bot.heard) > 1:
            await ack()
        else:
            await asyncio.sleep(3.1)

    bot.does["home"] = fail_once
    assert (await town.slack.open_home(priya)).acked
    assert bot.heard[0]["event_id"] == bot.heard[1]["event_id"]


async def test_a_missing_scope_is_refused_by_name(town: Town) -> None:
    slack = PretendSlack(Wire(), town.clock.unix, scopes=frozenset({"chat:write"}))
    app = web.Application()
    app.router.add_routes(slack.routes())
    async with TestServer(app) as server:
        client = AsyncWebClient(token="xoxb-sandbox-slack", base_url=str(server.make_url("/slack/api/")))
        maya = slack.add_person("Maya")
        await client.chat_postMessage(channel=maya, text="Hi")
        assert await refused(client.users_info(user=maya)) == "missing_scope"


async def test_gestures_also_come_as_signed_http(town: Town, priya: str) -> None:
    secret = "sandbox-signing-secret"
    client = Bot(town).client
    app = AsyncApp(client=client, signing_secret=secret, process_before_response=True)
    heard: list[str] = []

    async def intro(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body["user_id"])
        await client.views_open(trigger_id=body["trigger_id"], view=modal(entry("q", "Q", line())))
        await ack("Here you are.")

    async def send_back(ack: Any, body: dict[str, Any]) -> None:
        await ack(response_action="errors", errors={"q": "More."})

    app.command("/intro")(intro)
    app.view("form")(send_back)
    async with TestServer(app.web_app(path="/slack/events", port=0)) as server:
        url = str(server.make_url("/slack/events"))
        await town.slack.deliver_to(url, secret)
        assert (await town.slack.command(priya, "/intro")).acked
        assert town.slack.screen(priya).messages[0].lines == ("Here you are.",)
        assert (await town.slack.submit(priya, {"q": "?"})).errors == {"q": "More."}
        await town.slack.deliver_to(url, "another secret")
        assert (await town.slack.command(priya, "/intro")).why == "dispatch_failed: HTTP 401"
    assert heard == [priya]
