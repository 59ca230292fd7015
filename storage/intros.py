"""Intros: kept with their version, found by any reader's token, counted for capacity and allowance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.domain.asks import AskId
from bot.domain.capacity import Load
from bot.domain.intro import AT_A_TIME, FINAL, GIVES_PLACE_BACK, Intro, IntroId, State, Who
from bot.domain.matches import Record
from bot.domain.people import PersonId
from bot.domain.refusals import Conflict
from bot.ports import Allowance
from storage import tables as t
from storage.seldom import Kept
from storage.statements import among, how_many, insert_row, new_token, one_of

_DAY = 86_400
_FACTS = tuple(field.name for field in fields(Intro))
_NEWEST_FIRST = (t.intro.c.requested_at.desc(), t.intro.c.id.desc())


class SqlIntrosReading:
    """Intros as they are now."""

    def __init__(self, connection: Connection, kept: Kept) -> None:
        self._connection = connection
        self._kept = kept

    def get(self, intro: IntroId) -> Intro:
        """Raises LookupError."""
        row = self._connection.execute(_BY_ID, {"which": intro}).mappings().first()
        if row is None:
            raise LookupError(f"intro {intro}")
        return _intro(row)

    def by_token(self, token: str) -> Intro | None:
        c = t.intro.c
        found = self._all(or_(c.student_token == token, c.alum_token == token, c.desk_token == token))
        return found[0] if found else None

    def of(self, person: PersonId, *, live_only: bool = False) -> Sequence[Intro]:
        c = t.intro.c
        theirs = or_(c.student == person, c.alum == person)
        return self._all(and_(theirs, c.state.not_in(FINAL)) if live_only else theirs)

    def in_states(self, *states: State) -> Sequence[Intro]:
        return sorted(self._all(t.intro.c.state.in_(states)), key=lambda intro: (intro.since, intro.id))

    def standing_since(self, longest: Mapping[State, datetime]) -> Sequence[Intro]:
        c = t.intro.c
        return self._all(or_(*(and_(c.state == state, c.since <= at) for state, at in longest.items())))

    def of_ask(self, ask: AskId) -> Sequence[Intro]:
        """In the order of the student's choices."""
        return sorted(self._all(t.intro.c.ask == ask), key=lambda intro: (intro.rank, intro.id))

    def load_of(self, alum: PersonId, month_began: datetime) -> Load:
        return self.loads(month_began, (alum,)).get(alum, Load())

    def loads(self, month_began: datetime, of: Collection[PersonId] | None = None) -> Mapping[PersonId, Load]:
        counted, told = (_LOADS, {}) if of is None else (_LOADS_OF, {"of": list(of)})
        rows = self._connection.execute(counted, told | {"month_began": month_began})
        return {PersonId(alum): Load(*counts) for alum, *counts in rows}

    def allowance_of(self, student: PersonId, since: datetime) -> Allowance:
        """A next choice takes over the place of the one before, which then counts no more."""
        open_now, in_30_days = self._connection.execute(_USED, {"of": student, "since": since}).one()
        return Allowance(open_now, in_30_days)

    def asked_since(self, student: PersonId, since: datetime) -> frozenset[PersonId]:
        asked = self._connection.execute(_ASKED_SINCE, {"of": student, "since": since})
        return frozenset(PersonId(alum) for alum in asked.scalars())

    def reply_days(self, now: datetime) -> tuple[int, float]:
        """A request withdrawn or expired was never answered, and doesn't count."""
        return self._kept.reply_days(now, self._count_replies)

    def _count_replies(self) -> tuple[int, float]:
        rows = self._connection.execute(_REPLIES)
        days = [(at - asked).total_seconds() / _DAY for asked, at in rows if at is not None]
        return len(days), median(days) if days else 0.0

    def records(self, *, lately: datetime, ever: datetime) -> Mapping[PersonId, Record]:
        rows = self._connection.execute(_RECORDS, {"lately": lately, "ever": ever})
        found = {alum: Record(asked, 0, *ended) for alum, asked, *ended in rows}
        for alum, count in self._kept.shown_lately(lately, lambda: self._shown(lately)).items():
            found[alum] = replace(found.get(alum, NEVER_ASKED), shown_lately=count)
        return {PersonId(alum): record for alum, record in found.items()}

    def _shown(self, since: datetime) -> dict[int, int]:
        rows = self._connection.execute(_SHOWN, {"since": since})
        return {row.alum: row.times for row in rows}

    def _all(self, which: ColumnElement[bool]) -> list[Intro]:
        rows = self._connection.execute(select(t.intro).where(which).order_by(*_NEWEST_FIRST))
        return [_intro(row) for row in rows.mappings()]


