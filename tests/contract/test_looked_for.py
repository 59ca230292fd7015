"""What may have arrived is looked for, over real sockets at both pretend platforms; and knocking, where nothing can."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from adapters.core import CannotTell, Delivered, Found, HeldBack, NotThere, Outgoing, Unclear, Undeliverable
from adapters.discord.bucket import Bucket
from adapters.sandbox.play import Wire, copies_shown
from adapters.sandbox.slack import PretendSlack
from adapters.slack.messenger import LOOKED_AT, SlackMessenger
from adapters.term.record import Record
from bot.domain.messages import Address, Kind, MessageId
from bot.domain.people import Platform
from bot.views.elements import Attachment, Button, Card, PressId, View
from tests.contract.discord_place import CARDS, TOKEN, Place, a_student, at_discord

NEWS = View("Maya said yes", "She has three times for you.")
ASKED = View("Priya hopes to hear from you", buttons=(Button("Yes", PressId("accept", "a" * 22)),))
LONG = View("A long one", "word " * 900, cards=(Card("Maya", "Nurse"),))
LATER = float("-inf")
"""A moment that is past: another worker may have the line."""


def a_line(platform: Platform, realm: str, user: str, view: View = NEWS, token: str = TOKEN, **where: Any) -> Outgoing:
    return Outgoing(MessageId(1), Kind.NEWS, Address(platform, realm, user, **where), view, token, 1, "w")


# --- Slack ------------------------------------------------------------------------------------------------------------

SCOPES = frozenset({"chat:write", "im:write", "files:write", "users:read", "usergroups:read", "commands"})


@asynccontextmanager
async def at_slack(scopes: frozenset[str] | None) -> AsyncIterator[tuple[PretendSlack, SlackMessenger, str, Wire]]:
    wire = Wire()
    slack = PretendSlack(wire, lambda: 1_772_445_600.0, scopes=scopes)
    app = web.Application()
    app.add_routes(slack.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = slack.settings(f"http://127.0.0.1:{runner.addresses[0][1]}")
    messenger = SlackMessenger(settings["SLACK_BOT_TOKEN"], settings["SLACK_API_URL"], timeout=2)
    messenger.start()
    yield slack, messenger, slack.add_person("Priya Shah"), wire
    await messenger.stop()
    await runner.cleanup()


@pytest.mark.parametrize("trouble", ["lose_answer", "server_error", "cut", "slow"])
async def test_slack_tells_whether_it_arrived_by_the_token_of_the_line(trouble: str) -> None:
    async with at_slack(SCOPES | {"im:history"}) as (slack, messenger, user, _):
        line = a_line(Platform.SLACK, slack.team_id, user)
        slack.trouble(trouble, user, seconds=3, on="chat.postMessage")

        assert isinstance(await messenger.send(line), Unclear)
        found = await messenger.look_for(line)

        seen = slack.screen(user).messages
        arrived = trouble in ("lose_answer", "slow")
        assert [message.text for message in seen] == [NEWS.aloud()] * arrived
        assert (isinstance(found, Delivered) and found.copy.message) == (seen[0].id if arrived else False)
        assert arrived or found == NotThere()


async def test_another_line_that_says_the_same_in_slack_is_another_line() -> None:
    async with at_slack(SCOPES | {"im:history"}) as (slack, messenger, user, _):
        await messenger.send(a_line(Platform.SLACK, slack.team_id, user))

        assert await messenger.look_for(a_line(Platform.SLACK, slack.team_id, user, token="u" * 22)) == NotThere()


async def test_without_the_right_to_look_slack_is_not_even_asked() -> None:
    async with at_slack(SCOPES) as (slack, messenger, user, wire):
        line = a_line(Platform.SLACK, slack.team_id, user)
        await messenger.send(line)

        assert await messenger.look_for(line) == CannotTell("no_right")
        assert [event.what for event in wire.events if "history" in event.what] == []


async def test_for_files_looking_in_slack_tells_nothing() -> None:
    async with at_slack(None) as (slack, messenger, user, _):
        file = View("For you", file=Attachment("a.ics", b"x", "text/calendar"))

        assert await messenger.look_for(a_line(Platform.SLACK, slack.team_id, user, file)) == CannotTell("file")


def desk_line(slack: PretendSlack, token: str = TOKEN, name: str = "career-desk") -> Outgoing:
    return a_line(Platform.SLACK, slack.team_id, "", token=token, channel=slack.channel_id(name))


@pytest.mark.parametrize("trouble", ["lose_answer", "server_error"])
async def test_in_the_desk_s_private_channel_slack_tells_as_well(trouble: str) -> None:
    async with at_slack(SCOPES | {"groups:history"}) as (slack, messenger, _, _):
        line = desk_line(slack)
        slack.trouble(trouble, on="chat.postMessage")

        assert isinstance(await messenger.send(line), Unclear)
        found = await messenger.look_for(line)

        arrived = trouble == "lose_answer"
        assert isinstance(found, Delivered if arrived else NotThere)
        assert not isinstance(found, Delivered) or found.copy.channel == line.address.channel


@pytest.mark.parametrize(
    ("scope", "channel"), [("im:history", "career-desk"), ("groups:history", "ask-an-alum"), ("im:history", "gone")]
)
async def test_a_channel_that_we_may_not_read_tells_nothing(scope: str, channel: str) -> None:
    async with at_slack(SCOPES | {scope}) as (slack, messenger, _, _):
        line = desk_line(slack, name="career-desk" if channel == "gone" else channel)
        if channel == "gone":
            line = replace(line, address=replace(line.address, channel="C0GONE0000"))

        assert await messenger.look_for(line) == CannotTell("no_right")


async def test_where_others_write_as_well_only_what_reaches_back_far_enough_tells_that_it_is_not_there() -> None:
    async with at_slack(None) as (slack, messenger, _, _):
        _, before = [await messenger.send(desk_line(slack, token * 22)) for token in "ab"]
        assert isinstance(before, Delivered)
        line = replace(desk_line(slack), known=frozenset({before.copy.message}))
        channel = slack.workspace.channel(line.address.channel)
        for number in range(LOOKED_AT - 1):
            slack.workspace.post(channel, {"text": f"We talk here, {number}"})

        assert await messenger.look_for(line) == NotThere()
        slack.workspace.post(channel, {"text": "And on"})
        assert await messenger.look_for(line) == CannotTell("cut_short")


@pytest.mark.parametrize(
    ("trouble", "found"), [("rate_limited", HeldBack(7.0)), ("server_error", HeldBack(5.0)), ("cut", HeldBack(5.0))]
)
async def test_who_does_not_answer_where_we_look_is_asked_again(trouble: str, found: Found) -> None:
    async with at_slack(None) as (slack, messenger, user, _):
        slack.trouble(trouble, seconds=7, times=5, on="conversations.history")

        assert await messenger.look_for(a_line(Platform.SLACK, slack.team_id, user)) == found


async def test_a_line_that_another_worker_may_have_is_not_posted_to_slack() -> None:
    async with at_slack(None) as (slack, messenger, user, wire):
        line = replace(a_line(Platform.SLACK, slack.team_id, user), until=LATER)

        assert await messenger.send(line) == HeldBack(0.0)
        assert [event.what for event in wire.events if event.what == "call chat.postMessage"] == []


@pytest.mark.parametrize("where", ["a channel", "somebody's page"])
async def test_who_is_stopped_between_the_call_and_the_wire_posts_nothing_to_slack(where: str) -> None:
    async with at_slack(None) as (slack, messenger, user, wire):
        line = a_line(Platform.SLACK, slack.team_id, user, page=True)
        if where == "a channel":
            line = a_line(Platform.SLACK, slack.team_id, "", channel=slack.channel_id("career-desk"))

        asyncio.get_running_loop().call_soon(time.sleep, 0.3)  # in the loop's next turn: there is no connection yet
        outcome = await messenger.send(replace(line, until=time.monotonic() + 0.2))

        assert outcome == HeldBack(0.0)
        assert [event.what for event in wire.events] == []
        assert isinstance(await messenger.send(line), Delivered), "the next one has its own time"


# --- Discord ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with at_discord(monkeypatch) as here:
        yield here


discord_line = partial(a_line, Platform.DISCORD, "")


def forgets_nonces(place: Place) -> None:
    """The few minutes for which Discord knows a nonce are over."""
    place.discord.world._nonces.clear()


@pytest.mark.parametrize("view", [NEWS, ASKED, LONG, CARDS], ids=["words", "a button", "embeds", "a layout"])
async def test_discord_s_history_tells_whether_it_arrived_by_what_it_says(place: Place, view: View) -> None:
    user = a_student(place)
    line = discord_line(user, view)
    place.discord.trouble("lose_answer", user)

    assert isinstance(await place.side.messenger.send(line), Unclear)
    forgets_nonces(place)
    found = await place.side.messenger.look_for(line)

    [message] = place.discord.screen(user).messages
    assert isinstance(found, Delivered)
    assert (found.copy.channel, found.copy.message) == (message.channel, message.id)


async def test_whoever_counts_what_was_seen_knows_a_message_whose_answer_was_lost(place: Place) -> None:
    """Both counts, the wire's and that of a played term: found by a look, it is never posted a second time."""
    user = a_student(place)
    record = Record(lambda: 1_772_445_600.0, lambda *_: None, "seen before")
    place.wire.taps.append(record.tap)
    place.discord.trouble("lose_answer", user)

    await place.side.messenger.send(discord_line(user))

    assert [(seen.account, seen.token) for seen in record.seen] == [(f"discord/{user}", TOKEN)]
    assert [event.user for event in copies_shown(place.wire.events)[TOKEN]] == [user]


