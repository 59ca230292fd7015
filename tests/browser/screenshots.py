"""Pictures of the page for the front page of the project: `python -m tests.browser.screenshots [FOLDER]`.

Plays the story once for each look (1440 and 1024 wide, light and dark) and takes four pictures of each: the
request, the nudge, the times, and the thank-you. Without a folder only those are kept that stand in `deploy/pictures`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.browser.browser import NARROW, QUESTION, THANKS, WIDE, WONDER, Play, Theme, a_play

PICTURES = Path(__file__).resolve().parents[2] / "deploy" / "pictures"
KEPT = ("asked-1440-light", "times-1440-dark", "nudge-1440-light", "thanks-1440-light")
SETTLED = 700


async def story(play: Play, into: Path, look: str) -> None:
    """Sam in Slack asks Maya in Discord, who needs a nudge; pictures on the way."""
    await play.window("slack").get_by_role("button", name="/intro", exact=True).click()
    await play.fill_in("slack", WONDER, QUESTION)
    await play.send_and_close("slack")
    await play.see("slack", "Three people")
    await play.press("slack", "Ask Maya")
    await play.send_and_close("slack")
    await play.see("discord", "hopes for a talk with you")
    await picture(play, into, f"asked-{look}")
    await play.let_pass("+3 days")
    await until(play, "discord", "still hopes to hear from you")
    await picture(play, into, f"nudge-{look}")
    await play.press("discord", "Yes, show times")
    await play.press("discord", "Offer times")
    times = play.form("discord").get_by_role("checkbox")
    for number in (0, 2, 4):
        await times.nth(number).check()
    await picture(play, into, f"times-{look}")
    await play.send_and_close("discord")
    await play.see("slack", "offers these times")
    await play.window("slack").get_by_role("button", name="London time").first.click()
    await until(play, "slack", "Did you talk with")
    await play.press("slack", "Yes, and say thanks")
    await play.fill_in("slack", THANKS)
    await play.send_and_close("slack")
    await play.see("discord", "says thank you")
    await play.press("discord", "Received")
    await play.see("slack", "Your thanks reached")
    await picture(play, into, f"thanks-{look}")


async def until(play: Play, platform: str, words: str) -> None:
    for _ in range(15):
        if await play.window(platform).locator("article.message", has_text=words).count():
            return
        await play.let_pass("Next thing due")
        await play.page.wait_for_timeout(200)
    await play.see(platform, words)


async def picture(play: Play, into: Path, name: str) -> None:
    """As it looks once everything has come to rest, with the pointer out of the way."""
    await play.page.mouse.move(4, 4)
    await play.page.wait_for_timeout(SETTLED)
    if into != PICTURES or name in KEPT:
        await play.page.screenshot(path=into / f"{name}.png")


async def take(into: Path, looks: list[tuple[tuple[int, int], Theme]]) -> None:
    await asyncio.to_thread(into.mkdir, parents=True, exist_ok=True)
    for size, theme in looks:
        async with a_play(size=size, theme=theme, alumni_on="discord") as play:
            await story(play, into, f"{size[0]}-{theme}")


if __name__ == "__main__":
    EVERYWHERE: list[tuple[tuple[int, int], Theme]] = [
        (WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark"),
    ]  # fmt: skip
    if len(sys.argv) > 1:
        asyncio.run(take(Path(sys.argv[1]), EVERYWHERE))
    else:
        asyncio.run(take(PICTURES, EVERYWHERE[:2]))
