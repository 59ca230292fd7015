"""The doorway, the welcome and the Home tab, over the real wires: what people see on both pretend platforms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Message
from adapters.sandbox_run import Running, a_town
from bot.phrases import say

BEGIN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
THREE = [say("common.find", "en"), say("host.join", "en"), say("doorway.how", "en")]
CHANNEL = "ask-an-alum"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with a_town(clock=SandboxClock(BEGIN, frozen=True), others=False) as town:
        yield town


class Person:
    """Somebody on one of the two."""

    def __init__(self, running: Running, platform: str, name: str, *roles: str) -> None:
        self.running, self.platform = running, platform
        self.user = running.town.add_person(platform, name, roles=roles)

    async def types(self, name: str, words: str, *, in_channel: bool = False) -> None:
        where = _channel_id(self.running, self.platform) if in_channel else ""
        reaction = await self.running.player.command(self.platform, self.user, name, words, channel=where)
        assert reaction.acked, reaction.why
        await self.running.town.clock.settle()

    async def presses(self, label: str) -> None:
        reaction = await self.running.player.press(self.platform, self.user, label)
        assert reaction.acked, reaction.why
        await self.running.town.clock.settle()

    async def sends(self, **values: str) -> None:
        reaction = await self.running.player.submit(self.platform, self.user, values)
        assert reaction.acked, reaction.why or reaction.errors
        await self.running.town.clock.settle()

    async def opens_home(self) -> Message:
        reaction = await self.running.player.open_home(self.user)
        assert reaction.acked, reaction.why
        await self.running.town.clock.settle()
        return self.home

    @property
    def home(self) -> Message:
        home = self.running.town.pretend(self.platform).screen(self.user).home
        assert home is not None
        return home

    @property
    def messages(self) -> list[Message]:
        return list(self.running.town.pretend(self.platform).screen(self.user).messages)

    def in_channel(self) -> list[Message]:
        """In the channel of the card; the one of the coordinators hears of a newcomer."""
        desk = say("first_hour.began_title", "en", name="Robin H.")
        return [message for message in self.messages if message.kind == "channel" and desk not in message.text]


def _channel_id(running: Running, platform: str) -> str:
    return running.town.slack.channel_id(CHANNEL) if platform == "slack" else CHANNEL


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_the_card_hangs_in_the_channel_and_answers_only_who_presses(running: Running, platform: str) -> None:
    office = Person(running, platform, "Robin Hale", "desk")
    student = Person(running, platform, "Priya Sharma", "students")

    await office.types("/desk", "doorway", in_channel=True)
    [card] = student.in_channel()
    assert labels(card) == THREE
    assert say("doorway.title", "en") in card.text

    await student.presses(THREE[2])
    assert [message.kind for message in student.messages] == ["channel", "ephemeral"]
    assert len([message for message in office.messages if message.kind == "ephemeral"]) == 1  # their own


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_second_card_takes_the_place_of_the_first(running: Running, platform: str) -> None:
    office = Person(running, platform, "Robin Hale", "desk")
    await office.types("/desk", "doorway", in_channel=True)
    [first] = office.in_channel()

    await office.types("/desk", "doorway", in_channel=True)

    [second] = office.in_channel()
    assert second.id != first.id


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_in_a_direct_message_no_card_is_posted(running: Running, platform: str) -> None:
    office = Person(running, platform, "Robin Hale", "desk")

    await office.types("/desk", "doorway")

    assert office.in_channel() == []
    assert any(say("refusals.doorway_in_channel", "en") in message.text for message in office.messages)


async def test_opening_the_home_tab_shows_the_doorway_and_brings_one_welcome(running: Running) -> None:
    student = Person(running, "slack", "Priya Sharma", "students")

    home = await student.opens_home()
    await student.opens_home()

    assert labels(home) == THREE
    assert [message.text.split("\n")[0] for message in student.messages] == ["Hi Priya"]
    assert labels(student.messages[0]) == THREE


async def test_the_home_tab_is_drawn_anew_after_a_move(running: Running) -> None:
    student = Person(running, "slack", "Priya Sharma", "students")
    await student.opens_home()
    await student.types("/intro", "")
    await student.sends(
        wonder="I wonder about communications at a charity", question="What surprised you about it?", adult="yes"
    )
    ask = next(label for label in labels(student.messages[-1]) if label.startswith("Ask "))
    await student.presses(ask)
    await student.sends()

    name = ask.removeprefix("Ask ")
    assert f"Open {name}" in labels(student.home)
    assert labels(student.home)[:3] == THREE
    published = [event for event in running.town.wire.events if event.what == "call views.publish"]
    assert len(published) == 2

    await student.presses(f"Open {name}")
    assert running.town.pretend("slack").screen(student.user).modal is not None


async def test_on_discord_the_first_word_in_the_bots_dm_brings_the_welcome(running: Running) -> None:
    student = Person(running, "discord", "Priya Sharma", "students")

    await student.types("/intro", "help")
    await student.types("/intro", "help")

    welcomes = [message for message in student.messages if "Hi Priya" in message.text]
    assert len(welcomes) == 1
    assert labels(welcomes[0]) == THREE
