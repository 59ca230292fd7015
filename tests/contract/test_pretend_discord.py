"""The pretend Discord against the real discord.py, over real loopback sockets: what the library builds, the sandbox
understands; what the sandbox says, the library understands; and what Discord refuses is refused."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio
import yarl
from discord import ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.sandbox.discord import PretendDiscord
from adapters.sandbox.play import Cannot, Wire
from tests.contract.discord_bot import Accept, Bot, served


@pytest_asyncio.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SimpleNamespace]:
    """A bot that is ready, with its commands synced, and three people."""
    wire = Wire()
    pretend = PretendDiscord(wire, time.time)
    priya = pretend.add_person("Priya Nair", roles=("students",))
    maya = pretend.add_person("Maya Rossi")
    dana = pretend.add_person("Dana Desk", roles=("desk",))
    async with served(pretend) as settings:
        monkeypatch.setattr(Route, "BASE", settings["DISCORD_API_URL"])
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(settings["DISCORD_GATEWAY_URL"]))
        bot = Bot()
        running = asyncio.create_task(bot.start(settings["DISCORD_TOKEN"]))
        await asyncio.wait_for(bot.came.wait(), 5)
        await bot.tree.sync()
        yield SimpleNamespace(pretend=pretend, bot=bot, wire=wire, settings=settings, priya=priya, maya=maya, dana=dana)
        await bot.close()
        await running


def whats(wire: Wire) -> list[str]:
    return [event.what for event in wire.events]


async def dm(world: SimpleNamespace, user: str) -> discord.DMChannel:
    found: discord.DMChannel = await (await world.bot.fetch_user(int(user))).create_dm()
    return found


async def until(true: Callable[[], Any], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - the screen has no event to wait for
            await asyncio.sleep(0.01)


def by_label(world: SimpleNamespace, user: str) -> dict[str, str]:
    modal = world.pretend.screen(user).modal
    return {item.label: item.id for item in modal.items}


async def test_a_bot_comes_up_and_knows_its_server(world: SimpleNamespace) -> None:
    guild = world.bot.get_guild(int(world.pretend.guild_id))

    assert world.pretend.connected()
    assert {channel.name for channel in guild.text_channels} == {"general", "ask-an-alum", "career-desk"}
    assert guild.get_role(int(world.pretend.role_id("desk"))).permissions.manage_guild
    assert (await world.bot.application_info()).id == int(world.pretend.application_id)
    member = await guild.fetch_member(int(world.priya))
    assert [role.id for role in member.roles if not role.is_default()] == [int(world.pretend.role_id("students"))]


async def test_the_whole_way_from_a_command_to_a_message_to_somebody_else(world: SimpleNamespace) -> None:
    pretend, seen = world.pretend, world.bot.seen

    assert (await pretend.command(world.priya, "/intro", "find")).acked
    assert seen["intro"] == ("find", None, True)
    modal = pretend.screen(world.priya).modal
    assert (modal.title, [item.kind for item in modal.items]) == (
        "Who would you like to ask?",
        ["line", "choose", "choose", "choose_many", "file"],
    )
    ids = by_label(world, world.priya)
    answers = {
        ids["What do you wonder about?"]: "What is law like?",
        ids["Field"]: "law",
        ids["Stage"]: "Late",
        ids["Days"]: ["Mon", "Tue"],
        ids["A file"]: [pretend.put_file("cv.txt", b"I study law.")],
    }
    assert (await pretend.submit(world.priya, answers)).acked
    assert seen["ask"] == ("What is law like?", ["law"], "Late", ["Mon", "Tue"])
    assert seen["files"] == [b"I study law."]

    (shown,) = pretend.screen(world.priya).messages
    assert (shown.kind, shown.text, [one.id for one in shown.buttons]) == (
        "ephemeral",
        "Is this right?",
        [f"accept:{world.priya}"],
    )
    assert pretend.screen(world.priya).modal is None
    assert (await pretend.press(world.priya, "Yes, gladly")).acked
    await until(lambda: len(pretend.screen(world.priya).messages) == 2)
    changed, news = pretend.screen(world.priya).messages
    assert (changed.text, changed.buttons, changed.edited) == ("Thank you.", (), True)
    assert (news.kind, news.text) == ("dm", "Maya said yes.")
    assert pretend.screen(world.maya).messages == ()


async def test_the_wire_tells_what_happened_in_order(world: SimpleNamespace) -> None:
    start = len(world.wire.events)
    await world.pretend.command(world.maya, "/host", "join CODE-1", channel="general")
    await until(lambda: len(world.pretend.screen(world.maya).messages) == 2)

    callback, hook = "POST /interactions/{id}/{token}/callback", "POST /webhooks/{app}/{token}"
    assert whats(world.wire)[start:][:5] == [
        "sent command",
        f"call {callback}",
        "acked",
        f"answered {callback}",
        f"call {hook}",
    ]
    assert world.bot.seen["join"] == ("CODE-1", [int(world.pretend.guild_id)])
    assert [(one.kind, one.text) for one in world.pretend.screen(world.maya).messages] == [
        ("ephemeral", "Welcome."),
        ("ephemeral", "One more thing."),
    ]
    shown = [(event.user, event.body["content"]) for event in world.wire.events if event.what == "shown"]
    assert shown == [(world.maya, "Welcome."), (world.maya, "One more thing.")]


async def test_the_client_offers_only_what_was_synced_and_allowed(world: SimpleNamespace) -> None:
    with pytest.raises(Cannot, match="no such command"):
        await world.pretend.command(world.priya, "/nothing")
    with pytest.raises(Cannot, match="no sub-command"):
        await world.pretend.command(world.priya, "/host", "elope")
    with pytest.raises(Cannot, match="offers no 'lunch'"):
        await world.pretend.command(world.priya, "/intro", "lunch")
    with pytest.raises(Cannot, match="not offered to Priya Nair"):
        await world.pretend.command(world.priya, "/desk", "queue", channel="general")
    assert (await world.pretend.command(world.dana, "/desk", "queue", channel="#general")).acked


async def test_the_client_checks_a_modal_before_it_goes(world: SimpleNamespace) -> None:
    await world.pretend.command(world.priya, "/intro")
    ids = by_label(world, world.priya)
    wonder, field, stage = ids["What do you wonder about?"], ids["Field"], ids["Stage"]

    with pytest.raises(Cannot, match="is required"):
        await world.pretend.submit(world.priya, {})
    with pytest.raises(Cannot, match="0 to 100 characters"):
        await world.pretend.submit(world.priya, {wonder: "x" * 101, field: "law", stage: "Late"})
    with pytest.raises(Cannot, match="offers no"):
        await world.pretend.submit(world.priya, {wonder: "x", field: "cooking", stage: "Late"})
    assert world.pretend.screen(world.priya).modal is not None


BUTTON = {"type": 2, "style": 1, "label": "a", "custom_id": "a"}
V2 = 1 << 15


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": components}]}


@pytest.mark.parametrize(
    ("payload", "where", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4000}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{"fields": [{"name": "", "value": "x"}]}]}, "embeds.0.fields.0.name", "BASE_TYPE_REQUIRED"),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        (row(), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (row(BUTTON | {"label": "x" * 81}), "components.0.components.0.label", "BASE_TYPE_MAX_LENGTH"),
        (row(BUTTON, BUTTON), "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (
            {"content": "x", "flags": V2, "components": [{"type": 10, "content": "y"}]},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            {"flags": V2, "components": [{"type": 10, "content": "y"}] * 41},
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        ({"components": [{"type": 10, "content": "y"}]}, "components.0.type", "UNION_TYPE_CHOICES"),
    ],
)
async def test_a_message_beyond_the_limits_is_refused(
    world: SimpleNamespace, payload: dict[str, Any], where: str, code: str
) -> None:
    channel = await dm(world, world.maya)
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)

    with pytest.raises(discord.HTTPException) as refused:
        await world.bot.http.request(route, json=payload)

    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert f"In {where}: " in str(refused.value)
    answered = [event.body for event in world.wire.events if event.what.startswith("answered POST /channels")][-1]
    node = answered["errors"]
    for step in where.split("."):
        node = node[step]
    assert node["_errors"][0]["code"] == code
    assert world.pretend.screen(world.maya).messages == ()


async def test_an_empty_message_is_refused(world: SimpleNamespace) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await (await dm(world, world.maya)).send("  \n ")
    assert refused.value.code == 50006


def by_hand(world: SimpleNamespace, *answers: dict[str, Any]) -> list[tuple[int, int]]:
    """Answers every interaction with these, one after the other, past the library's own checks; what came back."""
    results: list[tuple[int, int]] = []

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        url = f"{world.settings['DISCORD_API_URL']}/interactions/{interaction.id}/{interaction.token}/callback"
        async with aiohttp.ClientSession() as http:
            for answer in answers:
                async with http.post(url, json=answer) as response:
                    body = await response.json() if response.status != 204 else {}
                    results.append((response.status, body.get("code", 0)))

    world.bot.on_interaction = on_interaction
    world.bot.tree._from_interaction = lambda interaction: None
    return results


