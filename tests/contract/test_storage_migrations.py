"""Migrations and tables say the same, and an operator is told when they don't."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

import storage
from bot.domain.people import Platform
from storage import tables, version
from storage.engine import Store, open_store
from storage.errors import NotMigrated
from storage.migrate import config


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


OLD_LINES = """
    INSERT INTO message (id, kind, view, due, desk, refs, params, token, status, attempt, repeat, reason, worker)
    SELECT id, 'news', 'resumed', '2026-03-02 12:00:00+00:00', false, '{}', '{}', token, 'sent', 1, false, '', 'w'
    FROM (SELECT 1 AS id, 'one' AS token UNION ALL SELECT 2, 'two') AS lines
"""
OLD_COPY = "INSERT INTO copy (line, platform, channel, message) VALUES (2, 'slack', 'D1', '17.5')"


def test_where_lines_arrived_is_still_known_when_it_has_moved_to_the_lines(store: Store) -> None:
    c = tables.message.c
    with store.connect() as connection, connection.begin():
        tables.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        command.upgrade(config(connection), "0009")
        for statement in (OLD_LINES, OLD_COPY):
            connection.execute(text(statement))

        command.upgrade(config(connection), "head")

        rows = connection.execute(select(c.token, c.copy_platform, c.copy_channel, c.copy_message).order_by(c.id))
        assert [tuple(row) for row in rows] == [("one", None, None, None), ("two", Platform.SLACK, "D1", "17.5")]
        assert "copy" not in inspect(connection).get_table_names()


def test_every_column_says_how_long_it_is_kept() -> None:
    silent = [str(column) for table in tables.metadata.tables.values() for column in table.c if not column.info]
    assert silent == []
