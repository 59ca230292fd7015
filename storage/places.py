"""Places: the Spaces that were admitted, the campus's rules, and what this database is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from bot.domain.campus import Campus, with_setting
from bot.domain.doorway import Doorway, DoorwayId
from bot.domain.people import Platform, Space
from bot.domain.refusals import Refusal
from storage import tables as t
from storage.replicas import Changes
from storage.seldom import Kept
from storage.statements import insert_if_new, upsert

_THE_MARK = 1
_TOLD_RULES = select(t.setting.c.key, t.setting.c.value).order_by(t.setting.c.key)
_SPACES = select(t.space).order_by(t.space.c.platform, t.space.c.realm, t.space.c.app)


class SqlPlaces:
    """Spaces and rules."""

    def __init__(self, connection: Connection, changes: Changes | None = None, kept: Kept | None = None) -> None:
        self._connection = connection
        self._changes = changes or Changes()
        self._kept = kept or Kept(connection, self._changes)

    def campus(self) -> Campus:
        return self._kept.rules("campus", self._read_campus)

    def _read_campus(self) -> Campus:
        rows = self._connection.execute(_TOLD_RULES)
        return _campus(tuple((key, value) for key, value in rows))

    def set_campus(self, key: str, value: str) -> None:
        """Raises Refusal as `with_setting` does."""
        with_setting(Campus(), key, value)
        self._changes.rules = True
        upsert(self._connection, t.setting, {"key": key, "value": value})

    def spaces(self) -> Sequence[Space]:
        return self._kept.rules("spaces", self._read_spaces)

    def _read_spaces(self) -> Sequence[Space]:
        rows = self._connection.execute(_SPACES)
        return tuple(_space(row) for row in rows.mappings())

    def space(self, platform: Platform, realm: str, app: str) -> Space | None:
        which = (platform, realm, app)
        return next((space for space in self.spaces() if (space.platform, space.realm, space.app) == which), None)

    def admit(self, space: Space) -> None:
        """Admitting one again changes what is told of it."""
        roles = {name: sorted(getattr(space, name)) for name in _ROLES}
        told = {name: getattr(space, name) for name in _AS_IT_STANDS}
        self._changes.rules = True
        upsert(self._connection, t.space, told | roles)

    def doorway(self, doorway: DoorwayId) -> Doorway | None:
        return self._doorway(t.doorway.c.id == doorway)

    def doorways(self, platform: Platform) -> Sequence[Doorway]:
        """Those that hang, the newest first."""
        c = t.doorway.c
        hanging = select(t.doorway).where(c.platform == platform, c.message != "").order_by(c.id.desc())
        return [Doorway(**row) for row in self._connection.execute(hanging).mappings()]

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
    gesture asks. A rule that this version doesn't have, or not with this value, is left out, so that going back a
    version stays possible."""
    campus = Campus()
    for key, value in rules:
        with suppress(Refusal):
            campus = with_setting(campus, key, value)
    return campus


_AS_IT_STANDS = ("platform", "realm", "app", "name", "desk_channel", "everyone_is_student")
_ROLES = ("student_roles", "coordinator_roles", "export_roles", "settings_roles", "audit_roles")


def _space(row: RowMapping) -> Space:
    c = t.space.c
    roles: dict[str, Any] = {name: frozenset(row[c[name]]) for name in _ROLES}
    return Space(**{name: row[c[name]] for name in _AS_IT_STANDS}, **roles)
