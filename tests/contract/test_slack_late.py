"""A slow core, over the real adapter, before the pretend Slack: whatever comes too late arrives all the same."""

import asyncio

import pytest

from bot.phrases import say
from bot.views.elements import View
from tests.contract.discord_place import until
from tests.contract.slack_stage import DOORWAY, FORM, a_stage

LONG = 3.4
"""Longer than Slack waits, and longer than a trigger lives."""


@pytest.fixture
async def stage():
    async with a_stage() as here:
        yield here


async def test_a_command_whose_form_comes_too_late_offers_it(stage):
    stage.core.answers |= {"/intro": FORM, "find": FORM}
    stage.core.takes = LONG

    reaction = await stage.slack.command(stage.user, "/intro")
    await asyncio.sleep(LONG - 2)

    assert (reaction.acked, reaction.ms < 3000, len(stage.slack.screen(stage.user).messages)) == (True, True, 1)
    assert stage.last().lines == (say("common.form_late", "en"),)
    stage.core.takes = 0.0
    await stage.slack.press(stage.user, say("common.form_open", "en"))
    assert stage.slack.screen(stage.user).modal is not None


async def test_a_press_whose_form_comes_too_late_offers_it_in_its_place(stage):
    stage.core.answers |= {"find": FORM, "opened": DOORWAY}
    await stage.doorway()
    stage.core.takes = LONG

    await stage.slack.press(stage.user, "Find")
    await until(lambda: stage.last().lines == (say("common.form_late", "en"),))

    stage.core.takes = 0.0
    await stage.slack.press(stage.user, say("common.form_open", "en"))
    assert stage.slack.screen(stage.user).modal is not None


async def test_a_press_on_the_home_that_takes_long_is_answered_by_a_message(stage):
    stage.core.answers |= {"find": View("Three people", "They are free this week."), "opened": DOORWAY}
    await stage.slack.open_home(stage.user)
    stage.core.takes = LONG

    await stage.slack.press(stage.user, "Find", message=stage.slack.screen(stage.user).home.id)

    await until(lambda: stage.slack.screen(stage.user).messages)
    assert stage.last().lines == ("Three people", "They are free this week.")
    assert stage.last().kind == "dm"


async def test_what_came_of_a_form_that_was_closed_meanwhile_is_told_by_a_message(stage):
    stage.core.answers |= {"/intro": FORM, "ask": View("Asked", "Maya & co. have your question.")}
    await stage.slack.command(stage.user, "/intro")
    stage.core.takes = LONG

    assert (await stage.slack.submit(stage.user, {"topic": "Law", "note": "Why?"})).acked
    stage.slack.workspace.modals[stage.user].clear()

    await until(lambda: stage.slack.screen(stage.user).messages)
    assert stage.last().lines == ("Asked", "Maya & co. have your question.")
    assert stage.last().kind == "dm"


async def test_an_answer_whose_address_is_gone_comes_by_a_message(stage):
    stage.core.answers["/intro"] = View("Here", "You have one open.")
    stage.core.takes = LONG

    stage.slack.trouble("server_error", on="response_url")
    assert (await stage.slack.command(stage.user, "/intro")).acked

    await until(lambda: stage.last().lines == ("Here", "You have one open."))
    assert stage.last().kind == "dm"
