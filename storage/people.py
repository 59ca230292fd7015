"""People: names, accounts, profiles, consents. All that knows who somebody is, and how it is forgotten.

What every gesture asks is a statement built once and only filled: building it took longer than the database did. Who
was read is remembered until the transaction ends or changes anybody; on Postgres, where others change them meanwhile,
until they are locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
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
    Terms,
)
from bot.domain.refusals import Conflict
from storage import tables as t
from storage.person_rows import (
    ACCOUNT,
    CLOSED,
    PEOPLE,
    PERSON,
    alum_told,
    everything_of,
    hours_told,
    person_of,
    quiet_told,
)
from storage.replicas import Changes
from storage.seldom import Kept
from storage.statements import among, insert_if_new, insert_row, new_token, upsert


@dataclass(frozen=True)
class _Account:
    key: int
    owner: PersonId
    closed: bool


class SqlPeopleReading:
    """People as they are now."""

    def __init__(self, connection: Connection, kept: Kept) -> None:
        self._connection = connection
        self._kept = kept
        self._known: dict[PersonId, Person] = {}
        self._accounts: dict[Handle, _Account] = {}
        self._consents: dict[PersonId, dict[ConsentTo, Consent]] = {}
        self._strangers: set[Handle] = set()
        """Accounts that were expected and are nobody's."""

    def expect(self, people: Iterable[PersonId]) -> None:
        """These are about to be asked for one by one: read them at once."""
        if unread := [person for person in people if person not in self._known]:
            self._remember(_THESE, {"which": unread})

    def expect_accounts(self, handles: Iterable[Handle]) -> None:
        """These are about to be asked for one by one: read whose they are at once."""
        unread = {handle for handle in handles if handle not in self._accounts}
        for platform, realm in {(handle.platform, handle.realm) for handle in unread}:
            users = [handle.user_id for handle in unread if (handle.platform, handle.realm) == (platform, realm)]
            self._remember(_BY_HANDLES, {"platform": platform, "realm": realm, "users": users})
        self._strangers |= unread - self._accounts.keys()

    def forget(self) -> None:
        """Somebody changed, or may have: whoever is asked for is read anew."""
        self._known, self._accounts, self._consents, self._strangers = {}, {}, {}, set()

    def key_of(self, handle: Handle) -> int | None:
        """The key of an account whose owner was read already; else None."""
        return self._accounts[handle].key if handle in self._accounts else None

    def get(self, person: PersonId) -> Person:
        if person not in self._known:
            self._remember(_BY_ID, {"which": person})
        if person not in self._known:
            raise LookupError(f"person {person}")
        return self._known[person]

    def by_handle(self, handle: Handle) -> Person | None:
        if handle not in self._accounts and handle not in self._strangers:
            self._remember(_BY_HANDLE, _told(handle))
        return self._known[self._accounts[handle].owner] if handle in self._accounts else None

    def by_desk_token(self, token: str) -> Person | None:
        """An alum or a student."""
        if not token:
            return None
        return _only(self._load(everything_of(t.alum.c.desk_token == token))) or _only(
            self._load(everything_of(t.student.c.desk_token == token))
        )

    def by_who(self, who: str) -> Person | None:
        key = select(t.who.c.person).where(t.who.c.key == who).scalar_subquery()
        return _only(self._load(everything_of(t.person.c.id == key))) if who else None

    def search(self, words: str, *, alumni: bool, most: int) -> tuple[Sequence[Person], int]:
        """By name; an alum also by what they do and where. Each word must be found; and how many there are in all."""
        p, a = t.person.c, t.alum.c
        where = (p.given_name, p.family_name, *((a.title, a.employer, a.field) if alumni else ()))
        everything = func.lower(reduce(lambda one, two: one + " " + func.coalesce(two, ""), where[1:], where[0]))
        found = and_(true(), *(everything.contains(word, autoescape=True) for word in words.lower().split()))
        known = a.person.is_not(None) if alumni else t.student.c.person.is_not(None)
        which = and_(found, known, p.erased.is_(False)) if words.strip() else and_(known, p.erased.is_(False))
        rows = select(p.id).select_from(PEOPLE).where(which)
        count = self._connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
        ids = self._connection.execute(rows.order_by(p.given_name, p.family_name, p.id).limit(most)).scalars().all()
        people = {person.id: person for person in self._load(everything_of(p.id.in_(ids)))} if ids else {}
        return [people[PersonId(one)] for one in ids], count

    def alumni(self, *, standing: str | None = None) -> Sequence[Person]:
        """In the order in which they became known."""
        if standing is None:
            return self._load(everything_of(t.alum.c.person.is_not(None)))
        return self._load(everything_of(t.alum.c.standing == Standing(standing)))

    def on_offer(self) -> Mapping[PersonId, Terms]:
        return self._kept.people("on_offer", self._read_offers)

    def _read_offers(self) -> Mapping[PersonId, Terms]:
        rows = self._connection.execute(_ON_OFFER)
        return {
            PersonId(person): Terms(
                Standing.APPROVED, Pace(month, at_once), tuple(languages), tuple(formats or ()), until, since
            )
            for person, month, at_once, languages, formats, until, since in rows
        }

    def consent(self, person: PersonId, to: ConsentTo) -> Consent | None:
        if person not in self._consents:
            rows = self._connection.execute(_CONSENTS, {"of": person})
            self._consents[person] = {each.to: each for each in (Consent(*row) for row in rows)}
        return self._consents[person].get(to)

    def avoided_by(self, person: PersonId) -> frozenset[PersonId]:
        rows = self._connection.execute(_AVOIDANCES, {"of": person})
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

    def _remember(self, which: Select[Any], filled: Mapping[str, Any]) -> None:
        for _, same in groupby(self._rows(which, filled), _WHOSE):
            rows = list(same)
            found = person_of(rows)
            self._known[found.id] = found
            for handle, row in zip(found.handles, rows, strict=False):
                self._accounts[handle] = _Account(row[ACCOUNT], found.id, row[CLOSED])

    def _load(self, which: Select[Any], filled: Mapping[str, Any] | None = None) -> list[Person]:
        return [person_of(list(same)) for _, same in groupby(self._rows(which, filled), _WHOSE)]

    def _rows(self, which: Select[Any], filled: Mapping[str, Any] | None) -> Sequence[Row[Any]]:
        return self._connection.execute(which, filled).all()


