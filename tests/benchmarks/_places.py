"""Where benches measure: throw-away databases of both kinds.

The Postgres is the tests' own (`tests/databases.py`), but it waits for the disk, as a campus's does: an outbox whose
commits are no promises would be compared to nothing. (Inside a run of the tests it stays theirs, and doesn't.)
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

SQLITE, POSTGRES = "sqlite", "postgres"
BOTH = (SQLITE, POSTGRES)


@dataclass(frozen=True)
class Places:
    """A folder for throw-away files, and databases."""

    folder: Path
    durable: bool

    @contextmanager
    def database(self, kind: str) -> Iterator[str]:
        """The address of a fresh migrated database of this kind."""
        from tests import databases  # loads psycopg: not for `grounds bench --help`

        if kind == SQLITE:
            yield databases.new_sqlite(self.folder)
            return
        with databases.new_postgres() as url:
            if self.durable:
                _wait_for_the_disk(url)
            yield url


@contextmanager
def a_run() -> Iterator[Places]:
    """Places until the end of the block. A server of the operator's own is left as it is."""
    from tests import databases

    with ExitStack() as leaving, tempfile.TemporaryDirectory(prefix="grounds-bench-") as folder:
        durable = databases.RUN_FOLDER not in os.environ
        if durable:
            databases.begin_run()
            leaving.callback(databases.end_run)
        yield Places(Path(folder), durable and databases.GIVEN_SERVER not in os.environ)


def _wait_for_the_disk(url: str) -> None:
    """Undo what the tests switch off."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in (b"fsync", b"synchronous_commit", b"full_page_writes"):
            connection.execute(b"ALTER SYSTEM SET " + setting + b" = on")
        connection.execute(b"SELECT pg_reload_conf()")
