"""The coordinator's Monday by hand: from the digest in their channel to an empty queue, on either platform, counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from adapters.main import new_keys, opened
from adapters.sandbox.clock import SandboxClock
from adapters.sandbox_run import Running, a_town
from adapters.settings import Settings
from bot.domain.people import Handle, Platform
from tests.browser.browser import RULES, Play, a_browser, a_page, chromium
from tests.contract.desk_place import Desk
from tests.contract.test_desk_story import coordinator, seven
from tests.words import said

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROS = "Ros Field"
SUNDAY = datetime(2026, 3, 8, 18, 0, tzinfo=UTC)
MOST_PRESSES = 14
"""Two for each of the seven, since a note is read before it is sent: more would not be ten minutes."""


@pytest.mark.parametrize(("platform", "presses"), [("slack", 12), ("discord", 11)])
async def test_monday_is_done_in_a_dozen_presses(platform: str, presses: int) -> None:
    """On Slack one more: what a form is answered with comes as a direct message, and they look there."""
    chromium()
    keys, clock = new_keys(), SandboxClock(SUNDAY)
    async with a_town(clock=clock, rules=RULES, keys=keys, accounts=0, bot=False) as running:
        settle_in(running, Platform(platform), keys)
        await running.start_bot()
        async with a_browser() as browser, a_page(running, browser) as play:
            monday = Monday(play, platform)
            await play.be(platform, ROS)
            await play.let_pass("+1 day")
            await play.window(platform).get_by_role("button", name=re.compile("career-desk")).click()
            await play.see(platform, said("desk_digest.title", count=7))

            await monday.press(said("desk.open_queue"))
            await play.see(platform, said("queue.title", count=7))
            await monday.press(said("queue.do_release"), left=6)
            await monday.press(said("queue.do_rematch"), left=5)
            for left in (4, 3):
                await monday.press(said("queue.do_write"))
                await monday.send(left=left)
            await monday.press(said("queue.do_approve", alum="Eli T."), left=2)
            await monday.press(said("queue.do_approve", alum="Fay Y."), left=1)
            await monday.press(said("queue.do_introduce"))
            await monday.send("Lea Klein", left=0)

            assert monday.presses == presses <= MOST_PRESSES


class Monday:
    """A hand at the desk that counts its presses, and waits until each has been answered."""

    def __init__(self, play: Play, platform: str) -> None:
        self.play, self.platform, self.presses, self.in_dm = play, platform, 0, False

    async def press(self, label: str, *, left: int | None = None) -> None:
        self.presses += 1
        await self.play.press(self.platform, label)
        await self._answered(left)

    async def send(self, *texts: str, left: int) -> None:
        self.presses += 1
        form = self.play.form(self.platform)
        await expect(form).to_be_visible()
        for number, text in enumerate(texts):
            await form.locator("textarea, input[type=text]").nth(number).fill(text)
        await self.play.send_and_close(self.platform)
        if self.platform == "slack" and not self.in_dm:
            self.presses, self.in_dm = self.presses + 1, True
            await self.play.window(self.platform).locator("button.dm").click()
        await self._answered(left)

    async def _answered(self, left: int | None) -> None:
        if left is not None:
            words = said("queue.title", count=left) if left else said("queue.empty_title")
            await self.play.see(self.platform, words)


def settle_in(running: Running, platform: Platform, keys: str) -> None:
    """Seven things that need somebody, all on this platform, and who is to see to them."""
    settings = Settings.model_construct(database_url=SecretStr(running.database_url), keys=SecretStr(keys))
    pretend = SimpleNamespace(
        add_person=partial(running.town.add_person, platform.value)
    )  # so that the page knows them
    realm = "" if platform is Platform.DISCORD else running.town.slack.team_id
    with opened(settings, as_it_is=True) as store:
        place: Any = SimpleNamespace(
            pretend=pretend, platform=platform, core=SimpleNamespace(store=store, now=SUNDAY),
            handle=lambda user: Handle(platform, realm, user),
        )  # fmt: skip
        coordinator(cast(Desk, place), ROS)
        seven(cast(Desk, place))
