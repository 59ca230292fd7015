from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.roster_file import read_roster
from bot.domain.roster import Problem, RosterRow, Unreadable, read_row
from bot.use_cases.import_alumni import RawRow, known

SAMPLE = Path(__file__).resolve().parents[3] / "adapters" / "sandbox" / "roster.csv"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "alumni.csv"


def rows(file: Path, content: str | bytes) -> list[RawRow]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_roster(file).rows)


NURSE = {"alum_id": "1", "title": "Nurse, RN"}


@pytest.mark.parametrize(
    "content",
    [
        'alum_id,title\n1,"Nurse, RN"\n',
        "alum_id;title\r\n1;Nurse, RN\r\n",
        "alum_id\ttitle\r1\tNurse, RN\r",
        b'\xef\xbb\xbfalum_id,title\n1,"Nurse, RN"',
        'alum_id,title\n1,"Nurse, RN"\n'.encode("utf-16"),
        '\n\nalum_id, title\n1, "Nurse, RN"\n',
    ],
)
def test_files_of_every_office_are_read(file: Path, content: str | bytes) -> None:
    assert [cells for _, cells in rows(file, content)] == [NURSE]


def test_windows_text_is_read_and_said(file: Path) -> None:
    file.write_bytes("alum_id,given_name,shoe\n1,Inès,39\n".encode("cp1252"))
    roster = read_roster(file)

    assert list(roster.rows) == [(2, {"alum_id": "1", "given_name": "Inès"})]
    assert roster.notes == (Problem("not_utf8"), Problem("unknown_columns", {"columns": "shoe"}))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1,Nurse,extra", Problem("too_many_columns", {"found": 3, "expected": 2})),
        ("1", Problem("too_few_columns", {"found": 1, "expected": 2})),
        ('1,"Nurse', Problem("bad_quoting")),
        ('1,"Nurse" or so', Problem("bad_quoting")),
        (f"1,{'x' * 200_000}", Problem("bad_quoting")),
    ],
)
def test_a_broken_line_does_not_stop_the_others(file: Path, line: str, problem: Problem) -> None:
    assert rows(file, f"alum_id,title\n0,Baker\n{line}\n2,Cook\n\n3,Chef\n") == [
        (2, {"alum_id": "0", "title": "Baker"}),
        (3, problem),
        (4, {"alum_id": "2", "title": "Cook"}),
        (6, {"alum_id": "3", "title": "Chef"}),
    ]


def test_a_cell_may_hold_line_breaks(file: Path) -> None:
    assert rows(file, 'alum_id,title\n1,"Head\nof IT"\n2,Cook\n') == [
        (2, {"alum_id": "1", "title": "Head\nof IT"}),
        (4, {"alum_id": "2", "title": "Cook"}),
    ]


def test_cells_left_over_by_a_spreadsheet_are_no_harm(file: Path) -> None:
    assert rows(file, "alum_id,title\n1,Cook,,\n,\n") == [(2, {"alum_id": "1", "title": "Cook"})]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "file_empty"),
        (b"\n \n", "file_empty"),
        (b"PK\x03\x04rest", "file_workbook"),
        (b"title,degree\nNurse,BSc\n", "header_no_id"),
        (b"email,E-Mail\n", "header_twice"),
        (b'alum_id,"title\n1,2\n', "header_bad"),
    ],
)
def test_a_file_that_cannot_be_used_has_one_reason(file: Path, content: bytes, key: str) -> None:
    file.write_bytes(content)

    with pytest.raises(Unreadable) as refused:
        read_roster(file)

    assert refused.value.problem.key == key


def test_a_file_that_is_not_there_is_said_so(file: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read_roster(file)

    assert refused.value.problem == Problem("file_missing", {"file": "alumni.csv"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_after_a_heading_end_in_rows_or_reasons(file: Path, content: bytes) -> None:
    assert all(isinstance(read, dict | Problem) for _, read in rows(file, b"alum_id,title\n" + content))


def test_the_sample_roster_has_nothing_to_mend() -> None:
    read = [read_row(cells, known(2026)) for _, cells in read_roster(SAMPLE).rows if isinstance(cells, dict)]

    assert len(read) == 40
    assert all(isinstance(row, RosterRow) for row in read)
