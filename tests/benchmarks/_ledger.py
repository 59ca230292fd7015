"""What was to arrive, and what did: counted from the outbox and from people's screens, by each line's own token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from adapters.sandbox.play import Event, copies_shown
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


def balance(store: Store, events: Sequence[Event], now: datetime) -> Ledger:
    """Every line that was due against every copy that was seen."""
    c = t.message.c
    due = rows(store, select(c.token, c.status).where(c.due <= now, c.kind.not_in(UNSEEN_KINDS)))
    copies = {token: [str(one.body) for one in seen] for token, seen in copies_shown(events).items()}
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
