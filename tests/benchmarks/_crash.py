"""A busy run in which replicas are killed, and what came of every line of it.

A town with both platforms and the sandbox's clock, running. Students ask without a pause, news goes out to everybody,
the platforms drop replies, cut lines, answer slowly or not at all; and again and again one replica is killed, when so
many things more have passed on the wire, or while it still starts. Then the platforms behave, and the run has a while
to come to its end.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any

import click
from sqlalchemy import func, select

from adapters.delivery import LEASE_SECONDS
from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Cannot, Event, Pretend
from adapters.sandbox.slack_methods import EVERY_SCOPE
from adapters.sandbox_run import Running, a_town
from bot.domain.messages import Kind, Message
from bot.domain.people import PersonId
from bot.phrases import say
from storage import tables as t
from storage.engine import Store, open_store
from storage.keys import read_keys
from tests.benchmarks._ledger import Ledger, balance, in_flight, left, rows, story, suspects
from tests.benchmarks._places import Places
from tests.benchmarks._replicas import Replica
from tests.benchmarks._warm import Warm
from tests.e2e.story import filled_in

BEGIN = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
"""A Tuesday at noon in term: nobody's quiet time."""
STUDENTS, IN_TURN = 4, 25
"""So many act at once on each platform, and when one has asked, the next takes the place."""
NEWS_VIEW, NEWS_EACH_SECONDS, NEWS_AT_ONCE, MOST_DUE = "resumed", 0.15, 3, 90
"""While more than the last are due, no more are added: a run is to be busy, not ever later."""
TROUBLE_EACH_SECONDS = 0.5
TROUBLES = ("lose_answer", "lose_answer", "cut", "server_error", "rate_limited", "slow")
MOST_EVENTS, LONGEST_LIFE_SECONDS = 240, 2.0
"""A kill comes when at most so many events more have passed, and at the latest after so long."""
IN_START, START_SECONDS = 0.2, 1.0
"""So many of the kills come while one starts, at any time of so long."""
SETTLE_SECONDS = 400.0
"""What is left over waits for leases and for the longest back-off, which is five minutes."""
WONDER = "I wonder about communications and how people get into it"
LOOKS_UP = frozenset({"im:history", "groups:history"})


