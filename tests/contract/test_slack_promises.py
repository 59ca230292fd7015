"""An answer that takes its time, on Slack: a word where the person looks, then the card where they alone see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from adapters.slack import files
from bot.views.elements import Attachment, Button, Later, Picture, PressId, View
from tests.contract.discord_place import until
from tests.contract.slack_stage import Stage, a_stage

WORD = Later(View(text="I'm counting."))
CARD = View("How it is going", "Well.", facts=(("Talks", "12"),), image=Picture(b"\x89PNG", "Talks: 12"))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with a_stage() as here:
        yield here


async def told(stage: Stage, look: Callable[[], bool]) -> None:
    await until(look)
    await asyncio.sleep(0.05)  # and nothing comes after it


def direct(stage: Stage, user: str = "") -> list[tuple[str, ...]]:
    return [one.lines for one in stage.slack.screen(user or stage.user).messages if one.kind == "dm"]


async def test_a_command_in_a_channel_has_its_word_there_and_the_card_in_direct_messages(stage: Stage) -> None:
    stage.core.answers["/desk report"], stage.core.promises["/desk report"] = WORD, CARD
    other = stage.slack.add_person("Tom Reed", roles=["students"])

    await stage.slack.command(stage.user, "/desk", "report", channel=stage.slack.channel_id("ask-an-alum"))
    await told(stage, lambda: bool(direct(stage)))

    word, card = stage.slack.screen(stage.user).messages
    assert (word.kind, word.lines, card.kind) == ("ephemeral", ("I'm counting.",), "dm")
    assert card.lines == ("How it is going", "Well.", "*Talks*", "12", "How it is going", "Talks: 12")
    assert [file["mimetype"] for file in card.raw["files"]] == ["image/png"]
    assert stage.slack.screen(other).messages == ()


async def test_a_press_is_answered_with_a_word_and_then_the_card(stage: Stage) -> None:
    stage.core.answers["find"], stage.core.promises["find"] = WORD, CARD
    await stage.doorway()

    await stage.slack.press(stage.user, "find:-")
    await told(stage, lambda: bool(direct(stage)))

    assert [one.kind for one in stage.slack.screen(stage.user).messages] == ["channel", "ephemeral", "dm"]


async def test_a_file_comes_the_same_way(stage: Stage) -> None:
    stage.core.answers["/desk export"] = WORD
    stage.core.promises["/desk export"] = View("Your file", file=Attachment("talks.csv", b"a,b\n", "text/csv"))

    await stage.slack.command(stage.user, "/desk", "export")
    await told(stage, lambda: bool(direct(stage)))

    assert direct(stage) == [("Your file", "talks.csv")]


async def test_words_alone_come_where_they_were_asked_for(stage: Stage) -> None:
    again = View("Not done", buttons=(Button("Try again", PressId("desk_report")),))
    stage.core.answers["/desk report"], stage.core.promises["/desk report"] = WORD, again
    channel = stage.slack.channel_id("ask-an-alum")

    await stage.slack.command(stage.user, "/desk", "report", channel=channel)
    await told(stage, lambda: len(stage.slack.screen(stage.user).messages) == 2)

    assert [(one.kind, one.channel) for one in stage.slack.screen(stage.user).messages] == [("ephemeral", channel)] * 2


@pytest.mark.parametrize("call", ["files.getUploadURLExternal", "files.completeUploadExternal", "conversations.open"])
async def test_a_picture_that_slack_does_not_take_leaves_its_words(stage: Stage, call: str) -> None:
    stage.core.answers["/desk report"], stage.core.promises["/desk report"] = WORD, CARD
    stage.slack.trouble("server_error", on=call)

    await stage.slack.command(stage.user, "/desk", "report")
    await told(stage, lambda: len(stage.slack.screen(stage.user).messages) == 2)

    assert stage.last().kind == "ephemeral"
    assert stage.last().lines == ("How it is going", "Well.", "*Talks*", "12", "Talks: 12")


async def test_blocks_that_slack_refuses_beside_a_picture_become_words(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    share = files.share

    async def with_unknown_blocks(*given: Any) -> None:
        *others, _ = given
        await share(*others, [{"type": "chart"}])  # type: ignore[call-arg]  # handed on as it came

    monkeypatch.setattr(files, "share", with_unknown_blocks)
    stage.core.answers["/desk report"], stage.core.promises["/desk report"] = WORD, CARD

    await stage.slack.command(stage.user, "/desk", "report")
    await told(stage, lambda: bool(direct(stage)))

    assert direct(stage) == [("How it is going", "Well.", "Talks: 12", "How it is going", "Talks: 12")]
