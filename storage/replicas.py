"""Several processes on one database: leases, calendar runs, and the revisions by which each sees what another changed.

A lease is a row and not a session's advisory lock, because a pooler between us and Postgres breaks those. A revision is
counted up in the last statement of a transaction: its row is locked for the time of a commit and for no longer, and
whoever sees the new number sees the change. (A sequence would be seen before it.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, or_, select, text, update

from bot.ports import Revision
from storage import tables as t
from storage.statements import insert_if_new

CHANNEL = "grounds_lines"
"""What Postgres is told at the commit of a transaction that added lines, for whoever listens."""
NOBODY = "-"
LONG_AGO = timedelta(days=1)
"""After it, a row of a process that is gone has told everything it could."""


@dataclass
class Changes:
    """What one transaction changed that others should know of when it is committed."""

    people: bool = False
    rules: bool = False
    lines: bool = False

    def tell(self, connection: Connection) -> None:
        """Just before the commit."""
        for what in (one.name for one in fields(Revision) if getattr(self, one.name)):
            _count_up(connection, what)
        if self.lines and connection.dialect.name == "postgresql":
            connection.execute(_NOTIFY)


_REVISIONS = select(t.revision.c.what, t.revision.c.number)
_NOTIFY = text(f"NOTIFY {CHANNEL}")


def _count_up(connection: Connection, what: str) -> None:
    c = t.revision.c
    more = update(t.revision).where(c.what == what).values(number=c.number + 1)
    if connection.execute(more).rowcount == 0 and not insert_if_new(connection, t.revision, _first(what)):
        connection.execute(more)


def _first(what: str) -> dict[str, object]:
    return {"what": what, "number": 1}


class SqlRevisions:
    """The counters as of this transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.last: Revision | None = None
        """As they were read last."""

    def now(self) -> Revision:
        known: dict[str, int] = dict(self._connection.execute(_REVISIONS).all())
        self.last = Revision(known.get("people", 0), known.get("rules", 0))
        return self.last


class SqlLeases:
    """Turns, each a row."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, wall: datetime, until: datetime) -> bool:
        c = t.lease.c
        free = and_(c.name == name, or_(c.holder == holder, c.until <= wall))
        taken = self._connection.execute(update(t.lease).where(free).values(holder=holder, until=until))
        if taken.rowcount:
            return True
        self._connection.execute(delete(t.lease).where(c.until < wall - LONG_AGO))
        return insert_if_new(self._connection, t.lease, {"name": name, "holder": holder, "until": until})

    def release(self, name: str, holder: str) -> None:
        c = t.lease.c
        self._connection.execute(delete(t.lease).where(c.name == name, c.holder == holder))

    def release_all(self, holders: str) -> None:
        self._connection.execute(delete(t.lease).where(t.lease.c.holder.startswith(holders, autoescape=True)))

    def hold(self, name: str, until: datetime) -> None:
        c = t.lease.c
        if not insert_if_new(self._connection, t.lease, {"name": name, "holder": NOBODY, "until": until}):
            later = update(t.lease).where(c.name == name, c.until < until)
            self._connection.execute(later.values(until=until))

    def held(self, wall: datetime, beginning: str) -> Mapping[str, datetime]:
        c = t.lease.c
        those = select(c.name, c.until).where(c.name.startswith(beginning, autoescape=True), c.until > wall)
        return {row.name: row.until for row in self._connection.execute(those)}


class SqlRuns:
    """Calendar runs that were done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, key: str, now: datetime) -> bool:
        return insert_if_new(self._connection, t.calendar_run, {"key": key, "at": now})
