"""People and lines by the ten thousand and the million, written by one statement each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, String, Table, cast, insert, literal, select

from bot.domain.messages import Kind, Status
from bot.domain.people import GoodHours, Platform
from storage import tables as t
from storage.engine import Store

Number: TypeAlias = ColumnElement[Any]

REALM = "T0BENCH"
FIRST = 1_000_000
"""Keys of these people, above whatever a database counted by itself."""


def add_people(store: Store, many: int) -> None:
    """So many people with a Slack account each, known by no name."""
    hours = {"weekdays": list(GoodHours().weekdays), "spans": [["12:00", "14:00"], ["17:00", "20:00"]]}
    with store.connect() as connection, connection.begin():
        _write(connection, t.person, many, lambda n: {
            "id": n, "given_name": "Sam", "family_name": "Lane", "zone": "Europe/London", "language": "en",
            "hours": hours, "erased": False,
        })  # fmt: skip
        _write(connection, t.who, many, lambda n: {"key": _told("w", n), "person": n})
        _write(connection, t.handle, many, lambda n: {
            "id": n, "person": n, "platform": Platform.SLACK, "realm": REALM, "user_id": _told("U", n),
            "preferred": True, "closed": False,
        })  # fmt: skip


def add_lines(store: Store, many: int, *, kind: Kind, view: str, due: datetime, people: int) -> None:
    """So many lines that wait, to the people in turn."""

    def line(n: Number) -> Mapping[str, Any]:
        person = literal(FIRST) + (n - FIRST) % people
        return {
            "id": n, "kind": kind, "view": view, "due": due, "to_person": person, "recipient": _told("p", person),
            "desk": False, "refs": {}, "params": {}, "token": _told("bench-line-", n), "status": Status.WAITING,
            "attempt": 0, "repeat": False, "reason": "", "worker": "",
        }  # fmt: skip

    with store.connect() as connection, connection.begin():
        _write(connection, t.message, many, line)
    with store.connect() as connection, connection.begin():
        connection.exec_driver_sql("ANALYZE")


def _told(prefix: str, number: Number) -> Number:
    return literal(prefix) + cast(number, String)


def _write(connection: Connection, table: Table, many: int, row: Callable[[Number], Mapping[str, Any]]) -> None:
    """A row for each number from `FIRST` on; its values may be made of the number."""
    counted = select(literal(FIRST).label("n")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n < FIRST + many - 1))
    values = row(counted.c.n)
    told = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in values.items()
    ]
    connection.execute(insert(table).from_select(list(values), select(*told)))
