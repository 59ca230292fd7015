"""axe-core finds nothing serious or critical on the page, light and dark, whatever is open."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.browser import NARROW, WIDE, Theme, a_play, axe

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", NARROW)])
async def test_axe_finds_nothing_serious(theme: Theme, size: tuple[int, int]) -> None:
    async with a_play(theme=theme, size=size) as play:
        page = play.page
        found = {"as it opens": await axe(page)}

        await play.type_command("slack", "/intro")
        await expect(play.form("slack")).to_be_visible()  # it takes the focus, so nobody types elsewhere meanwhile
        await play.type_command("discord", "/host profile")
        await expect(play.form("discord")).to_be_visible()
        found["two forms open"] = await axe(page)
        await play.send("slack")
        await expect(play.form("slack").locator(".field-error").first).to_be_visible()
        found["a form with something to mend"] = await axe(page)

        await play.fill_in("slack")
        await play.send_and_close("slack")
        await play.see("slack", "Three people")
        await play.form("discord").get_by_role("button", name="Close the form").click()
        await play.window("discord").get_by_role("button", name="general").click()
        await play.type_command("discord", "/host mine")
        await expect(play.window("discord").locator("article.ephemeral")).to_be_visible()
        await page.get_by_role("button", name=re.compile(r"^Ask \w+$")).first.click()
        await play.send_and_close("slack")
        found["messages"] = await axe(page)

        await play.window("slack").get_by_role("tab", name="Home").click()
        await expect(play.window("slack").locator(".home .block").first).to_be_visible()
        found["the Home tab"] = await axe(page)

        for button in ("Trouble", "Roster", "Set"):
            await page.get_by_role("button", name=button, exact=True).click()
            found[button] = await axe(page)
            await page.keyboard.press("Escape")
        await play.window("discord").locator("button.who").click()
        found["the switch of people"] = await axe(page)
        await page.keyboard.press("Escape")
        await play.window("discord").get_by_role("combobox", name="Message").press_sequentially("/")
        await expect(play.window("discord").get_by_role("option").first).to_be_visible()
        found["commands"] = await axe(page)

        sides = await page.evaluate(
            "[document.documentElement, document.querySelector('.bar')].map((one) => one.scrollWidth)"
        )
        assert sides == [size[0], size[0]]  # nothing is cut off
        assert {where: faults for where, faults in found.items() if faults} == {}
