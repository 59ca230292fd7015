"""One-time codes of those who are invited: only a keyed hash is kept, so that a copy of the database lets nobody in.

A code is found by its hash, which needs the key: how long the search takes tells nothing about how near a guess was.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.domain.codes import ALPHABET, LENGTH
from bot.domain.people import Handle, PersonId
from storage import tables as t
from storage.keys import Keys
from storage.statements import insert_row, upsert


class SqlCodes:
    """Codes, and the tries that did not fit. `keys` make the hashes."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def give(self, person: PersonId, ends_at: datetime) -> str:
        """A new code, told this once; an earlier one ends."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        upsert(self._connection, t.invitation, {"person": person, "code_hash": self._hash(code), "ends_at": ends_at})
        return code

    def owner(self, code: str) -> PersonId | None:
        """Whose code it is, whether it still works or not."""
        found = select(t.invitation.c.person).where(t.invitation.c.code_hash == self._hash(code))
        person: int | None = self._connection.execute(found).scalar()
        return None if person is None else PersonId(person)

    def take(self, code: str, now: datetime) -> PersonId | None:
        """Use it up: whose it was. Of two who try at once, one gets it."""
        c = t.invitation.c
        taken = delete(t.invitation).where(c.code_hash == self._hash(code), c.ends_at > now).returning(c.person)
        person: int | None = self._connection.execute(taken).scalar()
        return None if person is None else PersonId(person)

    def end(self, person: PersonId) -> None:
        """No code lets anybody in as this person any more."""
        self._connection.execute(delete(t.invitation).where(t.invitation.c.person == person))

    def wrong_tries(self, account: Handle, since: datetime) -> int:
        c = t.code_try.c
        tries = select(func.count()).select_from(t.code_try)
        return self._connection.execute(
            tries.where(c.account_hash == self._account(account), c.at > since)
        ).scalar_one()

    def note_wrong_try(self, account: Handle, at: datetime) -> None:
        insert_row(self._connection, t.code_try, {"account_hash": self._account(account), "at": at})

    def _hash(self, code: str) -> str:
        return self._keys.fingerprint("code", code)

    def _account(self, account: Handle) -> str:
        return self._keys.fingerprint("account", f"{account.platform}/{account.realm}/{account.user_id}")
