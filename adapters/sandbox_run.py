"""A whole sandbox: the pretend town in this process, a throw-away database, and the real bot as a child.

`grounds sandbox`, the demo and the end-to-end tests all stand on `a_town`. The bot is started as an operator would
(`grounds run` with an environment), so it can be killed at any moment and started again.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from adapters.main import SLACK_PATH, new_keys, opened
from adapters.roster_file import import_file, read_roster
from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.discord import PretendDiscord
from adapters.sandbox.player import Player
from adapters.sandbox.town import RosterDoor, TakenIn, Town
from adapters.settings import SANDBOX, Settings
from bot.domain.people import (
    CONSENT_VERSIONS,
    AlumProfile,
    Consent,
    ConsentTo,
    Handle,
    Person,
    Platform,
    Space,
    Standing,
)
from bot.domain.roster import Unreadable
from bot.phrases import FALLBACK, say
from bot.ports import UnitOfWork
from bot.use_cases.import_alumni import in_words
from bot.use_cases.tally import alum_step

ROSTER = Path(__file__).with_name("sandbox") / "roster.csv"
ACCOUNTS = 60
"""How many of a roster get a pretend account; a page with more people than that can't be played."""
READY_SECONDS = 30.0
STOP_SECONDS = 25.0
STUDENTS, DESK = "students", "desk"
SOCKET, HTTP = "socket", "http"
SOURCE = "a list of graduates who never were"
"""Where the letters say that a row comes from."""
OTHERS = (("slack", "Sam Okoro", STUDENTS), ("discord", "Dana Wells", STUDENTS), ("slack", "Robin Hale", DESK),
          ("discord", "Alex Moor", DESK))  # fmt: skip
OURS = ("GROUNDS_", "SLACK_", "DISCORD_")
OVER_HTTP = {"SLACK_SIGNING_SECRET": "sandbox-signing-secret", "GROUNDS_LISTEN": "127.0.0.1:0"}
"""Any free port: the bot says in its log which it has."""


class BotDied(Exception):
    """The child ended, or never came to listen; the message is the last it logged."""


@dataclass(frozen=True)
class Inhabitant:
    """Somebody with a pretend account. `alum_id` is the roster's, empty for students and coordinators."""

    platform: str
    user: str
    name: str
    role: str = ""
    alum_id: str = ""


@dataclass
class Running:
    """A town with its bot. `player` plays from outside as another process would; `town` is at hand directly.

    `slack_url` is where the newest child takes signed requests, empty over a socket.
    """

    town: Town
    player: Player
    database_url: str
    environment: Mapping[str, str]
    log_file: Path
    people: tuple[Inhabitant, ...] = ()
    slack_url: str = ""
    health_url: str = ""
    """Where the newest child says how it is going, without a path."""
    _bot: asyncio.subprocess.Process | None = field(default=None, repr=False)

    @property
    def bot_pid(self) -> int:
        """Of the newest child, also when it has ended."""
        assert self._bot is not None
        return self._bot.pid

    @property
    def page(self) -> str:
        return f"{self.town.base}/page?token={self.town.token}"

    async def start_bot(self) -> None:
        """Start the child and wait until it listens on every platform. Raises BotDied."""
        begun = self.log_file.stat().st_size if self.log_file.exists() else 0
        with self.log_file.open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "adapters.cli", "run",
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, env=dict(self.environment),
                start_new_session=True,
            )  # fmt: skip
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not await self._is_ready(begun):  # noqa: ASYNC110 - a child's log tells nobody that it grew
                    await asyncio.sleep(0.03)
        except TimeoutError:
            raise BotDied(self.last_words()) from None

    async def kill_bot(self) -> None:
        """As the worst moment would: SIGKILL."""
        await self._end(signal.SIGKILL)

    async def stop_bot(self) -> int:
        """As an operator would: SIGTERM; how it ended."""
        return await self._end(signal.SIGTERM)

    async def restart_bot(self) -> None:
        """Kill it if it is there, and start it anew."""
        await self.kill_bot()
        await self.start_bot()

    async def ended(self) -> None:
        """Wait until the child ends by itself. Always raises BotDied."""
        assert self._bot is not None
        await self._bot.wait()
        raise BotDied(self.last_words())

    def last_words(self) -> str:
        """The last line it logged."""
        lines = self.log_file.read_text(errors="replace").split("\n") if self.log_file.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "")

    async def _end(self, number: signal.Signals) -> int:
        if self._bot is None:
            return 0
        if self._bot.returncode is None:
            with suppress(ProcessLookupError):
                self._bot.send_signal(number)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await self._bot.wait()
        except TimeoutError:
            self._bot.kill()
            return await self._bot.wait()

    async def _is_ready(self, begun: int) -> bool:
        assert self._bot is not None
        if self._bot.returncode is not None:
            raise BotDied(self.last_words())
        with self.log_file.open("rb") as log:
            log.seek(begun)
            told = dict(map(_event, log.read().decode(errors="replace").split("\n")))
        if "ready" not in told:
            return False
        self.health_url = f"http://127.0.0.1:{told['health.listening']['port']}"
        if secret := self.environment.get("SLACK_SIGNING_SECRET"):
            self.slack_url = f"http://127.0.0.1:{told['listening']['port']}{SLACK_PATH}"
            await self.town.slack.deliver_to(self.slack_url, secret)
        return all(pretend.connected() for pretend in self.town.pretends.values())


