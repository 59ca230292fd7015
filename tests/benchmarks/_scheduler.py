"""APScheduler 3.11 with its own SQLAlchemy job store doing the same work: what ours is compared to.

As kind to it as its own documentation allows: no grace limit (with the default of a second it drops what comes late,
which is nearly everything), all jobs written before it starts, a coroutine that returns at once. On SQLite its file has
the journal that ours has.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine, create_engine, event, make_url

from tests.benchmarks._figures import LoopWatch

_RAN: list[float] = []


async def _job() -> None:
    _RAN.append(time.perf_counter())


async def date_jobs(url: str, many: int) -> dict[str, float]:
    """Run so many date jobs that are due at once: rows a second, and the longest block of the loop."""
    _RAN.clear()
    engine = _engine(url)
    store = SQLAlchemyJobStore(engine=engine)
    _write_jobs(store, many)
    scheduler = AsyncIOScheduler(jobstores={"default": store}, timezone=UTC)
    async with LoopWatch() as watch:
        began = time.perf_counter()
        scheduler.start()
        while len(_RAN) < many:  # noqa: ASYNC110 - it tells nobody when it is done
            await asyncio.sleep(0.01)
        took = _RAN[-1] - began
        await asyncio.sleep(0.05)
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0)
    engine.dispose()
    return {"rows_per_s": round(many / took, 1), "loop_block_ms": round(watch.longest_ms, 1)}


def _write_jobs(store: SQLAlchemyJobStore, many: int) -> None:
    """The rows that it would write itself, in one transaction: writing them is not what is measured."""
    writer = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone=UTC)
    writer.start(paused=True)
    due = datetime.now(UTC) - timedelta(minutes=1)
    jobs = [
        writer.add_job(_job, "date", run_date=due, id=f"job-{number}", misfire_grace_time=None)
        for number in range(many)
    ]
    rows = [
        {"id": job.id, "next_run_time": due.timestamp(), "job_state": pickle.dumps(job.__getstate__())} for job in jobs
    ]
    writer.shutdown(wait=False)
    store.jobs_t.create(store.engine, checkfirst=True)
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)


def _engine(url: str) -> Engine:
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        return create_engine(place.set(drivername="postgresql+psycopg"))
    engine = create_engine(place)

    @event.listens_for(engine, "connect")
    def as_ours(connection: Any, record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine
