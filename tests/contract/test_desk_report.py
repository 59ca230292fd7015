"""`/desk report` over each real adapter and its pretend platform, counted and drawn by the child: a word at once, then
the card with its chart, for nobody but the one who asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.sandbox.play import Message
from adapters.settings import Database
from bot.domain.people import Platform
from bot.use_cases.reporting import make_report
from bot.views.elements import Chart, View
from bot.views.reports import card
from storage.engine import Store, open_store
from storage.keys import new_keys_text, read_keys
from tests import databases
from tests.benchmarks._terms import Term, steps, write
from tests.contract.desk_place import BEGIN, Desk, a_desk, readable
from tests.contract.discord_place import until
from tests.contract.test_desk_story import coordinator
from tests.words import said

PNG = b"\x89PNG\r\n\x1a\n"
PATIENCE = 40.0
"""Seconds, on a machine that is busy with other tests: a child begins with a second of loading."""


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    url = databases.new_sqlite(tmp_path_factory.mktemp("report"))
    return Database(SecretStr(url), SecretStr(new_keys_text()))


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """With a term of three hundred intros until now."""
    found = open_store(database.url.get_secret_value(), read_keys(database.keys.get_secret_value()))
    term = Term(1, 300, BEGIN - timedelta(days=60), days=60)
    write(found, [step for step in steps(term) if step.at < BEGIN])
    yield found
    found.close()


@pytest.fixture(params=list(Platform))
async def desk(request: Any, store: Store, database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    async with a_desk(request.param, store, monkeypatch) as found:
        found.core.database = database
        yield found


async def test_the_funnel_comes_as_a_card_with_its_chart_to_the_one_who_asked(desk: Desk) -> None:
    robin, alex = coordinator(desk), coordinator(desk, "Alex Moor")
    card_to_come = the_card(desk, "funnel", by="college")

    await desk.command(robin, "/desk report funnel this-term by college", channel="career-desk")
    await until(lambda: desk.sees(robin, card_to_come.title), PATIENCE)

    shown = the_message(desk, robin, card_to_come.title)
    words = readable(shown)
    assert [line for line in aloud(card_to_come) if line not in words] == []
    assert drawn_in(desk, shown) == (PNG, card_to_come.image and card_to_come.image.words)
    assert shown.kind == ("dm" if desk.platform is Platform.SLACK else "ephemeral")
    assert desk.messages(alex) == ()


async def test_a_word_comes_at_once(desk: Desk) -> None:
    robin = coordinator(desk)
    word = said("reports.counting_dm" if desk.platform is Platform.SLACK else "reports.counting")

    await desk.command(robin, "/desk report")
    assert desk.messages(robin)[-1].text == word

    await until(lambda: desk.sees(robin, said("reports.title_overview")), PATIENCE)
    assert desk.sees(robin, word) == (desk.platform is Platform.SLACK)  # on Discord the card takes its place


async def test_a_student_hears_one_kind_line_and_no_count_begins(desk: Desk) -> None:
    priya = desk.pretend.add_person("Priya S", roles=("students",))

    await desk.command(priya, "/desk report funnel")

    heard = [one.text.splitlines()[0] for one in desk.messages(priya)]
    assert said("refusals.desk_only") in heard
    assert not {said("reports.counting"), said("reports.counting_dm")} & set(heard)


async def test_a_child_that_dies_is_told_and_the_next_press_has_the_card(desk: Desk) -> None:
    robin = coordinator(desk)
    desk.core.work = "tests.unit.adapters.work:dies"

    await desk.command(robin, "/desk report thanks this-term")
    await until(lambda: desk.sees(robin, said("common.not_done_title")), PATIENCE)
    desk.core.work = "adapters.looking:look"
    await desk.press(robin, said("common.try_again"))

    await until(lambda: desk.sees(robin, said("reports.title_thanks")), PATIENCE)
    assert drawn_in(desk, the_message(desk, robin, said("reports.title_thanks")))[0] == PNG


async def test_what_slack_does_not_take_as_a_file_comes_as_words(desk: Desk) -> None:
    if desk.platform is not Platform.SLACK:
        pytest.skip("Discord takes the picture with the message")
    robin = coordinator(desk)
    desk.pretend.trouble("server_error", on="files.completeUploadExternal")
    card_to_come = the_card(desk, "load")

    await desk.command(robin, "/desk report load")
    await until(lambda: desk.sees(robin, card_to_come.title), PATIENCE)

    words = readable(the_message(desk, robin, card_to_come.title))
    assert [line for line in aloud(card_to_come) if line not in words] == []


def the_card(desk: Desk, name: str, by: str = "") -> View:
    with desk.core.store.read() as reading:
        return card(make_report(reading, name, "this-term", desk.core.now, by=by), "en")


def aloud(view: View) -> list[str]:
    """Everything that it says, by line; the chart's words stand with the picture."""
    assert isinstance(view.image, Chart)
    return [line for text in (view.title, view.text, *(part for fact in view.facts for part in fact))
            for line in text.split("\n")]  # fmt: skip


def the_message(desk: Desk, user: str, title: str) -> Message:
    return next(one for one in desk.messages(user) if title in readable(one))


def drawn_in(desk: Desk, shown: Message) -> tuple[bytes, str | None]:
    """How the picture of a message begins, and its words for those who can't see it."""
    if desk.platform is Platform.SLACK:
        [file] = shown.raw["files"]
        name, content, kind = desk.pretend.file(file["id"])
        assert (name, kind) == ("chart.png", "image/png")
        return content[: len(PNG)], file["alt_txt"]
    [attached] = shown.raw["attachments"]
    return desk.pretend.world.files[attached["id"]].content[: len(PNG)], attached["description"]
