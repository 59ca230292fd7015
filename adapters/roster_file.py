"""Roster files: bytes of whatever an office exports, to numbered rows; and an import of a whole file in batches.

UTF-8 with or without a mark, UTF-16 with one, else Windows text (cp1252), which the report then says. Cells may be
parted by commas, semicolons or tabs. Lines are joined into rows by hand, for csv.reader loses the rest of a file to
one open quotation mark: here only that line is lost.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from bot.domain.roster import Heading, Problem, Unreadable, read_heading
from bot.phrases import FALLBACK, word_list
from bot.ports import UnitOfWork
from bot.use_cases.import_alumni import ImportReport, OnRow, RawRow, Seen, import_alumni

MEGABYTE = 1_000_000
MOST_MEGABYTES = 50
LONGEST_ROW_LINES = 20
"""A cell may hold line breaks, but an open quotation mark must not swallow the file."""
BATCH = 500
"""Rows in a transaction: a long import must not keep a press waiting."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class RosterFile:
    """A file whose heading could be read. `rows` can be gone through once."""

    heading: Heading
    notes: tuple[Problem, ...]
    lines: int
    """Lines of text, the heading among them: an upper bound for a progress bar."""
    rows: Iterator[RawRow]


def import_file(
    begin: Callable[[], AbstractContextManager[UnitOfWork]], path: Path, *, source: str, notice_date: date | None,
    now: datetime, on_row: OnRow | None = None, language: str = FALLBACK, batch: int = BATCH,
) -> ImportReport:  # fmt: skip
    """Import a file, a batch a transaction. What came in before a crash stays, and importing again goes on from there.

    Raises Unreadable when the file as a whole can't be used; nothing has been imported then.
    """
    file = read_roster(path, language)
    report, seen = ImportReport(), Seen()
    while rows := list(islice(file.rows, batch)):
        with begin() as uow:
            report += import_alumni(
                uow, rows, source=source, notice_date=notice_date, now=now, on_row=on_row, seen=seen
            )
            uow.commit()
    return replace(report, notes=file.notes)


def read_roster(path: Path, language: str = FALLBACK) -> RosterFile:
    """Open a roster: heading at once, rows as they are asked for. Raises Unreadable."""
    text, notes = _text(path)
    lines = text.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Unreadable("file_empty")
    delimiter = max(",;\t", key=lines[first].count)
    cells = _cells(lines[first], delimiter)
    if cells is None or "\0" in lines[first]:
        raise Unreadable("header_bad")
    heading = read_heading(cells, _also(language))
    if heading.unknown:
        notes = (*notes, Problem("unknown_columns", {"columns": ", ".join(heading.unknown)}))
    return RosterFile(heading, notes, len(lines), _rows(lines, first + 1, heading, delimiter))


def _text(path: Path) -> tuple[str, tuple[Problem, ...]]:
    try:
        if path.stat().st_size > MOST_MEGABYTES * MEGABYTE:
            raise Unreadable("file_too_big", most=MOST_MEGABYTES)
        raw = path.read_bytes()
    except OSError:
        raise Unreadable("file_missing", file=path.name) from None
    if raw.startswith(_WORKBOOK):
        raise Unreadable("file_workbook")
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding), ()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), (Problem("not_utf8"),)


def _also(language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Other names of the columns, from the catalogue."""
    for entry in word_list("roster_columns", language):
        column, _, others = entry.partition(":")
        yield column.strip(), tuple(others.split(","))


def _rows(lines: list[str], start: int, heading: Heading, delimiter: str) -> Iterator[RawRow]:
    """Each row with the number of its first line; empty lines are passed over."""
    at = start
    while at < len(lines):
        if lines[at].strip(f" \t\r\n{delimiter}\v\f"):
            length = _row_length(lines, at)
            read = _row("".join(lines[at : at + length]), heading, delimiter)
            if isinstance(read, Problem) and length > 1:
                length, read = 1, Problem("bad_quoting")
            yield at + 1, read
            at += length
        else:
            at += 1


def _row_length(lines: list[str], at: int) -> int:
    """How many lines make the row: until quotation marks are even; 1 when they never are."""
    marks = 0
    for length, line in enumerate(lines[at : at + LONGEST_ROW_LINES], start=1):
        marks += line.count('"')
        if marks % 2 == 0:
            return length
    return 1


def _row(text: str, heading: Heading, delimiter: str) -> dict[str, str] | Problem:
    cells = _cells(text, delimiter)
    if cells is None:
        return Problem("bad_quoting")
    expected = len(heading.columns)
    counts: Mapping[str, str | int] = {"found": len(cells), "expected": expected}
    if any(cell.strip() for cell in cells[expected:]):
        return Problem("too_many_columns", counts)
    if len(cells) < expected:
        return Problem("too_few_columns", counts)
    return {column: cell for column, cell in zip(heading.columns, cells, strict=False) if column is not None}


def _cells(text: str, delimiter: str) -> list[str] | None:
    """One row's cells; None when its quotation marks make no sense, or a cell is larger than csv reads."""
    try:
        rows = list(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
