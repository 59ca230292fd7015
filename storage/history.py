"""Looking back: every line of the outbox, every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Connection, select

from bot.ports import PastLine, Step
from storage import tables as t

_STEP = tuple(field.name for field in fields(Step))


class SqlHistory:
    """What is kept of a campus's past."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lines(self) -> Sequence[PastLine]:
        c = t.message.c
        rows = self._connection.execute(select(t.message).order_by(c.id)).mappings()
        return [
            PastLine(
                token=row[c.token],
                kind=row[c.kind],
                view=row[c.view],
                to=row[c.to_person],
                desk=row[c.desk],
                intro=row[c.intro],
                due=row[c.due],
                status=row[c.status],
                reason=row[c.reason],
                attempt=row[c.attempt],
                repeat=row[c.repeat],
                tried_at=row[c.tried_at],
            )
            for row in rows
        ]

    def steps(self) -> Sequence[Step]:
        c = t.step.c
        rows = self._connection.execute(select(t.step).order_by(c.at, c.id)).mappings()
        return [Step(**{name: row[c[name]] for name in _STEP}) for row in rows]
