"""People: names, accounts, profiles, consents. All that knows who somebody is, and how it is forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from bot.domain.people import (
    AlumProfile,
    Consent,
    ConsentTo,
    GoodHours,
    Handle,
    Pace,
    Person,
    PersonId,
    Platform,
    Standing,
    StudentProfile,
)
from bot.domain.refusals import Conflict
from storage import tables as t
from storage.statements import insert_if_new, insert_row, new_token, upsert


class SqlPeopleReading:
    """People as they are now."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person: PersonId) -> Person:
        found = self._load(t.person.c.id == person)
        if not found:
            raise LookupError(f"person {person}")
        return found[0]

    def by_handle(self, handle: Handle) -> Person | None:
        key = select(t.handle.c.person).where(*_is(handle)).scalar_subquery()
        return _only(self._load(t.person.c.id == key))

    def by_desk_token(self, token: str) -> Person | None:
        """An alum or a student."""
        if not token:
            return None
        return _only(self._load(t.alum.c.desk_token == token)) or _only(self._load(t.student.c.desk_token == token))

    def by_who(self, who: str) -> Person | None:
        key = select(t.who.c.person).where(t.who.c.key == who).scalar_subquery()
        return _only(self._load(t.person.c.id == key)) if who else None

    def search(self, words: str, *, alumni: bool, most: int) -> tuple[Sequence[Person], int]:
        """By name; an alum also by what they do and where. Each word must be found; and how many there are in all."""
        p, a = t.person.c, t.alum.c
        where = (p.given_name, p.family_name, *((a.title, a.employer, a.field) if alumni else ()))
        everything = func.lower(reduce(lambda one, two: one + " " + func.coalesce(two, ""), where[1:], where[0]))
        found = and_(true(), *(everything.contains(word, autoescape=True) for word in words.lower().split()))
        known = a.person.is_not(None) if alumni else t.student.c.person.is_not(None)
        which = and_(found, known, p.erased.is_(False)) if words.strip() else and_(known, p.erased.is_(False))
        rows = select(p.id).select_from(_PEOPLE).where(which)
        count = self._connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
        ids = self._connection.execute(rows.order_by(p.given_name, p.family_name, p.id).limit(most)).scalars().all()
        people = {person.id: person for person in self._load(p.id.in_(ids))} if ids else {}
        return [people[PersonId(one)] for one in ids], count

    def alumni(self, *, standing: str | None = None) -> Sequence[Person]:
        """In the order in which they became known."""
        if standing is None:
            return self._load(t.alum.c.person.is_not(None))
        return self._load(t.alum.c.standing == Standing(standing))

    def consent(self, person: PersonId, to: ConsentTo) -> Consent | None:
        c = t.consent.c
        newest = select(t.consent).where(c.person == person, c.consent_to == to).order_by(c.at.desc(), c.id.desc())
        row = self._connection.execute(newest.limit(1)).mappings().first()
        return None if row is None else Consent(row[c.consent_to], row[c.version], row[c.given], row[c.at])

    def avoided_by(self, person: PersonId) -> frozenset[PersonId]:
        c = t.avoidance.c
        rows = self._connection.execute(select(c.person, c.whom).where(or_(c.person == person, c.whom == person)))
        return frozenset(PersonId(whom if who == person else who) for who, whom in rows)

    def count_alumni(self, standing: str) -> int:
        those = select(func.count()).select_from(t.alum).where(t.alum.c.standing == Standing(standing))
        return self._connection.execute(those).scalar_one()

    def is_welcomed(self, handle: Handle) -> bool:
        return self._connection.execute(select(t.handle.c.welcomed_at).where(*_is(handle))).scalar() is not None

    def pages_of(self, person: PersonId) -> Sequence[Handle]:
        c = t.handle.c
        with_page = [platform for platform in Platform if platform.has_home]
        welcomed = select(c.platform, c.realm, c.user_id).where(c.person == person, c.welcomed_at.is_not(None))
        rows = self._connection.execute(welcomed.where(c.platform.in_(with_page)).order_by(c.id))
        return [Handle(platform, realm, user_id) for platform, realm, user_id in rows]

    def _load(self, which: ColumnElement[bool]) -> list[Person]:
        rows = self._connection.execute(_EVERYTHING.where(which).order_by(t.person.c.id)).mappings().all()
        handles = self._handles(which) if rows else {}
        return [_person(row, tuple(handles.get(row[t.person.c.id], ()))) for row in rows]

    def _handles(self, which: ColumnElement[bool]) -> dict[int, list[Handle]]:
        """The accounts of everybody meant, in one query however many they are: preferred first."""
        c = t.handle.c
        found: dict[int, list[Handle]] = defaultdict(list)
        ids = select(t.person.c.id).select_from(t.person.outerjoin(t.alum).outerjoin(t.student)).where(which)
        chosen = select(c.person, c.platform, c.realm, c.user_id).where(c.person.in_(ids))
        for person, platform, realm, user_id in self._connection.execute(chosen.order_by(c.preferred.desc(), c.id)):
            found[person].append(Handle(platform, realm, user_id))
        return found


