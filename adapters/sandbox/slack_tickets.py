"""What Slack hands out for a short while: trigger ids, response URLs, and the troubles that a test orders.

All of these go by the wall clock, which the sandbox's clock can't move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from .play import Cannot
from .slack_state import Posted, SlackSays

SHOWING = frozenset(
    {
        "conversations.open", "chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "views.open",
        "views.push", "views.update", "views.publish", "files.completeUploadExternal", "response_url",
    }
)  # fmt: skip

TRIGGER_SECONDS = 3.0
URL_SECONDS = 30 * 60.0
URL_USES = 5


@dataclass
class Trigger:
    user: str
    until: float
    view_id: str = ""  # the modal it came from, if it came from one
    used: bool = False


class Triggers:
    """Trigger ids: 3 seconds, used once."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall, self._count = wall, count(1)
        self._all: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str = "") -> str:
        trigger_id = f"{int(self._wall() * 1000)}.{next(self._count)}.sandbox"
        self._all[trigger_id] = Trigger(user, self._wall() + TRIGGER_SECONDS, view_id)
        return trigger_id

    def peek(self, trigger_id: object) -> str:
        """Whose it is, without using it."""
        return self._all[trigger_id].user if isinstance(trigger_id, str) and trigger_id in self._all else ""

    def look(self, trigger_id: object) -> Trigger:
        """The trigger, if it is still good; the caller marks it used once the view has been taken."""
        if not isinstance(trigger_id, str) or trigger_id not in self._all:
            raise SlackSays("invalid_trigger_id")
        trigger = self._all[trigger_id]
        if trigger.used:
            raise SlackSays("exchanged_trigger_id")
        if self._wall() > trigger.until:
            raise SlackSays("expired_trigger_id")
        return trigger


@dataclass
class ResponseUrl:
    user: str
    channel: str
    until: float
    source: Posted | None = None  # the message that was pressed
    uses: int = 0


class ResponseUrls:
    """Response URLs: five uses in thirty minutes."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall, self._count = wall, count(1)
        self._all: dict[str, ResponseUrl] = {}

    def new(self, user: str, channel: str, source: Posted | None = None) -> str:
        ticket = f"R{next(self._count):09d}"
        self._all[ticket] = ResponseUrl(user, channel, self._wall() + URL_SECONDS, source)
        return ticket

    def use(self, ticket: str) -> ResponseUrl:
        if ticket not in self._all:
            raise SlackSays("invalid_url")
        url = self._all[ticket]
        if self._wall() > url.until:
            raise SlackSays("expired_url")
        if url.uses >= URL_USES:
            raise SlackSays("used_url")
        url.uses += 1
        return url


WIRE_TROUBLES = ("rate_limited", "server_error", "cut", "slow", "lose_answer")


@dataclass
class Trouble:
    kind: str
    user: str
    times: int
    seconds: float
    on: str = ""  # a method's name, `*` for any, nothing for those that show somebody something


@dataclass
class Troubles:
    """What goes wrong with the next calls that show somebody something; one trouble a call, oldest first.

    Only those calls unless others are named: who orders a cut line means the message, not a look-up on the way to it.
    """

    waiting: list[Trouble] = field(default_factory=list)

    def order(self, kind: str, user: str, times: int, seconds: float, on: str = "") -> None:
        if kind not in WIRE_TROUBLES:
            raise Cannot(f"There is no trouble called {kind!r}.")
        self.waiting.append(Trouble(kind, user, times, seconds, on))

    def take(self, method: str, user: str) -> Trouble | None:
        for trouble in self.waiting:
            meant = method in SHOWING if not trouble.on else trouble.on in ("*", method)
            if meant and trouble.user in ("", user):
                trouble.times -= 1
                if trouble.times <= 0:
                    self.waiting.remove(trouble)
                return trouble
        return None
