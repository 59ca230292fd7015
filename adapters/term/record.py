"""What the pretend platforms saw, written down as it passes: who was shown which line, when, and what the bot was told.

This is the checker's one source for what was delivered; nothing in it comes from the bot's own books. The wire itself
would keep every body of a term, so whoever listens lets go of it as they go along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.sandbox.discord_rules import walk
from adapters.sandbox.play import Event, posted_as
from adapters.sandbox.slack_forms import button_elements

BUTTON = 2
NOTHING = "-"
"""Where a button points at nothing but whoever presses it."""


@dataclass
class Seen:
    """One copy of something on one person's screen. `token` is the line's own random one; empty for answers given at
    once and for files, which carry none."""

    account: str
    at: datetime
    token: str = ""
    marked: bool = False
    """It says by itself that they may have seen it before."""
    about: tuple[str, ...] = ()
    """The tokens that its buttons point at."""


Shown = Callable[[str, str, tuple[str, ...]], None]
"""Told of each message that somebody sees: the account, the message's id, the ids of its buttons."""


@dataclass
class Record:
    """Everything that was shown, in order, and each zone that the bot was told of. `now` is the campus's clock."""

    now: Callable[[], float]
    tell: Shown
    mark: str
    """The words by which a repeat tells that it is one."""
    seen: list[Seen] = field(default_factory=list)
    zones: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    own_word: frozenset[str] = frozenset()
    """Accounts whose zone is what they say in their profile: the platform's is not gone by."""
    calls: int = 0
    _posts: dict[str, list[Seen]] = field(default_factory=dict)

    def tap(self, event: Event) -> None:
        """For the wire."""
        if event.what == "shown" and event.user:
            self._shown(event)
        elif (posted := posted_as(event)) is not None:
            self._posted(*posted)
        elif event.what == "answered users.info":
            self._told(event.body)
        elif event.what.startswith("call "):
            self.calls += 1

    def moment(self) -> datetime:
        """Campus time, UTC."""
        return datetime.fromtimestamp(self.now(), UTC)

    def learned(self, account: str, zone: str) -> None:
        """The bot has been told in which zone somebody lives."""
        known = self.zones.setdefault(account, [])
        if not known or known[-1][1] != zone:
            known.append((self.moment(), zone))

    def _shown(self, event: Event) -> None:
        body = event.body
        if not isinstance(body, Mapping) or "title" in body or body.get("type") in ("modal", "home"):
            return  # a form or a page, which nobody is sent
        if body.get("edited"):
            return  # the same message, said anew in answer to a press
        account = f"{event.platform}/{event.user}"
        buttons = tuple(_buttons(body))
        token = str(((body.get("metadata") or {}).get("event_payload") or {}).get("token") or "")
        about = tuple(sorted({button.split(":")[1] for button in buttons if button.count(":")} - {NOTHING}))
        seen = Seen(account, self.moment(), token, self.mark in str(body), about)
        self.seen.append(seen)
        name = str(body.get("ts") or body.get("id") or "")
        if event.platform == "discord":
            self._posts.setdefault(name, []).append(seen)
        if buttons:
            self.tell(account, name, buttons)

    def _posted(self, name: str, nonce: str) -> None:
        """Discord tells the nonce only to the one who posted, and only once."""
        for seen in self._posts.pop(name, ()):
            seen.token = nonce

    def _told(self, body: Any) -> None:
        user = body.get("user") if isinstance(body, Mapping) else None
        if isinstance(user, Mapping) and user.get("tz") and f"slack/{user['id']}" not in self.own_word:
            self.learned(f"slack/{user['id']}", str(user["tz"]))


def _buttons(body: Mapping[str, Any]) -> Iterator[str]:
    for _, element in button_elements(body.get("blocks") or ()):
        if not element.get("url"):
            yield str(element.get("value", ""))
    for one in walk(body.get("components") or ()):
        if one["type"] == BUTTON and one.get("custom_id") and not one.get("disabled"):
            yield str(one["custom_id"])