class SqlPeople(SqlPeopleReading):
    """People, and what changes about them."""

    def lock(self, people: Iterable[PersonId]) -> None:
        """On Postgres, held until the transaction ends; SQLite's one writer needs nothing."""
        if self._connection.dialect.name == "sqlite":
            return
        c = t.person.c
        locked = select(c.id).where(c.id.in_(sorted(set(people)))).order_by(c.id).with_for_update(key_share=True)
        self._connection.execute(locked).all()

    def add(self, handle: Handle | None, given_name: str, family_name: str, zone: str, language: str) -> Person:
        """Raises Conflict when somebody got this account a moment before."""
        values: dict[str, Any] = {
            "given_name": given_name,
            "family_name": family_name,
            "zone": zone,
            "language": language,
        }
        values |= {"hours": _hours_told(GoodHours()), "erased": False}
        person = PersonId(insert_row(self._connection, t.person, values))
        who = new_token()
        self._connection.execute(_NEW_WHO, {"key": who, "person": person})
        if handle:
            self.link(person, handle, preferred=True)
        return Person(person, who, given_name, family_name, zone, language, handles=(handle,) if handle else ())

    def link(self, person: PersonId, handle: Handle, *, preferred: bool = False) -> None:
        """One more account of this person. Raises Conflict when it is somebody's already."""
        values = {"person": person, "preferred": preferred, "closed": False}
        if insert_if_new(self._connection, t.handle, values | _told(handle)):
            return
        nobodys = update(t.handle).where(*_is(handle), t.handle.c.person.is_(None)).values(**values)
        if self._connection.execute(nobodys).rowcount == 0:
            raise Conflict

    def prefer(self, person: PersonId, handle: Handle) -> None:
        """Write to them there first from now on."""
        theirs = update(t.handle).where(t.handle.c.person == person)
        self._connection.execute(theirs.values(preferred=False))
        self._connection.execute(theirs.where(*_is(handle)).values(preferred=True))

    def set_closed(self, handle: Handle, closed: bool) -> None:
        """Whether this account refuses direct messages."""
        self._connection.execute(update(t.handle).where(*_is(handle)).values(closed=closed))

    def is_closed(self, handle: Handle) -> bool:
        """Whether this account refused a direct message the last time."""
        return bool(self._connection.execute(select(t.handle.c.closed).where(*_is(handle))).scalar())

    def welcome(self, handle: Handle, at: datetime) -> None:
        """Once: a second time changes nothing."""
        first = update(t.handle).where(*_is(handle), t.handle.c.welcomed_at.is_(None))
        self._connection.execute(first.values(welcomed_at=at))

    def save(self, person: Person) -> None:
        changed = update(t.person).where(t.person.c.id == person.id, t.person.c.erased.is_(False))
        self._connection.execute(
            changed.values(
                given_name=person.given_name,
                family_name=person.family_name,
                zone=person.zone,
                language=person.language,
                hours=_hours_told(person.hours),
            )
        )

    def save_alum(self, person: PersonId, alum: AlumProfile) -> None:
        upsert(self._connection, t.alum, {"person": person, **_alum_told(alum)})

    def drop_alum(self, person: PersonId) -> None:
        self._connection.execute(delete(t.alum).where(t.alum.c.person == person))

    def save_student(self, person: PersonId, student: StudentProfile) -> None:
        told: dict[str, Any] = {"about": student.about, "degree": student.degree, "year": student.year}
        told["desk_token"] = student.desk_token or None
        upsert(self._connection, t.student, {"person": person, **told})

    def record(self, person: PersonId, consent: Consent) -> None:
        told = {"consent_to": consent.to, "version": consent.version, "given": consent.given, "at": consent.at}
        insert_row(self._connection, t.consent, {"person": person, **told})

    def avoid(self, person: PersonId, whom: PersonId, at: datetime) -> None:
        insert_if_new(self._connection, t.avoidance, {"person": person, "whom": whom, "at": at})

    def erase(self, person: PersonId) -> None:
        """Letters that others wrote to them stay: these are the others'. The row and its key stay, empty."""
        for table in (t.who, t.handle, t.alum, t.student, t.consent, t.roster, t.invitation, t.copy):
            self._connection.execute(delete(table).where(table.c.person == person))
        self._connection.execute(delete(t.letter).where(t.letter.c.writer == person))
        self._connection.execute(delete(t.ask_text).where(t.ask_text.c.student == person))
        c = t.avoidance.c
        self._connection.execute(delete(t.avoidance).where(or_(c.person == person, c.whom == person)))
        emptied = {"given_name": "", "family_name": "", "zone": "", "language": "en", "erased": True}
        nobody = update(t.person).where(t.person.c.id == person)
        self._connection.execute(nobody.values(**emptied, hours=_hours_told(GoodHours())))


