"""The audit: what coordinators did, by random keys and closed words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage import tables as t
from storage.statements import insert_row


class SqlAudit:
    """Added to, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, at: datetime, who: str, act: str, target: str = "") -> None:
        insert_row(self._connection, t.audit, {"at": at, "who": who, "act": act, "target": target})
