"""The story of the demo, played by hand through the page's own controls, both ways round."""

from __future__ import annotations

import re

import pytest

from tests.browser.browser import QUESTION, THANKS, WONDER, Play, a_play

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STUDENTS = {"slack": "Sam", "discord": "Dana Wells"}


@pytest.mark.parametrize(("student", "alum"), [("slack", "discord"), ("discord", "slack")])
async def test_the_story_can_be_played_from_the_first_question_to_the_thanks(student: str, alum: str) -> None:
    async with a_play(alumni_on=alum) as play:
        if student == "discord":
            await play.be(student, STUDENTS[student])
        me = STUDENTS[student].split()[0]
        await ask(play, student)
        second, first = await choose(play, student)
        await play.see(student, f"Your request to {second} is on its way")

        # not this time: the next choice is asked by itself
        await be(play, alum, second)
        await play.see(alum, f"{me} hopes for a talk with you")
        await play.press(alum, "Not this time")
        await play.see(student, f"I've asked {first}")

        # three days without a word
        await be(play, alum, first)
        await play.let_pass("+3 days")
        await until(play, alum, f"{me} still hopes to hear from you")
        await play.press(alum, "Yes, show times")
        await play.see(student, f"Good news: {first} said yes")

        # a time
        await play.press(alum, "Offer times")
        times = play.form(alum).get_by_role("checkbox")
        for number in range(3):
            await times.nth(number).check()
        await play.send_and_close(alum)
        await play.see(student, f"{first} offers these times")
        await play.press(student, re.compile(r"^Monday 9 March"))
        await play.see(student, "It stands")
        await play.see(alum, "It stands")

        # the talk, and what comes after it
        await until(play, student, "Did you talk with")
        await play.press(student, "Yes, and say thanks")
        await play.fill_in(student, THANKS)
        await play.send_and_close(student)
        await play.see(alum, f"{me} says thank you")
        await play.see(alum, THANKS)
        await play.press(alum, "Received")
        await play.see(student, f"Your thanks reached {first}")
        await play.see(alum, "Thank you for being there")


async def ask(play: Play, student: str) -> None:
    """The command from its chip, the form, and three people."""
    await play.window(student).get_by_role("button", name="/intro", exact=True).click()
    await play.fill_in(student, WONDER, QUESTION)
    await play.send_and_close(student)
    await play.see(student, "Three people")


async def choose(play: Play, student: str) -> tuple[str, str]:
    """Ask the second of those offered, with the first as who is asked next; the two first names."""
    buttons = play.window(student).get_by_role("button", name=re.compile(r"^Ask \w+$"))
    first, second = [(await buttons.nth(n).inner_text()).removeprefix("Ask ") for n in range(2)]
    await buttons.nth(1).click()
    await play.send_and_close(student)
    return second, first


async def be(play: Play, platform: str, first_name: str) -> None:
    """By the notice, unless it is who is shown already."""
    if not await play.is_played(platform, first_name):
        assert await play.be_whoever_has_news(platform) == first_name


async def until(play: Play, platform: str, words: str) -> None:
    """Let time pass, from one thing that is due to the next, until those words are there."""
    for _ in range(12):
        await play.page.wait_for_timeout(150)
        if await play.window(platform).locator("article.message", has_text=words).count():
            return
        await play.let_pass("Next thing due")
    await play.see(platform, words)


async def test_the_guide_leads_a_newcomer_from_the_first_press_to_the_thanks() -> None:
    """Whoever only ever presses what the one line at the top names comes through the whole story."""
    async with a_play(alumni_on="discord") as play:
        words = play.page.locator("aside.guide p")
        does = play.page.locator("aside.guide button.act")
        said, presses, told = "", 0, []
        arrived = play.window("slack").locator("article.message", has_text="Your thanks reached")
        while not await arrived.count():
            await play.page.wait_for_function(
                "before => document.querySelector('aside.guide p').textContent !== before", arg=said
            )
            said = await words.inner_text()
            told.append(said)
            presses += 1
            assert presses < 30, told
            if await does.is_visible():
                await does.click()
            else:
                turn = re.fullmatch(r"It is (\w+)’s turn\. .*“(.+)”\.", said)
                assert turn is not None, told
                name, label = turn.groups()
                window = "slack" if await play.is_played("slack", name) else "discord"
                await play.press(window, label)
            if "Let time pass" in said:
                said = ""
                await play.page.wait_for_timeout(700)
