"""What ours is compared to: Bolt as its own documentation has it, in a process of its own.

`acks` does nothing but acknowledge. `reads_and_writes` also looks up who sent the form and keeps what they wrote, one
read and one write in one transaction, in the way that was measured to be the fastest: one writer thread on SQLite with
the write-ahead log, as many threads as connections on Postgres.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    make_url,
    select,
)

from adapters.slack.render import FORM

ACKS, READS_AND_WRITES = "acks", "reads_and_writes"
CONNECTIONS = 8

_TABLES = MetaData()
_PERSON = Table("bare_person", _TABLES, Column("id", Integer, primary_key=True), Column("user", String(32), index=True))
_TEXT = Table("bare_text", _TABLES, Column("id", Integer, primary_key=True), Column("person", Integer),
              Column("text", Text))  # fmt: skip


def main(kind: str) -> None:
    """Serve until killed."""
    app = AsyncApp(
        token=os.environ["SLACK_BOT_TOKEN"],
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        client=AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        process_before_response=True,
    )
    if kind == ACKS:
        app.view(FORM)(_only_ack)
    else:
        app.view(FORM)(Keeper(os.environ["GROUNDS_DATABASE_URL"]).keep)
    asyncio.run(_serve(app))


async def _only_ack(ack: AsyncAck) -> None:
    await ack()


class Keeper:
    """One read and one write for each form."""

    def __init__(self, url: str) -> None:
        place = make_url(url)
        self._sqlite = place.get_backend_name() == "sqlite"
        self._engine = _sqlite(url) if self._sqlite else _postgres(url)
        self._threads = ThreadPoolExecutor(1 if self._sqlite else CONNECTIONS)
        _TABLES.create_all(self._engine)
        with self._engine.begin() as connection:
            connection.execute(insert(_PERSON), [{"user": user} for user in os.environ["BENCH_USERS"].split(",")])

    async def keep(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        values = body["view"]["state"]["values"]
        await asyncio.get_running_loop().run_in_executor(
            self._threads, self._keep, body["user"]["id"], json.dumps(values)
        )
        await ack()

    def _keep(self, user: str, text: str) -> None:
        with self._engine.begin() as connection:
            person = connection.execute(select(_PERSON.c.id).where(_PERSON.c.user == user)).scalar()
            connection.execute(insert(_TEXT).values(person=person, text=text))


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgres(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_size=CONNECTIONS, max_overflow=0)


async def _serve(app: AsyncApp) -> None:
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"event": "listening", "port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
