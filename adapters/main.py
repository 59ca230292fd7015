"""Everything put together, once: the store, the core on its threads, the platforms, the pump and the heartbeat.

`grounds run` is `run()`. What begins later ends earlier: first the heartbeat and the pump (what is being sent
arrives, the rest is given back), then the workroom (whoever waits for a count is told to try again) and the platforms
(what people just did is answered), then the turns that were ours are given up, then the threads and the store; under 25
seconds in all, since whoever stops a service kills it after 30. (`leaving.py` keeps that promise also where a database
hangs.)

Of several processes on one Postgres each sends and each takes Slack's gestures; one listens to Discord's gateway and
does the calendar runs (`turns.py`). A process with a name of its own (GROUNDS_REPLICA) takes up at once, when it
starts, what its predecessor of that name was sending when it was killed; without a name, its leases have to end first.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager, suppress
from datetime import datetime
from inspect import isawaitable
from typing import TYPE_CHECKING, Protocol

import structlog

from adapters import logs
from adapters.core import Core, Messenger
from adapters.leaving import Leaving, in_time
from adapters.lock import held
from adapters.memory import put_aside_what_stays
from adapters.settings import Database, Settings, SettingsError, able_to_run, fit_together
from bot.domain.people import Platform

if TYPE_CHECKING:
    from adapters.clock import Clock, Heartbeat
    from adapters.delivery import Pump
    from adapters.threads import RunningCore
    from adapters.turns import Turns
    from bot.conversation.gestures import Gesture
    from bot.domain.exports import Order, Written
    from bot.ports import Reading
    from bot.views.elements import View
    from storage.engine import Store

log = structlog.get_logger("grounds.main")

READY_POLL_SECONDS = 0.05
NOT_READY_SECONDS = 30.0
"""After this long without a connection somebody should hear of it."""
SIDE_STOP_SECONDS = 5.0
LET_IN_BY = {
    Platform.SLACK: "SLACK_BOT_TOKEN (or SLACK_APP_TOKEN)",
    Platform.DISCORD: "DISCORD_TOKEN",
}
SLACK_PATH = "/slack/events"
"""The one Request URL: commands, presses, forms and events alike."""


class Side(Protocol):
    """One platform: its way in, and its messenger."""

    @property
    def messenger(self) -> Messenger: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def connected(self) -> bool | Awaitable[bool]: ...


class NoEntry(Exception):
    """A platform refused us; the message says which and what to look at."""


# --- the store ------------------------------------------------------------------------------------------------------


@contextmanager
def opened(settings: Settings, *, as_it_is: bool = False) -> Iterator[Store]:
    """The store that the settings name, at this version; a new SQLite file gets its tables by itself.

    `as_it_is` leaves the version alone (`grounds db`, `grounds doctor`). Raises storage.errors.StoreError.
    """
    from storage.engine import open_store
    from storage.keys import read_keys

    file = settings.sqlite_file
    is_new = file is not None and not (file.exists() and file.stat().st_size)
    keys = settings.keys.get_secret_value()
    store = open_store(settings.database_url.get_secret_value(), read_keys(keys) if keys else None)
    try:
        if not as_it_is:
            if is_new:
                store.upgrade()
            store.require_current()
        yield store
    finally:
        store.close()


@contextmanager
def looked_into(database: Database) -> Iterator[Reading]:
    """One look at the database, for who only reads, and may count for a while. Raises storage.errors.StoreError."""
    from storage.engine import open_store
    from storage.keys import read_keys

    keys = database.keys.get_secret_value()
    url = database.url.get_secret_value()
    store = open_store(url, read_keys(keys) if keys else None, connections=1, idle_ms=0)
    try:
        with store.read() as reading:
            yield reading
    finally:
        store.close()


def scratch(url: str) -> AbstractContextManager[str]:
    """A schema of its own in a Postgres database, for a demo; see `storage.scratch`."""
    from storage.scratch import scratch_schema

    return scratch_schema(url)


def unusable() -> type[Exception]:
    """What is raised where a store can't be used as it is; loaded late, like the store."""
    from storage.errors import StoreError

    return StoreError


def new_keys() -> str:
    """Fresh keys as `GROUNDS_KEYS` holds them."""
    from storage.keys import new_keys_text

    return ",".join(new_keys_text().split())


def mark_of(store: Store) -> str:
    """Empty, or `sandbox`."""
    with store.read() as reading:
        return reading.places.mark()


