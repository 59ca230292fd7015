"""Alembic's way in. The connection is ours (`storage/migrate.py`), in a transaction that holds on both databases:
SQLite's driver left to itself would commit before each CREATE TABLE.

A migration is written in the database's own types, not in ours (`Sealed`, `Word`), so that it stays true when these
change.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from storage.tables import metadata


def plain_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """How a type of ours is written down."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
