"""What people do to us, told without a platform's words.

An adapter reads the platform's authenticated payload into one of these. The actor comes from there only; a name, an id
or a right that somebody typed or that stands in a button proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.domain.people import Handle, Right
from bot.views.elements import PressId, Value


class Surface(StrEnum):
    """Where an answer can appear.

    REPLY: in the acknowledgement itself, or beside it (Slack's commands, its Home tab, every Discord interaction).
    LATER: the acknowledgement carries no message (Slack's modal submissions and presses); the core then puts the
    answer into the outbox, so that it survives a crash like everything else we send.
    """

    REPLY = "reply"
    LATER = "later"


@dataclass(frozen=True)
class Actor:
    """Who acted, as the platform vouches for it.

    `realm` and `app` name the Space the gesture came through; `rights` is None where they could not be looked up (the
    platform did not answer): then verbs that need a right are refused, and only these. `unsure` are rights that may be
    theirs beside, where only a part could be looked up. `outsider` is a bot, a guest without the right or a Slack
    Connect stranger. `given_name`, `zone` and `language` are the platform profile's, a default for what we don't know
    yet, never proof of anything.
    """

    handle: Handle
    space: str
    app: str
    rights: frozenset[Right] | None = frozenset()
    outsider: bool = False
    given_name: str = ""
    family_name: str = ""
    zone: str = ""
    language: str = "en"
    unsure: frozenset[Right] = frozenset()


@dataclass(frozen=True)
class Command:
    """`/intro find`: name without the slash, words as typed; the channel it was typed in, none in a direct message."""

    key: str
    actor: Actor
    name: str
    words: str = ""
    surface: Surface = Surface.REPLY
    channel: str = ""


@dataclass(frozen=True)
class Press:
    """A button was pressed."""

    key: str
    actor: Actor
    press: PressId
    surface: Surface = Surface.REPLY


@dataclass(frozen=True)
class Submission:
    """A form was sent. `page` is the page sent where the platform shows one at a time, None where it sent all; `files`
    is what was handed over, as text, by item."""

    key: str
    actor: Actor
    press: PressId
    values: Mapping[str, Value] = field(default_factory=dict)
    page: int | None = None
    surface: Surface = Surface.REPLY
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """Somebody opened the bot's own page (Slack's App Home)."""

    key: str
    actor: Actor
    surface: Surface = Surface.REPLY


Gesture: TypeAlias = Command | Press | Submission | Opened
