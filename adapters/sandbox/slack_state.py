"""The pretend workspace: who is in it, what has been posted, and what each person has open."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .play import Wire

PLATFORM = "slack"
TEAM = "T0SANDBOX1"
ELSEWHERE = "T0STRANGER"  # the workspace of people who come in through Slack Connect
APP = "A0SANDBOX1"
BOT_USER = "U0GROUNDS1"
BOT = "B0GROUNDS1"
BOT_NAME = "common_grounds"
DOMAIN = "sandbox"

CHANNELS = {"C0GENERAL1": "general", "C0CAREERS1": "ask-an-alum", "C0DESK0001": "career-desk"}
PRIVATE = frozenset({"C0DESK0001"})
OPEN_TO_ALL = ("general", "ask-an-alum")

Key = tuple[str, str]  # (block_id, action_id)


class SlackSays(Exception):
    """An `{"ok": false, "error": …}` answer."""

    def __init__(self, error: str, messages: Sequence[str] = (), **more: Any) -> None:
        super().__init__(error)
        self.error, self.messages, self.more = error, list(messages), more

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


@dataclass
class SlackPerson:
    id: str
    name: str
    zone: str
    roles: set[str]
    dm: str
    guest: bool = False
    stranger: bool = False
    bot: bool = False
    left: bool = False
    closed: bool = False  # refuses direct messages

    @property
    def team(self) -> str:
        return ELSEWHERE if self.stranger else TEAM

    @property
    def username(self) -> str:
        return ".".join(self.name.lower().split())


@dataclass
class Channel:
    id: str
    name: str
    members: set[str] = field(default_factory=set)
    im: bool = False
    private: bool = False


@dataclass
class Posted:
    """A message in a channel; `only` names the one person who sees an ephemeral one."""

    ts: str
    channel: Channel
    body: dict[str, Any]
    at: float
    only: str = ""
    edited: bool = False


@dataclass
class OpenView:
    """A modal or a Home as one person sees it, with what was typed into it so far."""

    id: str
    user: str
    body: dict[str, Any]
    hash: str
    root: str
    previous: str | None = None
    at: float = 0.0  # when it was last shown anew
    typed: dict[Key, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class Workspace:
    """One pretend Slack workspace with the bot in it. `now` is the campus's clock, which the message ids go by."""

    def __init__(self, wire: Wire, now: Callable[[], float]) -> None:
        self.wire, self.now = wire, now
        self.people: dict[str, SlackPerson] = {}
        self.channels: dict[str, Channel] = {}
        self._posted: dict[str, list[Posted]] = {}  # by channel: a busy place has thousands
        self.modals: dict[str, list[OpenView]] = {}
        self.homes: dict[str, OpenView] = {}
        self._count = itertools.count(1)
        self._last_ts = 0
        for channel_id, name in CHANNELS.items():
            self.channels[channel_id] = Channel(channel_id, name, {BOT_USER}, private=channel_id in PRIVATE)

    # names

    def new_id(self, prefix: str) -> str:
        """An id of Slack's shape, never given out twice."""
        return f"{prefix}0S{next(self._count):07X}"

    def new_ts(self) -> str:
        """A message's id: campus time, and never the same or an earlier one again."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_hash(self) -> str:
        return f"{int(self.now())}.{next(self._count):08x}"

    # people

    def join(self, person: SlackPerson) -> None:
        """Take somebody in: everyone is in the open channels, the desk's people in theirs as well."""
        self.people[person.id] = person
        self.channels[person.dm] = Channel(person.dm, person.username, {person.id, BOT_USER}, im=True)
        self.let_in(person)

    def let_in(self, person: SlackPerson) -> None:
        """Put the person into the channels that go with their roles, and only those."""
        for channel in self.channels.values():
            if channel.im:
                continue
            if channel.name in OPEN_TO_ALL or "desk" in person.roles:
                channel.members.add(person.id)
            else:
                channel.members.discard(person.id)

    def person(self, user: Any, error: str = "user_not_found") -> SlackPerson:
        if not isinstance(user, str) or user not in self.people:
            raise SlackSays(error)
        return self.people[user]

    def names(self) -> dict[str, str]:
        """What `<@U…>` and `<#C…>` are shown as."""
        shown = {p.id: f"@{p.name}" for p in self.people.values()}
        shown.update({c.id: f"#{c.name}" for c in self.channels.values() if not c.im})
        return shown | {BOT_USER: f"@{BOT_NAME}"}

    # channels and messages

    def channel(self, channel: Any) -> Channel:
        """A channel by its id; a person's id stands for the direct messages with that person."""
        person = self.people.get(channel) if isinstance(channel, str) else None
        known = self.channels.get(person.dm if person else str(channel))
        if known is None or (person is not None and person.bot):
            raise SlackSays("channel_not_found")
        if known.im and any(self.people[u].closed for u in known.members if u in self.people):
            raise SlackSays("channel_not_found")
        if BOT_USER not in known.members:
            raise SlackSays("not_in_channel")
        return known

    def recipient(self, channel: str) -> str:
        """Whose direct messages these are, if they are anybody's."""
        if channel in self.people:
            return channel
        return next((p.id for p in self.people.values() if p.dm == channel), "")

    def post(self, channel: Channel, body: Mapping[str, Any], *, only: str = "") -> Posted:
        """Put a message up, and note for each person there that it was seen."""
        message = Posted(self.new_ts(), channel, with_ids(dict(body), self), self.now(), only)
        self._posted.setdefault(channel.id, []).append(message)
        self.show(message)
        return message

    def posted(self) -> Iterator[Posted]:
        """Whatever is up, channel by channel."""
        return itertools.chain(*self._posted.values())

    def posted_in(self, channel: Channel) -> Sequence[Posted]:
        """Oldest first."""
        return self._posted.get(channel.id, [])

    def remove(self, message: Posted) -> None:
        """Take a message down, if it is still up."""
        up = self._posted.get(message.channel.id, [])
        if message in up:
            up.remove(message)

    def find(self, channel: Channel, ts: Any) -> Posted:
        for message in self.posted_in(channel):
            if message.ts == ts and not message.only:
                return message
        raise SlackSays("message_not_found")

    def readers(self, message: Posted) -> list[str]:
        """The people who see this message; who has left sees nothing."""
        who = [message.only] if message.only else sorted(message.channel.members)
        return [u for u in who if u in self.people and not self.people[u].left and not self.people[u].bot]

    def show(self, message: Posted) -> None:
        for user in self.readers(message):
            self.wire.record(PLATFORM, "shown", user, message_json(message))

    def seen_by(self, user: str) -> list[Posted]:
        where = [channel for channel in self.channels.values() if user in channel.members]
        found = [one for channel in where for one in self.posted_in(channel) if user in self.readers(one)]
        return sorted(found, key=lambda message: message.ts)

    # views

    def new_view(self, user: str, body: Mapping[str, Any], *, under: OpenView | None = None) -> OpenView:
        view_id = self.new_id("V")
        ready = with_ids(dict(body), self)
        root = under.root if under else view_id
        return OpenView(view_id, user, ready, self.new_hash(), root, under.id if under else None, self.now())

    def change_view(self, view: OpenView, body: Mapping[str, Any]) -> None:
        """Put new contents into a view; what was typed stays where block_id and action_id stay."""
        view.body = with_ids(dict(body), self)
        view.hash, view.errors, view.at = self.new_hash(), {}, self.now()
        kept = {(b["block_id"], e["action_id"]) for b in view.body["blocks"] for e in elements_of(b)}
        view.typed = {key: state for key, state in view.typed.items() if key in kept}
        self.show_view(view)

    def show_view(self, view: OpenView) -> None:
        self.wire.record(PLATFORM, "shown", view.user, view_json(view, {}))

    def top(self, user: str) -> OpenView | None:
        """The modal that lies on top for this person."""
        stack = self.modals.get(user)
        return stack[-1] if stack else None

    def view(self, view_id: Any, external_id: Any) -> OpenView:
        for view in itertools.chain(*self.modals.values(), self.homes.values()):
            if view.id == view_id or (external_id and view.body.get("external_id") == external_id):
                return view
        raise SlackSays("not_found")


