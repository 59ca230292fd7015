"""The office's own list of alumni, and the codes that let them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.people import Handle, PersonId


@dataclass(frozen=True)
class Invited:
    """A row of the office's whose person hasn't joined. `has_code`: one that still works."""

    person: PersonId
    alum_id: str
    email: str
    source: str
    has_code: bool


class Roster(Protocol):
    """The office's own rows, found by its own key or by a keyed hash of an e-mail."""

    def find(self, alum_id: str, email: str) -> PersonId | None: ...

    def link(
        self, person: PersonId, alum_id: str, email: str, source: str, notice: date | None, at: datetime
    ) -> None: ...

    def fingerprint(self, person: PersonId) -> str:
        """Of the row as imported last: the same row again changes nothing."""

    def set_fingerprint(self, person: PersonId, fingerprint: str) -> None: ...

    def has(self, person: PersonId) -> bool:
        """Whether this person is a row of the office's. For somebody with an account only a code makes them one."""

    def move(self, row_of: PersonId, to: PersonId) -> None:
        """The row is another person's from now on, who has none yet."""

    def invited(self, now: datetime) -> Sequence[Invited]:
        """Everybody who is invited and hasn't joined, in the order in which they came in."""

    def was_told(self, person: PersonId, day: date) -> None:
        """They have had notice of where their data came from; an earlier day stands."""

    def keep_away(self, alum_id: str, email: str, at: datetime) -> None:
        """Somebody objected: a row with this key or e-mail never comes in again."""

    def keep_person_away(self, person: PersonId, at: datetime) -> None:
        """The same of a person, by their row; nothing for somebody who has none."""

    def is_kept_away(self, alum_id: str, email: str) -> bool: ...


class Codes(Protocol):
    """The one-time codes of those who are invited; nothing of one is kept that could be read."""

    def give(self, person: PersonId, ends_at: datetime) -> str:
        """A new code, told this once; an earlier one ends."""

    def owner(self, code: str) -> PersonId | None:
        """Whose code it is, whether it still works or not."""

    def take(self, code: str, now: datetime) -> PersonId | None:
        """Use it up: whose it was. Of two who try at once, one gets it."""

    def end(self, person: PersonId) -> None:
        """No code lets anybody in as this person any more."""

    def wrong_tries(self, account: Handle, since: datetime) -> int:
        """How many codes from this account did not fit since then."""

    def note_wrong_try(self, account: Handle, at: datetime) -> None: ...
