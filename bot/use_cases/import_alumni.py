"""Importing alumni: the office's rows become people who are invited and can't be asked yet.

A row is told by its alum_id or its e-mail address. The same row again changes nothing (its fingerprint is kept). An
alum who has joined looks after their own profile: from then on a row only fills what they left empty. One who left, or
was turned away, is not touched by any import: they objected, and that lasts. So it does for somebody who had everything
erased: of them a keyed hash is kept, and their row stays out.

One bad row never stops the others, and rows come in batches: `Seen` remembers between them who was on which line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale

from bot.domain.people import AlumProfile, Pace, Person, PersonId, Standing
from bot.domain.roster import Known, Problem, RosterRow, known_by_name, read_row
from bot.matching.fields import field_of
from bot.phrases import say
from bot.ports import UnitOfWork

RawRow = tuple[int, "dict[str, str] | Problem"]
"""A line's number (the heading is 1) and its cells by column, or what is wrong with the line itself."""
OnRow = Callable[[int], None]


@dataclass(frozen=True)
class ImportReport:
    """What came of an import: counts, and for each thing wrong its line, phrase key under `[roster]` and params."""

    rows: int = 0
    imported: int = 0
    changed: int = 0
    unchanged: int = 0
    objected: int = 0
    """Of the unchanged ones: those who said that they don't want to be here."""
    errors: tuple[tuple[int, str, dict[str, str | int]], ...] = ()
    notes: tuple[Problem, ...] = ()
    """What concerns the whole file: unknown columns, the way it was written."""

    def __add__(self, other: ImportReport) -> ImportReport:
        return ImportReport(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(ImportReport)}
        )

    @property
    def bad_rows(self) -> int:
        """How many rows were not used; one may have several errors."""
        return len({line for line, _, _ in self.errors})


