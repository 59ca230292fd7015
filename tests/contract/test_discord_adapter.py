"""The real Discord adapter against a pretend Discord: over its gateway, its REST API and its rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord import sync
from bot.conversation.gestures import Command, Press, Submission
from bot.domain.people import AT_THE_DESK, Right
from bot.phrases import say
from bot.views.elements import (
    Button,
    Fix,
    Form,
    Nothing,
    PressId,
    View,
)
from tests.contract.discord_place import ASK, CARDS, FORM, TOKEN, Place, a_student, at_discord, until


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with at_discord(monkeypatch) as here:
        yield here


# --- who acts ------------------------------------------------------------------------------------------------------


async def test_a_command_in_the_dm_is_answered_there_with_rights_fetched(place: Place) -> None:
    user = a_student(place)

    reaction = await place.discord.command(user, "/intro")

    assert reaction.acked
    message = place.newest(user)
    assert (message.kind, message.text) == ("dm", "**You said intro**")
    actor = place.core.heard[0].actor
    assert (actor.handle.user_id, actor.given_name, actor.rights) == (user, "Priya", frozenset({Right.STUDENT}))


async def test_in_a_server_only_the_actor_sees_the_answer(place: Place) -> None:
    desk = place.discord.add_person("Dana", roles=("desk",))

    await place.discord.command(desk, "/desk", "queue", channel="general")

    assert (place.newest(desk).kind, place.newest(desk).text) == ("ephemeral", "**You said desk**")
    gesture = place.core.heard[0]
    assert isinstance(gesture, Command)
    assert gesture.words == "queue"
    assert gesture.actor.space == place.discord.guild_id
    assert gesture.actor.rights == AT_THE_DESK
    assert place.calls("GET /guilds/{guild}/members/{user}") == 0


async def test_rights_in_a_dm_are_asked_once_a_minute(place: Place) -> None:
    user = a_student(place)

    await place.discord.command(user, "/intro")
    await place.discord.command(user, "/intro", "mine")

    assert place.calls("GET /guilds/{guild}/members/{user}") == 1


async def test_rights_that_discord_does_not_tell_are_unknown(place: Place) -> None:
    user = a_student(place)
    place.discord.trouble("slow", times=1, seconds=1.3, on="GET /guilds/{guild}/members/{user}")

    reaction = await place.discord.command(user, "/intro")

    assert reaction.acked
    assert place.core.heard[0].actor.rights is None


async def test_nothing_is_read_from_a_server_that_was_never_admitted(place: Place) -> None:
    stranger = place.discord.add_person("Sam", stranger=True)
    await asyncio.sleep(0.1)

    await place.discord.command(stranger, "/intro")
    await place.discord.command(stranger, "/intro", channel="elsewhere")

    texts = [(one.kind, one.text) for one in place.discord.screen(stranger).messages]
    assert sorted(texts) == [("dm", "**Not here**"), ("ephemeral", "**Not here**")]
    assert place.core.heard == []


async def test_a_guest_without_a_right_is_turned_away_kindly(place: Place) -> None:
    guest = place.discord.add_person("Gus", guest=True)

    await place.discord.command(guest, "/intro", channel="general")
    await place.discord.command(guest, "/intro")

    assert [one.text for one in place.discord.screen(guest).messages] == ["**Not here**"] * 2


# --- what they do --------------------------------------------------------------------------------------------------


async def test_a_press_under_a_card_reaches_the_core(place: Place) -> None:
    user = a_student(place)
    place.core.answers["intro"] = CARDS

    await place.discord.command(user, "/intro")
    await place.discord.press(user, "Ask Maya")

    assert place.discord.screen(user).messages[0].lines == (
        "**Two people**",
        "**Maya R.**",
        "Nurse",
        "**Tom B.**",
        "Baker",
    )
    press = place.core.heard[1]
    assert isinstance(press, Press)
    assert press.press == ASK
    assert press.key.startswith("discord:")
    assert place.newest(user).text == "**You said ask**"


async def test_a_form_opens_at_once_and_comes_back_page_by_page(place: Place) -> None:
    user = a_student(place)
    second = Form(FORM.title, FORM.send, FORM.send_label, FORM.pages, page=1)
    place.core.answers |= {
        "intro": FORM,
        "more": second,
        "send": View("Next", buttons=(Button("Continue", PressId("more")),)),
    }
    place.core.forms = {"find", "more"}

    await place.discord.command(user, "/intro")
    await place.discord.submit(user, {"a": "Hello"})
    await place.discord.press(user, "Continue")
    roster = place.discord.put_file("roster.csv", b"name,year", "text/csv")
    await place.discord.submit(user, {"c": "C3", "d": ["1"], "f": roster})

    first, last = place.core.heard[1], place.core.heard[3]
    assert isinstance(first, Submission)
    assert isinstance(last, Submission)
    assert (first.press, first.page, dict(first.values)) == (FORM.send, 0, {"a": "Hello", "b": "so far"})
    assert (last.page, dict(last.values)) == (1, {"c": "3", "d": ("1",), "f": ""})
    assert last.files == {"f": "name,year"}


async def test_what_is_wrong_in_a_form_comes_beside_a_button_to_mend_it(place: Place) -> None:
    user = a_student(place)
    view = View("One thing", "A is too short.", buttons=(Button("Fix it", PressId("fix", TOKEN)),))
    place.core.answers |= {"intro": FORM, "send": Fix(FORM, {}, {"a": "A is too short."}, view)}

    await place.discord.command(user, "/intro")
    await place.discord.submit(user, {"a": "x"})

    assert [button.label for button in place.newest(user).buttons] == ["Fix it"]


async def test_nothing_to_say_is_only_acknowledged(place: Place) -> None:
    user = a_student(place)
    place.core.answers |= {"intro": CARDS, "later": Nothing()}

    await place.discord.command(user, "/intro")
    reaction = await place.discord.press(user, "Later")

    assert reaction.acked
    assert len(place.discord.screen(user).messages) == 1


# --- when it takes long or breaks ----------------------------------------------------------------------------------


async def test_a_slow_answer_is_deferred_and_still_comes(place: Place) -> None:
    user = a_student(place)
    place.core.answers["intro"] = CARDS
    place.core.slow = 2.0

    reaction = await place.discord.command(user, "/intro", channel="general")

    assert reaction.acked
    assert 1400 < reaction.ms < 2500
    assert place.newest(user).text == "common.moment"
    message = await place.sees(user, "Two people")
    assert (message.kind, [button.label for button in message.buttons]) == ("ephemeral", ["Ask Maya", "Later"])
    assert [one.id for one in place.discord.screen(user).messages] == [message.id]


async def test_a_form_that_was_sent_waits_for_its_commit_as_long_as_discord_does(place: Place) -> None:
    """Until it is answered the form stays open, with what was typed in it."""
    user = a_student(place)
    place.core.answers |= {"intro": FORM, "send": View("Asked")}
    place.core.forms = {"find"}
    await place.discord.command(user, "/intro")
    place.core.slow = 2.0

    reaction = await place.discord.submit(user, {"a": "one"})

    assert reaction.acked
    assert [one.text for one in place.discord.screen(user).messages] == ["**Asked**"]
    assert not [event for event in place.wire.events if "common.moment" in str(event.body)]


async def test_a_form_is_never_deferred_while_there_is_time(place: Place) -> None:
    user = a_student(place)
    place.core.answers["intro"], place.core.forms, place.core.slow = FORM, {"find"}, 1.6

    await place.discord.command(user, "/intro")

    modal = place.discord.screen(user).modal
    assert modal is not None
    assert modal.title == "Ask Maya (1/2)"


async def test_a_form_that_comes_too_late_is_offered_again(place: Place) -> None:
    user = a_student(place)
    place.core.answers |= {"intro": FORM, "find": FORM}
    place.core.forms, place.core.slow = {"find"}, 30.0
    reaction = await place.discord.command(user, "/intro")
    assert 1900 < reaction.ms < 2900
    await place.sees(user, say("common.form_late", "en"))
    place.core.slow = 0.0

    await place.discord.press(user, say("common.form_open", "en"))

    assert place.discord.screen(user).modal is not None


async def test_nothing_to_say_after_a_defer_leaves_nothing_behind(place: Place) -> None:
    user = a_student(place)
    place.core.answers |= {"intro": CARDS, "later": Nothing()}
    await place.discord.command(user, "/intro")
    place.core.slow = 1.7

    await place.discord.press(user, "Later")

    await until(lambda: place.calls("DELETE /webhooks/{app}/{token}/messages/@original"))
    assert len(place.discord.screen(user).messages) == 1


async def test_what_breaks_is_said_kindly_and_logged_without_a_word_of_it(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    user = a_student(place)
    place.core.answers["intro"] = RuntimeError("Priya's secret")

    await place.discord.command(user, "/intro")

    assert place.newest(user).text == "**Sorry**"
    logged = capsys.readouterr()
    assert "discord_gesture_failed" in logged.out + logged.err
    assert "secret" not in logged.out + logged.err


async def test_a_view_that_can_not_be_drawn_is_an_apology_not_a_silence(place: Place) -> None:
    user = a_student(place)
    many = tuple(Button("x", PressId("x", f"{n:022}")) for n in range(26))
    place.core.answers["intro"] = View("x", buttons=many)

    await place.discord.command(user, "/intro")

    assert place.newest(user).text == "**Sorry**"


async def test_the_gateway_comes_back_by_itself(place: Place) -> None:
    user = a_student(place)
    place.discord.trouble("drop_gateway")
    await asyncio.sleep(0.2)
    await until(place.discord.connected, 15)

    reaction = await place.discord.command(user, "/intro")

    assert reaction.acked


# --- the commands --------------------------------------------------------------------------------------------------


async def test_commands_are_registered_only_when_they_differ(place: Place) -> None:
    assert not await place.side.sync()
    place.discord.world.commands[""].pop("host")
    assert await place.side.sync()
    assert place.calls("PUT /applications/{app}/commands") == 2


async def test_only_staff_is_offered_the_desk(place: Place) -> None:
    offered = {one["name"]: one["default_member_permissions"] for one in sync.command_payloads()}

    assert {name for name, needed in offered.items() if needed} == {"desk"}
