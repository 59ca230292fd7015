"""Lines of the outbox on their way to a pretend Discord, and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import discord
import pytest

from adapters.core import Delivered, HeldBack, Outgoing, Unclear, Undeliverable
from adapters.discord.bucket import Bucket
from bot.domain.messages import Address, Copy, Kind, MessageId
from bot.domain.people import Platform
from bot.views.elements import (
    View,
)
from tests.contract.discord_place import CARDS, TOKEN, Place, a_student, at_discord, building


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with at_discord(monkeypatch) as here:
        yield here


def a_line(user: str = "", *, view: View | None = None, token: str = TOKEN, channel: str = "") -> Outgoing:
    address = Address(Platform.DISCORD, "", user, channel)
    return Outgoing(MessageId(1), Kind.NEWS, address, view or View("Maya said yes"), token, 1, "w")


async def test_a_line_arrives_and_can_be_taken_back(place: Place) -> None:
    user = a_student(place)

    outcome = await place.side.messenger.send(a_line(user, view=CARDS))

    message = place.newest(user)
    assert outcome == Delivered(Copy(message.channel, message.id))
    assert message.raw["flags"] & discord.MessageFlags(components_v2=True).value
    assert await place.side.messenger.take_back(outcome.copy)
    assert place.discord.screen(user).messages == ()
    assert await place.side.messenger.take_back(outcome.copy)


async def test_a_line_to_the_desk_goes_to_its_channel(place: Place) -> None:
    desk = place.discord.add_person("Dana", roles=("desk",))

    outcome = await place.side.messenger.send(a_line(channel=place.discord.channel_id("career-desk")))

    assert isinstance(outcome, Delivered)
    assert place.newest(desk).kind == "channel"


async def test_one_dm_is_opened_once(place: Place) -> None:
    user = a_student(place)

    await place.side.messenger.send(a_line(user))
    await place.side.messenger.send(a_line(user, token="u" * 22))

    assert place.calls("POST /users/@me/channels") == 1
    assert len(place.discord.screen(user).messages) == 2


async def test_a_second_try_of_a_line_does_not_arrive_twice(place: Place) -> None:
    user = a_student(place)
    place.discord.trouble("lose_answer", user)

    first = await place.side.messenger.send(a_line(user))
    second = await place.side.messenger.send(a_line(user))

    assert isinstance(first, Unclear)
    assert isinstance(second, Delivered)
    assert len(place.discord.screen(user).messages) == 1


@pytest.mark.parametrize(("trouble", "reason"), [("closed_dms", "closed"), ("left", "gone")])
async def test_somebody_who_can_not_be_reached(place: Place, trouble: str, reason: str) -> None:
    user = a_student(place)
    place.discord.trouble(trouble, user)

    assert await place.side.messenger.send(a_line(user)) == Undeliverable(reason)


async def test_a_channel_that_is_gone(place: Place) -> None:
    assert await place.side.messenger.send(a_line(channel="1234567")) == Undeliverable("no_access")


async def test_a_429_is_told_at_once_and_not_slept_through(place: Place) -> None:
    user = a_student(place)
    place.discord.trouble("rate_limited", user, seconds=7.5)
    started = time.monotonic()

    outcome = await place.side.messenger.send(a_line(user))

    assert outcome == HeldBack(7.5, whole_platform=False)
    assert time.monotonic() - started < 0.9


async def test_a_429_while_opening_a_dm_holds_the_line_back(place: Place) -> None:
    user = a_student(place)
    place.discord.trouble("rate_limited", seconds=3.0, on="POST /users/@me/channels")

    assert await place.side.messenger.send(a_line(user)) == HeldBack(3.0)


@pytest.mark.parametrize("trouble", ["server_error", "slow", "cut"])
async def test_what_nobody_knows_is_called_unclear(place: Place, trouble: str) -> None:
    user = a_student(place)
    await place.side.messenger.send(a_line(user))
    place.discord.trouble(trouble, user, seconds=1.5, times=5)

    assert isinstance(await place.side.messenger.send(a_line(user, token="u" * 22)), Unclear)


async def test_trouble_before_anything_was_sent_is_not_unclear(place: Place) -> None:
    user = a_student(place)
    place.discord.trouble("slow", seconds=1.5, on="POST /users/@me/channels")

    assert isinstance(await place.side.messenger.send(a_line(user)), HeldBack)
    assert place.discord.screen(user).messages == ()


async def test_dms_are_opened_only_so_fast(place: Place) -> None:
    place.side.messenger._new = Bucket(2, 1 / 30)
    users = [a_student(place, f"S{n}") for n in range(3)]

    outcomes = [await place.side.messenger.send(a_line(user, token=f"{n:022}")) for n, user in enumerate(users)]

    assert [type(outcome) for outcome in outcomes] == [Delivered, Delivered, HeldBack]


async def test_a_refused_token_is_told_at_the_start(place: Place) -> None:
    other = building(place.core, place.discord.settings(place.discord.world.base), token="wrong")

    with pytest.raises(discord.LoginFailure):
        await other.start()
    assert isinstance(await other.messenger.send(a_line("1")), HeldBack)
    await other.stop()
