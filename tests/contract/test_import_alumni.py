"""Importing a roster, on each database: what is new, what changed, what was broken, and what stays theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.roster_file import import_file
from bot.domain.people import AlumProfile, Pace, Person, Standing
from bot.domain.roster import Unreadable
from bot.use_cases.import_alumni import ImportReport, in_words
from storage.engine import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Office:
    """Somebody who imports files."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.file = folder / "roster.csv"
        self.heard: list[int] = []

    def imports(self, *lines: str, batch: int = 500) -> ImportReport:
        self.file.write_text("\n".join(lines), encoding="utf-8")
        return import_file(
            self.store.begin, self.file, source="spring", notice_date=date(2026, 3, 1), now=NOW,
            on_row=self.heard.append, batch=batch,
        )  # fmt: skip

    def alumni(self) -> list[Person]:
        with self.store.read() as reading:
            return list(reading.people.alumni())

    def sets(self, person: Person, alum: AlumProfile) -> None:
        with self.store.begin() as uow:
            uow.people.save_alum(person.id, alum)
            uow.commit()


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return Office(store, tmp_path)


def test_a_row_becomes_somebody_invited(office: Office) -> None:
    report = office.imports(
        "alum_id,email,first name,Last Name,Job title,Company,grad year,languages,capacity",
        "A1,maya@example.org,Maya,Reyes,Press Officer,City of Eastmere,2012,Welsh;English,3",
    )

    assert (report.rows, report.imported, report.changed, report.unchanged, report.errors) == (1, 1, 0, 0, ())
    (maya,) = office.alumni()
    assert (maya.short_name, maya.language) == ("Maya R.", "cy")
    assert maya.alum == AlumProfile(
        Standing.INVITED, "Press Officer", "City of Eastmere", field="communications", grad_year=2012,
        languages=("cy", "en"), pace=Pace(3, 2),
    )  # fmt: skip


def test_twice_changes_nothing(office: Office) -> None:
    lines = ("alum_id,email,title", "A1,a@b.org,Nurse", ",c@d.org,Baker", "A3,,Cook")
    office.imports(*lines)
    before = office.alumni()

    report = office.imports(*lines)

    assert (report.imported, report.changed, report.unchanged, report.errors) == (0, 0, 3, ())
    assert office.alumni() == before


def test_a_new_title_is_a_change(office: Office) -> None:
    office.imports("alum_id,title", "A1,Nurse", "A2,Baker")

    report = office.imports("alum_id,title", "A1,Head Nurse", "A2,Baker")

    assert (report.imported, report.changed, report.unchanged) == (0, 1, 1)
    assert [person.alum.title for person in office.alumni() if person.alum] == ["Head Nurse", "Baker"]


def test_either_key_finds_the_person_and_neither_is_forgotten(office: Office) -> None:
    office.imports("alum_id,title", "A1,Nurse")
    office.imports("alum_id,email,title", "A1,a@b.org,Nurse")
    office.imports("email,title", "a@b.org,Midwife")
    report = office.imports("alum_id,title", "A1,Midwife")

    assert (report.unchanged, len(office.alumni())) == (1, 1)


def test_a_bad_row_is_told_and_stops_nobody(office: Office) -> None:
    report = office.imports(
        "alum_id,email,grad_year,shoe size", "A1,a@b.org,2012,39", "A1,,2012,40", "A2,a@b.org,2012,41", ",,2012,42",
        "A4,nope,2050,43", 'A5,"', "A6,f@g.org,2012,44",
    )  # fmt: skip

    assert (report.rows, report.imported, report.bad_rows) == (7, 2, 5)
    assert report.errors == (
        (3, "duplicate", {"first": 2}),
        (4, "duplicate", {"first": 2}),
        (5, "no_id", {}),
        (6, "bad_email", {}),
        (6, "year_in_future", {"value": "2050"}),
        (7, "bad_quoting", {}),
    )
    assert office.heard == [2, 3, 4, 5, 6, 7, 8]
    assert in_words(report, "en")[:2] == [
        "Not used, since we don't know them: shoe size.",
        "Line 3: The same person is already on line 2. Keep one of the two.",
    ]


def test_keys_of_two_people_are_not_mixed_up(office: Office) -> None:
    office.imports("alum_id,email", "A1,a@b.org", "A2,c@d.org")

    report = office.imports("alum_id,email", "A1,c@d.org", "A3,a@b.org")

    assert [(line, key) for line, key, _ in report.errors] == [(2, "two_people"), (3, "other_id")]
    assert len(office.alumni()) == 2


def test_one_person_under_both_keys_on_two_lines_is_a_duplicate(office: Office) -> None:
    office.imports("alum_id,email", "A1,a@b.org")

    report = office.imports("alum_id,email", "A1,", ",a@b.org")

    assert (report.unchanged, report.errors) == (1, ((3, "duplicate", {"first": 2}),))


def test_duplicates_are_seen_over_batches(office: Office) -> None:
    report = office.imports("alum_id,title", *(f"A{n % 5},Nurse" for n in range(10)), batch=3)

    assert (report.imported, [key for _, key, _ in report.errors]) == (5, ["duplicate"] * 5)


def test_what_somebody_said_about_themself_stands(office: Office) -> None:
    office.imports("alum_id,title,employer", "A1,Nurse,")
    (maya,) = office.alumni()
    joined = AlumProfile(Standing.APPROVED, "Midwife", topics=("night shifts",), pace=Pace(1, 1), joined_at=NOW)
    office.sets(maya, joined)

    report = office.imports("alum_id,title,employer,capacity_month", "A1,Head Nurse,St Brannoc's,9")

    assert report.changed == 1
    assert [person.alum for person in office.alumni()] == [replace(joined, employer="St Brannoc's", field="health")]


@pytest.mark.parametrize("standing", [Standing.LEFT, Standing.TURNED_AWAY])
def test_who_objected_is_left_alone_for_good(office: Office, standing: Standing) -> None:
    office.imports("alum_id,title", "A1,Nurse")
    (maya,) = office.alumni()
    office.sets(maya, AlumProfile(standing))

    report = office.imports("alum_id,title", "A1,Head Nurse")

    assert report.unchanged == 1
    assert [person.alum for person in office.alumni()] == [AlumProfile(standing)]


def test_a_file_that_cannot_be_used_imports_nobody(office: Office) -> None:
    with pytest.raises(Unreadable):
        office.imports("title", "Nurse")

    assert office.alumni() == []
