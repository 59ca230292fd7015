"""Pictures of the desk for the front page of the project: `python -m tests.browser.desk_pictures [FOLDER]`.

A campus in mid-term, with things in the queue and a few hundred requests behind it. Robin in Slack and Alex in Discord
both look at the queue, hand over a list and ask for a report; a picture of each, in both panes. Without a folder only
those are kept that stand in `deploy/pictures`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from PIL import Image
from playwright.async_api import FilePayload, Locator

from adapters.sandbox_run import Running
from bot.domain.people import Handle, Platform
from storage.engine import open_store
from storage.keys import read_keys
from tests.benchmarks._terms import Term, steps, write
from tests.browser.browser import BEGIN, WIDE, Play, Theme, a_play
from tests.browser.screenshots import PICTURES, SETTLED
from tests.contract.desk_place import Desk
from tests.contract.test_desk_story import ROSTER, seven
from tests.words import said

KEPT = ("queue-1440-light", "import-1440-light", "report-1440-dark")
COORDINATORS = {"slack": "Robin Hale", "discord": "Alex Moor"}
REQUESTS, DAYS = 420, 56
LIST: FilePayload = {"name": "graduates.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
COLOURS = 128
"""A picture of a page needs no more, and is a third as large so."""


def in_mid_term(running: Running) -> None:
    """Write down what has come about so far."""
    keys = running.environment.get("GROUNDS_KEYS", "")
    store = open_store(running.database_url, read_keys(keys) if keys else None)
    write(store, [one for one in steps(Term(3, REQUESTS, BEGIN - timedelta(days=DAYS), days=DAYS)) if one.at < BEGIN])
    slack = running.town.slack
    place = SimpleNamespace(
        platform=Platform.SLACK, pretend=slack, core=SimpleNamespace(store=store, now=BEGIN),
        handle=lambda user: Handle(Platform.SLACK, slack.team_id, user),
    )  # fmt: skip
    seven(cast(Desk, place))
    with store.begin() as uow:
        for one in running.people:
            if one.name in COORDINATORS.values():  # no newcomers, who would be greeted first
                realm = slack.team_id if one.platform == "slack" else ""
                given, _, family = one.name.partition(" ")
                account = Handle(Platform(one.platform), realm, one.user)
                person = uow.people.add(account, given, family, "Europe/London", "en")
                uow.audit.add(BEGIN, person.who, "began")
        uow.commit()
    store.close()


async def both(play: Play, command: str, words: str) -> None:
    """Each coordinator types it, and sees what comes of it."""
    for platform in COORDINATORS:
        await play.type_command(platform, command)
    for platform in COORDINATORS:
        await in_view(await play.see(platform, words))


async def in_view(shown: Locator, block: str = "start") -> None:
    await shown.evaluate(f"one => one.scrollIntoView({{block: '{block}'}})")


async def the_desk(play: Play, into: Path, look: str) -> None:
    await asyncio.to_thread(in_mid_term, play.running)
    await play.page.get_by_role("button", name="Hide the guide").click()
    for platform, name in COORDINATORS.items():
        await play.be(platform, name)
    await both(play, "/desk queue", said("queue.title", count=7))
    await picture(play, into, f"queue-{look}")
    await hand_over(play)
    await picture(play, into, f"import-{look}")
    await both(play, "/desk report funnel", said("reports.title_funnel"))
    for platform in COORDINATORS:
        chart = play.window(platform).locator("img.picture").last
        await chart.wait_for()
        await in_view(chart, "end")
    await picture(play, into, f"report-{look}")


async def hand_over(play: Play) -> None:
    """The same list, one coordinator after the other."""
    for platform in COORDINATORS:
        await play.type_command(platform, "/desk import")
        form = play.form(platform)
        await form.locator("input[type=file]").set_input_files(files=[LIST])
        await form.locator("input[type=text]").first.fill("the alumni office")
        await form.get_by_text("Ready to send.").wait_for()
        await play.send_and_close(platform)
    for platform in COORDINATORS:
        await in_view(await play.see(platform, said("import.looked_title")))


async def picture(play: Play, into: Path, name: str) -> None:
    """As it looks once everything has come to rest, with the pointer out of the way."""
    await play.page.mouse.move(4, 4)
    await play.page.wait_for_timeout(SETTLED)
    if into != PICTURES or name in KEPT:
        file = into / f"{name}.png"
        await play.page.screenshot(path=file)
        await asyncio.to_thread(make_small, file)


def make_small(file: Path) -> None:
    with Image.open(file) as whole:
        few = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


async def take(into: Path, looks: list[tuple[tuple[int, int], Theme]]) -> None:
    await asyncio.to_thread(into.mkdir, parents=True, exist_ok=True)
    for size, theme in looks:
        async with a_play(size=size, theme=theme, alumni_on="discord") as play:
            await the_desk(play, into, f"{size[0]}-{theme}")


if __name__ == "__main__":
    BOTH: list[tuple[tuple[int, int], Theme]] = [(WIDE, "light"), (WIDE, "dark")]
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES, BOTH))
