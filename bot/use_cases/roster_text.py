"""Roster texts: what an office exported, as numbered rows.

Cells may be parted by commas, semicolons or tabs. Lines are joined into rows by hand, for csv.reader loses the rest of
a file to one open quotation mark: here only that line is lost. Bytes are UTF-8 with or without a mark, UTF-16 with one,
else Windows text (cp1252), which the report then says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.roster import Heading, Problem, Unreadable, read_heading
from bot.phrases import FALLBACK, word_list
from bot.use_cases.import_alumni import RawRow

LONGEST_ROW_LINES = 20
"""A cell may hold line breaks, but an open quotation mark must not swallow the file."""
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


def decoded(raw: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text, and what was odd about it. Raises Unreadable for a workbook."""
    if raw.startswith(_WORKBOOK):
        raise Unreadable("file_workbook")
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding), ()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), (Problem("not_utf8"),)


def read_text(text: str, language: str = FALLBACK, notes: tuple[Problem, ...] = ()) -> RosterFile:
    """Heading at once, rows as they are asked for. Raises Unreadable."""
    if text.startswith(tuple(mark.decode("cp1252") for mark in _WORKBOOK)):
        raise Unreadable("file_workbook")
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
