"""`/intro` sent by students over signed HTTP: the same bytes to ours and to two bare Bolts, round by round."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

from storage import tables as t
from storage.engine import open_store
from storage.keys import read_keys
from tests.benchmarks._bare_slack import ACKS, READS_AND_WRITES
from tests.benchmarks._children import GROUNDS, Child, start
from tests.benchmarks._light_slack import LightSlack, command, signed_request, submission
from tests.benchmarks._load import Took, press_on
from tests.benchmarks._places import Places
from tests.benchmarks._served import settle_in

OURS = "ours"
GESTURES_EACH = 20
"""Of one account in the whole run: under what the limiter lets an account do at once."""
PATIENCE_SECONDS = 3.0
"""Slack waits no longer."""
DELIVERY_SECONDS = 600.0
WONDERS = (
    "I work in international development and wonder about communications",
    "What is a normal week like in holistic wellness after events?",
    "I am studying commerce and wonder about data or product work",
    "I'd love to hear about teaching after working in an office",
    "How do people get into radio, or anything with sound?",
    "Is conservation a job that one can live from?",
    "I wonder about nursing and public health",
    "I don't know yet, something with people",
)
QUESTION = "What surprised you in the first year?"


@dataclass
class Run:
    """The servers, the form, and what each took so far."""

    slack: LightSlack
    addresses: Mapping[str, str]
    pids: Mapping[str, int]
    http: aiohttp.ClientSession
    form: dict[str, Any] = field(default_factory=dict)
    number: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    accepted: int = 0
    delivering: float = 0.0

    async def post(self, server: str, body: str, headers: Mapping[str, str]) -> bool:
        """Whether it was acknowledged in time."""
        try:
            async with self.http.post(self.addresses[server], data=body, headers=headers) as answer:
                await answer.read()
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    def sender(self, server: str) -> Callable[[], Any]:
        """Sends the form, each time as somebody else and with other words."""

        async def send() -> bool:
            number = next(self.number)
            user = self.slack.users[number % len(self.slack.users)]
            wonder = f"{WONDERS[number % len(WONDERS)]} ({number})"  # nobody's words are anybody else's
            typed = {"wonder": wonder, "question": QUESTION, "adult": "yes"}
            payload = submission(self.form, user, number, typed)
            heard = await self.post(server, *signed_request(payload, as_form=False, at=time.time()))
            self.accepted += heard and server == OURS
            return heard

        return send

    async def open_form(self) -> None:
        """As the first student types the command; what Slack was told to open is what everybody sends."""
        payload = command(self.slack.users[0], "first.trigger")
        await self.post(OURS, *signed_request(dict(payload), as_form=True, at=time.time()))
        self.form = self.slack.opened

    async def until_delivered(self) -> None:
        """What our answers set off has arrived: the next server shall have the machine to itself."""
        began = time.perf_counter()
        with suppress(TimeoutError):
            async with asyncio.timeout(DELIVERY_SECONDS):
                while self.slack.posted < self.accepted:  # noqa: ASYNC110 - Slack tells nobody
                    await asyncio.sleep(0.05)
        self.delivering += time.perf_counter() - began


async def measure(
    places: Places, kind: str, requests: int, concurrencies: Sequence[int], rounds: int
) -> dict[str, Any]:
    """Each server at each concurrency: `took[server][concurrency]`, and what stands in our database afterwards."""
    users = tuple(f"U0BENCH{n:05}" for n in range(max(8, requests * 2 // GESTURES_EACH)))
    took = {server: {n: Took() for n in concurrencies} for server in (ACKS, READS_AND_WRITES, OURS)}
    with places.database(kind) as url, places.database(kind) as bare_url:
        settings = settle_in(url)
        async with AsyncExitStack() as running:
            slack = await running.enter_async_context(LightSlack(users))
            addresses, pids = await _start(running, slack, settings, bare_url, places.folder)
            http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS), connector=aiohttp.TCPConnector(limit=0)
            )
            await running.enter_async_context(http)
            run = Run(slack, addresses, pids, http)
            await run.open_form()
            await _warm_up(run)
            for at_once in concurrencies:
                each = max(at_once, _share(requests, at_once, concurrencies) // rounds)
                for _ in range(rounds):
                    for server in took:
                        await press_on(took[server][at_once], run.sender(server), each, at_once, pids[server])
                    await run.until_delivered()
        kept = _asks(settings)
    return {
        "took": took,
        "accepted": run.accepted,
        "kept": kept,
        "delivered": slack.posted,
        "delivering_seconds": round(run.delivering, 1),
    }


def _share(requests: int, at_once: int, concurrencies: Sequence[int]) -> int:
    """All of them at the highest concurrency, fewer where one waits for the other."""
    return requests * at_once // max(concurrencies)


async def _warm_up(run: Run) -> None:
    for server in run.addresses:
        await press_on(Took(), run.sender(server), 20, 2)
    await run.until_delivered()
    run.delivering = 0.0


async def _start(
    running: AsyncExitStack, slack: LightSlack, settings: Mapping[str, str], bare_url: str, folder: Path
) -> tuple[dict[str, str], dict[str, int]]:
    """The addresses of the three, and their processes."""
    told = slack.settings()
    bare = told | {"GROUNDS_DATABASE_URL": bare_url, "BENCH_USERS": ",".join(slack.users)}
    modules: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
        ACKS: (("tests.benchmarks._bare_slack", ACKS), bare),
        READS_AND_WRITES: (("tests.benchmarks._bare_slack", READS_AND_WRITES), bare),
        OURS: (GROUNDS, told | dict(settings) | {"GROUNDS_LISTEN": "127.0.0.1:0"}),
    }
    addresses, pids = {}, {}
    for name, (module, environment) in modules.items():
        child: Child = await start(module, environment, folder / f"{name}.log")
        running.push_async_callback(child.stop)
        port = (await child.until("listening"))["port"]
        if name == OURS:
            await child.until("ready")
        addresses[name], pids[name] = f"http://127.0.0.1:{port}/slack/events", child.pid
    return addresses, pids


def _asks(settings: Mapping[str, str]) -> int:
    """How many asks stand written."""
    store = open_store(settings["GROUNDS_DATABASE_URL"], read_keys(settings["GROUNDS_KEYS"]))
    with store.read() as reading:
        kept: int = reading._connection.execute(select(func.count()).select_from(t.ask)).scalar_one()
    store.close()
    return kept
