"""What the page shows as it happens, what it lets go wrong, and what it takes in."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.browser import QUESTION, WONDER, a_play

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NASTY = '<img src=x onerror="document.title=1"> **bold** *b* <https://evil.example|click> [a](https://evil.example)'
ROSTER = """alum_id,email,given_name,family_name,title,employer,topics,degree,grad_year,zone
N1,zoe.quill@alumni.example.org,Zoe,Quill,Glass Blower,Quill & Daughters,Working with fire,BA Design,2010,Europe/London
N2,,Nobody,,,,,,not a year,Nowhere/Land
"""


async def test_words_stay_words_and_somebody_else_hears_of_them_at_once() -> None:
    async with a_play() as play:
        page = play.page
        title = await page.title()
        await play.type_command("slack", "/intro")
        await play.fill_in("slack", f"{WONDER} {NASTY}", f"{QUESTION} {NASTY}")
        await play.send_and_close("slack")
        await play.see("slack", "Three people")
        await play.window("slack").get_by_role("button", name=re.compile(r"^Ask \w+$")).first.click()
        await play.send_and_close("slack")

        there = play.window("discord")
        other = there.locator("button.be")
        await expect(there.locator("article.message").or_(other).first).to_be_visible()
        if await other.count():
            await other.first.click()
        message = await play.see("discord", "hopes for a talk with you")
        await expect(message).to_contain_text("**bold** *b*")
        await expect(message).to_contain_text("<img src=x onerror=")
        assert await message.locator("img, a[href*=evil]").count() == 0
        assert await page.title() == title


async def test_trouble_is_ordered_from_the_page_and_nothing_is_lost() -> None:
    async with a_play(alumni_on="discord") as play:
        page = play.page
        await page.get_by_role("button", name="Trouble").click()
        await page.get_by_label("What goes wrong").select_option("server_error")
        await page.get_by_label("Where").select_option("discord")
        await page.get_by_label("For whom").select_option("")
        await page.get_by_role("button", name="Let it happen").click()
        await expect(page.locator(".told")).to_contain_text("server error")

        await play.type_command("slack", "/intro")
        await play.fill_in("slack")
        await play.send_and_close("slack")
        await play.see("slack", "Three people")
        await play.window("slack").get_by_role("button", name="Ask Maya").click()
        await play.send_and_close("slack")
        await play.let_pass("+1 hour")
        await play.see("discord", "hopes for a talk with you")
        assert await play.window("discord").locator("article.message").count() == 1


async def test_a_roster_is_taken_in_and_what_is_wrong_with_one_is_said() -> None:
    async with a_play() as play:
        page = play.page
        await page.get_by_role("button", name="Roster").click()
        file = page.get_by_label("A CSV file")
        await file.set_input_files({"name": "new.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()})
        await page.get_by_role("button", name="Load it").click()
        answer = page.locator(".answer")
        await expect(answer).to_contain_text("One person has joined.")
        await expect(answer).to_contain_text("3")
        await file.set_input_files({"name": "new.xlsx", "mimeType": "text/csv", "buffer": b"PK\x03\x04 a workbook"})
        await page.get_by_role("button", name="Load it").click()
        await expect(answer).to_contain_text("This file can't be used.")
        await page.keyboard.press("Escape")
        await play.be("discord", "Zoe Quill")

        await play.type_command("discord", "/host profile")
        await expect(play.form("discord").locator("input[type=text]").first).to_be_visible()
        filled = (
            await play.form("discord").locator("input[type=text]").evaluate_all("all => all.map((one) => one.value)")
        )
        assert "Glass Blower" in " ".join(filled)


async def test_what_is_typed_stays_while_messages_come_and_people_change_and_nonsense_is_said_to_be_so() -> None:
    async with a_play() as play:
        await play.type_command("discord", "/nonsense")
        await expect(play.window("discord").get_by_role("alert")).to_contain_text("no such command")
        await play.type_command("slack", "hello there")
        await expect(play.window("slack").get_by_role("alert")).to_contain_text("Type / to see")
        await play.type_command("slack", "/intro")
        field = play.form("slack").locator("textarea, input").first
        await field.fill("Half a thought")
        await play.let_pass("+1 day")
        await expect(field).to_have_value("Half a thought")
        await play.be("slack", "Robin Hale")
        await expect(play.form("slack")).to_have_count(0)
        await play.be("slack", "Sam Okoro")
        await expect(play.form("slack").locator("textarea, input").first).to_have_value("Half a thought")
