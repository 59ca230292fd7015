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
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
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
FEW = 5
"""So many kinds are sooner found one by one."""


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
        side_by_side = self._side_by_side(facts, what, bounded=since is not None)
        for begin, end in _pieces(since, until):
            found = self._connection.execute(side_by_side, {"since": begin, "until": end}).one()
            if found[0] is not None:
                told = dict(zip(facts, found, strict=True))
                yield Columns(
                    {fact: text.split(BETWEEN) for fact, text in told.items() if fact not in NUMBERS},
                    {fact: _numbers(text, fact == "at") for fact, text in told.items() if fact in NUMBERS},
                )

    def _side_by_side(self, facts: Sequence[str], what: frozenset[str], *, bounded: bool) -> Select[*tuple[Any, ...]]:
        """One row: each fact of all these Steps, one after the other, as one long text. (Both databases put together
        what an inner query gives them in the order in which it does.)"""
        c = t.step.c
        is_sqlite = self._connection.dialect.name == "sqlite"
        # Where most Steps are read, SQLite does better by the index on `at` than kind by kind and sorted anew.
        at_once = is_sqlite and bounded and len(what) > FEW
        named: ColumnElement[str] = literal_column("+step.what", String) if at_once else c.what
        chosen = select(*(_as_text(fact, is_sqlite) for fact in facts)).where(named.in_(sorted(what)))
        chosen = chosen.where(c.at < bindparam("until", type_=c.at.type))
        if bounded:
            chosen = chosen.where(c.at >= bindparam("since", type_=c.at.type))
        steps = chosen.order_by(c.at, c.id).subquery()
        return select(*(func.aggregate_strings(steps.c[fact], BETWEEN) for fact in facts))


def _as_text(fact: str, is_sqlite: bool) -> ColumnElement[str]:
    column: ColumnElement[Any] = t.step.c[fact]
    if fact == "at":  # as SQLite keeps it: it would take longer than numpy to reckon the seconds
        column = column if is_sqlite else cast(func.floor(func.date_part("epoch", column)), BigInteger)
    elif fact in NUMBERS:
        column = func.coalesce(column, literal_column(str(NO_NUMBER)))
    return (type_coerce(column, Text) if is_sqlite else cast(column, Text)).label(fact)


def _pieces(since: datetime | None, until: datetime) -> Iterator[tuple[datetime | None, datetime]]:
    """The time between them in pieces, so that never much text lies in memory at once."""
    while since is not None and since + AT_A_TIME < until:
        yield since, since + AT_A_TIME
        since += AT_A_TIME
    yield since, until


def _numbers(text: str, are_moments: bool) -> Numbers:
    import numpy as np  # here: only a report needs it, and it takes its time to load

    if are_moments and "-" in text[:5]:
        return np.array(text.split(BETWEEN), "datetime64[s]").astype(np.int64)
    return np.fromstring(text, dtype=np.int64, sep=BETWEEN)
