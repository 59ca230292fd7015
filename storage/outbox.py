"""The outbox: lines are planned here, claimed when due, and settled one by one.

Each recipient (a person, an account, the desk) has a queue of its own, ordered by due time, and only its head is ever
claimed: a line held back after a 429 holds back those behind it, and nobody gets two messages crossing on the way.
Two replicas can't claim the same line (SKIP LOCKED; on SQLite there is one writer), and a claim ends by the wall's
clock, so that a worker that died takes no line with it. Nor can they claim two lines of one recipient: a line with an
earlier time may be added while another replica is claiming a later one, so whoever claims on Postgres locks its
recipients too until it commits (advisory, never waited for: another's are passed over), and then takes, in a statement
that sees what was committed before, only what has nothing beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    ColumnClause,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    column,
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
from bot.ports import Arrival, Claimed
from storage import tables as t
from storage.columns import Id, UtcDateTime
from storage.lines import FIELDS, HANDLE, LINES, TO_PERSON, line_of, line_to
from storage.replicas import Changes
from storage.statements import among, insert_if_new, new_token

_WORTH_IT = (Kind.NEWS, Kind.NOTE, Kind.SAFETY, Kind.APPOINTMENT)
_OPEN = (Status.WAITING, Status.SENDING)
_MANY = {Status.WAITING, Status.SENT, Status.VOID}
MOST_LOOKED_AT = 200
"""Copies compared when an unclear end is looked up: more than a platform shows of a channel at once."""


class Readers(Protocol):
    """Who the lines are to."""

    def expect(self, people: Iterable[PersonId]) -> None:
        """Told of whom a claim is about, so that they are read at once and not one by one."""

    def key_of(self, handle: Handle) -> int | None:
        """The key of an account whose owner was read already; else None."""


class SqlOutbox:
    """The lines of a campus."""

    def __init__(self, connection: Connection, changes: Changes, readers: Readers) -> None:
        self._connection = connection
        self._changes = changes
        self._readers = readers

    def add(self, *lines: Message) -> None:
        """Each gets a token of its own; of a kind whose newest wins, those that still wait for the same are void."""
        if not lines:
            return
        self._changes.lines = True
        told = [self._told(line) for line in lines]
        newest = [each["recipient"] for each in told if each["kind"] in NEWEST_WINS]
        if newest:
            older = and_(t.message.c.recipient.in_(newest), t.message.c.status == Status.WAITING)
            self._connection.execute(update(t.message).where(older).values(status=Status.VOID, hold_until=None))
        self._connection.execute(_NEWLINES, told)

    def claim(self, now: datetime, wall: datetime, worker: str, lease_seconds: int, most: int) -> Sequence[Claimed]:
        claimable, take = _CLAIMS[self._connection.dialect.name]
        ids = self._connection.execute(claimable, {"now": now, "wall": wall, "most": most}).scalars().all()
        if not ids:
            return []
        told = {"by": worker, "now": now, "wall": wall, "lease": wall + timedelta(seconds=lease_seconds)}
        taken = self._connection.execute(take, {"ids": ids} | told).all()
        self._readers.expect({row[TO_PERSON] for row in taken} - {None})
        handles = self._handles({row[HANDLE] for row in taken} - {None})
        claimed = [line_to(row, handles.get(row[HANDLE])) for row in taken]
        return [Claimed(line, line.attempt) for line in sorted(claimed, key=attrgetter("due", "id"))]

    def settle(
        self, line: MessageId, worker: str, attempt: int, status: Status, *, due: datetime | None = None,
        hold_until: datetime | None = None, repeat: bool = False, failed: bool = False, reason: str = "",
    ) -> bool:  # fmt: skip
        if status is not Status.WAITING and (due or hold_until):
            raise ValueError("only a line that waits has a time to wait for")
        told = {"status": status, "lease_until": None, "hold_until": hold_until, "repeat": repeat, "reason": reason}
        mine = {"line": line, "by": worker, "try": attempt, "failed": int(failed)}
        settled = self._connection.execute(_SETTLE, told | mine | ({"due": due} if due else {})).first()
        if settled is None:
            return False
        if status not in _OPEN:
            self._forget_nobodys({settled.handle})
        return True

    def settle_arrivals(self, worker: str, arrivals: Sequence[Arrival]) -> frozenset[MessageId]:
        if not arrivals:
            return frozenset()
        told = [
            {"line": each.line, "try": each.attempt, "platform": each.platform if each.copy else None,
             "channel": each.copy and each.copy.channel, "message": each.copy and each.copy.message}
            for each in arrivals
        ]  # fmt: skip
        arrive = _ARRIVE[self._connection.dialect.name]
        mine = self._connection.execute(arrive, {"arrived": told, "by": worker}).all()
        self._forget_nobodys({handle for _, handle in mine})
        return frozenset(MessageId(line) for line, _ in mine)

    def keep(self, line: MessageId, worker: str, attempt: int, until: datetime) -> bool:
        mine = {"line": line, "by": worker, "try": attempt, "lease": until}
        return self._connection.execute(_KEEP, mine).first() is not None

    def end_leases(self, wall: datetime, workers: str = "") -> None:
        c = t.message.c
        theirs = and_(t.FEW_LINES, c.status == Status.SENDING, c.worker.startswith(workers, autoescape=True))
        self._connection.execute(update(t.message).where(theirs).values(lease_until=wall))

    def next_due(self) -> datetime | None:
        """The campus's time of the earliest line that waits, also of one that is held back: the clock must not be
        moved past it."""
        c = t.message.c
        earliest = select(c.due).where(t.OPEN_LINES, c.status == Status.WAITING).order_by(c.due).limit(1)
        found: datetime | None = self._connection.execute(earliest).scalar()
        return found

    def in_flight(self) -> int:
        return self.count(Status.SENDING)

    def count(self, *statuses: Status) -> int:
        those = select(func.count()).select_from(t.message).where(t.message.c.status.in_(statuses))
        if not _MANY & set(statuses):
            those = those.where(t.FEW_LINES)
        return self._connection.execute(those).scalar_one()

    def last_status(self, person: PersonId) -> Status | None:
        c = t.message.c
        theirs = and_(c.to_person == person, c.status.in_((Status.SENT, Status.UNDELIVERABLE)))
        newest = select(c.status).where(theirs).order_by(c.tried_at.desc(), c.id.desc()).limit(1)
        status: Status | None = self._connection.execute(newest).scalar()
        return status

    def void_for(self, person: PersonId) -> None:
        c = t.message.c
        waiting = and_(c.to_person == person, c.status == Status.WAITING)
        gone = {"status": Status.VOID, "hold_until": None, "reason": "erased"}
        self._connection.execute(update(t.message).where(waiting).values(gone))

    def arrived(self, line: MessageId) -> frozenset[str]:
        """The ids of the copies that its recipient has of other lines: none of these can be this one."""
        m, others = t.message, t.message.alias("others")
        queue = select(m.c.recipient).where(m.c.id == line).scalar_subquery()
        theirs = select(others.c.copy_message).where(others.c.recipient == queue, others.c.id != line)
        arrived = theirs.where(others.c.copy_message.is_not(None))
        newest = arrived.order_by(others.c.tried_at.desc(), others.c.id.desc()).limit(MOST_LOOKED_AT)
        return frozenset(self._connection.execute(newest).scalars())

    def by_token(self, token: str) -> Message | None:
        row = self._connection.execute(LINES.where(t.message.c.token == token)).first()
        return None if row is None else line_of(row)

    def oldest_due(self, now: datetime, wall: datetime) -> datetime | None:
        c = t.message.c
        free = or_(c.hold_until.is_(None), c.hold_until <= wall)
        late = select(c.due).where(t.OPEN_LINES, c.status == Status.WAITING, c.due <= now, free)
        oldest: datetime | None = self._connection.execute(late.order_by(c.due).limit(1)).scalar()
        return oldest

    def held_back(self, wall: datetime) -> int:
        c = t.message.c
        those = and_(t.OPEN_LINES, c.status == Status.WAITING, c.hold_until > wall)
        return self._connection.execute(select(func.count()).select_from(t.message).where(those)).scalar_one()

    def try_again(self, person: PersonId, now: datetime) -> None:
        """Nudges stay where they are: what they were to remind of has gone by."""
        c = t.message.c
        lost = and_(c.to_person == person, c.status == Status.UNDELIVERABLE, c.kind.in_(_WORTH_IT))
        anew = {"status": Status.WAITING, "due": now, "attempt": 0, "failures": 0, "repeat": False, "reason": ""}
        self._connection.execute(update(t.message).where(lost).values(anew))

    def undeliverable(self) -> Sequence[Message]:
        """The oldest first."""
        c = t.message.c
        lost = LINES.where(t.FEW_LINES, c.status == Status.UNDELIVERABLE).order_by(c.due, c.id)
        return [line_of(row) for row in self._connection.execute(lost)]

    def copies_of(self, person: PersonId) -> Sequence[tuple[Platform | None, Copy]]:
        """Where this person's messages arrived, for taking them back. Read it before the person is erased."""
        c = t.message.c
        theirs = and_(c.to_person == person, c.copy_message.is_not(None))
        rows = self._connection.execute(select(c.copy_platform, c.copy_channel, c.copy_message).where(theirs))
        return [(platform, Copy(channel, message)) for platform, channel, message in rows]

    def _told(self, line: Message) -> Mapping[str, Any]:
        handle = self._handle_key(line.handle) if line.handle else None
        return {
            "kind": line.kind, "view": line.view, "due": line.due, "to_person": line.to, "handle": handle,
            "desk": line.desk, "recipient": _recipient(line, handle), "refs": dict(line.keys),
            "params": dict(line.params), "intro": line.intro, "version": line.version, "token": new_token(),
            "status": Status.WAITING, "attempt": 0, "failures": 0, "repeat": line.repeat, "reason": "", "worker": "",
        }  # fmt: skip

    def _handle_key(self, handle: Handle) -> int:
        known = self._readers.key_of(handle)
        if known is not None:
            return known
        account = {"platform": handle.platform, "realm": handle.realm, "user_id": handle.user_id}
        key: int | None = self._connection.execute(_HANDLE, account).scalar()
        if key is None:
            insert_if_new(self._connection, t.handle, account | {"preferred": False, "closed": False})
            key = self._connection.execute(_HANDLE, account).scalar_one()
        return key

    def _handles(self, keys: set[int]) -> Mapping[int, Handle]:
        c = t.handle.c
        if not keys:
            return {}
        found = self._connection.execute(select(c.id, c.platform, c.realm, c.user_id).where(c.id.in_(keys)))
        return {key: Handle(platform, realm, user) for key, platform, realm, user in found}

    def _forget_nobodys(self, handles: set[int | None]) -> None:
        """Those of these accounts that are nobody's were kept for the lines to them alone."""
        c = t.handle.c
        if those := handles - {None}:
            more = exists().where(t.message.c.handle == c.id, t.message.c.status.in_(_OPEN))
            self._connection.execute(delete(t.handle).where(c.id.in_(those), c.person.is_(None), ~more))


