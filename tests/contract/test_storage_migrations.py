"""Migrations and tables say the same, and an operator is told when they don't."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import storage
from storage import tables, version
from storage.engine import Store, open_store
from storage.errors import NotMigrated


def test_migrations_make_just_the_tables_that_the_code_describes(store: Store) -> None:
    with store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_a_migrated_database_is_current_and_upgrading_again_changes_nothing(store: Store) -> None:
    store.upgrade()
    store.require_current()
    assert store.is_current()


def test_the_newest_migration_is_the_one_whose_file_is_named_so() -> None:
    migrations = Path(storage.__file__).with_name("migrations")

    assert version.newest() == ScriptDirectory(str(migrations)).get_current_head()


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    with pytest.raises(NotMigrated, match="grounds db upgrade"):
        open_store(f"sqlite:///{tmp_path / 'new.db'}").require_current()


def test_an_upgrade_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    with store.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE setting (key TEXT)"))

    with pytest.raises(Exception, match="setting"):
        store.upgrade()

    with store.connect() as connection:
        assert inspect(connection).get_table_names() == ["setting"]


def test_every_column_says_how_long_it_is_kept() -> None:
    silent = [str(column) for table in tables.metadata.tables.values() for column in table.c if not column.info]
    assert silent == []
