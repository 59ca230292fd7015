"""Answers within the platforms' three seconds, while the database is really slow: somebody else writes to it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from adapters.clock import Clock
from adapters.sandbox.play import Wire
from adapters.sandbox.slack import PretendSlack
from adapters.slack.app import SlackSide
from adapters.slack.app import build as build_slack
from adapters.threads import FOR_SQLITE, RunningCore
from bot.domain.people import Platform, Space
from bot.phrases import say
from storage.engine import Store, open_store
from storage.keys import Keys
from tests.contract.discord_place import Place, a_space, a_student, at_discord, until

IN_TIME_MS = 3000
LONG = 2.6
"""Seconds for which the database belongs to somebody else."""


@pytest.fixture
def file(tmp_path: Path, sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def store(sqlite_url: str, keys: Keys):
    opened = open_store(sqlite_url, keys)
    yield opened
    opened.close()


@pytest.fixture
async def core(store: Store):
    running = RunningCore(store, Clock(), hands=FOR_SQLITE, worker="w")
    await running.start()
    yield running
    await running.close()


@asynccontextmanager
async def slow(file: Path, seconds: float) -> AsyncIterator[None]:
    """As an import by another process would: one long transaction that writes."""
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    letting_go = asyncio.get_running_loop().call_later(seconds, other.rollback)
    try:
        yield
    finally:
        await asyncio.sleep(max(letting_go.when() - asyncio.get_running_loop().time(), 0) + 0.05)
        other.close()


# --- Discord ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch, store: Store, core: RunningCore) -> AsyncIterator[Place]:
    def real(pretend) -> RunningCore:
        with store.begin() as uow:
            uow.places.admit(a_space(pretend))
            uow.commit()
        return core

    async with at_discord(monkeypatch, real) as here:
        yield here


async def test_discord_hears_a_word_in_time_and_the_answer_takes_its_place(place: Place, file: Path) -> None:
    user = a_student(place)
    await place.discord.command(user, "/intro", "help")

    async with slow(file, LONG):
        reaction = await place.discord.command(user, "/host", "mine")
        assert (reaction.acked, reaction.ms < IN_TIME_MS) == (True, True)
        [_, word] = place.discord.screen(user).messages
        assert word.text == say("common.moment", "en")

    await until(lambda: place.newest(user).text != word.text)
    assert (place.newest(user).id, len(place.discord.screen(user).messages)) == (word.id, 2)


async def test_a_form_opens_on_discord_while_somebody_writes(place: Place, file: Path) -> None:
    user = a_student(place)

    async with slow(file, LONG):
        reaction = await place.discord.command(user, "/intro")

        assert (reaction.acked, place.discord.screen(user).modal is not None) == (True, True)
        assert reaction.ms < IN_TIME_MS / 2


async def test_what_is_typed_is_not_lost_with_a_bot_that_dies_before_it_wrote(place: Place, file: Path) -> None:
    """Discord closes a form when it is answered; so it is not answered before there is nothing left to lose."""
    user = a_student(place)
    await place.discord.command(user, "/intro")
    typed = {"wonder": "I wonder about law", "question": "How did you begin?", "adult": ["yes"]}

    async with slow(file, 1.8):
        reaction = await place.discord.submit(user, typed)

    assert reaction.acked
    assert say("common.moment", "en") not in str([event.body for event in place.wire.events])


# --- Slack ------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def at_slack(store: Store, core: RunningCore) -> AsyncIterator[tuple[PretendSlack, SlackSide, str]]:
    slack = PretendSlack(Wire(), time.time)
    app = web.Application()
    app.add_routes(slack.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = slack.settings(f"http://127.0.0.1:{runner.addresses[0][1]}")
    with store.begin() as uow:
        students = frozenset({slack.group_id("students")})
        uow.places.admit(Space(Platform.SLACK, slack.team_id, slack.app_id, "Campus", "C1", students))
        uow.commit()
    side = build_slack(
        core, bot_token=settings["SLACK_BOT_TOKEN"], app_token=settings["SLACK_APP_TOKEN"],
        api_url=settings["SLACK_API_URL"],
    )  # fmt: skip
    await side.start()
    yield slack, side, slack.add_person("Priya Shah", roles=["students"])
    await side.stop()
    await runner.cleanup()


async def test_a_form_and_the_home_open_in_slack_while_somebody_writes(at_slack, file: Path) -> None:
    slack, _, user = at_slack
    await slack.open_home(user)

    async with slow(file, LONG):
        opened = await slack.command(user, "/intro")
        home = await slack.open_home(user)

        assert (opened.acked, home.acked) == (True, True)
        assert opened.ms + home.ms < IN_TIME_MS / 2


async def test_slack_is_answered_after_the_commit_and_in_time(at_slack, file: Path) -> None:
    slack, _, user = at_slack
    await slack.command(user, "/intro", "help")

    async with slow(file, 1.5):
        reaction = await slack.command(user, "/host", "mine")

    assert reaction.acked
    assert 1000 < reaction.ms < IN_TIME_MS


async def test_slack_hears_a_word_in_time_and_the_answer_follows(at_slack, file: Path) -> None:
    slack, _, user = at_slack
    await slack.command(user, "/intro", "help")

    async with slow(file, 4.0):
        reaction = await slack.command(user, "/host", "mine")
        assert (reaction.acked, reaction.ms < IN_TIME_MS) == (True, True)
        assert slack.screen(user).messages[-1].text == say("common.moment", "en")

    await until(lambda: slack.screen(user).messages[-1].text != say("common.moment", "en"))


async def test_a_form_that_was_sent_to_slack_stays_below_the_word_until_its_answer_comes(at_slack, file: Path) -> None:
    slack, _, user = at_slack
    await slack.command(user, "/intro")
    typed = {"wonder": "I wonder about law", "question": "How did you begin?", "adult": ["yes"]}
    form = slack.screen(user).modal.id

    async with slow(file, 4.0):
        reaction = await slack.submit(user, typed)
        assert (reaction.acked, reaction.ms < IN_TIME_MS) == (True, True)
        word = slack.screen(user).modal
        assert say("common.moment", "en") in str(word.items)
        assert [view.id for view in slack.workspace.modals[user]] == [form, word.id]

    await until(lambda: say("common.moment", "en") not in str(slack.screen(user).modal))
    assert slack.screen(user).modal.id == word.id


# --- deaf -------------------------------------------------------------------------------------------------------------


async def test_a_socket_that_went_deaf_is_left_for_a_new_one(at_slack) -> None:
    from adapters.slack.socket_mode import SocketWay

    slack, side, user = at_slack
    way = side._way
    assert isinstance(way, SocketWay)
    await way.stop()
    watched = SocketWay(way._app, way._app_token, 30.0, watch_seconds=0.05, deaf_seconds=0.1)
    await watched.start()
    socket = watched._socket
    assert socket is not None
    socket.client.stale = True  # as slack_sdk calls one whose pings nobody answers, when it can't come in anew

    await until(lambda: watched.restarts and watched._socket is not None and watched._socket is not socket)
    reaction = await slack.command(user, "/intro", "help")
    await watched.stop()

    assert reaction.acked


async def test_slack_sdk_leaves_a_deaf_socket_by_itself(at_slack) -> None:
    from adapters.slack.socket_mode import SocketWay

    slack, side, user = at_slack
    way = side._way
    assert isinstance(way, SocketWay)
    await way.stop()
    quick = SocketWay(way._app, way._app_token, 0.2)
    await quick.start()
    first = quick._socket.client.current_session if quick._socket else None
    slack.trouble("deaf")

    await until(lambda: quick._socket is not None and quick._socket.client.current_session is not first)
    slack.trouble("hearing")
    await asyncio.sleep(0.5)
    reaction = await slack.command(user, "/intro", "help")
    await quick.stop()

    assert reaction.acked
