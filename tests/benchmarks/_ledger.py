"""What was to arrive, and what did: counted from the outbox and from people's screens, by each line's own token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from adapters.sandbox.play import Event, copies_shown
from bot.domain.messages import NOT_REPEATED_WHEN_UNCLEAR, Kind, Status
from bot.phrases import say
from storage import tables as t
from storage.engine import Store

UNSEEN_KINDS = (Kind.TASK, Kind.HOME, Kind.FILE)
"""Nothing of these bears a token on a screen."""


@dataclass(frozen=True)
class Ledger:
    """`lost`: lines due that reached nobody; of them `unsettled` still wait, or are said to be under way. `at_risk`:
    how often a line was being sent when its bot was killed or its answer was dropped; `unexplained`: copies of a line
    beyond the first and beyond one for each such time of this very line."""

    lines: int
    lost: int
    doubled: int
    unmarked: int
    at_risk: int
    unexplained: int
    unsettled: int
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


def _token_of(body: Any) -> str:
    """The line's, in a call that posts it."""
    if not isinstance(body, dict):
        return ""
    metadata = body.get("metadata")
    payload = (metadata.get("event_payload") or {}) if isinstance(metadata, dict) else {}
    return str(payload.get("token") or body.get("nonce") or "")


def _unanswered(events: Sequence[Event]) -> Counter[str]:
    """For each line, how many calls that posted it were not answered. To one person there is one at a time, so an
    answer is that of the last call."""
    open_calls: dict[tuple[str, str, str], str] = {}
    unanswered: Counter[str] = Counter()
    for event in events:
        verb, _, call = event.what.partition(" ")
        key = (event.platform, call, event.user)
        if verb == "call" and (token := _token_of(event.body)):
            unanswered.update(filter(None, [open_calls.get(key)]))
            open_calls[key] = token
        elif verb == "answered":
            open_calls.pop(key, None)
    unanswered.update(open_calls.values())
    return unanswered


def balance(store: Store, events: Sequence[Event], in_flight: Counter[str], now: datetime) -> Ledger:
    """Every line that was due against every copy that was seen; `in_flight` tells at how many kills each was sent."""
    due, copies = _due(store, now), copies_shown(events)
    again = [seen[1:] for seen in copies.values() if len(seen) > 1]
    at_risk = in_flight + _unanswered(events)
    marked = say("nudges.seen", "en")
    stands = Counter(line["status"] for line in due)
    return Ledger(
        lines=len(due),
        lost=sum(_is_lost(line, copies) for line in due),
        doubled=sum(map(len, again)),
        unmarked=sum(marked not in str(copy.body) for repeats in again for copy in repeats),
        at_risk=sum(at_risk.values()),
        unexplained=sum(max(0, len(seen) - 1 - at_risk[token]) for token, seen in copies.items()),
        unsettled=stands[Status.WAITING] + stands[Status.SENDING],
        unclear=stands[Status.UNCLEAR],
    )


def suspects(store: Store, events: Sequence[Event], now: datetime) -> list[str]:
    """What was lost or came twice, a line each, with what stands written of it."""
    copies = copies_shown(events)
    return [
        f"{line['token']} {line['recipient']} {line['view']} {line['kind']} {line['status']} "
        f"attempt {line['attempt']} reason {line['reason']!r} "
        f"hold {line['hold_until']} lease {line['lease_until']} by {line['worker']} seen {len(copies.get(token, ()))}"
        for line in _due(store, now)
        if (token := line["token"]) and (_is_lost(line, copies) or len(copies.get(token, ())) > 1)
    ]


def story(store: Store, user: str) -> list[str]:
    """What stands written of somebody, a line each: asks, answers, and the gestures that were taken from them."""
    m, a, h, g = t.message.c, t.ask.c, t.handle.c, t.gesture.c
    them = select(h.person).where(h.user_id == user).scalar_subquery()
    asks = rows(store, select(a.id, a.created_at).where(a.student == them).order_by(a.id))
    answers = select(m.id, m.view, m.params, m.due, m.status).where(m.to_person == them, m.kind == Kind.ANSWER)
    said = rows(store, answers.order_by(m.id))
    taken = rows(store, select(g.key, g.at, g.view).where(g.key.like("slack:submission:%")).order_by(g.at))
    return [
        *(f"{row['created_at']:%H:%M:%S} ask {row['id']}" for row in asks),
        *(f"{row['due']:%H:%M:%S} answer {row['view']} {row['params']} {row['status']}" for row in said),
        *(f"{row['at']:%H:%M:%S} taken {row['key']} {row['view']}" for row in taken),
    ]


def _due(store: Store, now: datetime) -> list[RowMapping]:
    c = t.message.c
    return rows(store, select(t.message).where(c.due <= now, c.kind.not_in(UNSEEN_KINDS)))


def _is_lost(line: RowMapping, copies: Mapping[str, object]) -> bool:
    """Nobody saw it: though it is sent, or was given up, or is not settled yet. (Void is what was no longer true; an
    unclear end of a kind that is not repeated may be either.)"""
    if line["status"] in (Status.WAITING, Status.SENDING, Status.UNDELIVERABLE):
        return True
    given_up = line["status"] is Status.UNCLEAR and line["kind"] not in NOT_REPEATED_WHEN_UNCLEAR
    return line["token"] not in copies and (given_up or line["status"] is Status.SENT)