_NOW, _WALL = bindparam("now", type_=UtcDateTime), bindparam("wall", type_=UtcDateTime)
_OTHER = t.message.alias("other")
_SAME_QUEUE = and_(_OTHER.c.recipient == t.message.c.recipient, _OTHER.c.id != t.message.c.id)
_SENT_NOW = and_(_OTHER.c.status == Status.SENDING, _OTHER.c.lease_until > _WALL)
_ON_ITS_WAY = exists().where(_SAME_QUEUE, _SENT_NOW)


def _claimable() -> Select[tuple[Any]]:
    """The heads of the queues that may be tried now, the oldest first, locked. They are read in the order of the index
    on open lines, and one look at each queue says all, so that a claim costs what it takes and not what is waiting."""
    m = t.message
    free = and_(m.c.status == Status.WAITING, or_(m.c.hold_until.is_(None), m.c.hold_until <= _WALL))
    left_lying = and_(m.c.status == Status.SENDING, m.c.lease_until <= _WALL)
    ahead = and_(_OTHER.c.due <= _NOW, _place(_OTHER) < _place(m))
    not_first = exists().where(_SAME_QUEUE, _OTHER.c.status.in_(_OPEN), or_(_SENT_NOW, ahead))
    return (
        select(m.c.id)
        .where(t.OPEN_LINES, m.c.due <= _NOW, or_(free, left_lying), ~not_first)
        .order_by(m.c.due, m.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=m)
    )


