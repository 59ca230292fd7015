"""The environment, read once. Whatever is wrong with it is one line that names the variable.

Tokens, keys and the database's address are secrets here: they show as stars wherever a setting is printed or logged.

The sandbox's rule stands in `fit_together`: a pretend platform's tokens and a database marked `sandbox` are taken only
where the sandbox's clock is followed and every platform's address is on this machine, and then nothing else is. So a
try-out can't write to real people, and real people's data can't be played with.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SANDBOX = "sandbox"
"""What a throw-away database is marked with; tokens of the pretend platforms hold it with a hyphen."""
SANDBOX_TOKEN = "sandbox-"
HEALTH, OFF = "127.0.0.1:9464", "off"
LIBRARY_LEVEL = "INFO"
"""Below it, libraries log payloads: what people write, and tokens."""


class SettingsError(Exception):
    """A setting is wrong or missing; the message is for the operator and never holds a secret."""


@dataclass(frozen=True)
class SlackSettings:
    """With a `signing_secret` Slack calls us over HTTP, and the `app_token` is not used."""

    bot_token: str
    app_token: str
    signing_secret: str
    api_url: str


@dataclass(frozen=True)
class Database:
    """Where everything is kept, and its keys (empty: beside the file): all that a process needs to look into it."""

    url: SecretStr
    keys: SecretStr


@dataclass(frozen=True)
class DiscordSettings:
    token: str
    api_url: str
    gateway_url: str


class Settings(BaseSettings):
    """What can be set from outside. Empty is the same as not set."""

    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: SecretStr = Field(SecretStr("sqlite:///grounds.db"), validation_alias="GROUNDS_DATABASE_URL")
    keys: SecretStr = Field(SecretStr(""), validation_alias="GROUNDS_KEYS")
    """`name:value` pairs as `storage/keys.py` reads them; empty: a key file beside the SQLite file."""
    sandbox_clock: str = Field("", validation_alias="GROUNDS_SANDBOX_CLOCK")
    replica: str = Field("", validation_alias="GROUNDS_REPLICA", max_length=40)
    """A name of its own for each of several processes on one database."""
    log: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", validation_alias="GROUNDS_LOG")
    slack_bot_token: SecretStr = Field(SecretStr(""), validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr = Field(SecretStr(""), validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr = Field(SecretStr(""), validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")
    listen: str = Field("127.0.0.1:3000", validation_alias="GROUNDS_LISTEN")
    """Where Slack's requests are waited for, `host:port`; nothing listens there without a signing secret."""
    health: str = Field("", validation_alias="GROUNDS_HEALTH")
    """Where `/readyz` and `/metrics` are served, `host:port`; `off`: nowhere. Not set: HEALTH, if that is free."""
    discord_token: SecretStr = Field(SecretStr(""), validation_alias="DISCORD_TOKEN")
    discord_api_url: str = Field("", validation_alias="DISCORD_API_URL")
    discord_gateway_url: str = Field("", validation_alias="DISCORD_GATEWAY_URL")

    @field_validator("log", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("slack_signing_secret", mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        """A secret read from a file often has a line's end with it; a signature made with that is always wrong."""
        return value.strip() if isinstance(value, str) else value

    @field_validator("listen", "health")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        if value in ("", OFF):
            return value
        try:
            parts = urlsplit(f"//{value}")
            whole = parts.netloc == value and "@" not in value and parts.hostname and parts.port is not None
        except ValueError:
            whole = False
        if not whole:
            raise ValueError("it should be a host and a port such as 127.0.0.1:3000")
        return value

    @field_validator("slack_api_url", "discord_api_url", "discord_gateway_url", "sandbox_clock")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("http", "https", "ws", "wss") or not urlsplit(value).hostname):
            raise ValueError("it should be an address such as https://…")
        return value

    @property
    def database(self) -> Database:
        return Database(self.database_url, self.keys)

    @property
    def slack(self) -> SlackSettings | None:
        """None where Slack is not set up."""
        if not self.slack_bot_token.get_secret_value():
            return None
        url = self.slack_api_url if self.slack_api_url.endswith("/") else self.slack_api_url + "/"
        return SlackSettings(
            self.slack_bot_token.get_secret_value(),
            self.slack_app_token.get_secret_value(),
            self.slack_signing_secret.get_secret_value(),
            url,
        )

    @property
    def public(self) -> tuple[str, int] | None:
        """Host and port of the public listener; None where nothing is to be served."""
        if self.slack is None or not self.slack.signing_secret:
            return None
        parts = urlsplit(f"//{self.listen}")
        return parts.hostname or "", parts.port or 0

    @property
    def health_at(self) -> tuple[str, int] | None:
        """Host and port of `/readyz` and `/metrics`; None where nobody wants them."""
        if self.health == OFF:
            return None
        parts = urlsplit(f"//{self.health or HEALTH}")
        return parts.hostname or "", parts.port or 0

    @property
    def discord(self) -> DiscordSettings | None:
        """None where Discord is not set up."""
        if not self.discord_token.get_secret_value():
            return None
        return DiscordSettings(self.discord_token.get_secret_value(), self.discord_api_url, self.discord_gateway_url)

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file; None where it is not SQLite."""
        scheme, _, path = self.database_url.get_secret_value().partition(":///")
        return Path(path.partition("?")[0]) if scheme.startswith("sqlite") else None

    @property
    def in_sandbox(self) -> bool:
        return bool(self.sandbox_clock)


def read_settings() -> Settings:
    """The environment's settings, each by itself in order. Raises SettingsError."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        raise SettingsError(_in_one_line(wrong)) from None
    _pairs(settings)
    return settings


def _in_one_line(wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "A setting"
    return f"{name.upper()} is not right: {first['msg'].removeprefix('Value error, ')}."


def _pairs(settings: Settings) -> None:
    ways = {name for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET") if name in _tokens(settings)}
    if settings.slack is None and ways:
        raise SettingsError(f"SLACK_BOT_TOKEN is missing: {' and '.join(sorted(ways))} alone is not enough for Slack.")
    if settings.slack is not None and not ways:
        raise SettingsError("SLACK_APP_TOKEN is missing (for Socket Mode), or SLACK_SIGNING_SECRET (for HTTP).")
    if bool(settings.discord_api_url) != bool(settings.discord_gateway_url):
        missing = "DISCORD_API_URL" if settings.discord_gateway_url else "DISCORD_GATEWAY_URL"
        raise SettingsError(f"{missing} is missing: the two addresses of Discord are set together or not at all.")


def able_to_run(settings: Settings) -> None:
    """Whether there is a platform to run on. Raises SettingsError."""
    if settings.slack is None and settings.discord is None:
        raise SettingsError("No platform is set up: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN, or all.")


def fit_together(settings: Settings, mark: str) -> None:
    """The sandbox's rule; `mark` is the database's. Raises SettingsError."""
    pretend = {name: SANDBOX_TOKEN in token for name, token in _tokens(settings).items()}
    if not settings.in_sandbox:
        if mark == SANDBOX:
            raise SettingsError("GROUNDS_SANDBOX_CLOCK is not set, but this database belongs to a sandbox.")
        for name, is_pretend in pretend.items():
            if is_pretend:
                raise SettingsError(f"{name} belongs to a sandbox, but GROUNDS_SANDBOX_CLOCK is not set.")
        return
    for name, url in _addresses(settings).items():
        if not is_loopback(url):
            raise SettingsError(f"{name} leads off this machine, but GROUNDS_SANDBOX_CLOCK is set.")
    if settings.public is not None and not is_loopback(f"//{settings.listen}"):
        raise SettingsError("GROUNDS_LISTEN can be reached from elsewhere, but GROUNDS_SANDBOX_CLOCK is set.")
    if settings.health_at is not None and settings.health and not is_loopback(f"//{settings.health}"):
        raise SettingsError("GROUNDS_HEALTH can be reached from elsewhere, but GROUNDS_SANDBOX_CLOCK is set.")
    for name, is_pretend in pretend.items():
        if not is_pretend:
            raise SettingsError(f"{name} is no sandbox's token, but GROUNDS_SANDBOX_CLOCK is set.")
    if mark != SANDBOX:
        raise SettingsError("GROUNDS_DATABASE_URL is no sandbox's database, but GROUNDS_SANDBOX_CLOCK is set.")


def _tokens(settings: Settings) -> dict[str, str]:
    given = {
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
        "SLACK_APP_TOKEN": settings.slack_app_token,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
        "DISCORD_TOKEN": settings.discord_token,
    }
    return {name: secret.get_secret_value() for name, secret in given.items() if secret.get_secret_value()}


def _addresses(settings: Settings) -> dict[str, str]:
    """Of the platforms in use; empty is a platform's real address."""
    addresses = {"GROUNDS_SANDBOX_CLOCK": settings.sandbox_clock}
    if settings.slack is not None:
        addresses["SLACK_API_URL"] = settings.slack_api_url
    if settings.discord is not None:
        addresses["DISCORD_API_URL"] = settings.discord_api_url
        addresses["DISCORD_GATEWAY_URL"] = settings.discord_gateway_url
    return addresses


def is_loopback(url: str) -> bool:
    """Whether an address can only lead to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
