"""Asks, who was offered for them, and their texts (which stand apart, as letters do)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from bot.domain.asks import Ask, AskId
from bot.domain.people import PersonId
from bot.ports import Shown
from storage import tables as t
from storage.statements import insert_row, new_token, upsert

_ASKS = select(t.ask, t.ask_text).select_from(t.ask.outerjoin(t.ask_text))


class SqlAsksReading:
    """Asks as they are now. The texts of an ask are empty once they are forgotten."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, ask: AskId) -> Ask:
        """Raises LookupError."""
        found = self._first(t.ask.c.id == ask)
        if found is None:
            raise LookupError(f"ask {ask}")
        return found

    def by_token(self, token: str) -> Ask | None:
        return self._first(t.ask.c.token == token)

    def newest_of(self, student: PersonId) -> Ask | None:
        return self._first(t.ask.c.student == student)

    def shown_for(self, ask: AskId) -> Sequence[Shown]:
        rows = self._connection.execute(select(t.shown).where(t.shown.c.ask == ask).order_by(t.shown.c.id))
        return [_shown(row) for row in rows.mappings()]

    def shown_by_token(self, token: str) -> Shown | None:
        row = self._connection.execute(select(t.shown).where(t.shown.c.token == token)).mappings().first()
        return None if row is None else _shown(row)

    def shown_since(self, student: PersonId, since: datetime) -> frozenset[PersonId]:
        c = t.shown.c
        rows = self._connection.execute(select(c.alum).where(c.student == student, c.at >= since).distinct())
        return frozenset(PersonId(alum) for alum in rows.scalars())

    def _first(self, which: ColumnElement[bool]) -> Ask | None:
        newest = _ASKS.where(which).order_by(t.ask.c.created_at.desc(), t.ask.c.id.desc()).limit(1)
        row = self._connection.execute(newest).mappings().first()
        return None if row is None else _ask(row)


class SqlAsks(SqlAsksReading):
    """Asks, and what changes about them."""

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
        values |= {"next_choices": [], "closed": False}
        ask = AskId(insert_row(self._connection, t.ask, values))
        added = Ask(ask, student, token, wonder, question, about, now, advised, unsure)
        self._connection.execute(insert(t.ask_text).values(ask=ask, **_texts(added)))
        return added

    def save(self, ask: Ask) -> None:
        facts = {"advised": ask.advised, "unsure": ask.unsure, "closed": ask.closed}
        changed = update(t.ask).where(t.ask.c.id == ask.id).values(**facts, next_choices=list(ask.next_choices))
        self._connection.execute(changed)
        if ask.wonder or ask.question or ask.about:
            upsert(self._connection, t.ask_text, {"ask": ask.id, **_texts(ask)})

    def show(self, ask: AskId, alumni: Sequence[PersonId], now: datetime, *, by_desk: bool = False) -> Sequence[Shown]:
        """In the order of `alumni`. Who was offered before keeps their token, and gets today's date: they are being
        seen again."""
        student = self.get(ask).student
        before = {shown.alum for shown in self.shown_for(ask)}
        again = update(t.shown).where(t.shown.c.ask == ask, t.shown.c.alum.in_(before.intersection(alumni)))
        self._connection.execute(again.values(at=now, **({"by_desk": True} if by_desk else {})))
        new = [alum for alum in dict.fromkeys(alumni) if alum not in before]
        told = {"ask": ask, "student": student, "at": now, "by_desk": by_desk}
        offers = [told | {"alum": alum, "token": new_token()} for alum in new]
        if offers:
            self._connection.execute(insert(t.shown), offers)
        by_alum = {shown.alum: shown for shown in self.shown_for(ask)}
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
    )


def _shown(row: RowMapping) -> Shown:
    c = t.shown.c
    return Shown(AskId(row[c.ask]), PersonId(row[c.alum]), row[c.token], row[c.at], row[c.by_desk])