@dataclass
class Seen:
    """Which ids and people of this file have had their line, over all batches."""

    keys: dict[str, int] = field(default_factory=dict)
    people: dict[PersonId, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A good row and the person it is about, if we know them. `new_key`: not by both keys that it gives.

    Only then the two are linked again: a row that gives one key must not make us forget the other.
    """

    line: int
    row: RosterRow
    person: PersonId | None
    new_key: bool = False


def in_words(report: ImportReport, language: str) -> Sequence[str]:
    """Notes and errors as people read them, one sentence each."""
    notes = [say(f"roster.{note.key}", language, **note.params) for note in report.notes]
    notes += [say("roster.objected", language, count=report.objected)] if report.objected else []
    errors = [
        say("roster.line", language, line=line, reason=say(f"roster.{key}", language, **params))
        for line, key, params in report.errors
    ]
    return [*notes, *errors]


def import_alumni(
    uow: UnitOfWork, rows: Iterable[RawRow], *, source: str, notice_date: date | None, now: datetime,
    on_row: OnRow | None = None, seen: Seen | None = None, skip: int = 0,
) -> ImportReport:  # fmt: skip
    """Bring the rows in; commits nothing. `source` is where they came from and `notice_date` when these people were
    told (GDPR, Art. 14): both stay with the person. `on_row` hears each line's number. The first `skip` rows have come
    in before: they are looked up, so that nobody stands twice in a file, and are not counted.
    """
    seen = seen if seen is not None else Seen()
    errors: list[tuple[int, str, dict[str, str | int]]] = []
    found: list[Found] = []
    count = 0
    for place, (line, raw) in enumerate(rows):
        read = raw if isinstance(raw, Problem) else read_row(raw, known(now.year))
        checked = _look_up(uow, line, read, seen) if isinstance(read, RosterRow) else read
        if place < skip:
            continue
        count += 1
        if isinstance(checked, Found):
            found.append(checked)
        else:
            problems = (checked,) if isinstance(checked, Problem) else checked
            errors.extend((line, problem.key, dict(problem.params)) for problem in problems)
        if on_row is not None:
            on_row(line)
    uow.people.lock(each.person for each in found if each.person is not None)
    told = Counter(_bring_in(uow, each, source, notice_date, now) for each in found)
    return ImportReport(
        count, told["new"], told["changed"], told["same"] + told["objected"], told["objected"], tuple(errors)
    )


def _look_up(uow: UnitOfWork, line: int, row: RosterRow, seen: Seen) -> Found | Problem:
    """Whom a row is about. Nobody may stand twice in a file, by whichever key, and no address has two owners."""
    keys = [key for key in (row.alum_id and f"id {row.alum_id}", row.email and f"mail {row.email}") if key]
    first = next((seen.keys[key] for key in keys if key in seen.keys), None)
    if first is not None:
        return Problem("duplicate", {"first": first})
    person = uow.roster.find(row.alum_id, row.email)
    owner = uow.roster.find("", row.email) if len(keys) > 1 else person
    if owner is not None and owner != person:
        return Problem("other_id" if person is None else "two_people")
    if person is not None and person in seen.people:
        return Problem("duplicate", {"first": seen.people[person]})
    seen.keys.update(dict.fromkeys(keys, line))
    if person is None:
        return Found(line, row, None)
    seen.people[person] = line
    known_by_all = len(keys) == 1 or (owner is not None and uow.roster.find(row.alum_id, "") is not None)
    return Found(line, row, person, new_key=not known_by_all)


def _bring_in(uow: UnitOfWork, found: Found, source: str, notice: date | None, now: datetime) -> str:
    """Save one row: `new`, `changed` or `same`; `objected` is not saved."""
    row = found.row
    if found.person is None:
        if uow.roster.is_kept_away(row.alum_id, row.email):
            return "objected"
        person = uow.people.add(None, row.given_name, row.family_name, row.zone, (row.languages or ("en",))[0])
        uow.people.save_alum(person.id, _profile(row, AlumProfile(Standing.INVITED)))
        uow.roster.link(person.id, row.alum_id, row.email, source, notice, now)
        uow.roster.set_fingerprint(person.id, row.fingerprint)
        return "new"
    if not found.new_key and uow.roster.fingerprint(found.person) == row.fingerprint:
        return "same"
    person = uow.people.get(found.person)
    if person.alum is not None and person.alum.standing in (Standing.LEFT, Standing.TURNED_AWAY):
        return "same"
    _update(uow, person, row)
    if found.new_key:
        uow.roster.link(person.id, row.alum_id, row.email, source, notice, now)
    uow.roster.set_fingerprint(person.id, row.fingerprint)
    return "changed"


def _update(uow: UnitOfWork, person: Person, row: RosterRow) -> None:
    """What the office knows now; what somebody said about themself stands."""
    alum = person.alum or AlumProfile(Standing.INVITED)
    joined = alum.joined_at is not None
    names = {"given_name": row.given_name, "family_name": row.family_name, "zone": row.zone}
    new: dict[str, Any] = {n: v for n, v in names.items() if v and not (joined and getattr(person, n))}
    if new:
        uow.people.save(replace(person, **new))
    uow.people.save_alum(person.id, blanks_filled(alum, _profile(row, alum)) if joined else _profile(row, alum))


def _profile(row: RosterRow, alum: AlumProfile) -> AlumProfile:
    """The profile with the row's facts; what a row doesn't say about how somebody helps stays as it is."""
    return replace(
        alum,
        title=row.title,
        employer=row.employer,
        industry=row.industry,
        field=field_of(row.title, row.industry),
        past_titles=row.past_titles,
        topics=row.topics,
        degree=row.degree,
        grad_year=row.grad_year,
        languages=row.languages or alum.languages,
        pace=Pace(row.capacity_month or alum.pace.month, row.capacity_at_once or alum.pace.at_once),
        room_link=row.room_link or alum.room_link,
    )


_FACTS = ("title", "employer", "industry", "field", "past_titles", "topics", "degree", "grad_year", "room_link")


def blanks_filled(own: AlumProfile, office: AlumProfile) -> AlumProfile:
    """What somebody said about themself, and for what they left empty the office's word."""
    blanks = {name: getattr(office, name) for name in _FACTS if not getattr(own, name)}
    return replace(own, **blanks)


@cache
def known(this_year: int) -> Known:
    """What rows are checked against. Languages are CLDR's, by their English names and codes."""
    named = {code: name for code, name in Locale.parse("en").languages.items() if len(code) in (2, 3)}
    languages = {name.casefold(): code for code, name in named.items()} | {code: code for code in named}
    return Known(this_year, languages, known_by_name(available_timezones()))
