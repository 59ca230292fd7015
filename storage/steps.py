"""Steps: dated facts with nobody's name in them. Added, read, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

from sqlalchemy import ColumnElement, Connection, select

from bot.domain.asks import AskId
from bot.domain.intro import IntroId
from bot.ports import Step
from storage import tables as t
from storage.statements import insert_row

_FACTS = tuple(field.name for field in fields(Step))


class SqlSteps:
    """Steps of a campus."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, step: Step) -> None:
        insert_row(self._connection, t.step, asdict(step))

    def of_intro(self, intro: IntroId) -> Sequence[Step]:
        """In the order in which they happened."""
        return self._those(t.step.c.intro == intro)

    def of_ask(self, ask: AskId) -> Sequence[Step]:
        """The same of an ask."""
        return self._those(t.step.c.ask == ask)

    def _those(self, which: ColumnElement[bool]) -> Sequence[Step]:
        c = t.step.c
        rows = self._connection.execute(select(t.step).where(which).order_by(c.at, c.id))
        return [Step(**{name: row[c[name]] for name in _FACTS}) for row in rows.mappings()]
