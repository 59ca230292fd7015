"""The roster: which person a row of the office's list is, found by keyed hashes, never by a name."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, false, or_, select, update

from bot.domain.people import PersonId
from storage import tables as t
from storage.keys import Keys
from storage.statements import upsert


class SqlRoster:
    """The office's rows. `keys` make the hashes."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def find(self, alum_id: str, email: str) -> PersonId | None:
        """By the office's own key; by e-mail only where one of the two rows has no such key, since two people may
        share an address but not a key."""
        key, address = self._hash("alum_id", alum_id), self._hash("email", email)
        c = t.roster.c
        same = or_(c.alum_id_hash == key if key else false(), c.email_hash == address if address else false())
        rows = self._connection.execute(select(c.person, c.alum_id_hash).where(same).order_by(c.person)).all()
        by_key = [PersonId(person) for person, its_key in rows if key and its_key == key]
        by_address = [PersonId(person) for person, its_key in rows if not (key and its_key)]
        return next(iter(by_key + by_address), None)

    def link(self, person: PersonId, alum_id: str, email: str, source: str, notice: date | None, at: datetime) -> None:
        """This person is the row with that key and e-mail. The fingerprint starts empty, so that the row counts as
        changed."""
        row = {
            "person": person,
            "alum_id": alum_id,
            "alum_id_hash": self._hash("alum_id", alum_id),
            "email": email,
            "email_hash": self._hash("email", email),
            "source": source,
            "notice": notice,
            "came_in": at,
            "fingerprint": "",
        }
        upsert(self._connection, t.roster, row)

    def fingerprint(self, person: PersonId) -> str:
        """Empty where nothing was imported."""
        c = t.roster.c
        return self._connection.execute(select(c.fingerprint).where(c.person == person)).scalar() or ""

    def set_fingerprint(self, person: PersonId, fingerprint: str) -> None:
        self._connection.execute(update(t.roster).where(t.roster.c.person == person).values(fingerprint=fingerprint))

    def _hash(self, purpose: str, text: str) -> str | None:
        return self._keys.fingerprint(purpose, text) if text else None
