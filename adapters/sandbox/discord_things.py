"""The nouns of a pretend Discord, and the figures that its rules turn on.

Ids that somebody writes into a configuration (application, servers, roles, channels) are the same in every run; those
of messages and interactions are snowflakes of the wall clock, because a bot reads their age from them.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Final

from adapters.sandbox.discord_rules import Json

APPLICATION_ID: Final = "1000000000000000001"
GUILD_ID: Final = "1000000000000000002"
ELSEWHERE_ID: Final = "1000000000000000003"  # a server where the app is installed but that the campus has not admitted
OWNER_ID: Final = "1000000000000000004"
NAMED_IDS: Final = 1_100_000_000_000_000_000
PEOPLE_IDS: Final = 300_000_000_000_000_001
DISCORD_EPOCH: Final = 1_420_070_400

ANSWER_WITHIN: Final = 3.0  # wall seconds, for the first answer to an interaction
TOKEN_LIVES: Final = 15 * 60.0  # wall seconds, for follow-ups
NONCE_LIVES: Final = 5 * 60.0  # wall seconds: "the past few minutes"
MOST_BYTES: Final = 10 * 1024 * 1024

VIEW_CHANNEL: Final = 1 << 10
MEMBER_PERMISSIONS: Final = 1 << 6 | 1 << 10 | 1 << 11 | 1 << 16 | 1 << 31  # react, view, send, history, commands
STAFF_PERMISSIONS: Final = 1 << 4 | 1 << 5 | 1 << 13 | 1 << 34 | 1 << 40  # channels, server, messages, threads, members
GUEST_FLAG: Final = 1 << 4

DM, TEXT_CHANNEL, PUBLIC_THREAD, PRIVATE_THREAD = 1, 0, 11, 12


@dataclass(eq=False)
class Account:
    id: str
    name: str
    zone: str
    roles: tuple[str, ...] = ()
    guild: str = GUILD_ID
    guest: bool = False
    bot: bool = False
    dms_closed: bool = False
    left: bool = False
    locale: str = "en-GB"

    def as_user(self) -> Json:
        username = re.sub(r"[^a-z0-9_.]+", ".", self.name.lower()).strip(".") or "someone"
        return {
            "id": self.id,
            "username": username,
            "global_name": None if self.bot else self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Post:
    """A message. `only` names the one person who sees an ephemeral one; `loading` is "… is thinking"."""

    channel: Channel
    body: Json
    at: float
    only: str = ""
    loading: bool = False
    edited: bool = False

    @property
    def id(self) -> str:
        return str(self.body["id"])


@dataclass(eq=False)
class Channel:
    id: str
    type: int
    name: str = ""
    guild: str = ""
    person: str = ""  # the other one in a direct message
    parent: str = ""
    needs: str = ""  # the one role that sees it; empty for everybody
    members: set[str] = field(default_factory=set)  # of a private thread
    posts: dict[str, Post] = field(default_factory=dict)


@dataclass(eq=False)
class Interaction:
    """What a person did, and how far the bot has answered: `answer` is the type of the first callback."""

    id: str
    token: str
    type: int
    user: str
    channel: Channel
    source: Post | None
    born: float = field(default_factory=time.monotonic)
    answer: int = 0
    original: Post | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def age(self) -> float:
        return time.monotonic() - self.born


@dataclass(frozen=True)
class OpenModal:
    payload: Json
    channel: Channel
    source: Post | None


@dataclass(frozen=True)
class Upload:
    name: str
    kind: str
    content: bytes