MODAL = {
    "type": 9,
    "data": {
        "title": "T",
        "custom_id": "m",
        "components": [
            {"type": 18, "label": "L", "component": {"type": 4, "custom_id": "t", "style": 1, "required": False}}
        ],
    },
}


async def test_only_the_first_answer_counts_and_no_modal_follows_a_defer(world: SimpleNamespace) -> None:
    results = by_hand(world, {"type": 5}, {"type": 4, "data": {"content": "x"}}, MODAL)
    assert (await world.pretend.command(world.maya, "/intro")).acked
    await until(lambda: len(results) == 3)
    assert results == [(204, 0), (400, 40060), (400, 40060)]


async def test_a_modal_can_not_answer_a_modal(world: SimpleNamespace) -> None:
    results = by_hand(world, MODAL)
    await world.pretend.command(world.maya, "/intro")
    submitted = asyncio.create_task(world.pretend.submit(world.maya, {"t": "hello"}))
    await until(lambda: len(results) == 2)
    assert results[1] == (400, 50035)
    submitted.cancel()


async def test_a_modal_beyond_the_limits_is_refused(world: SimpleNamespace) -> None:
    items = [
        {"type": 18, "label": "x" * 46, "component": {"type": 4, "custom_id": f"i{n}", "style": 1}} for n in range(6)
    ]
    results = by_hand(world, {"type": 9, "data": {"title": "x" * 46, "custom_id": "m", "components": items}})
    asked = asyncio.create_task(world.pretend.command(world.maya, "/intro"))
    await until(lambda: results)
    asked.cancel()
    assert results == [(400, 50035)]
    errors = next(e.body["errors"]["data"] for e in world.wire.events if e.what.startswith("answered POST /inter"))
    assert set(errors) == {"title", "components"}
    assert set(errors["components"]) == {"_errors", "0", "1", "2", "3", "4", "5"}


