"""Asks, who was offered for them, and their texts (which stand apart, as letters do)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, insert, select, update

from bot.domain.asks import Ask, AskId
from bot.domain.people import PersonId
from bot.ports import Shown
from storage import tables as t
from storage.seldom import Kept
from storage.statements import insert_row, new_token, upsert

_ASKS = select(t.ask, t.ask_text).select_from(t.ask.outerjoin(t.ask_text))


def _newest(which: ColumnElement[bool]) -> Select[Any]:
    return _ASKS.where(which).order_by(t.ask.c.created_at.desc(), t.ask.c.id.desc()).limit(1)


_BY_ID, _BY_TOKEN = _newest(t.ask.c.id == bindparam("which")), _newest(t.ask.c.token == bindparam("which"))
_NEWEST_OF = _newest(t.ask.c.student == bindparam("which"))
_STUDENT = select(t.ask.c.student).where(t.ask.c.id == bindparam("which"))
_SHOWN_FOR = select(t.shown).where(t.shown.c.ask == bindparam("which")).order_by(t.shown.c.id)
_SHOWN_BY_TOKEN = select(t.shown).where(t.shown.c.token == bindparam("which"))
_SHOWN_SINCE = (
    select(t.shown.c.alum).where(t.shown.c.student == bindparam("of"), t.shown.c.at >= bindparam("since")).distinct()
)
_NEW_TEXT, _NEW_SHOWN = insert(t.ask_text), insert(t.shown)


class SqlAsksReading:
    """Asks as they are now. The texts of an ask are empty once they are forgotten."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: dict[AskId, PersonId] = {}
        """Whose asks were added in this transaction for which nobody has been shown yet."""

    def get(self, ask: AskId) -> Ask:
        """Raises LookupError."""
        found = self._first(_BY_ID, ask)
        if found is None:
            raise LookupError(f"ask {ask}")
        return found

    def by_token(self, token: str) -> Ask | None:
        return self._first(_BY_TOKEN, token)

    def newest_of(self, student: PersonId) -> Ask | None:
        return self._first(_NEWEST_OF, student)

    def shown_for(self, ask: AskId) -> Sequence[Shown]:
        if ask in self._new:
            return ()
        rows = self._connection.execute(_SHOWN_FOR, {"which": ask})
        return [_shown(row) for row in rows.mappings()]

    def shown_by_token(self, token: str) -> Shown | None:
        row = self._connection.execute(_SHOWN_BY_TOKEN, {"which": token}).mappings().first()
        return None if row is None else _shown(row)

    def waiting(self, since: datetime) -> Sequence[Ask]:
        which = and_(t.ask.c.tell_when, t.ask.c.created_at >= since)
        rows = self._connection.execute(_ASKS.where(which).order_by(t.ask.c.created_at, t.ask.c.id))
        return [_ask(row) for row in rows.mappings()]

    def shown_since(self, student: PersonId, since: datetime) -> frozenset[PersonId]:
        rows = self._connection.execute(_SHOWN_SINCE, {"of": student, "since": since})
        return frozenset(PersonId(alum) for alum in rows.scalars())

    def _first(self, asked: Select[Any], which: AskId | PersonId | str) -> Ask | None:
        row = self._connection.execute(asked, {"which": which}).mappings().first()
        return None if row is None else _ask(row)


class SqlAsks(SqlAsksReading):
    """Asks, and what changes about them."""

    def __init__(self, connection: Connection, kept: Kept) -> None:
        super().__init__(connection)
        self._kept = kept

    def add(
        self, student: PersonId, wonder: str, question: str, about: str, now: datetime, *, advised: bool, unsure: bool
    ) -> Ask:
        token = new_token()
        values: dict[str, Any] = {
            "student": student,
            "token": token,
            "created_at": now,
            "advised": advised,
            "unsure": unsure,
        }
        values |= {"next_choices": [], "closed": False, "tell_when": False}
        ask = AskId(insert_row(self._connection, t.ask, values))
        added = Ask(ask, student, token, wonder, question, about, now, advised, unsure)
        self._connection.execute(_NEW_TEXT, {"ask": ask, **_texts(added)})
        self._new[ask] = student
        return added

    def save(self, ask: Ask) -> None:
        facts = {"advised": ask.advised, "unsure": ask.unsure, "closed": ask.closed, "tell_when": ask.tell_when}
        changed = update(t.ask).where(t.ask.c.id == ask.id).values(**facts, next_choices=list(ask.next_choices))
        self._connection.execute(changed)
        if ask.wonder or ask.question or ask.about:
            upsert(self._connection, t.ask_text, {"ask": ask.id, **_texts(ask)})

    def show(self, ask: AskId, alumni: Sequence[PersonId], now: datetime, *, by_desk: bool = False) -> Sequence[Shown]:
        """In the order of `alumni`. Who was offered before keeps their token, and gets today's date: they are being
        seen again."""
        by_alum = {shown.alum: shown for shown in self.shown_for(ask)}
        if again := by_alum.keys() & set(alumni):
            seen = update(t.shown).where(t.shown.c.ask == ask, t.shown.c.alum.in_(sorted(again)))
            self._connection.execute(seen.values(at=now, **({"by_desk": True} if by_desk else {})))
        new = [Shown(ask, alum, new_token(), now, by_desk) for alum in dict.fromkeys(alumni) if alum not in by_alum]
        if new:
            student = self._new.pop(ask, None) or self._connection.execute(_STUDENT, {"which": ask}).scalar_one()
            told = {"ask": ask, "student": student, "at": now, "by_desk": by_desk}
            rows = [told | {"alum": one.alum, "token": one.token} for one in new]
            self._connection.execute(_NEW_SHOWN, rows)
            self._kept.showed(one.alum for one in new)
        by_alum = {alum: replace(one, at=now, by_desk=one.by_desk or by_desk) for alum, one in by_alum.items()} | {
            one.alum: one for one in new
        }
        return [by_alum[alum] for alum in alumni]


def _texts(ask: Ask) -> dict[str, Any]:
    return {"student": ask.student, "wonder": ask.wonder, "question": ask.question, "about": ask.about}


def _ask(row: RowMapping) -> Ask:
    c = t.ask.c
    return Ask(
        id=AskId(row[c.id]),
        student=PersonId(row[c.student]),
        token=row[c.token],
        wonder=row[t.ask_text.c.wonder] or "",
        question=row[t.ask_text.c.question] or "",
        about=row[t.ask_text.c.about] or "",
        created_at=row[c.created_at],
        advised=row[c.advised],
        unsure=row[c.unsure],
        next_choices=tuple(PersonId(alum) for alum in row[c.next_choices]),
        closed=row[c.closed],
        tell_when=row[c.tell_when],
    )


def _shown(row: RowMapping) -> Shown:
    c = t.shown.c
    return Shown(AskId(row[c.ask]), PersonId(row[c.alum]), row[c.token], row[c.at], row[c.by_desk])
