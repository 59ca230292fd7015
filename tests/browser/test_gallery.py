"""Every view and every form hangs in the gallery, and a browser draws all of it from the one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from adapters.gallery import NOW, pieces
from adapters.sandbox.sheet import sheet
from bot.views import FORMS, VIEWS
from tests.browser.browser import a_browser


def test_everything_hangs_there() -> None:
    hung = list(pieces())

    hung_views = {piece["name"] for piece in hung if piece["kind"] == "View"}
    assert sorted(VIEWS.keys() - hung_views) == []
    assert sorted(FORMS.keys() - {piece["name"] for piece in hung if piece["kind"] == "Form"}) == []
    assert [piece["id"] for piece in hung if not (piece["slack"] and piece["discord"])] == []


@pytest.mark.browser
@pytest.mark.slow
async def test_one_file_is_drawn_without_a_sandbox_and_no_words_run_out_of_their_place(tmp_path: Path) -> None:
    hung = list(pieces())
    document = tmp_path / "index.html"
    document.write_text(sheet({"now": NOW.timestamp(), "dark": False, "pieces": hung}), encoding="utf-8")
    async with a_browser() as browser:
        page = await browser.new_page(viewport={"width": 1300, "height": 900})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(document.as_uri())
        await page.wait_for_selector("body.ready")

        await expect(page.locator(".piece")).to_have_count(len(hung))
        assert complaints == []
        out_of_place = await page.evaluate(
            """[...document.querySelectorAll(".piece")].filter((piece) => [...piece.querySelectorAll(".win *")].some(
                (one) => one.getBoundingClientRect().right > one.closest(".win").getBoundingClientRect().right + 1
            )).map((piece) => piece.id)"""
        )
        assert out_of_place == []
        assert await page.locator(".piece", has_text="(a block of type").count() == 0
        assert await page.locator(".piece", has_text="(a component of type").count() == 0
