"""A place of its own in somebody's Postgres, for a demo: a schema that nobody else looks into and that goes again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text


@contextmanager
def scratch_schema(url: str) -> Iterator[str]:
    """The same database, seen through a schema that is dropped at the end. Needs the right to create one in it."""
    name = f"grounds_demo_{secrets.token_hex(4)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        try:
            narrowed = make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
            yield narrowed.render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    finally:
        engine.dispose()
