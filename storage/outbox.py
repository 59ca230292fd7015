"""The outbox: lines are planned here, claimed when due, and settled one by one.

Each recipient (a person, an account, the desk) has a queue of its own, ordered by due time, and only its head is ever
claimed: a line held back after a 429 holds back those behind it, and nobody gets two messages crossing on the way.
Two replicas can't claim the same line (SKIP LOCKED; on SQLite there is one writer), and a claim ends by the wall's
clock, so that a worker that died takes no line with it. One gap is left open on purpose, because closing it would make
replicas claim in turn: a line added with an earlier due time, while another replica is claiming a later one of the
same recipient, may be sent beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.messages import NEWEST_WINS, Copy, Kind, Message, MessageId, Status
from bot.domain.people import Handle, PersonId, Platform
from bot.ports import Claimed
from storage import tables as t
from storage.statements import insert_if_new, new_token

_WORTH_IT = (Kind.NEWS, Kind.NOTE, Kind.SAFETY, Kind.APPOINTMENT)
_OPEN = (Status.WAITING, Status.SENDING)
_WITH_HANDLE = t.message.outerjoin(t.handle, t.message.c.handle == t.handle.c.id)
_LINES: Select[Any] = select(
    t.message, t.handle.c.platform.label("h_platform"), t.handle.c.realm.label("h_realm"),
    t.handle.c.user_id.label("h_user_id"),
).select_from(_WITH_HANDLE)  # fmt: skip


class SqlOutbox:
    """The lines of a campus."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *lines: Message) -> None:
        """Each gets a token of its own; of a kind whose newest wins, those that still wait for the same are void."""
        if not lines:
            return
        told = [self._told(line) for line in lines]
        newest = [each["recipient"] for each in told if each["kind"] in NEWEST_WINS]
        if newest:
            older = and_(t.message.c.recipient.in_(newest), t.message.c.status == Status.WAITING)
            self._connection.execute(update(t.message).where(older).values(status=Status.VOID, hold_until=None))
        self._connection.execute(insert(t.message), told)

    def claim(self, now: datetime, wall: datetime, worker: str, lease_seconds: int, most: int) -> Sequence[Claimed]:
        ids = self._connection.execute(_claimable(now, wall).limit(most)).scalars().all()
        if not ids:
            return []
        c = t.message.c
        taken = update(t.message).where(c.id.in_(ids)).values(
            status=Status.SENDING, worker=worker, attempt=c.attempt + 1, tried_at=now, hold_until=None,
            lease_until=wall + timedelta(seconds=lease_seconds), repeat=or_(c.repeat, c.status == Status.SENDING),
        )  # fmt: skip
        self._connection.execute(taken)
        rows = self._connection.execute(_LINES.where(c.id.in_(ids)).order_by(c.due, c.id)).mappings()
        return [Claimed(_line(row), row[c.attempt]) for row in rows]

    def settle(
        self, line: MessageId, worker: str, attempt: int, status: Status, *, copy: Copy | None = None,
        platform: Platform | None = None, due: datetime | None = None, hold_until: datetime | None = None,
        repeat: bool = False, reason: str = "",
    ) -> bool:  # fmt: skip
        if status is not Status.WAITING and (due or hold_until):
            raise ValueError("only a line that waits has a time to wait for")
        c = t.message.c
        mine = and_(c.id == line, c.worker == worker, c.attempt == attempt, c.status == Status.SENDING)
        told = {"status": status, "lease_until": None, "hold_until": hold_until, "repeat": repeat, "reason": reason}
        settled = update(t.message).where(mine).values(**told, **({"due": due} if due else {}))
        if self._connection.execute(settled).rowcount == 0:
            return False
        if copy:
            self._keep_copy(line, copy, platform)
        if status not in _OPEN:
            self._forget_nobodys_handle(line)
        return True

    def end_leases(self, wall: datetime) -> None:
        c = t.message.c
        self._connection.execute(update(t.message).where(c.status == Status.SENDING).values(lease_until=wall))

    def next_due(self) -> datetime | None:
        """The campus's time of the earliest line that waits, also of one that is held back: the clock must not be
        moved past it."""
        c = t.message.c
        earliest = select(c.due).where(c.status == Status.WAITING).order_by(c.due).limit(1)
        found: datetime | None = self._connection.execute(earliest).scalar()
        return found

    def in_flight(self) -> int:
        return self.count(Status.SENDING)

    def count(self, *statuses: Status) -> int:
        those = select(func.count()).select_from(t.message).where(t.message.c.status.in_(statuses))
        return self._connection.execute(those).scalar_one()

    def nudges_since(self, person: PersonId, since: datetime) -> int:
        """By the campus's time of the last try; one that may have arrived counts."""
        c = t.message.c
        arrived = c.status.in_((Status.SENT, Status.UNCLEAR))
        theirs = and_(c.to_person == person, c.kind.in_((Kind.NUDGE, Kind.DIGEST)), arrived, c.tried_at >= since)
        return self._connection.execute(select(func.count()).select_from(t.message).where(theirs)).scalar_one()

    def last_status(self, person: PersonId) -> Status | None:
        c = t.message.c
        theirs = and_(c.to_person == person, c.status.in_((Status.SENT, Status.UNDELIVERABLE)))
        newest = select(c.status).where(theirs).order_by(c.tried_at.desc(), c.id.desc()).limit(1)
        status: Status | None = self._connection.execute(newest).scalar()
        return status

    def void_for(self, person: PersonId) -> None:
        c = t.message.c
        waiting = and_(c.to_person == person, c.status == Status.WAITING)
        self._connection.execute(update(t.message).where(waiting).values(status=Status.VOID, hold_until=None))

    def try_again(self, person: PersonId, now: datetime) -> None:
        """Nudges stay where they are: what they were to remind of has gone by."""
        c = t.message.c
        lost = and_(c.to_person == person, c.status == Status.UNDELIVERABLE, c.kind.in_(_WORTH_IT))
        again = update(t.message).where(lost)
        self._connection.execute(again.values(status=Status.WAITING, due=now, attempt=0, repeat=False, reason=""))

    def undeliverable(self) -> Sequence[Message]:
        """The oldest first."""
        c = t.message.c
        rows = self._connection.execute(_LINES.where(c.status == Status.UNDELIVERABLE).order_by(c.due, c.id))
        return [_line(row) for row in rows.mappings()]

    def copies_of(self, person: PersonId) -> Sequence[tuple[Platform | None, Copy]]:
        """Where this person's messages arrived, for taking them back. Read it before the person is erased."""
        c = t.copy.c
        rows = self._connection.execute(select(c.platform, c.channel, c.message).where(c.person == person))
        return [(platform, Copy(channel, message)) for platform, channel, message in rows]

    def _told(self, line: Message) -> Mapping[str, Any]:
        handle = self._handle_key(line.handle) if line.handle else None
        return {
            "kind": line.kind, "view": line.view, "due": line.due, "to_person": line.to, "handle": handle,
            "desk": line.desk, "recipient": _recipient(line, handle), "refs": dict(line.keys),
            "params": dict(line.params), "intro": line.intro, "version": line.version, "token": new_token(),
            "status": Status.WAITING, "attempt": 0, "repeat": line.repeat, "reason": "", "worker": "",
        }  # fmt: skip

    def _handle_key(self, handle: Handle) -> int:
        account = {"platform": handle.platform, "realm": handle.realm, "user_id": handle.user_id}
        insert_if_new(self._connection, t.handle, account | {"preferred": False, "closed": False})
        which = [t.handle.c[name] == value for name, value in account.items()]
        key: int = self._connection.execute(select(t.handle.c.id).where(*which)).scalar_one()
        return key

    def _keep_copy(self, line: MessageId, copy: Copy, platform: Platform | None) -> None:
        to = select(t.message.c.to_person).where(t.message.c.id == line).scalar_subquery()
        where = {"platform": platform, "channel": copy.channel, "message": copy.message}
        self._connection.execute(insert(t.copy).values(line=line, person=to, **where))

    def _forget_nobodys_handle(self, line: MessageId) -> None:
        """An account that is nobody's was kept for the lines to it alone."""
        c = t.handle.c
        its = select(t.message.c.handle).where(t.message.c.id == line).scalar_subquery()
        more = exists().where(t.message.c.handle == c.id, t.message.c.status.in_(_OPEN))
        self._connection.execute(delete(t.handle).where(c.id == its, c.person.is_(None), ~more))


