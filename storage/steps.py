"""Steps: dated facts with nobody's name in them. Added, read, never changed.

A report reads a hundred thousand intros at a time, so its rows are plain tuples, made by the database and its driver
alone: the moment as seconds, no objects, and never more than a few thousand at once in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, String, cast, func, insert, literal_column, select

from bot.domain.asks import AskId
from bot.domain.intro import IntroId
from bot.domain.steps import Moment, Row
from bot.ports import Step
from storage import tables as t
from storage.statements import new_token

_FACTS = tuple(field.name for field in fields(Step))
_NEW = insert(t.step)
_AT_A_TIME = 5_000


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
        return self._those(t.step.c.intro == intro)

    def of_ask(self, ask: AskId) -> Sequence[Step]:
        """The same of an ask."""
        return self._those(t.step.c.ask == ask)

    def _those(self, which: ColumnElement[bool]) -> Sequence[Step]:
        c = t.step.c
        rows = self._connection.execute(select(t.step).where(which).order_by(c.at, c.id))
        return [Step(**{name: row[c[name]] for name in _FACTS}) for row in rows.mappings()]

    def rows(self, what: frozenset[str], since: datetime | None, until: datetime) -> Iterator[Row]:
        """Those named, from `since` (None: from the beginning) to before `until`, in order."""
        c = t.step.c
        facts = (c.who, c.whom, c.intro, c.ask, c.detail, c.platform, c.field, c.college, c.year, c.amount)
        yield from self._read(select(c.what, self._seconds(), *facts), what, since, until)

    def moments(self, what: frozenset[str], since: datetime | None, until: datetime) -> Iterator[Moment]:
        """The same, narrow: of intros, when what happened to them."""
        c = t.step.c
        facts = select(c.what, self._seconds(), c.who, c.intro, c.detail, c.amount).where(c.intro.is_not(None))
        yield from self._read(facts, what, since, until)

    def _read(
        self, chosen: Select[Any], what: frozenset[str], since: datetime | None, until: datetime
    ) -> Iterator[Any]:
        c = t.step.c
        named = self._all_of_them(c.what) if since is not None else c.what
        chosen = chosen.where(named.in_(sorted(what)), c.at < until).order_by(c.at, c.id)
        if since is not None:
            chosen = chosen.where(c.at >= since)
        # The driver's own tuples: a row of SQLAlchemy's for each of a million Steps would cost as much as reading them.
        # On Postgres by a cursor of the server's, so that they come as they are wanted and never lie here all at once.
        dialect = self._connection.dialect
        query = str(chosen.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        driver: Any = self._connection.connection.driver_connection
        cursor = driver.cursor() if dialect.name == "sqlite" else driver.cursor(name=f"steps_{new_token()}")
        with closing(cursor):
            cursor.execute(query)
            while some := cursor.fetchmany(_AT_A_TIME):
                yield from some

    def _all_of_them(self, what: ColumnElement[str]) -> ColumnElement[str]:
        """Of a period most Steps are read: on SQLite better in the order of the index on `at` than sorted anew."""
        return literal_column("+step.what", String) if self._connection.dialect.name == "sqlite" else what

    def _seconds(self) -> ColumnElement[int]:
        at = t.step.c.at
        if self._connection.dialect.name == "sqlite":
            return cast(func.unixepoch(at), BigInteger)
        return cast(func.floor(func.extract("epoch", at)), BigInteger)