def _event(line: str) -> tuple[str, dict[str, Any]]:
    """A logged line by its name; anything else has none."""
    with suppress(ValueError):
        told = json.loads(line)
        return (str(told.get("event", "")), told) if isinstance(told, dict) else ("", {})
    return "", {}


@asynccontextmanager
async def a_town(
    database_url: str = "",
    *,
    roster: Path | None = ROSTER,
    keys: str = "",
    port: int = 0,
    clock: SandboxClock | None = None,
    accounts: int = ACCOUNTS,
    others: bool = True,
    alumni_on: str = "",
    newcomer: str = "",
    slack: str = SOCKET,
    settings: Mapping[str, str] | None = None,
    rules: Mapping[str, str] | None = None,
    pages: Iterable[web.AbstractRouteDef] = (),
    bot: bool = True,
) -> AsyncIterator[Running]:
    """A town with a bot in it, until the end of the block.

    `database_url` is a database of its own, SQLite or Postgres (its tables are made); without one it is an SQLite file
    that is thrown away. `roster` None leaves it empty. `others`: two students and two coordinators as well.
    `alumni_on` names the platform on which all alumni are; by turns without it. `newcomer` is the alum_id of one who
    has an account and is invited, no more. `slack` is how its gestures come:
    "socket" or "http".
    `settings` are further variables for the bot, `rules` the campus's, `pages` the town's. `bot` False leaves starting
    it to the caller.
    """
    with tempfile.TemporaryDirectory(prefix="grounds-sandbox-") as folder:
        database_url = database_url or f"sqlite:///{folder}/grounds.db"
        keys = keys or new_keys()
        async with Town(port=port, clock=clock, pages=pages) as town:
            people = _settle_in(town, database_url, keys, roster, accounts, others, rules or {}, alumni_on, newcomer)
            town.take_in = _roster_door(town, database_url, keys, accounts, alumni_on)
            environment = _environment(town, database_url, keys, slack) | dict(settings or {})
            async with Player(town.base, town.token) as player:
                running = Running(town, player, database_url, environment, Path(folder) / "bot.log", people)
                try:
                    if bot:
                        await running.start_bot()
                    yield running
                finally:
                    await running.stop_bot()


