"""The roster: which person a row of the office's list is, found by keyed hashes, never by a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, false, or_, select, update

from bot.domain.people import PersonId, Standing
from bot.ports import Invited
from storage import tables as t
from storage.keys import Keys
from storage.statements import insert_row, upsert


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

    def has(self, person: PersonId) -> bool:
        return (
            self._connection.execute(select(t.roster.c.person).where(t.roster.c.person == person)).first() is not None
        )

    def move(self, row_of: PersonId, to: PersonId) -> None:
        self._connection.execute(update(t.roster).where(t.roster.c.person == row_of).values(person=to))

    def invited(self, now: datetime) -> Sequence[Invited]:
        c, works = t.roster.c, t.invitation.c.ends_at > now
        rows = self._connection.execute(
            select(c.person, c.alum_id, c.email, c.source, works.label("works"))
            .select_from(t.roster.join(t.alum, t.alum.c.person == c.person))
            .outerjoin(t.invitation, t.invitation.c.person == c.person)
            .where(t.alum.c.standing == Standing.INVITED)
            .order_by(c.person)
        )
        return [Invited(PersonId(who), alum_id, email, source, bool(on)) for who, alum_id, email, source, on in rows]

    def was_told(self, person: PersonId, day: date) -> None:
        c = t.roster.c
        self._connection.execute(update(t.roster).where(c.person == person, c.notice.is_(None)).values(notice=day))

    def keep_away(self, alum_id: str, email: str, at: datetime) -> None:
        key, address = self._hash("alum_id", alum_id), self._hash("email", email)
        if key or address:
            insert_row(self._connection, t.objection, {"alum_id_hash": key, "email_hash": address, "at": at})

    def keep_person_away(self, person: PersonId, at: datetime) -> None:
        c = t.roster.c
        row = self._connection.execute(select(c.alum_id_hash, c.email_hash).where(c.person == person)).first()
        if row is not None and any(row):
            told = {"alum_id_hash": row.alum_id_hash, "email_hash": row.email_hash, "at": at}
            insert_row(self._connection, t.objection, told)

    def is_kept_away(self, alum_id: str, email: str) -> bool:
        """By either: who shares an address with somebody who objected is not written to there either."""
        key, address = self._hash("alum_id", alum_id), self._hash("email", email)
        c = t.objection.c
        same = or_(c.alum_id_hash == key if key else false(), c.email_hash == address if address else false())
        return self._connection.execute(select(c.id).where(same).limit(1)).first() is not None

    def _hash(self, purpose: str, text: str) -> str | None:
        return self._keys.fingerprint(purpose, text) if text else None
