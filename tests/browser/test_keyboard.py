"""A piece of the story with the keyboard alone: nothing is clicked here."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser import QUESTION, WONDER, a_play

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def focused(page: Page) -> str:
    """What has the focus, by its words; nothing where it is on the page as a whole, which has all words."""
    words: str = await page.evaluate(
        "(at => at !== document.body && (at.getAttribute('aria-label') || at.innerText) || '')(document.activeElement)"
    )
    return " ".join(words.split())


async def tab_to(page: Page, words: str, *, key: str = "Tab") -> None:
    for _ in range(80):
        if words in await focused(page):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"Tab never comes to {words!r}")


async def test_a_request_is_sent_without_a_mouse_and_the_focus_comes_back() -> None:
    async with a_play() as play:
        page, keys = play.page, play.page.keyboard
        # the box of the first window has the focus, and offers commands as one types
        await keys.type("/int")
        options = play.window("slack").get_by_role("listbox", name="Commands").get_by_role("option")
        await expect(options.first).to_be_visible()
        await keys.press("ArrowDown")
        await expect(options.first).to_have_attribute("aria-selected", "true")
        await keys.press("Enter")

        # the form takes the focus, keeps it, and says what is missing next to the question
        form = play.form("slack")
        await expect(form).to_be_visible()
        await expect(form.locator("textarea, input").first).to_be_focused()
        for _ in range(12):
            await keys.press("Tab")
            assert await form.evaluate("box => box.contains(document.activeElement)")
        await tab_to(page, "Close the form")
        send = await form.locator("button.send").inner_text()
        await tab_to(page, send, key="Shift+Tab")
        await keys.press("Enter")
        first = form.locator("textarea, input").first
        await expect(first).to_be_focused()
        await expect(first).to_have_attribute("aria-invalid", "true")
        await keys.type(WONDER)
        await keys.press("Tab")
        await keys.type(QUESTION)
        await tab_to(page, "Fill in an example")  # whatever else is asked
        await keys.press("Enter")
        await tab_to(page, send)
        await keys.press("Enter")
        await expect(form).to_have_count(0)
        await play.see("slack", "Three people")
        await expect(play.window("slack").get_by_role("combobox", name="Message")).to_be_focused()

        # Escape closes a form, and the button that opened it has the focus again
        await tab_to(page, "Ask ", key="Shift+Tab")
        label = await focused(page)
        await keys.press("Enter")
        await expect(form).to_be_visible()
        await keys.press("Escape")
        await expect(form).to_have_count(0)
        assert await focused(page) == label


async def test_the_switch_of_people_is_a_list_to_search_in() -> None:
    async with a_play() as play:
        page, keys = play.page, play.page.keyboard
        await tab_to(page, "You are Sam Okoro", key="Shift+Tab")
        await keys.press("Enter")
        search = play.window("slack").get_by_role("combobox", name="Search people")
        await expect(search).to_be_focused()
        await keys.type("career")
        await expect(search).to_have_attribute("aria-activedescendant", await chosen(page))
        await keys.press("Enter")
        await expect(play.window("slack").locator("button.who")).to_contain_text("Robin Hale")
        await expect(play.window("slack").get_by_role("button", name="career-desk")).to_be_visible()
        await tab_to(page, "You are Robin Hale", key="Shift+Tab")
        await keys.press("Enter")
        await keys.press("Escape")
        await expect(search).to_be_hidden()
        assert "You are Robin Hale" in await focused(page)


async def chosen(page: Page) -> str:
    row: str = await page.evaluate("document.querySelector('.win-slack .person.active').id")
    return row