class SqlPeople(SqlPeopleReading):
    """People, and what changes about them."""

    def __init__(self, connection: Connection, changes: Changes, kept: Kept) -> None:
        super().__init__(connection, kept)
        self._changes = changes

    def lock(self, people: Iterable[PersonId]) -> None:
        """On Postgres, held until the transaction ends; SQLite's one writer needs nothing."""
        if self._connection.dialect.name == "sqlite":
            return
        self.forget()
        self._kept.look_again()
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
        values |= {"hours": hours_told(GoodHours()), "erased": False}
        person = PersonId(insert_row(self._connection, t.person, values))
        who = new_token()
        self._connection.execute(_NEW_WHO, {"key": who, "person": person})
        if handle:
            self.link(person, handle, preferred=True)
        return Person(person, who, given_name, family_name, zone, language, handles=(handle,) if handle else ())

    def link(self, person: PersonId, handle: Handle, *, preferred: bool = False) -> None:
        """One more account of this person. Raises Conflict when it is somebody's already."""
        self.forget()
        values = {"person": person, "preferred": preferred, "closed": False}
        if insert_if_new(self._connection, t.handle, values | _told(handle)):
            return
        nobodys = update(t.handle).where(*_is(handle), t.handle.c.person.is_(None)).values(**values)
        if self._connection.execute(nobodys).rowcount == 0:
            raise Conflict

    def prefer(self, person: PersonId, handle: Handle) -> None:
        """Write to them there first from now on."""
        self.forget()
        theirs = update(t.handle).where(t.handle.c.person == person)
        self._connection.execute(theirs.values(preferred=False))
        self._connection.execute(theirs.where(*_is(handle)).values(preferred=True))

    def set_closed(self, handle: Handle, closed: bool) -> None:
        """Whether this account refuses direct messages."""
        self.forget()
        self._connection.execute(update(t.handle).where(*_is(handle)).values(closed=closed))

    def is_closed(self, handle: Handle) -> bool:
        """Whether this account refused a direct message the last time."""
        if handle in self._accounts:
            return self._accounts[handle].closed
        return bool(self._connection.execute(_IS_CLOSED, _told(handle)).scalar())

    def welcome(self, handle: Handle, at: datetime) -> None:
        """Once: a second time changes nothing."""
        first = update(t.handle).where(*_is(handle), t.handle.c.welcomed_at.is_(None))
        self._connection.execute(first.values(welcomed_at=at))

    def thread(self, handle: Handle) -> str:
        """Where we knock when it takes no direct messages; empty before the first time."""
        return self._connection.execute(select(t.handle.c.thread).where(*_is(handle))).scalar() or ""

    def set_thread(self, handle: Handle, thread: str) -> None:
        self._connection.execute(update(t.handle).where(*_is(handle)).values(thread=thread))

    def save(self, person: Person) -> None:
        self.forget()
        self._changes.people = self._changes.people or person.alum is not None
        changed = update(t.person).where(t.person.c.id == person.id, t.person.c.erased.is_(False))
        self._connection.execute(
            changed.values(
                given_name=person.given_name,
                family_name=person.family_name,
                zone=person.zone,
                language=person.language,
                hours=hours_told(person.hours),
                quiet=quiet_told(person.quiet),
            )
        )

    def save_alum(self, person: PersonId, alum: AlumProfile) -> None:
        self.forget()
        self._changes.people = True
        upsert(self._connection, t.alum, {"person": person, **alum_told(alum)})

    def drop_alum(self, person: PersonId) -> None:
        self.forget()
        self._changes.people = True
        self._connection.execute(delete(t.alum).where(t.alum.c.person == person))

    def save_student(self, person: PersonId, student: StudentProfile) -> None:
        self.forget()
        told: dict[str, Any] = {"about": student.about, "degree": student.degree, "year": student.year}
        told |= {"desk_token": student.desk_token or None, "known_as": student.known_as}
        upsert(self._connection, t.student, {"person": person, **told})

    def record(self, person: PersonId, consent: Consent) -> None:
        self._consents.pop(person, None)
        told = {"consent_to": consent.to, "version": consent.version, "given": consent.given, "at": consent.at}
        insert_row(self._connection, t.consent, {"person": person, **told})

    def avoid(self, person: PersonId, whom: PersonId, at: datetime) -> None:
        insert_if_new(self._connection, t.avoidance, {"person": person, "whom": whom, "at": at})

    def erase(self, person: PersonId) -> None:
        """Letters that others wrote to them stay: these are the others'. The row and its key stay, empty."""
        self.forget()
        self._changes.people = True
        for table in (t.who, t.handle, t.alum, t.student, t.consent, t.roster, t.invitation):
            self._connection.execute(delete(table).where(table.c.person == person))
        arrived = update(t.message).where(t.message.c.to_person == person, t.message.c.copy_message.is_not(None))
        self._connection.execute(arrived.values(copy_platform=None, copy_channel=None, copy_message=None))
        self._connection.execute(delete(t.letter).where(t.letter.c.writer == person))
        self._connection.execute(delete(t.ask_text).where(t.ask_text.c.student == person))
        c = t.avoidance.c
        self._connection.execute(delete(t.avoidance).where(or_(c.person == person, c.whom == person)))
        emptied = {"given_name": "", "family_name": "", "zone": "", "language": "en", "erased": True}
        nobody = update(t.person).where(t.person.c.id == person)
        self._connection.execute(nobody.values(**emptied, hours=hours_told(GoodHours()), quiet=None))