def _with_recipients_locked(heads: Select[tuple[Any]]) -> Select[tuple[Any]]:
    """Of these lines, those whose recipients nobody else is claiming for; from now on nobody else does, until the
    transaction ends. (Materialized, so that no more are locked than are read.)"""
    those = heads.add_columns(t.message.c.recipient).cte("heads").prefix_with("MATERIALIZED", dialect="postgresql")
    lock = func.pg_try_advisory_xact_lock(_RECIPIENTS, func.hashtext(those.c.recipient))
    return select(those.c.id).where(or_(those.c.recipient.is_(None), lock))


_RECIPIENTS = 0x67726F75
"""The first half of our advisory locks' names, among others' on the same database."""


def _place(line: FromClause) -> ColumnElement[Any]:
    return tuple_(line.c.due, line.c.id)


# Built once and only filled: a claim is made for each gesture, and building it took longer than making it.
_IDS = among(t.message.c.id, "ids")
_TAKE = update(t.message).where(_IDS).values(
    status=Status.SENDING, worker=bindparam("by"), attempt=t.message.c.attempt + 1, tried_at=bindparam("now"),
    hold_until=None, lease_until=bindparam("lease"),
    repeat=or_(t.message.c.repeat, t.message.c.status == Status.SENDING),
).returning(*FIELDS)  # fmt: skip
_CLAIMS = {
    "sqlite": (_claimable(), _TAKE),
    "postgresql": (_with_recipients_locked(_claimable()), _TAKE.where(~_ON_ITS_WAY)),
}
_FENCE = and_(
    t.message.c.worker == bindparam("by"), t.message.c.attempt == bindparam("try"),
    t.message.c.status == Status.SENDING,
)  # fmt: skip
_SETTLE = (
    update(t.message)
    .where(t.message.c.id == bindparam("line"), _FENCE)
    .values(failures=t.message.c.failures + bindparam("failed"))
    .returning(t.message.c.handle)
)
_KEEP = (
    update(t.message)
    .where(t.message.c.id == bindparam("line"), _FENCE)
    .values(lease_until=bindparam("lease"))
    .returning(t.message.c.id)
)
_KEPT: tuple[ColumnClause[Any], ...] = (
    column("line", Id), column("try", Integer), column("platform", String), column("channel", String),
    column("message", String),
)  # fmt: skip