def _claimable(now: datetime, wall: datetime) -> Select[tuple[Any]]:
    """The heads of the queues that may be tried now, the oldest first, locked."""
    m, other = t.message, t.message.alias("other")
    free = and_(m.c.status == Status.WAITING, or_(m.c.hold_until.is_(None), m.c.hold_until <= wall))
    left_lying = and_(m.c.status == Status.SENDING, m.c.lease_until <= wall)
    same_queue = and_(other.c.recipient == m.c.recipient, other.c.id != m.c.id)
    on_its_way = exists().where(same_queue, other.c.status == Status.SENDING, other.c.lease_until > wall)
    ahead = exists().where(same_queue, other.c.status.in_(_OPEN), other.c.due <= now, _place(other) < _place(m))
    return (
        select(m.c.id)
        .where(m.c.due <= now, or_(free, left_lying), ~on_its_way, ~ahead)
        .order_by(m.c.due, m.c.id)
        .with_for_update(skip_locked=True, of=m)
    )


def _place(line: FromClause) -> ColumnElement[Any]:
    return tuple_(line.c.due, line.c.id)


def _recipient(line: Message, handle: int | None) -> str | None:
    if line.kind is Kind.TASK:
        return None
    if line.kind is Kind.HOME:
        return f"v{handle}"
    if line.kind is Kind.DOORWAY:
        return f"d{line.keys['doorway']}"
    if line.to is not None:
        return f"p{line.to}"
    return "desk" if line.desk else None if handle is None else f"h{handle}"


def _line(row: RowMapping) -> Message:
    c = t.message.c
    return Message(
        kind=row[c.kind],
        view=row[c.view],
        due=row[c.due],
        to=None if row[c.to_person] is None else PersonId(row[c.to_person]),
        handle=row["h_platform"] and Handle(row["h_platform"], row["h_realm"], row["h_user_id"]),
        desk=row[c.desk],
        keys=row[c.refs],
        params=row[c.params],
        intro=row[c.intro],
        version=row[c.version],
        id=MessageId(row[c.id]),
        attempt=row[c.attempt],
        token=row[c.token],
        repeat=row[c.repeat],
    )
