from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.roster import COLUMNS, Heading, Known, Problem, RosterRow, Unreadable, read_heading, read_row

KNOWN = Known(2026, {"english": "en", "en": "en", "welsh": "cy", "cy": "cy"}, {"europe/london": "Europe/London"})
FULL = {
    "alum_id": "A1", "email": "Maya@Example.org", "given_name": "Maya", "family_name": "Reyes", "title": "Lead",
    "employer": "Open Harbour", "industry": "Charity", "past_titles": "Officer; Clerk;Officer", "topics": "a|b",
    "degree": "BA", "grad_year": "2011", "languages": "English, cy", "zone": "europe/london",
    "room_link": "https://meet.example.org/maya", "capacity_month": "3", "capacity_at_once": "1",
}  # fmt: skip


def out_of_range(column: str, value: str, high: int) -> Problem:
    return Problem("out_of_range", {"column": column, "value": value, "low": 1, "high": high})


def too_many(column: str, count: int) -> Problem:
    return Problem("too_many_items", {"column": column, "count": count, "most": 20})


def test_a_full_row_is_read() -> None:
    assert read_row(FULL, KNOWN) == RosterRow(
        "A1", "maya@example.org", "Maya", "Reyes", "Lead", "Open Harbour", "Charity", ("Officer", "Clerk"), ("a", "b"),
        "BA", 2011, ("en", "cy"), "Europe/London", "https://meet.example.org/maya", 3, 1,
    )  # fmt: skip


def test_one_key_is_enough() -> None:
    assert read_row({"alum_id": "A1"}, KNOWN) == RosterRow(alum_id="A1")
    assert read_row({"email": "mailto:a@b.org"}, KNOWN) == RosterRow(email="a@b.org")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"alum_id": "", "email": " "}, Problem("no_id")),
        ({"email": "maya(at)example.org"}, Problem("bad_email")),
        ({"email": "a..b@example.org"}, Problem("bad_email")),
        ({"email": "a" * 65 + "@example.org"}, Problem("bad_email")),
        ({"alum_id": "x" * 65}, Problem("bad_alum_id", {"longest": 64})),
        ({"given_name": "maya@example.org"}, Problem("name_is_address", {"column": "given_name"})),
        ({"family_name": "R3yes"}, Problem("name_has_digits", {"column": "family_name"})),
        ({"grad_year": "last year"}, Problem("year_not_a_number", {"value": "last year"})),
        ({"grad_year": "19"}, Problem("year_not_a_number", {"value": "19"})),
        ({"grad_year": "२०१९"}, Problem("year_not_a_number", {"value": "२०१९"})),
        ({"grad_year": "2027"}, Problem("year_in_future", {"value": "2027"})),
        ({"grad_year": "1850"}, Problem("year_too_old", {"value": "1850"})),
        ({"zone": "Mars/Olympus"}, Problem("unknown_zone", {"value": "Mars/Olympus"})),
        ({"languages": "English;Klingonish"}, Problem("unknown_language", {"value": "Klingonish"})),
        ({"capacity_month": "many"}, Problem("not_a_number", {"column": "capacity_month", "value": "many"})),
        ({"capacity_month": "11"}, out_of_range("capacity_month", "11", 10)),
        ({"capacity_at_once": "0"}, out_of_range("capacity_at_once", "0", 5)),
        ({"room_link": "javascript:alert(1)"}, Problem("bad_link")),
        ({"room_link": "https://"}, Problem("bad_link")),
        ({"room_link": "http://[oops"}, Problem("bad_link")),
        ({"room_link": "https://me:pass@example.org"}, Problem("link_with_password")),
        ({"title": "x" * 10_000}, Problem("cell_too_long", {"column": "title", "length": 10_000, "longest": 200})),
        ({"topics": ";".join("abcdefghijklmnopqrstu")}, too_many("topics", 21)),
        ({"topics": "x" * 300}, Problem("item_too_long", {"column": "topics", "length": 300, "longest": 200})),
        ({"title": "Nurse\0"}, Problem("nul_bytes")),
        ({"title": "Caf� owner"}, Problem("replacement")),
    ],
)  # fmt: skip
def test_every_kind_of_broken_row_has_its_reason(cells: dict[str, str], problem: Problem) -> None:
    assert read_row({"alum_id": "A1", **cells}, KNOWN) == (problem,)


def test_all_that_is_wrong_is_told_at_once() -> None:
    problems = read_row({"grad_year": "x", "zone": "y"}, KNOWN)

    assert isinstance(problems, tuple)
    assert [problem.key for problem in problems] == ["no_id", "year_not_a_number", "unknown_zone"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('=HYPERLINK("http://evil","Nurse")', 'HYPERLINK("http://evil","Nurse")'),
        ("+-@=cmd|' /C calc'!A0", "cmd|' /C calc'!A0"),
        ("<script>alert(1)</script>Nurse", "alert(1) Nurse"),
        ("&lt;b&gt;R&amp;D Lead", "R&D Lead"),
        ("Nur\u202ese\u200b", "Nurse"),
        ("Head\n of   IT\t", "Head of IT"),
        ("5 < 6 > 4", "5 < 6 > 4"),
    ],
)
def test_cells_that_could_act_become_plain_text(cell: str, text: str) -> None:
    assert read_row({"alum_id": "A1", "title": cell}, KNOWN) == RosterRow("A1", title=text)


def test_a_fingerprint_knows_facts_and_no_keys() -> None:
    row, same, other = (RosterRow("A1", "a@b.org", title=title) for title in ("Nurse", "Nurse", "Baker"))

    assert row.fingerprint == same.fingerprint == RosterRow("Z9", title="Nurse").fingerprint
    assert row.fingerprint != other.fingerprint


ALSO = (("email", ("e mail", "email address")), ("title", ("job title",)))


def test_headings_are_known_by_the_names_an_office_has_for_them() -> None:
    heading = read_heading(["E-Mail Address", " JOB_TITLE", "Shoe size", "Alum ID"], ALSO)

    assert heading == Heading(("email", "title", None, "alum_id"), ("Shoe size",))


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["title", "degree"], Problem("header_no_id")),
        ([], Problem("header_no_id")),
        (["email", "E-mail"], Problem("header_twice", {"column": "email"})),
    ],
)
def test_a_heading_without_a_key_or_with_two_is_one_clear_error(names: list[str], problem: Problem) -> None:
    with pytest.raises(Unreadable) as refused:
        read_heading(names, ALSO)

    assert refused.value.problem == problem


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=60)))
def test_any_row_is_read_or_told_what_is_wrong(cells: dict[str, str]) -> None:
    read = read_row(cells, KNOWN)

    assert isinstance(read, RosterRow) or all(isinstance(problem, Problem) for problem in read)
    if isinstance(read, RosterRow):
        assert not read.title.startswith(("=", "+", "-", "@"))