def elements_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of a block."""
    if block["type"] == "input":
        return [block["element"]]
    if block["type"] == "actions":
        return list(block["elements"])
    accessory = block.get("accessory")
    return [accessory] if accessory and accessory["type"] != "image" else []


def with_ids(body: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    """A copy in which every block and element has an id: Slack makes them up where the app gave none."""
    body = copy.deepcopy(body)
    for block in body.get("blocks") or ():
        block.setdefault("block_id", workspace.new_id("b"))
        if block["type"] in ("input", "actions", "section"):
            for element in elements_of(block):
                element.setdefault("action_id", workspace.new_id("a"))
    return body


def message_json(message: Posted, *, metadata: bool = True) -> dict[str, Any]:
    """A message as Slack hands it out."""
    shown = {
        "type": "message",
        "subtype": "bot_message" if message.only else None,
        "user": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "team": TEAM,
        "ts": message.ts,
        "text": message.body.get("text") or "",
        **{key: message.body[key] for key in ("blocks", "attachments", "thread_ts", "files") if message.body.get(key)},
    }
    if metadata and message.body.get("metadata"):
        shown["metadata"] = message.body["metadata"]
    if message.edited:
        shown["edited"] = {"user": BOT_USER, "ts": message.ts}
    return {key: value for key, value in shown.items() if value is not None}


def view_json(view: OpenView, values: Mapping[str, Any]) -> dict[str, Any]:
    """A view as Slack hands it out, with the state of its inputs."""
    body = view.body
    shown = {
        "id": view.id,
        "team_id": TEAM,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": values},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": APP,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }
    return copy.deepcopy(shown)