@dataclass
class Crash:
    """One run. `in_flight` counts for each line at how many kills it was being sent."""

    running: Running
    store: Store
    replicas: list[Replica]
    random: random.Random
    acked: Counter[str] = field(default_factory=Counter)
    told: dict[str, list[list[str]]] = field(default_factory=dict)
    """What each who sent a form was shown at once, each time."""
    told_to_wait: int = 0
    sent: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    """When, and in which view, each form was sent that was acknowledged."""
    in_flight: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    killed_in_start: int = 0
    busy: bool = True
    _countdown: int = 0
    _victim: Replica | None = None
    _dead: asyncio.Event = field(default_factory=asyncio.Event)

    # --- the killing ---

    def tap(self, event: Event) -> None:
        """See whatever passes, before it goes on."""
        if self._victim is None:
            return
        self._countdown -= 1
        if self._countdown <= 0:
            self._kill(self._victim)

    def _kill(self, victim: Replica) -> None:
        if self._victim is victim:
            self._victim = None
        victim.kill()
        self.in_flight.update(in_flight(self.store, victim.name))
        self.killed += 1
        self._dead.set()

    async def kill_one(self) -> None:
        """Whoever it is, some time soon; then it is started again."""
        victim = self.random.choice(self.replicas)
        await victim.up.wait()
        self._dead.clear()
        self._countdown, self._victim = self.random.randint(1, MOST_EVENTS), victim
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_LIFE_SECONDS):
                await self._dead.wait()
        if self._victim is not None:
            self._kill(victim)
        restarted = asyncio.create_task(self._start(victim), name=victim.name)
        if len(self.replicas) == 1:
            await restarted
        else:
            self._starting.add(restarted)
            restarted.add_done_callback(self._starting.discard)

    async def _start(self, victim: Replica) -> None:
        while self.random.random() < IN_START:
            await victim.start(only=self.random.uniform(0.05, START_SECONDS))
            self._kill(victim)
            self.killed_in_start += 1
        await victim.start()

    _starting: set[asyncio.Task[None]] = field(default_factory=set)

    # --- what goes on meanwhile ---

    async def ask(self, platform: str, users: Sequence[str]) -> None:
        """A student, who types the command, fills in the form and sends it until that is taken; then the next."""
        pretend = self.running.town.pretend(platform)
        values = {"wonder": WONDER, "question": "What is a normal week like?"}
        waiting = list(users)
        while self.busy:
            user = waiting[0]
            with suppress(Cannot):  # there is no such command or form while nobody is there
                opened = await pretend.command(user, "/intro")
                modal = pretend.screen(user).modal if opened.acked else None
                if modal is not None and any(item.id == "wonder" for item in modal.items):
                    before = len(self.running.town.wire.events)
                    sent = await pretend.submit(user, filled_in(modal, values))
                    if sent.acked and not sent.errors:
                        self._acknowledged(user, before)
                    waiting = waiting[1:] + waiting[:1] if sent.acked else waiting
            await asyncio.sleep(self.random.uniform(0.1, 0.4))

    def _acknowledged(self, user: str, since: int) -> None:
        """A word before the commit ("one moment; if nothing follows, do it once more") promises nothing yet, nor does
        one that says that it could not be done just now."""
        passed = [event.body for event in self.running.town.wire.events[since:] if event.user == user]
        told = [str(body) for body in passed]
        names = [str((body.get("view") or body).get("id")) for body in passed if isinstance(body, dict)]
        self.sent.setdefault(user, []).append((self.running.town.clock.now(), names[0] if names else ""))
        words = (say("common.moment", "en"), say("sorry.text", "en"), say("refusals.rights_unknown", "en"))
        to_wait = any(word in body for word in words for body in told)
        self.acked[user] += not to_wait
        self.told_to_wait += to_wait
        self.told.setdefault(user, []).append(told)

    async def send_news(self, people: list[PersonId]) -> None:
        """Lines to everybody in turn, as another process would add them."""
        while self.busy:
            if await asyncio.to_thread(left, self.store, self.running.town.clock.now()) < MOST_DUE:
                await asyncio.to_thread(self._add, self.random.sample(people, NEWS_AT_ONCE))
            await asyncio.sleep(NEWS_EACH_SECONDS)

    def _add(self, people: list[PersonId]) -> None:
        now = self.running.town.clock.now()
        with self.store.begin() as uow:
            uow.outbox.add(*(Message(Kind.NEWS, NEWS_VIEW, now, to=person) for person in people))
            uow.commit()

    async def misbehave(self) -> None:
        """The platforms drop replies, and worse."""
        while self.busy:
            kind = self.random.choice(TROUBLES)
            self._pretend().trouble(kind, seconds=1.0 if kind == "rate_limited" else 0.4)
            await asyncio.sleep(TROUBLE_EACH_SECONDS)

    def _pretend(self) -> Pretend:
        return self.running.town.pretend(self.random.choice(sorted(self.running.town.pretends)))

    # --- the end ---

    async def until_settled(self) -> float:
        """How long it took until nothing was due any more; bounded."""
        began = time.perf_counter()
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                while await asyncio.to_thread(left, self.store, self.running.town.clock.now()):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        return time.perf_counter() - began

    def balance(self) -> Ledger:
        """Every line against every copy."""
        town = self.running.town
        return balance(self.store, town.wire.events, self.in_flight, town.clock.now())

    def suspects(self) -> list[str]:
        """What was lost or came twice, a line each."""
        town = self.running.town
        return suspects(self.store, town.wire.events, town.clock.now())

    def story_of(self, user: str) -> list[str]:
        """Each form that somebody sent, and how it was answered; each ask and each answer that stands written."""
        sent = [f"{moment:%H:%M:%S} sent {key}" for moment, key in self.sent.get(user, ())]
        return [f"form of {user}: {line}" for line in (*sent, *story(self.store, user))]

    def refused(self) -> Counter[str]:
        """How many forms of each were answered, by a line of the outbox, with why it can't be."""
        m, h = t.message.c, t.handle.c
        told = select(h.user_id, func.count().label("times")).join(t.message, m.to_person == h.person)
        those = told.where(m.kind == Kind.ANSWER, m.view == "refusal").group_by(h.user_id)
        return Counter({row["user_id"]: row["times"] for row in rows(self.store, those)})

    def gestures_lost(self, *, waiting: bool = False) -> Mapping[str, int]:
        """Forms that were acknowledged, and of which neither an ask stands written nor an answer that says why not, by
        who sent them; `waiting`: those too whose sender was told to wait for it."""
        c = t.handle.c
        counted = select(c.user_id, func.count(t.ask.c.id).label("kept")).join(t.ask, t.ask.c.student == c.person)
        kept = Counter({row["user_id"]: row["kept"] for row in rows(self.store, counted.group_by(c.user_id))})
        kept += self.refused()
        sent = {user: len(told) for user, told in self.told.items()} if waiting else self.acked
        return {user: many - kept.get(user, 0) for user, many in sent.items() if many > kept.get(user, 0)}


