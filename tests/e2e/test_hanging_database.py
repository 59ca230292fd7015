"""A database that hangs: no error comes, and no answer. The bot still ends when it is told to, and who did something
meanwhile hears what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.sandbox.play import Cannot
from adapters.sandbox_run import STOP_SECONDS, STUDENTS, Running, a_town
from bot.phrases import say
from tests.e2e.hanging import Wire, a_wire
from tests.e2e.story import QUESTION, WONDER, filled_in

pytestmark = [pytest.mark.postgres, pytest.mark.e2e, pytest.mark.slow]


@asynccontextmanager
async def a_bot_on_a_wire(url: str, folder: Path) -> AsyncIterator[tuple[Running, Wire]]:
    """A town whose bot reaches its database through a wire; the town itself doesn't."""
    async with a_wire(url, folder) as wire, a_town(url, bot=False) as settled:
        running = replace(settled, environment={**settled.environment, "GROUNDS_DATABASE_URL": wire.url})
        await running.start_bot()
        try:
            yield running, wire
        finally:
            wire.go_on()
            await running.stop_bot()


async def test_a_bot_whose_database_hangs_still_stops_in_time(postgres_url: str, tmp_path: Path) -> None:
    async with a_bot_on_a_wire(postgres_url, tmp_path) as (running, wire):
        wire.hang()
        waiting = [asyncio.create_task(_asks(running, one.platform, one.user)) for one in running.people[:6]]
        await asyncio.sleep(2)

        began = time.monotonic()
        code = await running.stop_bot()
        took = time.monotonic() - began
        await asyncio.gather(*waiting)
        print(f"stopped after {took:.1f} s with {code}; its last words: {running.last_words()}")

    assert took < STOP_SECONDS
    assert code >= 0, "it had to be killed"


async def test_who_did_something_while_it_hung_hears_what_came_of_it(postgres_url: str, tmp_path: Path) -> None:
    """In Slack: a form is offered by a word in time, and one that was sent stays until its answer comes."""
    moment = say("common.moment", "en")
    async with a_bot_on_a_wire(postgres_url, tmp_path) as (running, wire):
        slack = running.town.slack
        sam = next(one.user for one in running.people if (one.platform, one.role) == ("slack", STUDENTS))
        wire.hang()
        asked = await slack.command(sam, "/intro")
        assert (asked.acked, slack.screen(sam).messages[-1].lines) == (True, (say("common.form_late", "en"),))
        wire.go_on()
        await slack.press(sam, say("common.form_open", "en"))
        form = slack.screen(sam).modal
        assert form is not None

        wire.hang()
        sent = await slack.submit(sam, filled_in(form, {"wonder": WONDER, "question": QUESTION}))
        assert (sent.acked, moment in str(slack.screen(sam).modal)) == (True, True)
        wire.go_on()
        async with asyncio.timeout(20):
            while moment in str(slack.screen(sam).modal):  # noqa: ASYNC110 - a screen tells nobody that it changed
                await asyncio.sleep(0.1)
        assert slack.screen(sam).modal is not None


async def _asks(running: Running, platform: str, user: str) -> None:
    with suppress(Cannot):
        await running.town.pretend(platform).command(user, "/host", "help")