@pytest.mark.parametrize("trouble", ["cut", "server_error"])
async def test_what_never_reached_discord_is_not_there(place: Place, trouble: str) -> None:
    user = a_student(place)
    await place.side.messenger.send(discord_line(user, ASKED, "o" * 22))
    place.discord.trouble(trouble, user, times=6)

    assert isinstance(await place.side.messenger.send(discord_line(user)), Unclear)
    place.discord._troubles.clear()

    assert await place.side.messenger.look_for(discord_line(user)) == NotThere()


async def test_another_line_that_says_the_same_in_discord_is_known_to_be_another(place: Place) -> None:
    user = a_student(place)
    other = await place.side.messenger.send(discord_line(user, NEWS, "o" * 22))
    assert isinstance(other, Delivered)

    assert await place.side.messenger.look_for(discord_line(user)) == other
    known = replace(discord_line(user), known=frozenset({other.copy.message}))
    assert await place.side.messenger.look_for(known) == NotThere()


async def test_what_a_person_wrote_themselves_is_no_line_of_ours(place: Place) -> None:
    user = a_student(place)
    place.discord.say(user, "**Maya said yes**\nShe has three times for you.")

    assert await place.side.messenger.look_for(discord_line(user)) == NotThere()


async def test_an_empty_history_of_a_channel_tells_nothing(place: Place) -> None:
    line = discord_line("", channel=place.discord.channel_id("career-desk"))

    assert await place.side.messenger.look_for(line) == CannotTell("no_history")