class SqlIntros(SqlIntrosReading):
    """Intros, and what changes about them."""

    def add(
        self, ask: AskId, student: PersonId, alum: PersonId, now: datetime, *, expires_days: int, minutes: int,
        rank: int, has_next: bool,
    ) -> Intro:  # fmt: skip
        new = Intro(
            id=IntroId(0), ask=ask, student=student, alum=alum, state=State.REQUESTED, version=1, requested_at=now,
            since=now, student_token=new_token(), alum_token=new_token(), desk_token=new_token(),
            student_event=new_token(), alum_event=new_token(), expires_days=expires_days, minutes=minutes, rank=rank,
            has_next=has_next,
        )  # fmt: skip
        return self.get(IntroId(insert_row(self._connection, t.intro, _told(new))))

    def save(self, intro: Intro) -> None:
        c = t.intro.c
        changed = update(t.intro).where(c.id == intro.id, c.version == intro.version - 1).values(**_told(intro))
        if self._connection.execute(changed).rowcount != 1:
            raise Conflict

    def set_shared(self, intro: IntroId, *, student: bool = False, alum: bool = False) -> None:
        who = {"shared_by_student": student, "shared_by_alum": alum}
        self._set(intro, {name: True for name, shares in who.items() if shares})

    def set_five_minutes(self, intro: IntroId) -> None:
        self._set(intro, {"five_minutes": True})

    def set_quiet(
        self, intro: IntroId, who: Who, *, snoozed: datetime | None = None, stopped: bool | None = None
    ) -> None:
        told = {f"snoozed_by_{who}": snoozed, f"stopped_by_{who}": stopped}
        self._set(intro, {name: value for name, value in told.items() if value is not None})

    def set_keeps(self, intro: IntroId, who: Who, keeps: bool) -> None:
        self._set(intro, {f"keeps_{who}": keeps})

    def _set(self, intro: IntroId, facts: Mapping[str, Any]) -> None:
        if facts:
            self._connection.execute(update(t.intro).where(t.intro.c.id == intro).values(**facts))


NEVER_ASKED = Record()
_RECORDS = (
    select(
        t.intro.c.alum,
        how_many(t.intro.c.requested_at >= bindparam("lately")),
        how_many(t.intro.c.accepted_at.is_not(None)),
        how_many(one_of(t.intro.c.state, {State.DECLINED})),
        how_many(one_of(t.intro.c.state, {State.EXPIRED})),
    )
    .where(t.intro.c.requested_at >= bindparam("ever"))
    .group_by(t.intro.c.alum)
)
_SHOWN = (
    select(t.shown.c.alum, func.count().label("times"))
    .where(t.shown.c.at >= bindparam("since"))
    .group_by(t.shown.c.alum)
)
_BY_ID = select(t.intro).where(t.intro.c.id == bindparam("which"))
_REQUESTED = one_of(t.intro.c.state, {State.REQUESTED})
_AT_A_TIME = one_of(t.intro.c.state, AT_A_TIME)
_THIS_MONTH = and_(t.intro.c.accepted_at.is_not(None), t.intro.c.accepted_at >= bindparam("month_began"))
_LOADS: Select[Any] = (
    select(t.intro.c.alum, how_many(_AT_A_TIME), how_many(_THIS_MONTH), how_many(_REQUESTED))
    .where(or_(_AT_A_TIME, _THIS_MONTH))
    .group_by(t.intro.c.alum)
)
"""Who is only requested is at a time too."""
_LOADS_OF = _LOADS.where(among(t.intro.c.alum, "of"))
_REPLIES = select(t.intro.c.requested_at, func.coalesce(t.intro.c.accepted_at, t.intro.c.ended_at)).where(
    or_(t.intro.c.accepted_at.is_not(None), t.intro.c.state == State.DECLINED)
)
_AFTER = t.intro.alias("after")
_FOLLOWED = and_(
    one_of(t.intro.c.state, {State.LAPSED}),
    exists().where(_AFTER.c.ask == t.intro.c.ask, _AFTER.c.rank > t.intro.c.rank),
)
_COUNTS = and_(
    t.intro.c.requested_at >= bindparam("since"), ~one_of(t.intro.c.state, GIVES_PLACE_BACK), ~_FOLLOWED
)  # fmt: skip
_USED = select(how_many(_REQUESTED), how_many(_COUNTS)).where(t.intro.c.student == bindparam("of"))
_ASKED_SINCE = (
    select(t.intro.c.alum)
    .where(t.intro.c.student == bindparam("of"), t.intro.c.requested_at >= bindparam("since"))
    .distinct()
)


def _told(intro: Intro) -> dict[str, Any]:
    told = {name: getattr(intro, name) for name in _FACTS if name != "id"}
    return told | {"slots": [slot.isoformat() for slot in intro.slots]}


def _intro(row: RowMapping) -> Intro:
    facts = {name: row[t.intro.c[name]] for name in _FACTS}
    return Intro(**facts | {"slots": tuple(datetime.fromisoformat(slot) for slot in facts["slots"])})