# --- running --------------------------------------------------------------------------------------------------------


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises SettingsError, AlreadyRunning, StoreError, ClockUnreachable, NoEntry."""
    logs.configure(settings.log)
    able_to_run(settings)
    with held(settings.sqlite_file), in_time() as leaving, opened(settings) as store:
        fit_together(settings, mark_of(store))
        asyncio.run(_serve(settings, store, leaving))


async def _serve(settings: Settings, store: Store, leaving: Leaving) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told_to_stop() -> None:
        leaving.begin()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop)
    async with AsyncExitStack() as running:
        try:
            await _start(settings, store, running)
            await stop.wait()
        finally:
            leaving.begin()  # a fault has no more time for ending than a stop
        log.info("stopping")
    log.info("stopped")


async def _start(settings: Settings, store: Store, running: AsyncExitStack) -> None:
    """Start everything, and leave on `running` how to stop it.

    What only a running bot needs is loaded here: every other command of `grounds` comes through this module as well.
    """
    from adapters.clock import Clock, Heartbeat, SandboxClock
    from adapters.delivery import Pump
    from adapters.threads import FOR_POSTGRES, FOR_SQLITE, RunningCore
    from adapters.turns import Turns
    from adapters.workroom import Workroom

    worker = worker_name(settings)
    clock = SandboxClock(settings.sandbox_clock, who=settings.replica) if settings.in_sandbox else Clock()
    await clock.start()
    running.push_async_callback(clock.stop)
    room = Workroom()
    files = Workroom()  # a room of its own: a file of a year takes longer than anybody waits for a report

    async def look(gesture: Gesture, now: datetime) -> View | None:
        found: View | None = await room.do("adapters.looking:look", settings.database, gesture, now)
        return found

    async def write(order: Order, now: datetime, language: str) -> Written:
        written: Written = await files.do("adapters.export:write", settings.database, order, now, language)
        return written

    hands = FOR_SQLITE if store.is_sqlite else FOR_POSTGRES
    core = RunningCore(store, clock, hands=hands, worker=worker, look=look, write=write)
    running.push_async_callback(files.close)
    running.push_async_callback(core.close)
    await core.start()
    turns = None if store.is_sqlite else Turns(core)
    if turns is None or settings.replica:
        await core.take_over("" if turns is None else f"{worker_prefix(settings)}/")  # the lock, or the name, says so
    sides = _sides(settings, core, stands_by=turns is not None)
    if turns is not None:
        running.push_async_callback(turns.give_up)
    running.push_async_callback(_stop_sides, sides)
    running.push_async_callback(room.close)  # before them, so that whoever waits for a count is still told to try again
    await _start_sides(sides)
    if settings.public is not None:
        await _open_door(settings.public, sides[Platform.SLACK], running)
    pump = Pump(core, clock, {side: sides[side].messenger for side in sides}, worker=worker)
    core.on_commit = pump.wake
    pump.start()
    running.push_async_callback(pump.stop)
    heartbeat = Heartbeat(pump.sweep)
    heartbeat.start()
    running.push_async_callback(heartbeat.stop)
    await _open_health(settings, core, clock, pump, heartbeat, sides, running)
    if turns is not None:
        await _share(turns, core, sides, pump, running)
        _listen_for_hints(store, pump, running)
    put_aside_what_stays()
    waiting = asyncio.create_task(_tell_when_ready(sides), name="ready")
    running.callback(waiting.cancel)


async def _open_health(
    settings: Settings, core: RunningCore, clock: Clock, pump: Pump, heartbeat: Heartbeat,
    sides: Mapping[Platform, Side], running: AsyncExitStack,
) -> None:  # fmt: skip
    """Say how it is going. Raises NoEntry for a port that was asked for and can't be had; ours by default may be
    another's, and then nothing is served."""
    from adapters.health import Health

    where = settings.health_at
    if where is None:
        return
    health = Health(*where, pump, heartbeat, sides, core.outlook, clock.now)
    try:
        await health.start()
    except OSError as taken:
        why = os.strerror(taken.errno) if taken.errno and taken.errno > 0 else taken.strerror
        if settings.health:
            raise NoEntry(f"GROUNDS_HEALTH: {where[0]}:{where[1]} can't be used ({why}).") from None
        log.warning("health.not_listening", port=where[1])
        return
    core.on_answer = health.answered
    running.push_async_callback(health.stop)


async def _share(
    turns: Turns, core: RunningCore, sides: Mapping[Platform, Side], pump: Pump, running: AsyncExitStack
) -> None:
    """Agree with the other processes: who listens, who does the calendar runs, how fast each may go."""
    from adapters.turns import CALENDAR, GATEWAY, Kept

    discord = sides.get(Platform.DISCORD)
    listen, unlisten = getattr(discord, "listen", None), getattr(discord, "unlisten", None)
    if listen is not None and unlisten is not None:
        turns.on(GATEWAY, listen, unlisten)
    core.keeps_calendar = False

    async def keep_calendar() -> None:
        core.keeps_calendar = True

    async def leave_calendar() -> None:
        core.keeps_calendar = False

    turns.on(CALENDAR, keep_calendar, leave_calendar)
    told: set[asyncio.Task[None]] = set()

    def tell_others(platform: Platform, seconds: float) -> None:
        telling = asyncio.create_task(core.hold_platform(platform, seconds))
        told.add(telling)
        telling.add_done_callback(told.discard)

    def hear_of_others(kept: Kept) -> None:
        for platform, side in sides.items():
            if seconds := kept.holds.get(str(platform), 0.0):
                pump.hold_platform(platform, seconds)
            share = getattr(side.messenger, "share", None)
            if share is not None:
                share(kept.processes)

    pump.on_hold, turns.on_kept = tell_others, hear_of_others
    turns.start()
    running.push_async_callback(turns.freeze)


