"""Steps: dated facts with nobody's name in them. Added, read, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.domain.intro import IntroId
from bot.ports import Step
from storage import tables as t

_FACTS = tuple(field.name for field in fields(Step))
_NEW = insert(t.step)


class SqlSteps:
    """Steps of a campus."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, step: Step) -> None:
        self._connection.execute(_NEW, {name: getattr(step, name) for name in _FACTS})

    def count(self, what: str, who: str, since: datetime) -> int:
        """Nobody is counted who has no key any more."""
        c = t.step.c
        those = select(func.count()).select_from(t.step).where(c.who == who, c.who != "", c.what == what, c.at >= since)
        return self._connection.execute(those).scalar_one()

    def of_intro(self, intro: IntroId) -> Sequence[Step]:
        """In the order in which they happened."""
        c = t.step.c
        rows = self._connection.execute(select(t.step).where(c.intro == intro).order_by(c.at, c.id))
        return [Step(**{name: row[c[name]] for name in _FACTS}) for row in rows.mappings()]
