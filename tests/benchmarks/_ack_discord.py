"""`/intro` in a channel of a pretend Discord: ours beside a discord.py that only defers, round by round.

Each has a pretend Discord of its own, which is the client here: its gateway tells of the command, and the first answer
ends the time. All that was said stays in its memory; to go through that for garbage stops it for 0.1 to 0.2 s, two or
three times in a run (measured), and whoever's turn it was would be told to have been that slow. So nothing is collected
while the turns last, for neither.
"""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from aiohttp import web

from adapters.sandbox.discord import PretendDiscord
from adapters.sandbox.play import Wire
from tests.benchmarks._ack_slack import GESTURES_EACH, OURS
from tests.benchmarks._children import GROUNDS, start
from tests.benchmarks._load import Took, press_on
from tests.benchmarks._places import Places
from tests.benchmarks._served import settle_in

DEFERS = "defers"
AT_ONCE = 16
CHANNEL = "general"
MODULES: Mapping[str, tuple[str, ...]] = {DEFERS: ("tests.benchmarks._bare_discord",), OURS: GROUNDS}


async def measure(places: Places, kind: str, requests: int, rounds: int) -> dict[str, Took]:
    """Both, at one concurrency."""
    took = {server: Took() for server in MODULES}
    with places.database(kind) as url:
        async with AsyncExitStack() as running:
            askers, pids = {}, {}
            for server, module in MODULES.items():
                discord = PretendDiscord(Wire(), time.time, token="bench-discord")
                told = discord.settings(await _open(running, discord))
                users = [
                    discord.add_person(f"Student{n} Lane", roles=("students",))
                    for n in range(max(8, requests * 2 // GESTURES_EACH))
                ]
                ours = settle_in(url, discord.role_id("students")) if server == OURS else {}
                child = await start(module, told | ours, places.folder / f"discord-{server}.log")
                running.push_async_callback(child.stop)
                await child.until("ready")
                pids[server] = child.pid
                askers[server] = _asker(discord, users)
            for ask in askers.values():
                await press_on(Took(), ask, 2 * AT_ONCE, AT_ONCE)
            with _nothing_collected():
                for _ in range(rounds):
                    for server, ask in askers.items():
                        await press_on(took[server], ask, max(AT_ONCE, requests // rounds), AT_ONCE, pids[server])
    return took


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A pause of whoever measures is nobody's latency."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _open(running: AsyncExitStack, discord: PretendDiscord) -> str:
    app = web.Application()
    app.router.add_routes(discord.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    running.push_async_callback(runner.cleanup)
    running.push_async_callback(discord.close)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


def _asker(discord: PretendDiscord, users: list[str]) -> Callable[[], Any]:
    numbers = itertools.count()

    async def ask() -> bool:
        reaction = await discord.command(users[next(numbers) % len(users)], "intro", channel=CHANNEL)
        return reaction.acked

    return ask
