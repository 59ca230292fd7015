"""What columns are made of: the types of ours, and how long each column's content is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from json import loads
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.errors import KeysError
from storage.keys import Keys


class Retention(StrEnum):
    """How long a column's content is kept. Every column declares one; a test fails the build otherwise."""

    FOREVER = "forever"
    """Keys, dates and closed words: facts with nobody's name in them, which the reports are made of."""
    WHILE_KNOWN = "while_known"
    """What we know of a person, until they are erased."""
    NOTES = "notes"
    """What somebody wrote: 90 days after the end of its intro (or ask), or until the writer is erased. A letter of
    kind `draft` goes sooner, after 7 days: drafts are letters, so that text has one home."""
    DELIVERY = "delivery"
    """How a message was sent and where its copies are: as long as the copies can still be taken back."""
    GESTURE = "gesture"
    """So that a gesture told twice by a platform is done once: a few days."""
    OPERATOR = "operator"
    """The operator's own settings, until they change them."""
    WORKING = "working"
    """What keeps several processes in step: names of processes and of turns, times, counts. Overwritten as they go."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in, the same moment out in UTC, on both databases (SQLite's own type forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


List = TypeVar("List", bound=StrEnum)


class Word(TypeDecorator[List]):
    """One word of a closed list: the enum's member in and out, its value in the database."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[List]) -> None:
        super().__init__(32)
        self.words = words

    def process_bind_param(self, value: List | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], List | None]:
        """Looked up, since each row has some: a KeyError is a word that is not on the list."""
        words: dict[str | None, List | None] = {word.value: word for word in self.words}
        return (words | {None: None}).__getitem__


_KEYS: WeakKeyDictionary[Dialect, Keys] = WeakKeyDictionary()


def seal_with(dialect: Dialect, keys: Keys) -> None:
    """Which keys a database's sealed columns use. The tables are one for all databases, the keys are each one's own,
    and a type is only ever told its dialect, of which every engine has its own."""
    _KEYS[dialect] = keys


class Sealed(TypeDecorator[str]):
    """Free text, an e-mail, a link: unreadable in the database. The only encrypted column type there is. Empty stays
    empty, so that absence costs nothing."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if not value else _keys_of(dialect).seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value if not value else _keys_of(dialect).unseal(value)


def _keys_of(dialect: Dialect) -> Keys:
    try:
        return _KEYS[dialect]
    except KeyError:
        raise KeysError("This database was opened without its keys.") from None


def read_json(told: str | bytes) -> Any:
    """What a JSON column holds. Of most lines it is nothing, and that needs no reading."""
    return {} if told in ("{}", b"{}") else loads(told)


Id = BigInteger().with_variant(Integer, "sqlite")
"""A table key (SQLite counts up only an INTEGER)."""


AnyType: TypeAlias = TypeEngine[Any] | type[TypeEngine[Any]]


def column(name: str, type_: AnyType, kept: Retention, *more: Any, **how: Any) -> Column[Any]:
    """A column that says how long its content is kept; never null unless it says so."""
    return Column(name, type_, *more, info={"retention": kept}, nullable=how.pop("nullable", False), **how)
