"""The coordinators' queue: found by indexes (a state and since when, a kind of step and when, a line that could not be
delivered), never by looking through everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, or_, select, update

from bot.domain.asks import AskId
from bot.domain.intro import IntroId
from bot.domain.messages import Kind, Status
from bot.domain.people import PersonId
from bot.domain.queue import URGENCY, Finding
from bot.ports import MAY_BE_QUOTED, Held, LetterKind, QueueRow
from storage import tables as t
from storage.statements import insert_if_new, new_token

_FACTS = tuple(field.name for field in fields(QueueRow))
MISSED_STEP = "report_missed"
MET_STEPS = ("confirm_met", "thank")
TOLD = (Kind.NEWS, Kind.NOTE, Kind.SAFETY, Kind.APPOINTMENT, Kind.NUDGE)
"""The kinds of lines that somebody should have had: an answer is seen where it was asked for."""


class SqlQueueReading:
    """The queue as it was last kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_token(self, token: str) -> QueueRow | None:
        found = self._rows(t.queue_row.c.token == token)
        return found[0] if found else None

    def open(self, now: datetime) -> Sequence[QueueRow]:
        c = t.queue_row.c
        awake = or_(c.snoozed_until.is_(None), c.snoozed_until <= now)
        rows = self._rows(and_(c.settled_at.is_(None), awake))
        return sorted(rows, key=lambda row: (URGENCY[row.need], row.since, row.id))

    def _rows(self, which: ColumnElement[bool]) -> list[QueueRow]:
        rows = self._connection.execute(select(t.queue_row).where(which)).mappings()
        return [_row(row) for row in rows]


class SqlQueue(SqlQueueReading):
    """Finds, keeps and settles."""

    def unreached(self) -> Sequence[tuple[PersonId, IntroId | None, datetime]]:
        m, later = t.message, t.message.alias("later")
        reached = exists().where(
            later.c.to_person == m.c.to_person, later.c.status == Status.SENT, later.c.tried_at > m.c.tried_at
        )
        known = exists().where(t.who.c.person == m.c.to_person)
        lost = select(m.c.to_person, m.c.intro, m.c.due).where(
            t.FEW_LINES,
            m.c.status == Status.UNDELIVERABLE,
            m.c.to_person.is_not(None),
            m.c.kind.in_(TOLD),
            ~reached,
            known,
        )
        first: dict[PersonId, tuple[PersonId, IntroId | None, datetime]] = {}
        for person, intro, due in self._connection.execute(lost.order_by(m.c.due, m.c.id)):
            first.setdefault(PersonId(person), (PersonId(person), intro and IntroId(intro), due))
        return list(first.values())

    def no_shows(self, since: datetime, least: int) -> Sequence[tuple[PersonId, IntroId, datetime]]:
        s = t.step.c
        missed = and_(s.what == MISSED_STEP, s.at >= since)
        often = select(s.whom).where(missed).group_by(s.whom).having(func.count(s.intro.distinct()) >= least)
        rows = self._connection.execute(
            select(t.who.c.person, s.intro, s.at).join(t.who, t.who.c.key == s.whom)
            .where(missed, s.whom.in_(often)).order_by(s.at, s.id)
        )  # fmt: skip
        last = {PersonId(person): (PersonId(person), IntroId(intro), at) for person, intro, at in rows}
        return list(last.values())

    def asked_for_help(self, whats: Iterable[str], since: datetime) -> Sequence[tuple[str, AskId, datetime]]:
        s, a, i = t.step.c, t.ask.c, t.intro.c
        asked_since = exists().where(i.student == a.student, i.requested_at > s.at)
        known = exists().where(t.who.c.person == a.student)
        rows = self._connection.execute(
            select(s.what, s.ask, s.at).join(t.ask, a.id == s.ask)
            .where(s.what.in_(tuple(whats)), s.at >= since, ~asked_since, known).order_by(s.at, s.id)
        )  # fmt: skip
        newest = {ask: (what, AskId(ask), at) for what, ask, at in rows}
        return list(newest.values())

    def keep(self, found: Iterable[Finding], now: datetime) -> None:
        c = t.queue_row.c
        standing = {
            (row[c.need], row[c.subject], row[c.since]): row[c.id]
            for row in self._connection.execute(select(t.queue_row).where(c.settled_at.is_(None))).mappings()
        }
        for each in found:
            if standing.pop((each.need, each.subject, each.since), None) is None:
                insert_if_new(self._connection, t.queue_row, _told(each))
        if standing:
            passed = update(t.queue_row).where(c.id.in_(standing.values()), c.settled_at.is_(None))
            self._connection.execute(passed.values(settled_at=now, settled_how="passed"))

    def settle(self, row: int, who: str, how: str, at: datetime) -> bool:
        c = t.queue_row.c
        open_still = update(t.queue_row).where(c.id == row, c.settled_at.is_(None))
        return self._connection.execute(open_still.values(settled_at=at, settled_by=who, settled_how=how)).rowcount == 1

    def snooze(self, row: int, until: datetime) -> None:
        self._connection.execute(update(t.queue_row).where(t.queue_row.c.id == row).values(snoozed_until=until))

    def held(self, since: datetime, until: datetime) -> Sequence[Held]:
        """By the first step that says so: a talk is counted once, whoever confirms it later."""
        s, before, i = t.step.c, t.step.alias("before"), t.intro.c
        earlier = exists().where(before.c.intro == s.intro, before.c.what.in_(MET_STEPS), before.c.at < since)
        met = select(s.intro).where(s.what.in_(MET_STEPS), s.at >= since, s.at < until, ~earlier).distinct()
        rows = self._connection.execute(select(i.alum, i.id, i.minutes).where(i.id.in_(met)).order_by(i.alum, i.id))
        by_alum: dict[int, list[tuple[int, int]]] = {}
        for alum, intro, minutes in rows:
            by_alum.setdefault(alum, []).append((intro, minutes))
        return [
            Held(PersonId(alum), tuple(IntroId(intro) for intro, _ in talks), sum(minutes for _, minutes in talks))
            for alum, talks in by_alum.items()
        ]

    def fields_wanted(self, whats: Iterable[str], since: datetime) -> frozenset[str]:
        s = t.step.c
        rows = self._connection.execute(select(s.field).where(s.what.in_(tuple(whats)), s.at >= since).distinct())
        return frozenset(field for field in rows.scalars() if field)

    def thanks_to_quote(self, since: datetime, until: datetime, intros: Sequence[IntroId] = ()) -> int | None:
        s, letter = t.step.c, t.letter.c
        thanked = select(s.intro).where(s.what == "thank", s.at >= since, s.at < until)
        may_be = and_(letter.kind == LetterKind.THANKS, letter.about == MAY_BE_QUOTED, letter.intro.in_(thanked))
        which = and_(may_be, letter.intro.in_(intros)) if intros else may_be
        newest = select(letter.id).where(which).order_by(letter.at.desc(), letter.id.desc()).limit(1)
        found: int | None = self._connection.execute(newest).scalar()
        return found


def _told(each: Finding) -> dict[str, Any]:
    return {
        "token": new_token(), "need": each.need, "subject": each.subject, "since": each.since, "intro": each.intro,
        "person": each.person, "ask": each.ask, "roster": each.roster, "settled_by": "", "settled_how": "",
    }  # fmt: skip


def _row(row: RowMapping) -> QueueRow:
    return QueueRow(**{name: row[t.queue_row.c[name]] for name in _FACTS})