_NEW_WHO = insert(t.who)
_PEOPLE = t.person.outerjoin(t.who).outerjoin(t.alum).outerjoin(t.student)
_EVERYTHING: Select[Any] = select(t.person, t.who.c.key, t.alum, t.student).select_from(_PEOPLE)


def _only(found: list[Person]) -> Person | None:
    return found[0] if found else None


def _told(handle: Handle) -> dict[str, str]:
    return {"platform": handle.platform, "realm": handle.realm, "user_id": handle.user_id}


def _is(handle: Handle) -> list[ColumnElement[bool]]:
    c = t.handle.c
    return [c.platform == handle.platform, c.realm == handle.realm, c.user_id == handle.user_id]


def _person(row: RowMapping, handles: tuple[Handle, ...]) -> Person:
    c = t.person.c
    return Person(
        id=PersonId(row[c.id]),
        who=row[t.who.c.key] or "",
        given_name=row[c.given_name],
        family_name=row[c.family_name],
        zone=row[c.zone],
        language=row[c.language],
        alum=_alum(row) if row[t.alum.c.person] is not None else None,
        student=_student(row) if row[t.student.c.person] is not None else None,
        hours=_hours(row[c.hours]),
        handles=handles,
    )


def _student(row: RowMapping) -> StudentProfile:
    c = t.student.c
    return StudentProfile(row[c.about], row[c.degree], row[c.year], row[c.desk_token] or "")


_AS_IT_STANDS = (
    "standing", "title", "employer", "industry", "field", "degree", "grad_year", "room_link", "booking_link",
    "paused_until", "paused_since", "joined_at", "confirmed_at", "asked_at",
)  # fmt: skip
_LISTS = ("past_titles", "topics", "languages", "lengths", "formats")


def _alum(row: RowMapping) -> AlumProfile:
    c = t.alum.c
    facts: dict[str, Any] = {name: row[c[name]] for name in _AS_IT_STANDS}
    facts |= {name: tuple(row[c[name]]) for name in _LISTS}
    return AlumProfile(
        **facts,
        pace=Pace(row[c.pace_month], row[c.pace_at_once]),
        hides=frozenset(row[c.hides]),
        desk_token=row[c.desk_token] or "",
    )


def _alum_told(alum: AlumProfile) -> dict[str, Any]:
    return {
        **{name: getattr(alum, name) for name in _AS_IT_STANDS},
        **{name: list(getattr(alum, name)) for name in _LISTS},
        "pace_month": alum.pace.month,
        "pace_at_once": alum.pace.at_once,
        "hides": sorted(alum.hides),
        "desk_token": alum.desk_token or None,
    }


def _hours(told: dict[str, Any]) -> GoodHours:
    spans = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in told["spans"])
    return GoodHours(tuple(told["weekdays"]), spans)


def _hours_told(hours: GoodHours) -> dict[str, Any]:
    spans = [[begin.isoformat("minutes"), end.isoformat("minutes")] for begin, end in hours.spans]
    return {"weekdays": list(hours.weekdays), "spans": spans}