async def test_silence_is_shown_after_three_seconds_and_an_answer_then_is_too_late(world: SimpleNamespace) -> None:
    late: list[int] = []

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        await asyncio.sleep(3.1)
        try:
            await interaction.response.send_message("Sorry!")
        except discord.NotFound as refused:
            late.append(refused.code)

    world.bot.on_interaction = on_interaction
    world.bot.tree._from_interaction = lambda interaction: None
    reaction = await world.pretend.command(world.maya, "/intro")

    assert (reaction.acked, reaction.why) == (False, "The application did not respond")
    assert 2900 < reaction.ms < 3500
    await until(lambda: late)
    assert late == [10062]


async def test_a_bot_that_is_away_does_not_answer_at_all(world: SimpleNamespace) -> None:
    await world.bot.close()
    await until(lambda: not world.pretend.connected())
    reaction = await world.pretend.command(world.maya, "/intro")
    assert (reaction.acked, reaction.ms, reaction.why) == (False, 0.0, "The application did not respond")


async def test_closed_direct_messages_and_people_who_left(world: SimpleNamespace) -> None:
    maya = await dm(world, world.maya)
    world.pretend.trouble("closed_dms", world.maya)
    with pytest.raises(discord.Forbidden) as closed:
        await maya.send("hello")
    assert closed.value.code == 50007

    world.pretend.trouble("open_dms", world.maya)
    await maya.send("hello")
    assert [message.text for message in world.pretend.screen(world.maya).messages] == ["hello"]

    world.pretend.trouble("left", world.maya)
    with pytest.raises(discord.Forbidden) as gone:
        await maya.send("hello?")
    assert gone.value.code == 50278
    with pytest.raises(discord.NotFound) as unknown:
        await world.bot.get_guild(int(world.pretend.guild_id)).fetch_member(int(world.maya))
    assert unknown.value.code == 10007
    with pytest.raises(Cannot, match="does not see"):
        await world.pretend.command(world.maya, "/intro", channel="general")


async def test_the_same_nonce_is_the_same_message(world: SimpleNamespace) -> None:
    maya = await dm(world, world.maya)
    first = await maya.send("hello", nonce="line-1")
    again = await maya.send("hello", nonce="line-1")
    other = await maya.send("hello", nonce="line-2")

    assert first.id == again.id != other.id
    assert [message.id for message in world.pretend.screen(world.maya).messages] == [str(first.id), str(other.id)]


async def test_an_answer_that_is_lost_was_carried_out(world: SimpleNamespace) -> None:
    maya = await dm(world, world.maya)
    world.pretend.trouble("lose_answer", world.maya)
    with pytest.raises(aiohttp.ClientError):
        await maya.send("hello", nonce="line-1")
    await maya.send("hello", nonce="line-1")
    assert len(world.pretend.screen(world.maya).messages) == 1

    world.pretend.trouble("cut", world.maya)
    with pytest.raises(aiohttp.ClientError):
        await maya.send("not done")
    assert len(world.pretend.screen(world.maya).messages) == 1


