"""Opening a store: how the two databases are spoken to.

SQLite has one connection that writes and a few that only read. A transaction that writes says so when it begins (BEGIN
IMMEDIATE): one that began as a reader and then writes gets "database is locked" at once, whatever the timeout. A reader
has the state of its first read until it ends and never waits. `synchronous=FULL` because an accepted request must
survive a power cut. A process that commits many times a second may wait for the disk once for several of them
(`commit_together`): then a commit is a promise only after `make_durable`, and whoever answers for it waits for that.
Postgres does the same by itself for those who commit at one time. There a transaction is READ COMMITTED behind row
locks on people, and a look is one snapshot.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from storage import version
from storage.columns import read_json, seal_with
from storage.errors import NotMigrated, StoreError, Unreachable
from storage.hints import Hints
from storage.keys import Keys, keys_beside
from storage.seldom import Seldom
from storage.unit_of_work import SqlReading, SqlUnitOfWork

_SYNC = getattr(os, "fdatasync", os.fsync)
"""As SQLite itself does it."""
BUSY_MS = 10_000
"""How long SQLite waits for another process (a short guest: `grounds import`) to end its transaction."""
SQLITE_READERS = 4
Opened = TypeVar("Opened")
SOON = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip
"""A Postgres that has gone away without a word is noticed within seconds (of seconds, and milliseconds the last)."""
IDLE_MS = 8_000
"""A process that was stopped in the middle of a transaction holds its locks; after this long without a word Postgres
takes them from it. Below the lease of a turn, so that another can take that over in time. Who only reads locks nothing,
and may count for longer between two reads."""
_PRAGMAS = (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class Store:
    """An open database: `begin` a unit of work, or `read`. Safe to use from several threads."""

    def __init__(self, writing: Engine, reading: Engine, keys: Keys) -> None:
        self._writing, self._reading, self._keys = writing, reading, keys
        self._seldom = Seldom()
        self._log: int | None = None
        self.is_sqlite = writing.dialect.name == "sqlite"

    def begin(self) -> SqlUnitOfWork:
        """A transaction, begun. On SQLite one at a time: a second waits. Raises Unreachable."""
        return _reached(lambda: SqlUnitOfWork(self._writing, self._keys, self._seldom))

    def read(self) -> SqlReading:
        """A look, begun. Raises Unreachable."""
        return _reached(lambda: SqlReading(self._reading, self._seldom))

    def hints(self, heard: Callable[[], None]) -> Hints | None:
        """Calls `heard`, from a thread, when another process added lines. None on SQLite, where there is no other."""
        return None if self.is_sqlite else Hints(self._writing, heard)

    def connect(self) -> Connection:
        """A bare connection that writes, for migrations alone. Raises Unreachable."""
        return _reached(self._writing.connect)

    def commit_together(self) -> bool:
        """From now on nothing is promised by a commit alone, but by `make_durable`; whether it is so (on Postgres
        nothing changes)."""
        if self.is_sqlite and self._log is None:
            connection = self._writing.raw_connection()  # this one stays; one made anew would wait for the disk again
            try:
                cursor = connection.cursor()
                cursor.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # whoever looks first makes the log
                self._log = os.open(f"{self._writing.url.database}-wal", os.O_RDWR)
                cursor.execute("PRAGMA synchronous=NORMAL")
                cursor.close()
            finally:
                connection.close()
        return self._log is not None

    def make_durable(self) -> None:
        """Wait until everything that was committed before survives a power cut. Raises OSError."""
        if self._log is not None:
            _SYNC(self._log)

    def upgrade(self) -> None:
        """Bring the tables to this version."""
        from storage import migrate

        migrate.upgrade(self)

    def is_current(self) -> bool:
        """Whether the tables are those of this version, neither older nor newer."""
        with self.connect() as connection:
            return version.current(connection) == version.newest()

    def require_current(self) -> None:
        """Raises NotMigrated, Unreachable."""
        if not self.is_current():
            raise NotMigrated("The database is not at this version: run `grounds db upgrade`, then start again.")

    def close(self) -> None:
        """Let go of every connection. On SQLite the write-ahead log is folded into the file."""
        self._reading.dispose()
        self._writing.dispose()
        if self._log is not None:
            os.close(self._log)
            self._log = None


def open_store(url: str, keys: Keys | None = None, *, connections: int = 12, idle_ms: int = IDLE_MS) -> Store:
    """The store at `sqlite:///file.db` or `postgresql://…`, opened but not yet looked into.

    `keys` may be left out for SQLite only: they stand in a file beside it, made at the first start. `connections` is
    how many Postgres may be given; `idle_ms`, how long one may be silent in a transaction (0: as it likes). Raises
    StoreError.
    """
    try:
        place = make_url(url)
    except ArgumentError:
        raise StoreError("The database's address must look like sqlite:///file.db or postgresql://….") from None
    match place.get_backend_name():
        case "sqlite":
            return _open_sqlite(place, keys)
        case "postgresql" | "postgres":
            return _open_postgres(place, keys, connections, idle_ms)
        case other:
            raise StoreError(f"The database must be SQLite or Postgres, not {other!r}.")


def _open_sqlite(place: URL, keys: Keys | None) -> Store:
    if not place.database or place.database == ":memory:":
        raise StoreError("SQLite must be a file: one connection writes to it, and others read it meanwhile.")
    path = Path(place.database)
    keys = keys or keys_beside(path)
    _for_us_alone(path)
    writing = _sqlite_engine(place, "BEGIN IMMEDIATE", _PRAGMAS, pool_size=1)
    reading = _sqlite_engine(place, "BEGIN DEFERRED", (*_PRAGMAS, "query_only=ON"), pool_size=SQLITE_READERS)
    return _store(writing, reading, keys)


def _for_us_alone(path: Path) -> None:
    """Mode 0600 from the first byte. SQLite gives its -wal and -shm files the mode of the database."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            if file.exists():
                file.chmod(0o600)
    except OSError as error:
        raise Unreachable(f"The database {path} can't be opened: {error.strerror}.") from None


def _sqlite_engine(place: URL, begin: str, pragmas: tuple[str, ...], *, pool_size: int) -> Engine:
    engine = create_engine(
        place.set(drivername="sqlite"), pool_size=pool_size, max_overflow=0, json_deserializer=read_json,
        connect_args={"check_same_thread": False},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin_as_told(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _open_postgres(place: URL, keys: Keys | None, connections: int, idle_ms: int) -> Store:
    if keys is None:
        raise StoreError("With Postgres the keys must be given, in GROUNDS_KEYS.")
    # Nothing prepared: a plan made while a table was empty would serve a whole import, and PgBouncer may not carry it.
    engine = create_engine(
        place.set(drivername="postgresql+psycopg"), pool_size=connections, max_overflow=0, pool_pre_ping=True,
        isolation_level="READ COMMITTED", json_deserializer=read_json,
        connect_args={"prepare_threshold": None} | SOON,
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def let_go_of_the_stopped(connection: Any, record: object) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = {idle_ms}")
        connection.commit()

    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _store(engine, snapshot, keys)


def _store(writing: Engine, reading: Engine, keys: Keys) -> Store:
    for engine in (writing, reading):
        seal_with(engine.dialect, keys)
    return Store(writing, reading, keys)


def _reached(go: Callable[[], Opened]) -> Opened:
    try:
        return go()
    except DatabaseError as error:
        raise Unreachable(_one_line(error)) from error


def _one_line(error: DatabaseError) -> str:
    said = " ".join(str(error.orig).split())
    return f"The database can't be reached: {said}"
