"""What was to arrive, and what did: counted from the outbox and from people's screens, by each line's own token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from adapters.sandbox.discord import PretendDiscord
from adapters.sandbox.discord_things import Channel, Post
from adapters.sandbox.play import Event
from bot.domain.messages import Kind, Status
from bot.phrases import say
from storage import tables as t
from storage.engine import Store

UNSEEN_KINDS = (Kind.TASK, Kind.HOME, Kind.FILE)
"""Nothing of these bears a token on a screen."""


@dataclass(frozen=True)
class Ledger:
    """`lost`: lines due that reached nobody, and gestures acknowledged of which nothing stands written."""

    lines: int
    lost: int
    doubled: int
    unmarked: int
    unclear: int


def rows(store: Store, asked: Select[Any]) -> list[RowMapping]:
    """What stands written."""
    with store.read() as reading:
        return list(reading._connection.execute(asked).mappings())


def in_flight(store: Store, worker: str = "") -> list[str]:
    """Tokens of the lines that are being sent (by workers whose name begins so)."""
    c = t.message.c
    sending = select(c.token).where(c.status == Status.SENDING, c.worker.startswith(worker, autoescape=True))
    return [row["token"] for row in rows(store, sending)]


def left(store: Store, now: datetime) -> int:
    """Lines that are due or under way."""
    c = t.message.c
    due = c.status.in_((Status.WAITING, Status.SENDING)) & (c.due <= now)
    with store.read() as reading:
        found: int = reading._connection.execute(select(func.count()).select_from(t.message).where(due)).scalar_one()
    return found


def overhear(discord: PretendDiscord) -> dict[str, str]:
    """The token of each message that Discord was given, by the message's id, from now on. (An answer tells the nonce
    too, but here answers are lost.)"""
    tokens: dict[str, str] = {}
    remember = discord.world.remember

    def remember_too(channel: Channel, nonce: str, post: Post) -> None:
        tokens[post.id] = nonce
        remember(channel, nonce, post)

    discord.world.remember = remember_too  # type: ignore[method-assign]
    return tokens


def _copies(events: Sequence[Event], tokens: Mapping[str, str]) -> dict[str, list[str]]:
    """What people saw of each line, by its token."""
    copies: dict[str, list[str]] = {}
    for event in events:
        if event.what == "shown" and isinstance(event.body, dict):
            payload = (event.body.get("metadata") or {}).get("event_payload") or {}
            token = tokens.get(str(event.body.get("id", ""))) or str(payload.get("token") or "")
            if token:
                copies.setdefault(token, []).append(str(event.body))
    return copies


def balance(store: Store, events: Sequence[Event], tokens: Mapping[str, str], now: datetime) -> Ledger:
    """Every line that was due against every copy that was seen."""
    c = t.message.c
    due = rows(store, select(c.token, c.status).where(c.due <= now, c.kind.not_in(UNSEEN_KINDS)))
    copies = _copies(events, tokens)
    stands = Counter(line["status"] for line in due)
    unseen = [line for line in due if line["status"] is Status.SENT and line["token"] not in copies]
    unsettled = stands[Status.WAITING] + stands[Status.SENDING] + stands[Status.UNDELIVERABLE]
    again = [seen[1:] for seen in copies.values() if len(seen) > 1]
    marked = say("nudges.seen", "en")
    return Ledger(
        lines=len(due),
        lost=len(unseen) + unsettled,
        doubled=sum(map(len, again)),
        unmarked=sum(marked not in body for repeats in again for body in repeats),
        unclear=stands[Status.UNCLEAR],
    )
