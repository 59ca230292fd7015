"""The pretend Slack, met by a real slack-bolt app over real sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError

from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Cannot, Item
from adapters.sandbox.slack_forms import REQUIRED
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


# a whole conversation


async def test_a_form_is_opened_sent_back_mended_and_answered_with_a_message_whose_button_works(
    town: Town, bot: Bot, priya: str
) -> None:
    bot.opens(
        modal(
            entry("why", "What do you wonder?", line(multiline=True, max_length=50), hint=plain("One line will do")),
            entry("field", "Field", choice("static_select", "law", "design"), optional=True),
            section("Nothing is *shared* yet &amp; that is fine."),
            private_metadata="form:1",
        )
    )
    reaction = await town.slack.command(priya, "/intro", "find")
    assert reaction.acked

    opened = town.slack.screen(priya).modal
    assert opened is not None
    assert opened.items[0] == Item(
        "why", "What do you wonder?", "paragraph", "One line will do", required=True, most=50
    )
    assert opened.items[1].options == (("Law", "law"), ("Design", "design"))
    assert opened.items[2].label == "Nothing is *shared* yet & that is fine."

    assert (await town.slack.submit(priya, {})).errors == {"why": REQUIRED}
    assert "sent view_submission" not in whats(town)

    bot.acks("submit", response_action="errors", errors={"why": "A little more, please."})
    reaction = await town.slack.submit(priya, {"why": "?", "field": "design"})
    assert (reaction.acked, reaction.errors) == (True, {"why": "A little more, please."})
    mending = town.slack.screen(priya).modal
    assert mending is not None
    assert (mending.errors, mending.items[0].value, mending.items[1].value) == (
        (("why", "A little more, please."),),
        "?",
        "design",
    )

    async def answer(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        dm = (await bot.client.conversations_open(users=body["user"]["id"]))["channel"]["id"]
        await bot.client.chat_postMessage(
            channel=dm,
            text="Asked.",
            blocks=[section(f"<@{priya}> asked *Maya &lt;3*"), actions(button("Take it back", "withdraw:abc"))],
        )

    bot.does["submit"] = answer
    assert (await town.slack.submit(priya, {"why": "What is a day like?"})).acked
    view = bot.heard[-1]["view"]
    assert view["private_metadata"] == "form:1"
    assert view["state"]["values"]["why"]["in"] == {"type": "plain_text_input", "value": "What is a day like?"}
    assert view["state"]["values"]["field"]["in"]["selected_option"]["value"] == "design"
    assert town.slack.screen(priya).modal is None

    (message,) = town.slack.screen(priya).messages
    assert (message.kind, message.text, message.lines) == ("dm", "Asked.", ("@Priya Nair asked *Maya <3*",))
    assert (await town.slack.press(priya, "Take it back")).acked
    press = bot.heard[-1]
    assert (press["actions"][0]["value"], press["message"]["ts"], press["team"]["id"]) == (
        "withdraw:abc",
        message.id,
        town.slack.team_id,
    )
    assert (await town.slack.press(priya, "withdraw:abc", message=message.id)).acked


async def test_the_wire_tells_each_step_in_its_order(town: Town, bot: Bot, priya: str) -> None:
    await town.slack.command(priya, "/intro")  # Bolt asks who it is before its first gesture
    town.wire.events.clear()
    bot.opens(modal(section("Hello")))
    await town.slack.command(priya, "/intro")
    assert whats(town) == ["sent slash_commands", "call views.open", "shown", "answered views.open", "acked"]
    assert {event.user for event in town.wire.events} == {priya}


async def test_the_body_of_a_commands_ack_is_shown_to_the_person_alone(town: Town, bot: Bot, priya: str) -> None:
    tom = town.slack.add_person("Tom")
    bot.acks("command", text="Try `find`.")
    general = town.slack.channel_id("general")
    await town.slack.command(priya, "/intro", "bogus", channel=general)
    (message,) = town.slack.screen(priya).messages
    assert (message.kind, message.channel, message.lines) == ("ephemeral", general, ("Try `find`.",))
    assert town.slack.screen(tom).messages == ()


async def test_home_is_published_pressed_and_guarded_by_its_hash(town: Town, bot: Bot, priya: str) -> None:
    home = {"type": "home", "blocks": [section("Welcome"), actions(button("Find someone", "find:1"))]}

    async def publish(ack: Any, body: dict[str, Any]) -> None:
        await bot.client.views_publish(user_id=body["event"]["user"], view=home)
        await ack()

    bot.does["home"] = publish
    assert (await town.slack.open_home(priya)).acked
    screen = town.slack.screen(priya)
    assert screen.home is not None
    assert screen.home.lines == ("Welcome",)

    await town.slack.press(priya, "Find someone")
    press = bot.heard[-1]
    assert press["container"] == {"type": "view", "view_id": screen.home.id}
    assert "response_url" not in press
    stale = bot.client.views_publish(user_id=priya, view=home, hash="old")
    assert await refused(stale) == "hash_conflict"
    await bot.client.views_publish(user_id=priya, view=home, hash=press["view"]["hash"])


async def test_modals_are_stacked_three_high_and_taken_away_one_by_one(town: Town, bot: Bot, priya: str) -> None:
    def form(title: str) -> dict[str, Any]:
        return modal(entry("q", "Q", line(), optional=True), actions(button("Deeper", title)), title=plain(title))

    bot.opens(form("One"))
    await town.slack.command(priya, "/intro")
    seen: list[str] = []

    async def push(ack: Any, body: dict[str, Any]) -> None:
        title = "Two" if body["actions"][0]["value"] == "One" else "Three"
        try:
            await bot.client.views_push(trigger_id=body["trigger_id"], view=form(title))
        except SlackApiError as error:
            seen.append(error.response["error"])
        await ack()

    bot.does["press"] = push
    for _ in range(3):
        await town.slack.press(priya, "Deeper")
    assert seen == ["push_limit_reached"]

    titles = []
    for answer in ({}, {"response_action": "update", "view": form("Changed")}, {}, {"response_action": "clear"}):
        titles.append(getattr(town.slack.screen(priya).modal, "title", ""))
        bot.acks("submit", **answer)
        await town.slack.submit(priya, {})
    assert titles == ["Three", "Two", "Changed", "One"]
    assert town.slack.screen(priya).modal is None


async def test_every_kind_of_input_comes_back_in_slacks_shape(town: Town, bot: Bot, priya: str) -> None:
    roster = town.slack.put_file("roster.csv", b"name\nLea")
    bot.opens(
        modal(
            entry("one", "One", choice("radio_buttons", "a", "b", initial_option=option("a"))),
            entry("some", "Some", choice("checkboxes", "a", "b")),
            entry("several", "Several", choice("multi_static_select", "a", "b", max_selected_items=1)),
            entry("day", "Day", {"type": "datepicker", "action_id": "in"}),
            entry("hour", "Hour", {"type": "timepicker", "action_id": "in"}),
            entry("moment", "Moment", {"type": "datetimepicker", "action_id": "in"}),
            entry("file", "File", {"type": "file_input", "action_id": "in", "max_files": 1}),
        )
    )
    await town.slack.command(priya, "/intro")
    with pytest.raises(Cannot):
        await town.slack.submit(priya, {"several": ("a", "b")})
    answers = {
        "some": ("a", "b"),
        "several": "b",
        "day": "2026-03-04",
        "hour": "17:30",
        "moment": "2026-03-04T17:30:00+00:00",
        "file": roster,
    }
    assert (await town.slack.submit(priya, answers)).acked
    held = {block: value["in"] for block, value in bot.heard[-1]["view"]["state"]["values"].items()}
    assert held["one"]["selected_option"]["value"] == "a"
    assert [o["value"] for o in held["some"]["selected_options"]] == ["a", "b"]
    assert (held["day"]["selected_date"], held["hour"]["selected_time"]) == ("2026-03-04", "17:30")
    assert held["moment"]["selected_date_time"] == 1772645400
    url = held["file"]["files"][0]["url_private_download"]
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {bot.client.token}"}
        assert await (await session.get(url, headers=headers)).read() == b"name\nLea"


# who is who, and what is kept


async def test_users_and_groups_are_told_as_slack_tells_them(town: Town, priya: str) -> None:
    client = Bot(town).client
    guest = town.slack.add_person("Gus", guest=True)
    stranger = town.slack.add_person("Sam", stranger=True, zone="Asia/Kolkata")
    user = (await client.users_info(user=priya))["user"]
    assert (user["profile"]["first_name"], user["tz"], user["is_stranger"]) == ("Priya", "Europe/London", False)
    assert (await client.users_info(user=guest))["user"]["is_restricted"]
    assert (await client.users_info(user=stranger))["user"]["is_stranger"]
    students = await client.usergroups_users_list(usergroup=town.slack.group_id("students"))
    assert students["users"] == [priya]
    assert (await client.usergroups_users_list(usergroup=town.slack.group_id("desk")))["users"] == []


async def test_history_gives_back_metadata_when_asked(town: Town, priya: str) -> None:
    client = Bot(town).client
    metadata = {"event_type": "grounds", "event_payload": {"message_token": "abc"}}
    posted = await client.chat_postMessage(channel=priya, text="Hi", metadata=metadata)
    channel = posted["channel"]
    await client.chat_postMessage(channel=channel, text="Later")
    told = await client.conversations_history(channel=channel, include_all_metadata=True, limit=10)
    assert [m["text"] for m in told["messages"]] == ["Later", "Hi"]
    assert told["messages"][1]["metadata"] == metadata
    bare = await client.conversations_history(channel=channel, oldest=posted["ts"], inclusive=True)
    assert all("metadata" not in m for m in bare["messages"])
    first = await client.conversations_history(channel=channel, limit=1)
    cursor = first["response_metadata"]["next_cursor"]
    assert [m["text"] for m in (await client.conversations_history(channel=channel, cursor=cursor))["messages"]] == [
        "Hi"
    ]


async def test_messages_are_changed_and_taken_back(town: Town, priya: str) -> None:
    client = Bot(town).client
    posted = await client.chat_postMessage(channel=priya, text="One", blocks=[section("One")])
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    await client.chat_update(**where, text="Two", blocks=[section("Two")])
    (message,) = town.slack.screen(priya).messages
    assert (message.text, message.lines, message.edited) == ("Two", ("Two",), True)
    assert await refused(client.chat_update(**where, text="x" * 4001)) == "msg_too_long"
    await client.chat_delete(**where)
    assert town.slack.screen(priya).messages == ()
    assert await refused(client.chat_delete(**where)) == "message_not_found"


async def test_a_form_encoded_body_is_read_like_a_json_one(town: Town, priya: str) -> None:
    env = town.environment()
    form = {"token": env["SLACK_BOT_TOKEN"], "channel": priya, "text": "Hi", "blocks": json.dumps([section("Hi")])}
    async with aiohttp.ClientSession() as session:
        url = env["SLACK_API_URL"] + "chat.postMessage"
        assert (await (await session.post(url, data=form)).json())["ok"]
        broken = await session.post(url, data={**form, "blocks": "["})
        assert (await broken.json())["error"] == "invalid_blocks_format"


async def test_a_response_url_wears_out_after_five_uses(town: Town, bot: Bot, priya: str) -> None:
    await bot.client.chat_postMessage(
        channel=priya, text="Card", blocks=[section("Card"), actions(button("Go", "go:1"))]
    )
    await town.slack.press(priya, "Go")
    url = bot.heard[-1]["response_url"]
    async with aiohttp.ClientSession() as session:
        statuses = []
        for n in range(6):
            answer = await session.post(url, json={"text": f"Changed {n}", "replace_original": True})
            statuses.append(answer.status)
    assert statuses == [200] * 5 + [404]
    (message,) = town.slack.screen(priya).messages
    assert (message.text, message.buttons) == ("Changed 4", ())


async def test_a_file_takes_three_calls(town: Town, priya: str) -> None:
    client = Bot(town).client
    channel = (await client.conversations_open(users=priya))["channel"]["id"]
    await client.files_upload_v2(channel=channel, filename="talk.ics", content="BEGIN:VCALENDAR", title="Your talk")
    (message,) = town.slack.screen(priya).messages
    assert message.lines == ("Your talk",)