async def test_a_429_where_we_look_is_told(place: Place) -> None:
    user = a_student(place)
    await place.side.messenger.send(discord_line(user))
    place.discord.trouble("rate_limited", seconds=7.5, on="GET /channels/{channel}/messages")

    assert await place.side.messenger.look_for(discord_line(user)) == HeldBack(7.5)


async def test_a_line_that_another_worker_may_have_is_not_posted_to_discord(place: Place) -> None:
    user = a_student(place)

    assert await place.side.messenger.send(replace(discord_line(user), until=LATER)) == HeldBack(0.0)
    assert place.discord.screen(user).messages == ()


async def test_a_line_that_waits_in_a_bucket_until_another_worker_may_have_it_is_not_posted(place: Place) -> None:
    channel = place.discord.channel_id("career-desk")
    first, second = (discord_line("", channel=channel, token=token * 22) for token in "fs")
    place.discord.trouble("slow", seconds=0.4)

    outcomes = await asyncio.gather(  # of a bucket that is not known yet discord.py has one call under way at a time
        place.side.messenger.send(first), place.side.messenger.send(replace(second, until=time.monotonic() + 0.2))
    )

    assert isinstance(outcomes[0], Delivered)
    assert outcomes[1] == HeldBack(0.0)
    assert place.calls("POST /channels/{channel}/messages") == 1


