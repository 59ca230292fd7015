"""`grounds doctor`: is everything as it should be? One finding a line, in the order in which things are needed."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from adapters.main import opened, unusable
from adapters.settings import Settings, SettingsError, able_to_run, fit_together, read_settings
from bot.domain.people import Platform, Space
from bot.ports import Reading

CALL_SECONDS = 5.0
DISCORD_API = "https://discord.com/api/v10"
FOR_US_ALONE = 0o077
"""What nobody but the owner may do with a file."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    said: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'LOOK'} {self.what}: {self.said}"

    def as_json(self) -> dict[str, object]:
        return {"check": self.what, "ok": self.ok, "said": self.said}


def look_at_everything() -> list[Finding]:
    """All findings; what can't be looked at because of an earlier one is left out."""
    try:
        settings = read_settings()
    except SettingsError as wrong:
        return [Finding("settings", False, str(wrong))]
    return [*_settings(settings), *_files(settings), *_database(settings), *asyncio.run(_platforms(settings))]


def _settings(settings: Settings) -> Iterator[Finding]:
    try:
        able_to_run(settings)
    except SettingsError as wrong:
        yield Finding("settings", False, str(wrong))
        return
    slack = f"Slack ({_way_in(settings)})"
    names = [name for name, there in ((slack, settings.slack), ("Discord", settings.discord)) if there]
    yield Finding("settings", True, f"{' and '.join(names)} set up")


def _way_in(settings: Settings) -> str:
    """How Slack reaches us. Both can't be: Slack itself sends to the one that its app's settings name."""
    if settings.public is None:
        return "Socket Mode"
    unused = ", SLACK_APP_TOKEN is not used" if settings.slack_app_token.get_secret_value() else ""
    return f"signed HTTP on {settings.listen}{unused}"


def _files(settings: Settings) -> Iterator[Finding]:
    database = settings.sqlite_file
    if database is None:
        given = bool(settings.keys.get_secret_value())
        yield Finding("keys", given, "given in GROUNDS_KEYS" if given else "GROUNDS_KEYS is missing")
        return
    if not settings.keys.get_secret_value():
        yield _mode("keys", database.with_name(database.name + ".key"))
    if database.exists():
        yield _mode("database file", database)


def _mode(what: str, file: Path) -> Finding:
    if not file.exists():
        return Finding(what, True, f"{file.name} is made at the first start")
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & FOR_US_ALONE:
        return Finding(what, False, f"{file.name} can be read by others: chmod 600 {file.name}")
    return Finding(what, True, f"{file.name} is for its owner alone")


def _database(settings: Settings) -> Iterator[Finding]:
    file = settings.sqlite_file
    if file is not None and not file.exists():
        yield Finding("database", True, "it is made at the first start")
        return
    try:
        with opened(settings, as_it_is=True) as store:
            current = store.is_current()
            yield Finding("database", True, "it answers")
            yield Finding("migrations", current, "at this version" if current else "run `grounds db upgrade`")
            if current:
                with store.read() as reading:
                    yield from _inside(settings, reading)
    except unusable() as wrong:
        yield Finding("database", False, str(wrong))


def _inside(settings: Settings, reading: Reading) -> Iterator[Finding]:
    try:
        fit_together(settings, reading.places.mark())
    except SettingsError as wrong:
        yield Finding("sandbox", False, str(wrong))
    spaces = reading.places.spaces()
    for platform, used in ((Platform.SLACK, settings.slack), (Platform.DISCORD, settings.discord)):
        if used:
            yield _admitted(platform, [space for space in spaces if space.platform is platform])
    for space in spaces:
        if not space.desk_channel:
            yield Finding("desk", False, f"{space.name} has no desk channel: `grounds space admit … --desk-channel`")


def _admitted(platform: Platform, spaces: list[Space]) -> Finding:
    if not spaces:
        return Finding("spaces", False, f"nothing on {platform} is admitted: `grounds space admit {platform} …`")
    return Finding("spaces", True, f"{platform}: {', '.join(space.name for space in spaces)}")


async def _platforms(settings: Settings) -> list[Finding]:
    """Whether each platform answers and knows our token. Nothing is changed there."""
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        found = []
        if settings.slack is not None:
            token = {"Authorization": f"Bearer {settings.slack.bot_token}"}
            found.append(await _ask(http, "Slack", "POST", f"{settings.slack.api_url}auth.test", token))
        if settings.discord is not None:
            token = {"Authorization": f"Bot {settings.discord.token}"}
            base = (settings.discord.api_url or DISCORD_API).rstrip("/")
            found.append(await _ask(http, "Discord", "GET", f"{base}/users/@me", token))
        return found


async def _ask(http: aiohttp.ClientSession, name: str, method: str, url: str, headers: dict[str, str]) -> Finding:
    try:
        async with http.request(method, url, headers=headers) as answer:
            said = await answer.json(content_type=None)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return Finding(name, False, f"it can't be reached ({type(error).__name__})")
    refused = answer.status >= 400 or (isinstance(said, dict) and said.get("ok") is False)
    if refused:
        why = said.get("error") or answer.status if isinstance(said, dict) else answer.status
        return Finding(name, False, f"it answers, but refuses the token ({why})")
    return Finding(name, True, "it answers and knows the token")
