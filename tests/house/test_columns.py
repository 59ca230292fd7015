"""Every column says how long what stands in it is kept; a column that does not is one nobody will think of erasing."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table

tables = pytest.importorskip("storage.tables")


def undeclared(metadata: MetaData) -> list[str]:
    """Columns without a retention class."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if not str(column.info.get("retention", "")).strip()
    ]


def test_every_column_declares_its_retention_class() -> None:
    assert undeclared(tables.metadata) == []


def test_there_are_columns_to_look_at() -> None:
    assert len(tables.metadata.sorted_tables) > 5


def test_a_column_without_one_is_noticed() -> None:
    metadata = MetaData()
    Table(
        "letters",
        metadata,
        Column("id", Integer, primary_key=True, info={"retention": "key"}),
        Column("text", String),
        Column("about", String, info={"retention": " "}),
    )

    assert undeclared(metadata) == ["letters.text", "letters.about"]