async def test_a_second_try_that_comes_too_late_leaves_the_first_one_unclear(place: Place) -> None:
    """discord.py itself repeats after a 5xx, a second later."""
    place.side.messenger._seconds = 4.0
    place.discord.trouble("server_error")
    line = discord_line("", channel=place.discord.channel_id("career-desk"))

    assert isinstance(await place.side.messenger.send(replace(line, until=time.monotonic() + 0.5)), Unclear)
    assert place.calls("POST /channels/{channel}/messages") == 1


# --- knocking ---------------------------------------------------------------------------------------------------------

KNOCK = View("Something waits for you", "Press here.", buttons=(Button("Show me", PressId("open_waiting", TOKEN)),))


async def test_who_takes_no_messages_finds_a_thread_that_nobody_else_sees(place: Place) -> None:
    user, other = a_student(place), a_student(place, "Sam Oduya")
    place.discord.trouble("closed_dms", user)
    channel = place.discord.channel_id("ask-an-alum")

    assert await place.side.messenger.send(discord_line(user)) == Undeliverable("closed")
    outcome = await place.side.messenger.send(discord_line(user, KNOCK, channel=channel))

    [message] = place.discord.screen(user).messages
    assert isinstance(outcome, Delivered)
    assert (outcome.copy.channel, message.kind) == (message.channel, "channel")
    assert [button.label for button in message.buttons] == ["Show me"]
    assert place.discord.screen(other).messages == ()
    await place.discord.press(user, "Show me")
    assert (await place.sees(user, "You said open")).kind == "ephemeral"


async def test_the_next_knock_is_in_the_same_thread_and_a_new_one_if_that_is_gone(place: Place) -> None:
    user, channel = a_student(place), place.discord.channel_id("ask-an-alum")
    first = await place.side.messenger.send(discord_line(user, KNOCK, channel=channel))
    assert isinstance(first, Delivered)
    thread = first.copy.channel

    again = await place.side.messenger.send(discord_line(user, KNOCK, "u" * 22, channel=channel, thread=thread))
    del place.discord.world.channels[thread]
    anew = await place.side.messenger.send(discord_line(user, KNOCK, "v" * 22, channel=channel, thread=thread))

    assert isinstance(again, Delivered)
    assert isinstance(anew, Delivered)
    assert (again.copy.channel == thread, anew.copy.channel == thread) == (True, False)
    assert place.calls("POST /channels/{channel}/threads") == 2


async def test_who_has_left_the_server_can_not_be_brought_into_a_thread(place: Place) -> None:
    user, channel = a_student(place), place.discord.channel_id("ask-an-alum")
    place.discord.trouble("left", user)

    assert await place.side.messenger.send(discord_line(user, KNOCK, channel=channel)) == Undeliverable("no_access")


# --- how fast ---------------------------------------------------------------------------------------------------------


def test_a_bucket_gives_a_few_at_once_and_then_at_its_rate() -> None:
    now = [0.0]
    bucket = Bucket(2, 4.0, lambda: now[0])
    assert [bucket.wait() for _ in range(3)] == [0.0, 0.0, 0.25]
    now[0] = 0.25
    assert bucket.wait() == 0.0
    bucket.share(1.0)
    assert bucket.wait() == 1.0
