"""The audit: what coordinators did, by random keys and closed words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from bot.domain.people import PersonId
from bot.ports import Entry
from storage import tables as t
from storage.statements import insert_row


class SqlAuditReading:
    """The newest first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, most: int, after: int = 0) -> Sequence[Entry]:
        """So many, leaving out the newest `after`."""
        return self._entries(t.audit.c.id.is_not(None), most, after)

    def newest_about(self, target: str, act: str) -> Entry | None:
        found = self._entries((t.audit.c.target == target) & (t.audit.c.act == act), 1, 0)
        return found[0] if found else None

    def has_done(self, who: str, act: str) -> bool:
        return bool(self._entries((t.audit.c.who == who) & (t.audit.c.act == act), 1, 0))

    def _entries(self, which: ColumnElement[bool], most: int, after: int) -> list[Entry]:
        c = t.audit.c
        told = select(c.at, c.who, c.act, c.target, t.who.c.person).outerjoin(t.who, t.who.c.key == c.who)
        newest = told.where(which).order_by(c.at.desc(), c.id.desc()).limit(most).offset(after)
        return [
            Entry(at, who, act, target, None if person is None else PersonId(person))
            for at, who, act, target, person in self._connection.execute(newest)
        ]


class SqlAudit(SqlAuditReading):
    """Added to, never changed."""

    def add(self, at: datetime, who: str, act: str, target: str = "") -> None:
        insert_row(self._connection, t.audit, {"at": at, "who": who, "act": act, "target": target[:128]})