_NEW_WHO = insert(t.who)
_WHOSE = itemgetter(PERSON)
_THIS_HANDLE = [t.handle.c[name] == bindparam(name) for name in ("platform", "realm", "user_id")]
_ITS_OWNER = select(t.handle.c.person).where(*_THIS_HANDLE).scalar_subquery()
_BY_ID = everything_of(t.person.c.id == bindparam("which"))
_THESE = everything_of(among(t.person.c.id, "which"))
_BY_HANDLE = everything_of(t.person.c.id == _ITS_OWNER.correlate(None))
_THEIR_OWNERS = select(t.handle.c.person).where(
    *_THIS_HANDLE[:2], t.handle.c.user_id.in_(bindparam("users", expanding=True))
)
_BY_HANDLES = everything_of(t.person.c.id.in_(_THEIR_OWNERS.correlate(None)))
_IS_CLOSED = select(t.handle.c.closed).where(*_THIS_HANDLE)
_ON_OFFER = (
    select(
        t.alum.c.person, t.alum.c.pace_month, t.alum.c.pace_at_once, t.alum.c.languages, t.alum.c.formats,
        t.alum.c.paused_until, t.alum.c.paused_since,
    )
    .where(t.alum.c.standing == Standing.APPROVED)
    .order_by(t.alum.c.person)
)  # fmt: skip
_CONSENTS = (
    select(t.consent.c.consent_to, t.consent.c.version, t.consent.c.given, t.consent.c.at)
    .where(t.consent.c.person == bindparam("of"))
    .order_by(t.consent.c.at, t.consent.c.id)
)
"""The newest last, so that of each kind it is the one that stays."""
_AVOIDANCES = select(t.avoidance.c.person, t.avoidance.c.whom).where(
    or_(t.avoidance.c.person == bindparam("of"), t.avoidance.c.whom == bindparam("of"))
)


def _only(found: list[Person]) -> Person | None:
    return found[0] if found else None


def _told(handle: Handle) -> dict[str, str]:
    return {"platform": handle.platform, "realm": handle.realm, "user_id": handle.user_id}


def _is(handle: Handle) -> list[ColumnElement[bool]]:
    c = t.handle.c
    return [c.platform == handle.platform, c.realm == handle.realm, c.user_id == handle.user_id]