def _arrive(told: FromClause) -> Update:
    """The lines of these tries that are still its worker's, and where they arrived: not with somebody who was erased
    while the line was on its way, or whom it tells of just that."""
    c, of = t.message.c, told.c
    mine = and_(c.id == of.line, c.attempt == of["try"], c.worker == bindparam("by"), c.status == Status.SENDING)
    ended = {"status": Status.SENT, "lease_until": None, "hold_until": None, "repeat": False, "reason": ""}
    forgotten = exists().where(t.person.c.id == c.to_person, t.person.c.erased)
    where = {f"copy_{name}": case((~forgotten, of[name])) for name in ("platform", "channel", "message")}
    return update(t.message).where(mine).values(ended | where).returning(c.id, c.handle)


def _told_to_sqlite() -> FromClause:
    each = func.json_each(bindparam("arrived", type_=JSON)).table_valued("value")
    told = (func.json_extract(each.c.value, f"$.{name.key}").label(name.key) for name in _KEPT)
    return select(*told).subquery("arrived")


def _told_to_postgres() -> FromClause:
    told = func.json_to_recordset(bindparam("arrived", type_=JSON))
    return told.table_valued(*_KEPT, name="arrived").render_derived(with_types=True)


_ARRIVE = {"sqlite": _arrive(_told_to_sqlite()), "postgresql": _arrive(_told_to_postgres())}
_HANDLE = select(t.handle.c.id).where(
    *(t.handle.c[name] == bindparam(name) for name in ("platform", "realm", "user_id"))
)
_NEWLINES = insert(t.message)


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
