"""What every table is made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, String, Table

from storage.columns import Id, Retention, column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

FOREVER, KNOWN, NOTES = Retention.FOREVER, Retention.WHILE_KNOWN, Retention.NOTES
DELIVERY, GESTURE, OPERATOR = Retention.DELIVERY, Retention.GESTURE, Retention.OPERATOR
WORKING = Retention.WORKING
TOKEN = String(43)
WORD = String(128)


def table(name: str, *parts: Any) -> Table:
    """One of ours."""
    return Table(name, metadata, *parts, sqlite_autoincrement=_counts_up(parts))


def _counts_up(parts: tuple[Any, ...]) -> bool:
    return any(isinstance(part, Column) and part.autoincrement is True for part in parts)


def key(kept: Retention = FOREVER) -> Column[Any]:
    """A key that the database counts up."""
    return column("id", Id, kept, primary_key=True, autoincrement=True)


def one_per_person() -> Column[Any]:
    """The key of a table that adds to a person, and goes with them."""
    return column("person", Id, KNOWN, ForeignKey("person.id"), primary_key=True, autoincrement=False)