def _environment(town: Town, database_url: str, keys: str, slack: str) -> dict[str, str]:
    """This process's, without anything of a real campus."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    ours = {"GROUNDS_DATABASE_URL": database_url, "GROUNDS_KEYS": keys, "GROUNDS_LOG": "INFO"}
    ours |= {"GROUNDS_HEALTH": "127.0.0.1:0"}
    pretend = town.environment()
    if slack == HTTP:
        del pretend["SLACK_APP_TOKEN"]
        pretend |= OVER_HTTP
    return inherited | ours | pretend


# --- who lives there --------------------------------------------------------------------------------------------------


def _settle_in(
    town: Town,
    database_url: str,
    keys: str,
    roster: Path | None,
    accounts: int,
    others: bool,
    rules: Mapping[str, str],
    alumni_on: str = "",
    newcomer: str = "",
) -> tuple[Inhabitant, ...]:
    """Make the database a sandbox's, admit the two places, and let everybody in."""
    alumni = tuple(_alumni(town, roster, accounts, alumni_on)) if roster else ()
    settings = Settings.model_construct(database_url=SecretStr(database_url), keys=SecretStr(keys))
    with opened(settings, as_it_is=True) as store:
        store.upgrade()
        with store.begin() as uow:
            uow.places.set_mark(SANDBOX)
            for key, value in rules.items():
                uow.places.set_campus(key, value)
            for space in _spaces(town):
                uow.places.admit(space)
            for alum in (one for one in alumni if one.alum_id != newcomer):
                _known_already(uow, alum, town.clock.now())
            uow.commit()
        if roster:
            import_file(store.begin, roster, source=SOURCE, notice_date=None, now=town.clock.now())
            with store.begin() as uow:
                _opt_everybody_in(uow, town)
                uow.commit()
    rest = tuple(_others(town)) if others else ()
    return (*alumni, *rest)


def _roster_door(town: Town, database_url: str, keys: str, accounts: int, alumni_on: str) -> RosterDoor:
    """How the page lets in a roster of its own: imported as the office would, then everybody gets an account."""
    settings = Settings.model_construct(database_url=SecretStr(database_url), keys=SecretStr(keys))

    def bring(name: str, content: bytes) -> tuple[list[Person], TakenIn]:
        """The people who are new, without an account yet."""
        with tempfile.TemporaryDirectory(prefix="grounds-roster-") as folder, opened(settings, as_it_is=True) as store:
            file = Path(folder) / (name or "roster.csv")
            file.write_bytes(content)
            try:
                report = import_file(store.begin, file, source=SOURCE, notice_date=None, now=town.clock.now())
            except Unreadable as unreadable:
                problem = say(f"roster.{unreadable.problem.key}", FALLBACK, **unreadable.problem.params)
                return [], TakenIn(0, 0, (problem,), refused=True)
            with store.read() as reading:
                new = [one for one in reading.people.alumni(standing=Standing.INVITED) if not one.handles]
            return new, TakenIn(0, report.rows, tuple(in_words(report, FALLBACK)))

    def settle(joined: list[tuple[Person, str, str]]) -> None:
        with opened(settings, as_it_is=True) as store, store.begin() as uow:
            for person, platform, user in joined:
                realm = "" if platform == Platform.DISCORD else _slack_team(uow)
                uow.people.link(person.id, Handle(Platform(platform), realm, user))
            _opt_everybody_in(uow, town)
            uow.commit()

    async def take_in(name: str, content: bytes) -> TakenIn:
        new, told = await asyncio.to_thread(bring, name, content)
        platforms = cycle([alumni_on] if alumni_on else sorted(town.pretends))
        joined = []
        for person, platform in zip(new[:accounts], platforms, strict=False):
            title = person.alum.title if person.alum else ""
            full_name = f"{person.given_name} {person.family_name}".strip()
            user = town.add_person(platform, full_name, zone=person.zone or "UTC", about=title)
            joined.append((person, platform, user))
        if joined:
            await asyncio.to_thread(settle, joined)
        return replace(told, people=len(joined))

    return take_in


