"""Two real bots on one Postgres: one is stopped for longer than its leases, one is stopped as an operator would.

They share the sending; one listens to Discord. What must hold: everything arrives, nothing twice, and whoever is left
goes on with all of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from adapters.clock import wall
from adapters.delivery import LEASE_SECONDS
from adapters.sandbox.play import copies_shown
from adapters.sandbox_run import Running, a_town
from adapters.turns import GATEWAY, TURN_SECONDS
from bot.domain.messages import Kind, Message, Status
from bot.domain.people import Handle, Platform
from storage import tables as t
from storage.engine import Store, open_store
from storage.keys import read_keys

pytestmark = [pytest.mark.postgres, pytest.mark.e2e, pytest.mark.slow]

LINES = 30
SLOW_SECONDS = 3.0


@dataclass
class Pair:
    """Both bots, and the database they share."""

    bots: dict[str, Running]
    store: Store

    def holder(self) -> str:
        """The name of the bot whose turn the gateway is; empty if it is nobody's."""
        with self.store.begin() as uow:
            c = t.lease.c
            row = uow._connection.execute(select(c.holder).where(c.name == GATEWAY, c.until > wall())).first()
        return row.holder.partition("/")[0] if row else ""

    def lines(self) -> Counter[Status]:
        with self.store.begin() as uow:
            news = select(t.message.c.status).where(t.message.c.kind == Kind.NEWS)
            return Counter(uow._connection.execute(news).scalars())

    def being_sent_by(self, name: str) -> int:
        c = t.message.c
        with self.store.begin() as uow:
            theirs = select(c.id).where(c.status == Status.SENDING, c.worker.startswith(f"{name}/"))
            return len(uow._connection.execute(theirs).all())

    def write_to_everybody(self, running: Running) -> None:
        """A line to each of the first people, due now."""
        with self.store.begin() as uow:
            for one in running.people[:LINES]:
                realm = "" if one.platform == "discord" else running.town.slack.team_id
                person = uow.people.by_handle(Handle(Platform(one.platform), realm, one.user))
                assert person is not None
                uow.outbox.add(Message(Kind.NEWS, "mine", running.town.clock.now(), person.id, params={"role": "alum"}))
            uow.commit()


@asynccontextmanager
async def a_pair(url: str) -> AsyncIterator[Pair]:
    async with a_town(url, settings={"GROUNDS_REPLICA": "one"}) as one:
        two = replace(
            one, environment={**one.environment, "GROUNDS_REPLICA": "two"}, log_file=one.log_file.with_name("two.log"),
            _bot=None,
        )  # fmt: skip
        store = open_store(url, read_keys(one.environment["GROUNDS_KEYS"]))
        try:
            await two.start_bot()
            yield Pair({"one": one, "two": two}, store)
        finally:
            for bot in (one, two):
                with suppress(ProcessLookupError):
                    os.kill(bot.bot_pid, signal.SIGCONT)
            await two.stop_bot()
            store.close()


async def until(true: Callable[[], object], seconds: float) -> float:
    """Wait for it; how long that took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.1)
    return time.monotonic() - began


def copies(running: Running) -> list[int]:
    """How many copies of each line people saw."""
    return sorted(len(seen) for seen in copies_shown(running.town.wire.events).values())


async def test_a_bot_that_hangs_is_relieved_and_what_it_does_later_changes_nothing(postgres_url: str) -> None:
    async with a_pair(postgres_url) as pair:
        first = pair.holder()
        other = {"one": "two", "two": "one"}[first]
        running = pair.bots[first]
        for pretend in (running.town.slack, running.town.pretend("discord")):
            pretend.trouble("slow", seconds=SLOW_SECONDS, times=LINES // 2)
        pair.write_to_everybody(running)
        await until(lambda: pair.being_sent_by(first), 10)

        os.kill(running.bot_pid, signal.SIGSTOP)
        left = pair.being_sent_by(first)
        assert left, "it held nothing when it was stopped"
        gateway = await until(lambda: pair.holder() == other, TURN_SECONDS + 10)
        lines = gateway + await until(lambda: pair.being_sent_by(first) == 0, LEASE_SECONDS + 10)
        print(f"gateway taken over after {gateway:.1f} s, {left} lines after {lines:.1f} s")
        await until(lambda: pair.lines()[Status.SENT] == LINES, 30)
        os.kill(running.bot_pid, signal.SIGCONT)
        await asyncio.sleep(SLOW_SECONDS + 2)

        assert (gateway < TURN_SECONDS + 5, lines < LEASE_SECONDS + 5) == (True, True)
        assert pair.lines() == {Status.SENT: LINES}
        assert copies(running) == [1] * LINES
        assert pair.holder() == other
        somebody = next(one for one in running.people if one.platform == "discord")
        running.town.pretend("discord")._troubles.clear()  # type: ignore[attr-defined]  # slow enough now
        assert (await running.town.pretend("discord").command(somebody.user, "/host", "help")).acked


async def test_a_bot_that_is_stopped_gives_back_what_it_has_and_the_other_goes_on_at_once(postgres_url: str) -> None:
    async with a_pair(postgres_url) as pair:
        first = pair.holder()
        other = {"one": "two", "two": "one"}[first]
        running = pair.bots[first]
        for pretend in (running.town.slack, running.town.pretend("discord")):
            pretend.trouble("slow", seconds=1.0, times=LINES)
        pair.write_to_everybody(running)
        await until(lambda: pair.being_sent_by(first), 10)

        began = time.monotonic()
        assert await running.stop_bot() == 0
        took = time.monotonic() - began
        assert pair.being_sent_by(first) == 0
        gateway = await until(lambda: pair.holder() == other, TURN_SECONDS)
        print(f"stopped in {took:.1f} s, gateway after {gateway:.1f} s more")
        await until(lambda: pair.lines()[Status.SENT] == LINES, LEASE_SECONDS)

        assert took < 25
        assert gateway < TURN_SECONDS / 2
        assert copies(running) == [1] * LINES
