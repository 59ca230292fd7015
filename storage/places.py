"""Places: the Spaces that were admitted, the campus's rules, and what this database is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from bot.domain.campus import Campus, with_setting
from bot.domain.doorway import Doorway, DoorwayId
from bot.domain.people import Platform, Space
from storage import tables as t
from storage.statements import insert_if_new, upsert

_RULES = frozenset(field.name for field in fields(Campus))
_THE_MARK = 1


class SqlPlaces:
    """Spaces and rules."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def campus(self) -> Campus:
        c = t.setting.c
        rows = self._connection.execute(select(c.key, c.value).order_by(c.key))
        return _campus(tuple((key, value) for key, value in rows))

    def set_campus(self, key: str, value: str) -> None:
        """Raises Refusal as `with_setting` does."""
        with_setting(Campus(), key, value)
        upsert(self._connection, t.setting, {"key": key, "value": value})

    def spaces(self) -> Sequence[Space]:
        c = t.space.c
        rows = self._connection.execute(select(t.space).order_by(c.platform, c.realm, c.app))
        return [_space(row) for row in rows.mappings()]

    def space(self, platform: Platform, realm: str, app: str) -> Space | None:
        c = t.space.c
        found = select(t.space).where(c.platform == platform, c.realm == realm, c.app == app)
        row = self._connection.execute(found).mappings().first()
        return None if row is None else _space(row)

    def admit(self, space: Space) -> None:
        """Admitting one again changes what is told of it."""
        roles = {name: sorted(getattr(space, name)) for name in _ROLES}
        told = {name: getattr(space, name) for name in _AS_IT_STANDS}
        upsert(self._connection, t.space, told | roles)

    def doorway(self, doorway: DoorwayId) -> Doorway | None:
        return self._doorway(t.doorway.c.id == doorway)

    def doorway_at(self, platform: Platform, realm: str, channel: str) -> Doorway:
        c = t.doorway.c
        place = {"platform": platform, "realm": realm, "channel": channel}
        insert_if_new(self._connection, t.doorway, place | {"message": ""})
        found = self._doorway(c.platform == platform, c.realm == realm, c.channel == channel)
        assert found is not None, "it was just put there"
        return found

    def hang_doorway(self, doorway: DoorwayId, message: str) -> None:
        self._connection.execute(update(t.doorway).where(t.doorway.c.id == doorway).values(message=message))

    def _doorway(self, *which: ColumnElement[bool]) -> Doorway | None:
        row = self._connection.execute(select(t.doorway).where(*which)).mappings().first()
        return None if row is None else Doorway(**row)

    def mark(self) -> str:
        return self._connection.execute(select(t.mark.c.mark).where(t.mark.c.id == _THE_MARK)).scalar() or ""

    def set_mark(self, mark: str) -> None:
        upsert(self._connection, t.mark, {"id": _THE_MARK, "mark": mark})


@lru_cache(maxsize=32)
def _campus(rules: tuple[tuple[str, str], ...]) -> Campus:
    """The rules read from their text, once for each set of texts: reading a zone alone takes milliseconds, and every
    gesture asks. A rule that this version no longer has is left out, so that going back a version stays possible."""
    campus = Campus()
    for key, value in rules:
        campus = with_setting(campus, key, value) if key in _RULES else campus
    return campus


_AS_IT_STANDS = ("platform", "realm", "app", "name", "desk_channel", "everyone_is_student")
_ROLES = ("student_roles", "coordinator_roles", "export_roles", "settings_roles", "audit_roles")


def _space(row: RowMapping) -> Space:
    c = t.space.c
    roles: dict[str, Any] = {name: frozenset(row[c[name]]) for name in _ROLES}
    return Space(**{name: row[c[name]] for name in _AS_IT_STANDS}, **roles)
