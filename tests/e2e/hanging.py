"""A line to Postgres that can be made to carry nothing, as when a database hangs: no error, no end, no answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

SOCKET = ".s.PGSQL.5432"


class Wire:
    """Hands on in both directions, except while it hangs. `url` is the database's address through it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open = asyncio.Event()
        self._open.set()
        self._carrying: set[asyncio.Task[None]] = set()

    def hang(self) -> None:
        """From now on nothing passes; who connects is accepted and hears nothing."""
        self._open.clear()

    def go_on(self) -> None:
        """Whatever was said meanwhile passes now."""
        self._open.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65536):
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()
        writer.close()

    def keep(self, *tasks: asyncio.Task[None]) -> None:
        self._carrying.update(tasks)
        for task in tasks:
            task.add_done_callback(self._carrying.discard)

    async def close(self) -> None:
        for task in tuple(self._carrying):
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)


@asynccontextmanager
async def a_wire(url: str, folder: Path) -> AsyncIterator[Wire]:
    """A wire to this database, until the end of the block; its socket is in `folder`."""
    place = make_url(url)
    there = place.query.get("host") or place.host
    wire = Wire(place.set(host=None, port=None, query={"host": str(folder)}).render_as_string(hide_password=False))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if str(there).startswith("/"):
            on, back = await asyncio.open_unix_connection(f"{there}/{SOCKET}")
        else:
            on, back = await asyncio.open_connection(str(there), place.port or 5432)
        with suppress(ConnectionError):
            wire.keep(
                asyncio.create_task(wire.carry(reader, back)),
                asyncio.create_task(wire.carry(on, writer)),
            )

    server = await asyncio.start_unix_server(connected, folder / SOCKET)
    try:
        yield wire
    finally:
        server.close()
        await wire.close()
