"""One transaction over everything, and one look at it: what `bot/ports/` calls UnitOfWork and Reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from storage.asks import SqlAsks, SqlAsksReading
from storage.audit import SqlAudit, SqlAuditReading
from storage.codes import SqlCodes
from storage.exports import SqlExports
from storage.gestures import SqlGestures
from storage.history import SqlHistory
from storage.intros import SqlIntros, SqlIntrosReading
from storage.keys import Keys
from storage.letters import SqlLetters, SqlLettersReading
from storage.outbox import SqlOutbox
from storage.people import SqlPeople, SqlPeopleReading
from storage.places import SqlPlaces
from storage.planned import SqlPlanned
from storage.queue import SqlQueue, SqlQueueReading
from storage.replicas import Changes, SqlLeases, SqlRuns
from storage.retention import SqlRetention
from storage.roster import SqlRoster
from storage.seldom import Kept, Seldom
from storage.steps import SqlSteps
from storage.wording import SqlImports, SqlImportsReading, SqlWording, SqlWordingReading


class _Open:
    """A connection with a transaction begun, until it is closed. Whatever was not committed by then is undone."""

    def __init__(self, engine: Engine) -> None:
        self._connection: Connection = engine.connect()
        try:
            self._transaction = self._connection.begin()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """The end of it; closing twice is no harm."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class SqlReading(_Open):
    """One consistent look. A write through it fails."""

    def __init__(self, engine: Engine, seldom: Seldom) -> None:
        super().__init__(engine)
        kept = Kept(self._connection, seldom=seldom)
        self.people = SqlPeopleReading(self._connection, kept)
        self.asks = SqlAsksReading(self._connection)
        self.intros = SqlIntrosReading(self._connection, kept)
        self.letters = SqlLettersReading(self._connection)
        self.places = SqlPlaces(self._connection, kept=kept)
        self.planned = SqlPlanned(self._connection)
        self.steps = SqlSteps(self._connection)
        self.outbox = SqlOutbox(self._connection, Changes(), self.people)
        self.revisions = kept.revisions
        self.history = SqlHistory(self._connection)
        self.queue = SqlQueueReading(self._connection)
        self.audit = SqlAuditReading(self._connection)
        self.wording = SqlWordingReading(self._connection, kept)
        self.imports = SqlImportsReading(self._connection)
        self.exports = SqlExports(self._connection)


class SqlUnitOfWork(_Open):
    """One transaction, open from the start. After `commit` it is over: it can't be read through by mistake."""

    def __init__(self, engine: Engine, keys: Keys, seldom: Seldom) -> None:
        super().__init__(engine)
        self._changes = Changes()
        kept = Kept(self._connection, self._changes, seldom)
        self.people = SqlPeople(self._connection, self._changes, kept)
        self.asks = SqlAsks(self._connection, kept)
        self.intros = SqlIntros(self._connection, kept)
        self.letters = SqlLetters(self._connection)
        self.steps = SqlSteps(self._connection)
        self.outbox = SqlOutbox(self._connection, self._changes, self.people)
        self.gestures = SqlGestures(self._connection)
        self.places = SqlPlaces(self._connection, self._changes, kept)
        self.planned = SqlPlanned(self._connection)
        self.roster = SqlRoster(self._connection, keys)
        self.codes = SqlCodes(self._connection, keys)
        self.audit = SqlAudit(self._connection)
        self.retention = SqlRetention(self._connection, self._changes, self.people)
        self.revisions = kept.revisions
        self.leases = SqlLeases(self._connection)
        self.runs = SqlRuns(self._connection)
        self.queue = SqlQueue(self._connection)
        self.wording = SqlWording(self._connection, self._changes, kept)
        self.imports = SqlImports(self._connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Told in SQL, alike on both databases: SQLAlchemy's own takes five times as long, for each gesture."""
        self._connection.exec_driver_sql("SAVEPOINT begun")
        try:
            yield
        except BaseException:
            self.people.forget()  # what was read of somebody in between was never so
            if not self._connection.invalidated:  # else the database is gone, with all that was begun: that is the news
                self._connection.exec_driver_sql("ROLLBACK TO SAVEPOINT begun")
                self._connection.exec_driver_sql("RELEASE SAVEPOINT begun")
            raise
        self._connection.exec_driver_sql("RELEASE SAVEPOINT begun")

    def commit(self) -> None:
        self._changes.tell(self._connection)
        self._transaction.commit()
        self.close()