async def run(places: Places, kind: str, replicas: int, kills: int, seed: int, *, look_up: bool) -> dict[str, Any]:
    """So many kills on one kind of database, and the balance."""
    async with _a_busy_town(places, kind, replicas, seed, look_up=look_up) as crash:
        began = time.perf_counter()
        at_work = [asyncio.create_task(work) for work in _works(crash)]
        while crash.killed < kills:
            await crash.kill_one()
        await asyncio.gather(*crash._starting)
        crash.busy = False
        await asyncio.gather(*at_work)
        took = time.perf_counter() - began
        settled = await crash.until_settled()
        ledger = await asyncio.to_thread(crash.balance)
        click.echo(f"{kind}, {replicas} at once: {crash.killed} kills, {ledger}", err=True)
        gone = crash.gestures_lost()
        for suspect in [*crash.suspects(), *(line for user in gone for line in crash.story_of(user))]:
            click.echo(f"  {suspect}", err=True)
        starts = [seconds for replica in crash.replicas for seconds in replica.starts]
        return {
            "kills": crash.killed,
            "kills_in_start": crash.killed_in_start,
            "lines": ledger.lines,
            "forms_acknowledged": sum(crash.acked.values()),
            "forms_refused": sum(crash.refused().values()),
            "forms_told_to_wait": crash.told_to_wait,
            "forms_told_to_wait_not_kept": sum(crash.gestures_lost(waiting=True).values()) - sum(gone.values()),
            "lost": ledger.lost + sum(gone.values()),
            "doubled": ledger.doubled,
            "doubled_at_most": ledger.at_risk,
            "doubled_unexplained": ledger.unexplained,
            "doubled_unmarked": ledger.unmarked,
            "unsettled": ledger.unsettled,
            "unclear": ledger.unclear,
            "seconds": round(took, 1),
            "seconds_to_settle": round(settled, 1),
            "seconds_a_kill": round(took / max(crash.killed, 1), 2),
            "start_seconds": round(median(starts), 2),
        }


def _works(crash: Crash) -> list[Any]:
    town = crash.running.town
    students = [
        (platform, [town.add_person(platform, f"Student{n}x{m} Lane", roles=["students"]) for m in range(IN_TURN)])
        for platform in sorted(town.pretends)
        for n in range(STUDENTS)
    ]
    for platform in sorted(town.pretends):
        town.add_person(platform, "Robin Hale", roles=["desk"])  # one on each, so that a desk's line is seen once
    with crash.store.read() as reading:
        people = [alum.id for alum in reading.people.alumni(standing="approved")]
    return [*(crash.ask(platform, users) for platform, users in students), crash.send_news(people), crash.misbehave()]


@asynccontextmanager
async def _a_busy_town(places: Places, kind: str, replicas: int, seed: int, *, look_up: bool) -> AsyncIterator[Crash]:
    clock = SandboxClock(BEGIN)
    async with AsyncExitStack() as leaving:
        url = leaving.enter_context(places.database(kind))
        running = await leaving.enter_async_context(a_town(url, clock=clock, others=False, bot=False))
        if not look_up:
            running.town.slack._api.scopes = EVERY_SCOPE - LOOKS_UP
        store = open_store(url, read_keys(running.environment["GROUNDS_KEYS"]))
        leaving.callback(store.close)
        folder = running.log_file.parent
        warm = await Warm.begin()
        leaving.push_async_callback(warm.close)
        those = [Replica(f"replica{n + 1}", running.environment, folder, warm) for n in range(replicas)]
        for replica in those:
            leaving.push_async_callback(replica.stop)
        await asyncio.gather(*(replica.start() for replica in those))
        crash = Crash(running, store, those, random.Random(seed))
        running.town.wire.taps.append(crash.tap)
        yield crash


# --- one that is stopped, and goes on later ---------------------------------------------------------------------------


async def stop_one(places: Places, kind: str, replicas: int, seed: int) -> dict[str, Any]:
    """SIGSTOP for whoever is sending, past its lease: how long until the others have delivered its lines, and what is
    seen twice when it goes on."""
    async with _a_busy_town(places, kind, replicas, seed, look_up=True) as crash:
        at_work = [asyncio.create_task(work) for work in _works(crash)]
        victim = await _who_sends(crash)
        victim.signal(signal.SIGSTOP)
        began = time.perf_counter()
        its = await asyncio.to_thread(in_flight, crash.store, victim.name)
        taken_over = began
        with suppress(TimeoutError):
            async with asyncio.timeout(LEASE_SECONDS * 2):
                while its_left := set(its) & set(await asyncio.to_thread(in_flight, crash.store, victim.name)):
                    taken_over = time.perf_counter()
                    await asyncio.sleep(0.1)
        seconds = (taken_over - began) if not its_left else LEASE_SECONDS * 2.0
        victim.signal(signal.SIGCONT)
        await asyncio.sleep(2)
        crash.busy = False
        await asyncio.gather(*at_work)
        await crash.until_settled()
        ledger = await asyncio.to_thread(crash.balance)
        for suspect in await asyncio.to_thread(crash.suspects):
            click.echo(f"  {'held ' * any(token in suspect for token in its)}{suspect}", err=True)
        return {
            "lines_held": len(its),
            "takeover_seconds": round(seconds, 1),
            "lost": ledger.lost + sum(crash.gestures_lost().values()),
            "doubled": ledger.doubled,
            "doubled_unmarked": ledger.unmarked,
            "doubled_unexplained": ledger.unexplained,
        }


async def _who_sends(crash: Crash) -> Replica:
    """A replica with lines under way; the platforms are slow, so that there is one."""
    async with asyncio.timeout(60):
        while True:
            for pretend in crash.running.town.pretends.values():
                pretend.trouble("slow", times=3, seconds=1.0)
            for replica in crash.replicas:
                if await asyncio.to_thread(in_flight, crash.store, replica.name):
                    return replica
            await asyncio.sleep(0.05)
