"""Which version a database's tables are at, told without Alembic: every start asks, and loading it takes longer than
all the rest of the store."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

_VERSIONS = Path(__file__).with_name("migrations") / "versions"
_KEPT = table("alembic_version", column("version_num"))


def newest() -> str:
    """This version's revision: a migration's file is named for it (`v0001_…`), in their order."""
    return max(path.name for path in _VERSIONS.glob("v*.py")).partition("_")[0].removeprefix("v")


def current(connection: Connection) -> str | None:
    """The revision of a database; None where no table was ever made."""
    if not inspect(connection).has_table(_KEPT.name):
        return None
    revision: str | None = connection.execute(select(_KEPT.c.version_num)).scalar()
    return revision
