"""Letters: every text that somebody wrote, sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, RowMapping, Select, bindparam, delete, select

from bot.domain.intro import IntroId
from bot.domain.people import PersonId
from bot.ports import Letter, LetterKind
from storage import tables as t
from storage.statements import insert_row


class SqlLettersReading:
    """Letters as they are now."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, letter: int) -> Letter | None:
        return self._first(id=letter)

    def newest(
        self, kind: LetterKind, *, intro: IntroId | None = None, writer: PersonId | None = None, about: str = ""
    ) -> Letter | None:
        """Of those that fit all that is told; what is not told does not matter."""
        told = {"kind": kind, "intro": intro, "writer": writer, "about": about or None}
        return self._first(**{name: value for name, value in told.items() if value is not None})

    def of_intro(self, intro: IntroId) -> Sequence[Letter]:
        c = t.letter.c
        rows = self._connection.execute(select(t.letter).where(c.intro == intro).order_by(c.at, c.id)).mappings()
        return [_letter(row) for row in rows]

    def _first(self, **which: Any) -> Letter | None:
        row = self._connection.execute(_newest(tuple(which)), which).mappings().first()
        return None if row is None else _letter(row)


class SqlLetters(SqlLettersReading):
    """Letters, written and dropped."""

    def add(
        self, kind: LetterKind, writer: PersonId, text: str, now: datetime, *, intro: IntroId | None = None,
        about: str = "",
    ) -> Letter:  # fmt: skip
        values = {"kind": kind, "writer": writer, "text": text, "at": now, "intro": intro, "about": about}
        letter = insert_row(self._connection, t.letter, values)
        return Letter(letter, kind, writer, text, now, intro, about)

    def forget(self, letter: int) -> None:
        """This one."""
        self._connection.execute(delete(t.letter).where(t.letter.c.id == letter))

    def drop(self, kind: LetterKind, *, writer: PersonId, about: str = "") -> None:
        """All of this kind by this writer (about this form, if told)."""
        which = {"kind": kind, "writer": writer} | ({"about": about} if about else {})
        self._connection.execute(_gone(tuple(which)), which)


@cache
def _newest(names: tuple[str, ...]) -> Select[Any]:
    c = t.letter.c
    return select(t.letter).where(*(c[name] == bindparam(name) for name in names)).order_by(
        c.at.desc(), c.id.desc()
    ).limit(1)  # fmt: skip


@cache
def _gone(names: tuple[str, ...]) -> Delete:
    return delete(t.letter).where(*(t.letter.c[name] == bindparam(name) for name in names))


def _letter(row: RowMapping) -> Letter:
    c = t.letter.c
    return Letter(row[c.id], row[c.kind], PersonId(row[c.writer]), row[c.text], row[c.at], row[c.intro], row[c.about])
