"""Messages: the lines of the outbox. Whatever we say outside an acknowledgement is a line here first.

A line holds the name of a view and the keys to draw it from, never its text: it is drawn in the transaction that
marks it `sending`, so that it tells the state of that moment, in the reader's language, within what disclosure allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias

from bot.domain.people import Handle, PersonId, Platform

MessageId = NewType("MessageId", int)


class Kind(StrEnum):
    """What a line is, and so how it may wait and whether it may be repeated after an unclear end."""

    ANSWER = "answer"
    NEWS = "news"
    NOTE = "note"
    SAFETY = "safety"
    APPOINTMENT = "appointment"
    NUDGE = "nudge"
    DIGEST = "digest"
    FILE = "file"
    """A file, after the news that tells of it; a button brings it again. (One that a coordinator has taken out is
    repeated: `use_cases/desk_export.py`.)"""
    HOME = "home"
    """Somebody's own page, drawn anew. The newest wins, and whoever has no such page is told nothing."""
    DOORWAY = "doorway"
    """The card for a channel, which takes the place of the one that hung there before. The newest wins."""
    TASK = "task"
    """A move by time or a follow-up of ours (`expire`, `ask_next`): nobody is written to by the line itself."""


WAITS_FOR_GOOD_HOURS = frozenset({Kind.NUDGE, Kind.DIGEST})
NOT_REPEATED_WHEN_UNCLEAR = frozenset({Kind.NUDGE, Kind.DIGEST, Kind.FILE, Kind.DOORWAY})
"""Where looking for a first try tells nothing. (A doorway that did not arrive is seen to be missing, and asked for
again.)"""
NOT_REPEATED = "not_repeated"
"""Why a line of these stays unclear: nobody can tell whether it arrived, so it is not sent again."""
NEWEST_WINS = frozenset({Kind.HOME, Kind.DOORWAY})
"""Adding one of these voids those of the same recipient that still wait."""


class Status(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    VOID = "void"
    """The intro moved on before it was time."""
    UNCLEAR = "unclear"
    """Nobody knows whether it arrived, and its kind is not repeated."""
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True)
class Message:
    """One line. `to` a person (by whichever handle works, or exactly `handle`), or, with `desk`, to the coordinators'
    channels. With an intro and `version` it is void as soon as the intro is at another version."""

    kind: Kind
    view: str
    due: datetime
    to: PersonId | None = None
    handle: Handle | None = None
    desk: bool = False
    keys: Mapping[str, int] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    intro: int | None = None
    version: int | None = None
    id: MessageId | None = None
    attempt: int = 0
    failures: int = 0
    """How many tries came to nothing, or to what nobody can tell. Who was held back by a 429, or claimed it and was
    killed, has not failed: neither makes the next try wait longer, or is a reason to give up."""
    token: str = ""
    """Random, per line: Slack's metadata and Discord's nonce carry it, so that a repeat can be told from a first."""
    repeat: bool = False
    """An earlier try ended unclearly: say that they may have seen it."""


@dataclass(frozen=True)
class Address:
    """Where one line goes: a person's DM by their handle (or, with `page`, their own page), or a channel of a Space.

    With a `user_id` and a `channel` it is a door to knock at: a private thread of that channel, with that person in it.
    `thread` is the one they have already, empty for a new one."""

    platform: Platform
    realm: str
    user_id: str = ""
    channel: str = ""
    page: bool = False
    thread: str = ""

    @property
    def knocks(self) -> bool:
        """Whether this is a private thread, which others may be able to read: no word of the line stands there."""
        return bool(self.user_id and self.channel)

    @property
    def destination(self) -> str:
        """One message at a time goes to each of these; a page that must wait holds back no message."""
        return f"{self.platform}/{self.realm}/{self.user_id or '#' + self.channel}{'/page' if self.page else ''}"


@dataclass(frozen=True)
class Copy:
    """A delivered copy, known so that erasure and retention can take it back."""

    channel: str
    message: str


# --- how a try ended ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivered:
    """It arrived; this is the copy."""

    copy: Copy


@dataclass(frozen=True)
class HeldBack:
    """The platform said 429 (or the client slept through one): not sent, try after so many seconds. `failed`: it was no
    429, but a try that came to nothing (a file that wasn't taken, a look that told nothing), so it is counted."""

    seconds: float
    whole_platform: bool = False
    failed: bool = False


@dataclass(frozen=True)
class Undeliverable:
    """It can't arrive by this handle: `closed`, `gone`, `no_access`, `bad_token`, `refused`. Try another way."""

    reason: str


@dataclass(frozen=True)
class Unclear:
    """Timeout, cut line, 5xx: it may have arrived."""

    reason: str


Failure: TypeAlias = HeldBack | Undeliverable | Unclear
Outcome: TypeAlias = Delivered | Failure
