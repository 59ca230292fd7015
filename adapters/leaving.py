"""The end of the process, whatever hangs.

A thread that waits for a database which never answers can't be ended, and an interpreter waits for its threads. So a
process that was told to stop leaves without them: when all the rest has ended, and at the latest when the time that it
has for ending is over. What was left in such a transaction is as after a kill: nothing is lost, and its leases end. A
fault ends a process in the same way, only that it is told first: whoever started it hears what was wrong.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import structlog

log = structlog.get_logger("grounds.main")

LATEST_SECONDS = 22.0
"""Whoever stops a service kills it after 25 or 30."""
JOIN_SECONDS = 0.5
TOLD_SECONDS = 2.0
"""How long a fault has to be told in, where a thread would keep the process from ending."""
HUNG = 1
"""What such a process ends with."""


class Leaving:
    """Begun once we are to end; may be begun again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        """From now on the time runs."""
        if self._timer is None:
            self._timer = threading.Timer(self._seconds, self._at_last)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """Everything has ended in time, as far as it can."""
        if self._timer is not None:
            self._timer.cancel()

    def _at_last(self) -> None:
        log.error("stopped_by_force", seconds=self._seconds, count=len(waiting()))
        _leave()


@contextmanager
def in_time(seconds: float = LATEST_SECONDS) -> Iterator[Leaving]:
    """A block that ends, once we are told to stop, within so many seconds; and leaves no thread behind."""
    leaving = Leaving(seconds)
    try:
        yield leaving
    except BaseException:
        if waiting():
            Leaving(TOLD_SECONDS).begin()
        raise
    finally:
        leaving.end()
    if left := waiting():
        log.warning("stopped_without", count=len(left))
        _leave()


def waiting() -> list[threading.Thread]:
    """Threads that an interpreter would wait for, after a moment in which those with nothing to do end."""
    found = [one for one in threading.enumerate() if not one.daemon and one is not threading.main_thread()]
    for thread in found:
        if thread is not threading.current_thread():
            thread.join(JOIN_SECONDS / len(found))
    return [thread for thread in found if thread.is_alive()]


def _leave() -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(HUNG)
