"""What the child of `test_workroom.py` does: it finds these by their names."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator


def who(*given: object) -> tuple[int, int, tuple[object, ...]]:
    return os.getpid(), os.getppid(), given


def prints() -> str:
    print("a library that says something")
    return "done"


def counts(most: int) -> Generator[int, None, str]:
    yield from range(most)
    return "counted"


def breaks() -> None:
    raise LookupError("what somebody wrote")


def no_answer() -> object:
    return lambda: None


def dies(*given: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def sleeps(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"
