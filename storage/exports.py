"""What files are made of. Rows come as they are wanted, and a hundred thousand never lie in memory at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select

from bot.domain.people import ConsentTo, PersonId
from bot.ports import CountedStudent, Entry, IntroRow, NameRow, OfficeKey
from storage import tables as t

_AT_A_TIME = 5_000
_INTRO = tuple(field.name for field in fields(IntroRow))


class SqlExports:
    """Reads, and nothing else."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def intros(self, since: datetime, until: datetime) -> Iterator[IntroRow]:
        c = t.intro.c
        chosen = select(*(c[name] for name in _INTRO)).where(c.requested_at >= since, c.requested_at < until)
        return (IntroRow(*row) for row in self._few(chosen.order_by(c.requested_at, c.id)))

    def asked_about(self, since: datetime, until: datetime) -> Mapping[int, tuple[str, str]]:
        c = t.step.c
        asked = select(c.intro, c.college, c.field).where(c.what == "request", c.at >= since, c.at < until)
        return {intro: (college, field) for intro, college, field in self._few(asked)}

    def first(self, what: str, since: datetime) -> Mapping[int, datetime]:
        c = t.step.c
        those = select(c.intro, func.min(c.at)).where(c.what == what, c.at >= since, c.intro.is_not(None))
        return dict(self._few(those.group_by(c.intro)))

    def names(self) -> Iterator[NameRow]:
        c, of = t.person.c, t.student.c
        known = select(c.id, c.given_name, c.family_name, of.degree, of.year).outerjoin(t.student)
        for person, given, family, degree, year in self._few(known.where(c.erased.is_(False)).order_by(c.id)):
            yield NameRow(PersonId(person), given, family, degree or "", year or "")

    def office_keys(self) -> Mapping[PersonId, OfficeKey]:
        c = t.roster.c
        rows = self._few(select(c.person, c.alum_id, c.email))
        return {PersonId(person): OfficeKey(alum_id, email) for person, alum_id, email in rows}

    def talks_of_alumni(self) -> Mapping[PersonId, tuple[int, int, int]]:
        c = t.intro.c
        held = or_(c.met_by_student, c.met_by_alum)
        counted = select(
            c.alum, func.count(), func.sum(case((held, 1), else_=0)), func.sum(case((held, c.minutes), else_=0))
        ).group_by(c.alum)
        return {
            PersonId(alum): (asked, int(talks), int(minutes))
            for alum, asked, talks, minutes in self._connection.execute(counted)
        }

    def audit(self, since: datetime, until: datetime) -> Iterator[Entry]:
        c = t.audit.c
        told = select(c.at, c.who, c.act, c.target, t.who.c.person).outerjoin(t.who, t.who.c.key == c.who)
        those = told.where(c.at >= since, c.at < until).order_by(c.at, c.id)
        for at, who, act, target, person in self._few(those):
            yield Entry(at, who, act, target, None if person is None else PersonId(person))

    def keys_of_alumni(self) -> Mapping[str, PersonId]:
        those = select(t.who.c.key, t.who.c.person).join(t.alum, t.alum.c.person == t.who.c.person)
        return {key: PersonId(person) for key, person in self._few(those)}

    def counted_students(self, version: int) -> Iterator[CountedStudent]:
        c = t.consent.c
        of_it = c.consent_to == ConsentTo.COUNTED
        newest = select(func.max(c.id)).where(of_it).group_by(c.person)
        agreed = select(c.person).where(c.id.in_(newest), c.given.is_(True), c.version == version)
        of = t.student.c
        those = select(t.who.c.key, of.known_as).join(t.student, of.person == t.who.c.person)
        rows = self._few(those.where(of.person.in_(agreed), of.known_as != "").order_by(of.person))
        return (CountedStudent(key, known_as) for key, known_as in rows)

    def _few(self, chosen: Select[Any]) -> Iterator[Any]:
        """A few thousand at a time; on Postgres by a cursor of the server's."""
        some = self._connection.execute(chosen.execution_options(yield_per=_AT_A_TIME))
        for partition in some.partitions():
            yield from partition