def _spaces(town: Town) -> Iterable[Space]:
    slack = town.slack
    if "slack" in town.pretends:
        yield Space(
            Platform.SLACK, slack.team_id, slack.app_id, "Sandbox", slack.channel_id("career-desk"),
            frozenset({slack.group_id(STUDENTS)}), frozenset({slack.group_id(DESK)}),
        )  # fmt: skip
    discord = town.pretends.get("discord")
    if isinstance(discord, PretendDiscord):
        yield Space(
            Platform.DISCORD, discord.guild_id, discord.application_id, "Sandbox", discord.channel_id("career-desk"),
            frozenset({discord.role_id(STUDENTS)}), frozenset({discord.role_id(DESK)}),
        )  # fmt: skip


def _alumni(town: Town, roster: Path, accounts: int, alumni_on: str) -> Iterable[Inhabitant]:
    """The roster's people, on the two platforms in turn; Discord first, since a student begins in Slack."""
    platforms = cycle([alumni_on] if alumni_on else sorted(town.pretends))
    for _, row in read_roster(roster).rows:
        if accounts <= 0:
            return
        if not isinstance(row, dict) or not row.get("alum_id"):
            continue
        platform, name = next(platforms), f"{row.get('given_name', '')} {row.get('family_name', '')}".strip()
        user = town.add_person(platform, name, zone=row.get("zone") or "UTC", about=row.get("title") or "")
        yield Inhabitant(platform, user, name, alum_id=row["alum_id"])
        accounts -= 1


def _known_already(uow: UnitOfWork, alum: Inhabitant, now: datetime) -> None:
    """The account first, so that the import finds whose row it is."""
    given, _, family = alum.name.partition(" ")
    realm = "" if alum.platform == Platform.DISCORD else _slack_team(uow)
    handle = Handle(Platform(alum.platform), realm, alum.user)
    person = uow.people.add(handle, given, family, "", "en")
    uow.people.save_alum(person.id, AlumProfile(Standing.INVITED))
    uow.roster.link(person.id, alum.alum_id, "", SANDBOX, None, now)


def _slack_team(uow: UnitOfWork) -> str:
    return next(space.realm for space in uow.places.spaces() if space.platform is Platform.SLACK)


def _opt_everybody_in(uow: UnitOfWork, town: Town) -> None:
    """Everybody who can be reached: a row beyond the accounts stays invited."""
    now = town.clock.now()
    yes = Consent(ConsentTo.BE_ASKED, CONSENT_VERSIONS[ConsentTo.BE_ASKED], True, now)
    for person in uow.people.alumni(standing=Standing.INVITED):
        if person.alum is None or not person.handles:
            continue
        uow.people.save_alum(person.id, replace(person.alum, standing=Standing.APPROVED, joined_at=now))
        uow.people.record(person.id, yes)
        uow.steps.add(alum_step("approved", now, uow.people.get(person.id)))


def _others(town: Town) -> Iterable[Inhabitant]:
    for platform, name, role in OTHERS:
        if platform in town.pretends:
            user = town.add_person(platform, name, roles=(role,))
            yield Inhabitant(platform, user, name, role)


# --- for a person at a terminal ---------------------------------------------------------------------------------------


def play_until_stopped(port: int, roster: Path | None, tell: Callable[[Running], None], *, slack: str = SOCKET) -> None:
    """Keep a sandbox open until SIGINT or SIGTERM. Raises BotDied, OSError for a port that is taken."""
    asyncio.run(_play(port, roster or ROSTER, tell, slack))


async def _play(port: int, roster: Path, tell: Callable[[Running], None], slack: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with a_town(port=port, roster=roster, slack=slack) as running:
        tell(running)
        died, stopped = asyncio.ensure_future(running.ended()), asyncio.ensure_future(stop.wait())
        done, waiting = await asyncio.wait({died, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        for one in done:
            one.result()


__all__ = ["BotDied", "Inhabitant", "Running", "a_town", "play_until_stopped"]
