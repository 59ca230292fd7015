"""Debian's Chromium, and a hand on the sandbox's page in it.

A browser test may be left out only where there is no Chromium, and never where `CI` is set.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright, expect

from adapters.sandbox.clock import SandboxClock
from adapters.sandbox_run import Running, a_town

BEGIN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""A Monday morning in term."""
RULES = {"room_template": "https://rooms.example.edu/{room}", "name": "Eastmere University"}
PATIENCE = 30_000.0
WIDE, NARROW = (1440, 900), (1024, 768)
AXE = Path(__file__).with_name("vendor") / "axe.min.js"
HARMLESS = ("status of 403", "status of 409", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_REFUSED")
"""What the browser itself says of an answer that a test asks for on purpose."""

WONDER = "I work in international development and wonder about communications"
QUESTION = "What did you have to learn when you left development work?"
THANKS = "What stayed with me is that nobody starts ready. I've signed up for the writing course."

Theme = Literal["light", "dark"]


def chromium() -> str:
    """Where it is. Skips the test without one; fails it in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found and os.environ.get("CI"):
        pytest.fail("There is no Chromium, and in CI there must be one: .ci/run installs it.")
    if not found:
        pytest.skip("There is no Chromium here (Debian: apt-get install chromium).")
    return found


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    where = chromium()
    async with async_playwright() as playwright:
        # A container gives a small /dev/shm and no user namespaces: without these two the tabs crash there.
        browser = await playwright.chromium.launch(
            executable_path=where, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Play:
    """Somebody in front of the page."""

    page: Page
    running: Running

    def window(self, platform: str) -> Locator:
        return self.page.locator(f".win-{platform}")

    def form(self, platform: str) -> Locator:
        return self.window(platform).get_by_role("dialog")

    async def see(self, platform: str, words: str) -> Locator:
        """Wait for a message with these words: the newest."""
        message = self.window(platform).locator("article.message", has_text=words).last
        await expect(message).to_be_visible()
        return message

    async def type_command(self, platform: str, command: str) -> None:
        box = self.window(platform).get_by_role("combobox", name="Message")
        await box.fill(command)
        await box.press("Enter")

    async def press(self, platform: str, label: str | re.Pattern[str]) -> None:
        """The newest button with that label."""
        button = self.window(platform).locator("article.message").get_by_role("button", name=label, exact=True).last
        await expect(button).to_be_visible()
        await button.click()

    async def fill_in(self, platform: str, *texts: str) -> None:
        """Type into the first questions of the open form, one after the other, and let an example answer the rest."""
        form = self.form(platform)
        await expect(form).to_be_visible()
        for number, text in enumerate(texts):
            await form.locator("textarea, input[type=text]").nth(number).fill(text)
        if await form.get_by_role("button", name="Fill in an example").count():
            await form.get_by_role("button", name="Fill in an example").click()

    async def send(self, platform: str) -> None:
        await self.form(platform).locator("button.send").click()

    async def send_and_close(self, platform: str) -> None:
        await self.send(platform)
        await expect(self.form(platform)).to_have_count(0)

    async def be(self, platform: str, name: str) -> None:
        """Through the switch, by searching."""
        await self.window(platform).locator("button.who").click()
        search = self.window(platform).get_by_role("combobox", name="Search people")
        await search.fill(name)
        await search.press("Enter")
        await expect(self.window(platform).locator("button.who")).to_contain_text(name)

    async def be_whoever_has_news(self, platform: str) -> str:
        """Through the notice that somebody has a message; the first name."""
        button = self.window(platform).locator("button.be").first
        await expect(button).to_be_visible()
        name = (await button.inner_text()).removeprefix("Be ")
        await button.click()
        await expect(self.window(platform).locator("button.who")).to_contain_text(name)
        return name

    async def is_played(self, platform: str, first_name: str) -> bool:
        return first_name in await self.window(platform).locator("button.who").inner_text()

    async def let_pass(self, label: str) -> None:
        await self.page.locator(".clock").get_by_role("button", name=label, exact=True).click()
        await expect(self.page.locator(".clock.busy")).to_have_count(0, timeout=60_000)


@asynccontextmanager
async def a_page(
    running: Running, browser: Browser, *, size: tuple[int, int] = WIDE, theme: Theme = "light", ready: bool = True
) -> AsyncIterator[Play]:
    """The page, open; what the browser complains of on the way fails the test."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=theme, reduced_motion="reduce", locale="en-GB"
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if _is_a_complaint(said) else None)
    await page.goto(running.page)
    if ready:
        await page.wait_for_selector("body.ready")
    yield Play(page, running)
    await context.close()
    assert complaints == []


def _is_a_complaint(said: ConsoleMessage) -> bool:
    return said.type in ("error", "warning") and not any(words in said.text for words in HARMLESS)


@asynccontextmanager
async def a_play(*, size: tuple[int, int] = WIDE, theme: Theme = "light", alumni_on: str = "") -> AsyncIterator[Play]:
    """A town with a bot in it, and the page on it."""
    chromium()
    clock = SandboxClock(BEGIN)
    async with (
        a_town(clock=clock, rules=RULES, alumni_on=alumni_on) as running,
        a_browser() as browser,
        a_page(running, browser, size=size, theme=theme) as play,
    ):
        yield play


async def axe(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds that is serious or critical."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        {"rule": one["id"], "impact": one["impact"], "where": [node["target"] for node in one["nodes"]]}
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
