"""One bot at a time on an SQLite file.

The lock is the kernel's, on a file beside the database: it ends with the process that holds it, however that ends, so
that a killed bot never keeps the next one out.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another `grounds run` holds this database."""


@contextmanager
def held(database: Path | None) -> Iterator[None]:
    """Hold the lock of an SQLite file; with None (Postgres, where several are welcome) there is nothing to hold.

    Raises AlreadyRunning.
    """
    if database is None:
        yield
        return
    path = database.with_name(database.name + ".lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, database)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)  # the file stays: removing it would let two processes lock two files of one name


def _take(handle: int, database: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(handle, 32).decode("ascii", "replace").strip()
        who = f" (process {holder})" if holder.isdigit() else ""
        raise AlreadyRunning(f"Another `grounds run`{who} is using {database.name}.") from None
