"""Steps: dated facts with nobody's name in them. Added, read, never changed.

A report reads a million of them. A row of Python objects for each would cost more than everything that is then counted,
so the database puts each column together into one long text, some weeks at a time, which is one row; it comes apart
again in one go. (Keys and closed words have no unit separator in them.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    Text,
    cast,
    func,
    insert,
    literal_column,
    select,
)

from bot.domain.asks import AskId
from bot.domain.intro import IntroId
from bot.domain.steps import NO_NUMBER, NUMBERS, Columns
from bot.ports import Step
from storage import tables as t

if TYPE_CHECKING:
    from bot.domain.steps import Numbers

_FACTS = tuple(field.name for field in fields(Step))
_NEW = insert(t.step)
BETWEEN = "\x1f"
AT_A_TIME = timedelta(days=28)


class SqlSteps:
    """Steps of a campus."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *steps: Step) -> None:
        if steps:
            self._connection.execute(_NEW, [{name: getattr(step, name) for name in _FACTS} for step in steps])

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

    def columns(
        self, facts: Sequence[str], what: frozenset[str], since: datetime | None, until: datetime
    ) -> Iterator[Columns]:
        """Those named, from `since` (None: from the beginning) to before `until`, in order."""
        for begin, end in _weeks(since, until):
            found = self._connection.execute(self._side_by_side(facts, what, begin, end)).one()
            if found[0] is not None:
                told = dict(zip(facts, found, strict=True))
                yield Columns(
                    {name: text.split(BETWEEN) for name, text in told.items() if name not in NUMBERS},
                    {name: _numbers(text) for name, text in told.items() if name in NUMBERS},
                )

    def _side_by_side(
        self, facts: Sequence[str], what: frozenset[str], since: datetime | None, until: datetime
    ) -> Select[Any]:
        """One row: each fact of all these Steps, one after the other, as one long text."""
        c = t.step.c
        named = c.what if since is None else self._all_of_them(c.what)
        chosen = select(*(self._as_text(name) for name in facts)).where(named.in_(sorted(what)), c.at < until)
        if since is not None:
            chosen = chosen.where(c.at >= since)
        steps = chosen.order_by(c.at, c.id).subquery()
        return select(*(func.aggregate_strings(steps.c[name], BETWEEN) for name in facts))

    def _as_text(self, name: str) -> ColumnElement[str]:
        column: ColumnElement[Any] = t.step.c[name]
        if name == "at":
            column = self._seconds()
        elif name in NUMBERS:
            column = func.coalesce(column, literal_column(str(NO_NUMBER)))
        return (cast(column, Text) if name in NUMBERS else column).label(name)

    def _all_of_them(self, what: ColumnElement[str]) -> ColumnElement[str]:
        """Of some weeks most Steps are read: on SQLite better in the order of the index on `at` than sorted anew."""
        return literal_column("+step.what", String) if self._connection.dialect.name == "sqlite" else what

    def _seconds(self) -> ColumnElement[int]:
        at = t.step.c.at
        if self._connection.dialect.name == "sqlite":
            return func.unixepoch(at)
        return cast(func.floor(func.date_part("epoch", at)), BigInteger)


def _weeks(since: datetime | None, until: datetime) -> Iterator[tuple[datetime | None, datetime]]:
    """The time between them in pieces, so that never much text lies in memory at once."""
    while since is not None and since + AT_A_TIME < until:
        yield since, since + AT_A_TIME
        since += AT_A_TIME
    yield since, until


def _numbers(text: str) -> Numbers:
    import numpy as np  # here: only a report needs it, and it takes its time to load

    return np.fromstring(text, dtype=np.int64, sep=BETWEEN)
