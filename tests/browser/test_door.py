"""Who gets in: this machine, this page, with the token; and nothing that a person wrote ever becomes markup."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from adapters.sandbox import page as page_module
from adapters.sandbox.town import Town
from tests.browser.browser import a_play

FILES = Path(page_module.__file__).with_name("page")
PATHS = ("/page", "/page/start", "/page/screen?platform=slack&user=U1", "/page/events", "/page/file/slack/F1")


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with Town() as town:
        yield town


async def status(town: Town, path: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(town.base + path, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("path", PATHS)
async def test_without_the_token_nothing_is_told(town: Town, path: str) -> None:
    assert await status(town, path) == 403
    assert await status(town, path, **{"X-Sandbox-Token": "guessed"}) == 403


@pytest.mark.parametrize("path", ["/page", "/page/start", "/look/app.js", "/control/people"])
async def test_another_host_or_another_page_gets_nothing(town: Town, path: str) -> None:
    good = {"X-Sandbox-Token": town.token}
    assert await status(town, path, **good) == 200
    assert await status(town, path, **good, Host="grounds.example") == 403
    assert await status(town, path, **good, Origin="http://evil.example") == 403
    assert await status(town, path, **good, Origin="null") == 403


async def test_posts_are_guarded_alike(town: Town) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ("/page/roster", "/page/due", "/page/file?platform=slack", "/control/command"):
            async with http.post(town.base + path, data=b"x") as answer:
                assert answer.status == 403
            good = {"X-Sandbox-Token": town.token, "Origin": "http://evil.example"}
            async with http.post(town.base + path, data=b"x", headers=good) as answer:
                assert answer.status == 403


@pytest.mark.parametrize("name", ["..%2Fpage.py", "%2e%2e/town.py", "index.html", "door.html", "none.js", "a/b.js"])
async def test_only_the_files_of_the_page_are_served(town: Town, name: str) -> None:
    assert await status(town, f"/look/{name}") == 404


async def test_the_policy_allows_nothing_from_elsewhere_and_no_inline_script_or_style(town: Town) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{town.base}/page?token={town.token}") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|\*|https?:", policy)


def test_the_page_never_reads_words_as_markup_and_asks_nobody_outside() -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setAttribute\(.style"
    for file in sorted(FILES.glob("*.js")):
        assert re.findall(forbidden, file.read_text(encoding="utf-8")) == [], file.name
    for file in sorted([*FILES.glob("*.html"), *FILES.glob("*.css")]):
        text = file.read_text(encoding="utf-8")
        assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?!/look/)[^"')\s>]+""", text) == [], file.name
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), file.name


@pytest.mark.browser
@pytest.mark.slow
async def test_the_address_forgets_the_token_and_a_reload_still_gets_in() -> None:
    async with a_play() as play:
        assert play.page.url == f"{play.running.town.base}/page"
        await play.page.reload()
        await play.page.wait_for_selector("body.ready")
        assert play.page.url == f"{play.running.town.base}/page"

        fresh = await play.page.context.new_page()
        answer = await fresh.goto(f"{play.running.town.base}/page")
        assert answer is not None
        assert answer.status == 403
        await expect(fresh.get_by_role("heading")).to_have_text("This address lacks its key")
