"""The few statements that SQLite and Postgres spell alike but SQLAlchemy does not, the plain insert, and lists of keys.

Each is built once and then only filled: building it took most of the time of a large import.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Self

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Executable,
    Table,
    bindparam,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def insert_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """The new row's key."""
    key: int = connection.execute(_plain(connection.dialect.name, table), dict(values)).scalar_one()
    return key


def upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """The row with this primary key is as told afterwards; columns not named keep what they hold."""
    connection.execute(_upsert(connection.dialect.name, table, tuple(values)), dict(values))


def insert_if_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Whether the row was new. Another transaction that is just adding the same one is waited for."""
    return connection.execute(_if_new(connection.dialect.name, table), dict(values)).first() is not None


def one_of(column: ColumnElement[Any], words: Collection[StrEnum]) -> ColumnElement[bool]:
    """Whether a column holds one of these closed words. They stand in the statement itself: bound to it, their list
    would be written into its text anew each time it is used."""
    return column.in_([literal_column(f"'{word.value}'") for word in sorted(words)])


def how_many(these: ColumnElement[bool]) -> ColumnElement[int]:
    """The count of rows for which this is so."""
    return func.count(case((these, literal_column("1"))))


def among(key: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a key is one of those filled in as `name`. However many these are, they are one value, so that the text
    is always the same: an IN of so many values was written, sent and understood anew for each number of them."""
    return _Among(key, bindparam(name, type_=_KEYS))


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: object = None) -> Self:
        """It is a comparison already: with "= 1" behind it, as SQLite's booleans are told, no index is looked at."""
        return self


_KEYS = postgresql.ARRAY(BigInteger).with_variant(JSON(), "sqlite")


@compiles(_Among, "sqlite")
def _among_on_sqlite(found: _Among, compiler: SQLCompiler, **how: Any) -> str:
    key, those = found.clauses
    each = func.json_each(those).table_valued("value")
    return compiler.process(key.in_(select(each.c.value)), **how)


@compiles(_Among, "postgresql")
def _among_on_postgres(found: _Among, compiler: SQLCompiler, **how: Any) -> str:
    key, those = found.clauses
    return f"{compiler.process(key, **how)} = ANY ({compiler.process(those, **how)})"


def new_token() -> str:
    """22 URL-safe characters, 128 bits: what leaves the house instead of a key."""
    return secrets.token_urlsafe(16)


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _plain(dialect: str, table: Table) -> Executable:
    return _insert(dialect, table).returning(*table.primary_key)


@cache
def _if_new(dialect: str, table: Table) -> Executable:
    return _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _upsert(dialect: str, table: Table, names: tuple[str, ...]) -> Executable:
    keys = [column.name for column in table.primary_key]
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)
