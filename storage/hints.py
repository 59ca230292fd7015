"""A hint from Postgres that somebody added lines: sooner than the next look, and never relied on.

One thread with a connection of its own, since LISTEN keeps one to itself. Where it can't listen (a pooler between us,
a database that is away) it tries again, and nothing is missed: each sweep looks anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine

from storage.replicas import CHANNEL

WAIT_SECONDS = 1.0
AGAIN_SECONDS = 5.0


class Hints:
    """Calls `heard` from its own thread whenever lines were added, until stopped."""

    def __init__(self, engine: Engine, heard: Callable[[], None]) -> None:
        self._engine, self._heard = engine, heard
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns at once; the thread follows within a second, and nobody needs to wait for it."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except (psycopg.Error, OSError):
                self._stopping.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        args, how = self._engine.dialect.create_connect_args(self._engine.url)
        connection: psycopg.Connection[Any] = psycopg.connect(*args, **how, autocommit=True)
        with connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=WAIT_SECONDS, stop_after=1):
                    self._heard()
