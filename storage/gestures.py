"""Gestures: the key of each, so that one told twice is done once, and its answer, so that it is answered alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.ports import Remembered
from storage import tables as t
from storage.statements import insert_if_new


class SqlGestures:
    """The gestures of the last days."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, key: str, now: datetime) -> bool:
        """The same gesture in another transaction is waited for: it is known then, or was undone."""
        return insert_if_new(self._connection, t.gesture, {"key": key, "at": now, "refs": {}, "params": {}})

    def remembered(self, key: str) -> Remembered | None:
        c = t.gesture.c
        row = self._connection.execute(select(c.view, c.refs, c.params).where(c.key == key)).first()
        return None if row is None or row.view is None else Remembered(row.view, row.refs, row.params)

    def remember(self, key: str, answer: Remembered) -> None:
        told = {"view": answer.view, "refs": dict(answer.keys), "params": dict(answer.params)}
        self._connection.execute(_REMEMBER, told | {"of": key})


_REMEMBER = update(t.gesture).where(t.gesture.c.key == bindparam("of"))