async def test_rate_limits_and_server_errors_pass(world: SimpleNamespace) -> None:
    maya = await dm(world, world.maya)
    world.pretend.trouble("rate_limited", world.maya, seconds=0.2)
    started = time.monotonic()
    await maya.send("after a while")
    assert time.monotonic() - started > 0.2

    url = f"{world.settings['DISCORD_API_URL']}/channels/{maya.id}/messages"
    headers = {"Authorization": "Bot sandbox-discord"}
    world.pretend.trouble("rate_limited", seconds=7)
    world.pretend.trouble("server_error")
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.post(url, json={"content": "x"}) as limited:
            body = await limited.json()
            assert (limited.status, limited.headers["Retry-After"]) == (429, "7.000")
            assert body == {"message": "You are being rate limited.", "retry_after": 7, "global": False}
        async with http.post(url, json={"content": "x"}) as broken:
            assert broken.status == 500
        async with http.post(url, json={"content": "x"}, headers={"Authorization": "Bot wrong"}) as stranger:
            assert (stranger.status, stranger.headers["Content-Type"]) == (401, "application/json")


async def test_a_dropped_gateway_is_resumed_with_what_was_missed(world: SimpleNamespace) -> None:
    came = [event for event in world.wire.events if event.what.startswith("call GET /gateway")]
    world.pretend.trouble("drop_gateway")
    role = int(world.pretend.role_id("alumni"))
    assert not world.pretend.connected()

    await asyncio.wait_for(world.bot.resumed.wait(), 5)
    assert world.bot.get_guild(int(world.pretend.guild_id)).get_role(role).name == "alumni"
    assert [event for event in world.wire.events if event.what.startswith("call GET /gateway")] == came
    assert (await world.pretend.command(world.priya, "/intro")).acked


async def test_an_invalid_session_is_begun_anew(world: SimpleNamespace) -> None:
    world.bot.came.clear()
    world.pretend.trouble("invalid_session")
    assert not world.pretend.connected()
    await asyncio.wait_for(world.bot.came.wait(), 10)
    assert (await world.pretend.command(world.priya, "/intro")).acked


async def test_a_wrong_token_gets_nowhere(world: SimpleNamespace) -> None:
    with pytest.raises(discord.LoginFailure):
        await Bot().start("not-the-token")
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{world.settings['DISCORD_GATEWAY_URL']}?v=10") as ws:
        await ws.send_json({"op": 2, "d": {"token": "not-the-token", "intents": 1}})
        while (message := await ws.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert ws.close_code == 4004, message


async def test_a_private_thread_is_seen_by_those_who_were_added(world: SimpleNamespace) -> None:
    general = world.bot.get_channel(int(world.pretend.channel_id("general")))
    thread = await general.create_thread(name="Something for you", type=discord.ChannelType.private_thread)
    await thread.add_user(discord.Object(int(world.maya)))
    await thread.send("Press here.")

    assert [message.text for message in world.pretend.screen(world.maya).messages] == ["Press here."]
    assert world.pretend.screen(world.priya).messages == ()


async def test_a_file_arrives_and_a_message_can_be_taken_back(world: SimpleNamespace) -> None:
    maya = await dm(world, world.maya)
    sent = await maya.send("Your talk", file=discord.File(io.BytesIO(b"BEGIN:VCALENDAR"), "talk.ics"))

    assert world.pretend.screen(world.maya).messages[0].lines == ("Your talk", "talk.ics")
    assert await sent.attachments[0].read() == b"BEGIN:VCALENDAR"
    await sent.edit(content="Moved to <t:1700000000:F>", attachments=[])
    assert world.pretend.screen(world.maya).messages[0].lines == ("Moved to <t:1700000000:F>",)
    assert [message.content async for message in maya.history()] == ["Moved to <t:1700000000:F>"]
    await sent.delete()
    assert world.pretend.screen(world.maya).messages == ()
    with pytest.raises(discord.NotFound) as gone:
        await sent.edit(content="?")
    assert gone.value.code == 10008


async def test_a_stranger_comes_from_a_server_that_was_not_admitted(world: SimpleNamespace) -> None:
    sid = world.pretend.add_person("Sid Elsewhere", stranger=True)
    assert (await world.pretend.command(sid, "/intro", channel="elsewhere")).acked
    assert world.bot.seen["intro"] == ("find", int(world.pretend.other_guild_id), False)


async def test_a_layout_view_is_read_and_pressed(world: SimpleNamespace) -> None:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.TextDisplay("**Maya R.**\nSolicitor"), ui.ActionRow(Accept(world.priya))))
    await (await dm(world, world.maya)).send(view=view)

    (shown,) = world.pretend.screen(world.maya).messages
    assert (shown.lines, [one.label for one in shown.buttons]) == (("**Maya R.**", "Solicitor"), ["Yes, gladly"])
