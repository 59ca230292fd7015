"""What both pretend platforms have in common: the wire that is watched, and the screen that a person looks at.

The sandbox is a process of its own that speaks Slack's and Discord's wire protocols on loopback, so that the real bot
runs against it unchanged. A test, the demo or the web page plays people through `Pretend`; whatever passes between
the bot and a platform is an `Event` on the `Wire`, in order, and can be tapped (a test kills the bot at such a moment).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from aiohttp import web

POSTS = "POST /channels/{channel}/messages"
"""How a bot writes on Discord."""


@dataclass(frozen=True)
class Event:
    """One thing on the wire. `what` is short and stable (`sent block_actions`, `acked`, `call chat.postMessage`,
    `answered chat.postMessage`, or `unheard chat.postMessage` where it is done and the answer is lost); `user` is the
    person who sees or did it, if one can be named; `body` is the JSON."""

    n: int
    platform: str
    what: str
    user: str
    body: Any
    wall: float


@dataclass
class Wire:
    """An append-only log of everything that passed, with taps that run before the passing goes on."""

    events: list[Event] = field(default_factory=list)
    taps: list[Callable[[Event], None]] = field(default_factory=list)

    def record(self, platform: str, what: str, user: str = "", body: Any = None) -> Event:
        event = Event(len(self.events), platform, what, user, body, time.time())
        self.events.append(event)
        for tap in tuple(self.taps):
            tap(event)
        return event


def posted_as(event: Event) -> tuple[str, str] | None:
    """The id that Discord gave a bot's message and the nonce it was posted with, whether the bot heard of it or not."""
    verb, _, call = event.what.partition(" ")
    if call != POSTS or verb not in ("answered", "unheard") or "id" not in event.body:
        return None
    return str(event.body["id"]), str(event.body.get("nonce") or "")


def copies_shown(events: Sequence[Event]) -> dict[str, list[Event]]:
    """What people saw of each line that a bot sent, by the line's random token: every copy that appeared.

    Slack shows the token in the metadata of the message itself; Discord tells the nonce only to the one who posted.
    (Slack's files bear neither.)
    """
    posted = dict(filter(None, map(posted_as, events)))
    copies: dict[str, list[Event]] = {}
    for event in events:
        if event.what == "shown" and isinstance(event.body, dict):
            payload = (event.body.get("metadata") or {}).get("event_payload") or {}
            token = posted.get(str(event.body.get("id", ""))) or str(payload.get("token") or "")
            if token:
                copies.setdefault(token, []).append(event)
    return copies


@dataclass(frozen=True)
class Pressable:
    """A button as shown. `id` is what the bot put in it (Slack: `value`, Discord: `custom_id`)."""

    label: str
    id: str
    style: str = ""
    url: str = ""


@dataclass(frozen=True)
class Item:
    """One thing to fill in, or a text, in an open modal. `id` is the bot's (Slack `block_id`, Discord `custom_id`)."""

    id: str
    label: str
    kind: str  # line, paragraph, choose, choose_many, when, file, text
    hint: str = ""
    value: str | tuple[str, ...] = ""
    options: tuple[tuple[str, str], ...] = ()  # (label, value)
    required: bool = False
    most: int = 0  # characters, or choices


@dataclass(frozen=True)
class Modal:
    id: str
    title: str
    submit: str
    items: tuple[Item, ...]
    errors: tuple[tuple[str, str], ...] = ()  # (item id, what is wrong)


@dataclass(frozen=True)
class Message:
    """A message as a person sees it. `kind`: dm, channel, ephemeral. `text` is the top-level text; `lines` are all the
    readable lines drawn from blocks, embeds or components, in order, buttons apart. `raw` is the payload."""

    id: str
    channel: str
    kind: str
    text: str
    lines: tuple[str, ...]
    buttons: tuple[Pressable, ...]
    raw: Mapping[str, Any]
    at: float  # the sandbox's clock, unix seconds
    edited: bool = False


@dataclass(frozen=True)
class Screen:
    """Everything one person sees now: messages oldest first, the open modal, the App Home (Slack)."""

    user: str
    messages: tuple[Message, ...] = ()
    modal: Modal | None = None
    home: Message | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Reaction:
    """What came back for a gesture. `acked` within the platform's 3 s; else `why` says what the person saw."""

    acked: bool
    ms: float
    why: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


class Cannot(Exception):
    """A person tried what the platform's own client would not let them do (no such button, no open modal)."""


class Pretend(Protocol):
    """A pretend platform, as the one who plays it sees it."""

    platform: str

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The platform's own HTTP and websocket endpoints."""

    def settings(self, base: str) -> dict[str, str]:
        """The environment that points a bot here; `base` is like `http://127.0.0.1:4711`."""

    def add_person(
        self, name: str, *, user_id: str = "", zone: str = "Europe/London", roles: Sequence[str] = (), **traits: bool
    ) -> str:
        """Somebody joins the workspace or server; the user id. `traits`: guest, stranger, bot."""

    async def command(self, user: str, name: str, words: str = "", *, channel: str = "") -> Reaction:
        """Type a slash command (`/intro`, "find"); in the DM with the bot unless a channel is given."""

    async def press(self, user: str, button: str, *, message: str = "") -> Reaction:
        """Press a button by its id, or by its label: the newest visible one with that label wins."""

    async def submit(self, user: str, values: Mapping[str, str | Sequence[str]]) -> Reaction:
        """Fill in the open modal by item id and send it; items not named keep what they show."""

    def screen(self, user: str) -> Screen:
        """What this person sees."""

    def open_form(self, user: str) -> Modal | None:
        """Only the form that lies open: a whole screen of many messages takes longer to draw."""

    def trouble(self, kind: str, user: str = "", *, times: int = 1, seconds: float = 0.0, on: str = "") -> None:
        """Misbehave: closed_dms, open_dms, left, rate_limited, server_error, cut, slow, lose_answer. Of calls, those
        that bring something to somebody, or `on` (a call's own name, or `*` for any)."""

    def connected(self) -> bool:
        """Whether a bot is listening now."""
