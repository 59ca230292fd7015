"""A port of ours, held open: the public doors and the operator's figures each stand behind one."""

from __future__ import annotations

from typing import Any

from aiohttp import web


class Listening:
    """Serves `app` on `host:port` between `start` and `stop`. Port 0 takes any free one, and `port` says which after
    `start`. `finish_seconds`: how long `stop` waits for what is being answered. `how` is aiohttp's, of the server."""

    def __init__(self, host: str, port: int, app: web.Application, *, finish_seconds: float, **how: Any) -> None:
        self.host, self.port = host, port
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=finish_seconds, handle_signals=False, **how)

    async def start(self) -> None:
        """Open the port. Raises OSError for one that can't be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Let nobody else in, and let what is being answered be answered."""
        await self._runner.cleanup()
