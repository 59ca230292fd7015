"""Bringing a database's tables to this version: `grounds db upgrade`. Whether they are, `storage/version.py` tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from storage.engine import Store

_MIGRATIONS = Path(__file__).with_name("migrations")
_ONE_AT_A_TIME = 0x67726F756E6473
"""Postgres's advisory lock for it: replicas that start together upgrade one after the other."""


def upgrade(store: Store) -> None:
    """All of it, or nothing."""
    with store.connect() as connection, connection.begin():
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
        command.upgrade(config(connection), "head")


def config(connection: Connection) -> Config:
    """Alembic's, for an open transaction."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(_MIGRATIONS))
    made.set_main_option("path_separator", "os")
    return made