def _listen_for_hints(store: Store, pump: Pump, running: AsyncExitStack) -> None:
    loop = asyncio.get_running_loop()
    hints = store.hints(lambda: _in(loop, pump.wake))
    if hints is not None:
        hints.start()
        running.callback(hints.stop)


def _in(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Call it in the loop, from a thread that may outlive it."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


async def _open_door(where: tuple[str, int], slack: Side, running: AsyncExitStack) -> None:
    """Let Slack in over HTTP. Raises NoEntry for a port that can't be had."""
    from adapters.http import Listener

    door = getattr(slack, "door", None)
    assert door is not None, "a signing secret makes a door"
    listener = Listener(*where, {SLACK_PATH: door})
    try:
        await listener.start()
    except OSError as taken:
        why = os.strerror(taken.errno) if taken.errno and taken.errno > 0 else taken.strerror
        raise NoEntry(f"GROUNDS_LISTEN: {where[0]}:{where[1]} can't be used ({why}).") from None
    running.push_async_callback(listener.stop)


def worker_name(settings: Settings) -> str:
    """Whose a claimed line is. Never used twice: a line of a process that was killed is never taken for ours."""
    return f"{worker_prefix(settings)}/{os.getpid()}-{secrets.token_hex(4)}"


def worker_prefix(settings: Settings) -> str:
    """What the names of this process and of its predecessors begin with, up to a slash."""
    return (settings.replica or socket.gethostname()).replace("/", "_")[:40]


def _sides(settings: Settings, core: Core, *, stands_by: bool = False) -> Mapping[Platform, Side]:
    """The platforms that are set up. Their libraries are loaded here: no other command needs them."""
    sides: dict[Platform, Side] = {}
    if settings.slack is not None:
        from adapters.slack.app import build as build_slack

        slack = settings.slack
        sides[Platform.SLACK] = build_slack(
            core,
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            signing_secret=slack.signing_secret,
            api_url=slack.api_url,
        )
    if settings.discord is not None:
        from adapters.discord.app import GUILD_READY_SECONDS
        from adapters.discord.app import build as build_discord

        discord = settings.discord
        sides[Platform.DISCORD] = build_discord(
            core,
            discord.token,
            api_url=discord.api_url,
            gateway_url=discord.gateway_url,
            guild_ready_seconds=0.05 if settings.in_sandbox else GUILD_READY_SECONDS,
            stands_by=stands_by,
        )
    return sides


async def _start_sides(sides: Mapping[Platform, Side]) -> None:
    for platform, result in zip(
        sides, await asyncio.gather(*(side.start() for side in sides.values()), return_exceptions=True), strict=True
    ):
        if isinstance(result, Exception):
            where, why, by = platform.capitalize(), type(result).__name__, LET_IN_BY[platform]
            raise NoEntry(f"{where} did not let us in ({why}): look at {by}.")
        if isinstance(result, BaseException):
            raise result


async def _stop_sides(sides: Mapping[Platform, Side]) -> None:
    async def stop(platform: Platform, side: Side) -> None:
        try:
            async with asyncio.timeout(SIDE_STOP_SECONDS):
                await side.stop()
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest must be stopped too
            log.warning("side.not_stopped", platform=str(platform), error=type(error).__name__)

    await asyncio.gather(*(stop(platform, side) for platform, side in sides.items()))


async def _tell_when_ready(sides: Mapping[Platform, Side]) -> None:
    """One `ready` for the log, when every platform listens and knows our commands."""
    late = asyncio.get_running_loop().time() + NOT_READY_SECONDS
    while waiting := [str(platform) for platform, side in sides.items() if not await _connected(side)]:
        if asyncio.get_running_loop().time() > late:
            late = float("inf")
            log.warning("not_connected", platforms=waiting)
        await asyncio.sleep(READY_POLL_SECONDS)
    for side in sides.values():
        await _register_commands(side)
    log.info("ready", platforms=[str(platform) for platform in sides], pid=os.getpid())


async def _connected(side: Side) -> bool:
    answer = side.connected()
    return await answer if isawaitable(answer) else bool(answer)


async def _register_commands(side: Side) -> None:
    """Discord is told of our commands if it knows others; Slack's stand in its manifest."""
    sync = getattr(side, "sync", None)
    if sync is None:
        return
    try:
        await sync()
    except Exception as error:  # noqa: BLE001 - those registered before still work
        log.error("commands.not_registered", error=type(error).__name__)


__all__ = ["NoEntry", "SettingsError", "mark_of", "new_keys", "opened", "run", "unusable", "worker_name"]
