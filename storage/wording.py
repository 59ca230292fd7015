"""The campus's own wording, and lists of alumni on their way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, func, select, update

from bot.domain.people import PersonId, Standing
from bot.ports import RosterImport, Version
from storage import tables as t
from storage.replicas import Changes
from storage.seldom import Kept
from storage.statements import insert_row, new_token

_VERSION = tuple(field.name for field in fields(Version))
_IMPORT = tuple(field.name for field in fields(RosterImport) if field.name not in ("by", "errors", "notes"))


class SqlWordingReading:
    """The sentences that a campus says its own way."""

    def __init__(self, connection: Connection, kept: Kept) -> None:
        self._connection = connection
        self._kept = kept

    def live(self) -> Mapping[tuple[str, str], str]:
        return self._kept.rules("wording", self._read)

    def _read(self) -> Mapping[tuple[str, str], str]:
        return {(one.language, one.key): one.text for one in reversed(self._live())}

    def live_versions(self) -> Sequence[Version]:
        first: dict[tuple[str, str], Version] = {}
        for one in self._live():
            first.setdefault((one.language, one.key), one)
        return list(first.values())

    def by_token(self, token: str) -> Version | None:
        row = self._connection.execute(select(t.wording).where(t.wording.c.token == token)).mappings().first()
        return None if row is None else _version(row)

    def _live(self) -> list[Version]:
        """The newest first."""
        c = t.wording.c
        those = select(t.wording).where(c.live_at.is_not(None), c.ended_at.is_(None))
        rows = self._connection.execute(those.order_by(c.live_at.desc(), c.id.desc())).mappings()
        return [_version(row) for row in rows]


class SqlWording(SqlWordingReading):
    """Versions are added and ended, never changed."""

    def __init__(self, connection: Connection, changes: Changes, kept: Kept) -> None:
        super().__init__(connection, kept)
        self._changes = changes

    def propose(self, key: str, language: str, text: str, who: str, at: datetime) -> Version:
        token = new_token()
        told = {"token": token, "key": key, "language": language, "text": text, "at": at, "who": who}
        return Version(insert_row(self._connection, t.wording, told), token, key, language, text, at)

    def go_live(self, version: int, at: datetime) -> None:
        self._changes.rules = True
        self._connection.execute(update(t.wording).where(t.wording.c.id == version).values(live_at=at))

    def end(self, version: int, at: datetime) -> None:
        self._changes.rules = True
        self._connection.execute(update(t.wording).where(t.wording.c.id == version).values(ended_at=at))


class SqlImportsReading:
    """Lists of alumni that were handed over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, roster: int) -> RosterImport:
        found = self._those(select(t.roster_import).where(t.roster_import.c.id == roster))
        if not found:
            raise LookupError(f"import {roster}")
        return found[0]

    def by_token(self, token: str) -> RosterImport | None:
        found = self._those(select(t.roster_import).where(t.roster_import.c.token == token))
        return found[0] if found else None

    def without_letter(self, now: datetime) -> int:
        works = exists().where(t.invitation.c.person == t.roster.c.person, t.invitation.c.ends_at > now)
        invited = exists().where(t.alum.c.person == t.roster.c.person, t.alum.c.standing == Standing.INVITED)
        those = select(func.count()).select_from(t.roster).where(invited, ~works)
        return self._connection.execute(those).scalar_one()

    def _those(self, which: Select[Any]) -> list[RosterImport]:
        return [_import(row) for row in self._connection.execute(which).mappings()]


class SqlImports(SqlImportsReading):
    """The same, and how far each has come."""

    def add(
        self, by: PersonId, source: str, notice: date | None, letter: int, lines: int, at: datetime
    ) -> RosterImport:
        new = RosterImport(0, new_token(), at, by, source, notice, letter, lines)
        return self.get(insert_row(self._connection, t.roster_import, _told(new)))

    def save(self, roster: RosterImport) -> None:
        self._connection.execute(update(t.roster_import).where(t.roster_import.c.id == roster.id).values(_told(roster)))

    def with_errors(self, since: datetime) -> Sequence[RosterImport]:
        c = t.roster_import.c
        return self._those(select(t.roster_import).where(c.at >= since, c.stage == "done", c.bad_rows > 0))


def _version(row: RowMapping) -> Version:
    return Version(**{name: row[t.wording.c[name]] for name in _VERSION})


def _told(roster: RosterImport) -> dict[str, Any]:
    told = {name: value for name, value in asdict(roster).items() if name not in ("id", "by")}
    return told | {"by_person": roster.by, "errors": list(roster.errors), "notes": list(roster.notes)}


def _import(row: RowMapping) -> RosterImport:
    c = t.roster_import.c
    return RosterImport(
        **{name: row[c[name]] for name in _IMPORT},
        by=PersonId(row[c.by_person]),
        errors=tuple(row[c.errors]),
        notes=tuple(row[c.notes]),
    )
