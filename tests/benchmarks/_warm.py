"""A process that has loaded what `grounds run` loads, and forks one off for each start.

Reading the libraries is three quarters of a start, and changes nothing but time: whoever is to be killed hundreds of
times begins right after it. The rest of a start is what it always is, and may be killed like everything else.

    python -m tests.benchmarks._warm    # a line in: {"settings": {…}, "log": "…"}; a line out: the process's number
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

LOADED = (
    "adapters.clock", "adapters.delivery", "adapters.discord.app", "adapters.health", "adapters.http", "adapters.main",
    "adapters.slack.app", "adapters.threads", "adapters.turns", "psycopg", "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite", "storage.engine", "storage.keys", "storage.migrate",
)  # fmt: skip
"""What `adapters.main` loads late."""
READY_SECONDS = 60.0
DIE_WITH_PARENT = 1
"""Linux's PR_SET_PDEATHSIG."""


class Forked:
    """A process of somebody else's: seen by a handle of the kernel's, since its number may be another's later."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def has_ended(self, within: float = 0.0) -> bool:
        """Whether it has, or does within so many seconds."""
        return self._handle < 0 or bool(select.select([self._handle], [], [], within)[0])

    def signal(self, number: signal.Signals) -> None:
        """Nothing where it has ended."""
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """SIGKILL; it is dead when this returns."""
        self.signal(signal.SIGKILL)
        self.has_ended(READY_SECONDS)
        self.close()

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class Warm:
    """The one that forks, until closed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    @classmethod
    async def begin(cls) -> Warm:
        """Load everything; takes as long as a start."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.benchmarks._warm",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        warm = cls(process)
        await warm._line()
        return warm

    async def start(self, settings: Mapping[str, str], log: Path) -> Forked:
        """`grounds run` with these settings."""
        assert self._process.stdin is not None
        log.touch()  # noqa: ASYNC240 - so that it can be read before anybody writes to it
        async with self._turn:
            self._process.stdin.write(json.dumps({"settings": dict(settings), "log": str(log)}).encode() + b"\n")
            await self._process.stdin.drain()
            return Forked(int(await self._line()))

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _line(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(READY_SECONDS):
            return (await self._process.stdout.readline()).decode().strip()


def main() -> None:
    """Load, say so, and fork until nobody asks any more."""
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(asked)
        print(pid, flush=True)


def _become(asked: Mapping[str, Any]) -> None:
    """`grounds run`, as if it had been started by itself."""
    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)  # however the bench ends, nobody is left behind
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        for name in [name for name in os.environ if name.startswith(("GROUNDS_", "SLACK_", "DISCORD_"))]:
            del os.environ[name]
        os.environ.update(asked["settings"])
        from adapters.cli import grounds

        grounds(["run"], standalone_mode=True)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - it must end here, whatever it is, and not go on as the one that forks
        import traceback

        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
