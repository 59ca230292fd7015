"""Sheets as a workbook and as CSV. A cell is what it is: a number, a day, or text that no program takes for a formula.

XLSX by XlsxWriter, row by row, so that a hundred thousand rows never lie in memory; strings stay strings, whatever
they begin with. CSV knows no types: there a text that a spreadsheet would take for a formula gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.views.invitations import disarmed
from bot.views.sheets import Cell, Share, Sheet

WIDEST = 70
WIDEST_ON_PAPER = 170
"""Letters on a landscape page that can still be read; a wider sheet is printed over several."""
LINE = 15
"""Points."""
FIRST_DAY, ONE_DAY = datetime(1899, 12, 30), timedelta(days=1)  # noqa: DTZ001  # a spreadsheet knows no zone
"""From which a spreadsheet counts days."""
LONGEST_NAME = 31
"""Characters of a sheet's name; some can't stand in it."""
NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LONGEST_CELL = 32_767


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """All sheets, each with its heading kept in sight."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        top = {"valign": "top"}
        left = {"align": "left", "indent": 1, **top}
        head = {"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "border": 1, "border_color": "#C7D3DF"}
        formats = {
            "head": book.add_format({**head, **left}),
            "head_of_numbers": book.add_format({**head, "align": "right", **top}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", **left}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", **left}),
            "share": book.add_format({"num_format": "0.0%", **top}),
            "number": book.add_format({"num_format": "#,##0.##", **top}),
            "whole": book.add_format({"num_format": "#,##0", **top}),
            "year": book.add_format({"num_format": "0", **left}),
            "text": book.add_format({"text_wrap": True, **left}),
            "line": book.add_format(left),
        }
        for sheet, name in zip(sheets, _names(sheets), strict=True):
            _fill(book.add_worksheet(name), sheet, formats)
    return out.getvalue()


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.fit_to_pages(math.ceil(sum(column.width for column in sheet.columns) / WIDEST_ON_PAPER), 0)
    page.repeat_rows(0)
    page.repeat_columns(0)
    page.set_row(0, _height((column.title, column.width) for column in sheet.columns) + 3)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, min(WIDEST, column.width))
        head = "head_of_numbers" if column.kind == "number" else "head"
        page.write_string(0, place, column.title, formats[head])
    kinds = [column.kind for column in sheet.columns]
    if sheet.rows_are_many:  # one line each, so that many are seen at a time
        kinds = ["line" if kind == "text" else kind for kind in kinds]
    writers = [_writer(page, kind, formats) for kind in kinds]
    number = 0
    for number, row in enumerate(sheet.rows, 1):
        if not sheet.rows_are_many:
            words = (str(cell) for cell in row)
            page.set_row(number, _height(zip(words, (column.width for column in sheet.columns), strict=True)))
        for place, (cell, write) in enumerate(zip(row, writers, strict=True)):
            if cell is not None and cell != "":
                write(number, place, cell)
    if sheet.rows_are_many:
        page.autofilter(0, 0, number, len(sheet.columns) - 1)


def _height(cells: Iterable[tuple[str, int]]) -> int:
    """Points that a row takes, by its texts and the widths they have; no program reckons it for itself everywhere."""
    return LINE * max(len(textwrap.wrap(words, max(4, min(WIDEST, width) - 2))) or 1 for words, width in cells)


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """As they may be called, each by another name."""
    names: list[str] = []
    for sheet in sheets:
        plain = sheet.name.translate(NOT_IN_A_NAME).strip()
        name, place = plain[:LONGEST_NAME], 2
        while name.casefold() in {other.casefold() for other in names}:
            name, place = f"{plain[: LONGEST_NAME - 3]} {place}", place + 1
        names.append(name)
    return names


def _writer(page: Any, kind: str, formats: dict[str, Any]) -> Callable[[int, int, Any], object]:
    """How the cells of a column are written. Chosen once: of a large file this is most of the work. A day is a number
    with a format to a spreadsheet, and reckoned here, since the library looks at each in a dozen ways."""
    own, share, whole = formats[kind], formats["share"], formats["whole"]

    def text(number: int, place: int, cell: Any) -> None:
        page.write_string(number, place, str(cell)[:LONGEST_CELL], own)

    def day(number: int, place: int, cell: Any) -> None:
        at = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        page.write_number(number, place, (at - FIRST_DAY) / ONE_DAY, own)

    def figure(number: int, place: int, cell: Any) -> None:
        form = share if isinstance(cell, Share) else whole if isinstance(cell, int) and kind == "number" else own
        page.write_number(number, place, cell, form)

    return day if kind in ("day", "moment") else figure if kind in ("number", "year") else text


def as_csv(sheet: Sheet) -> bytes:
    """One sheet, UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([disarmed(column.title) for column in sheet.columns])
    writer.writerows(_plain(row) for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(row: Iterable[Cell]) -> list[str | int | float]:
    return [_cell(cell) for cell in row]


def _cell(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case str():
            return disarmed(cell)
        case datetime():
            return cell.isoformat(" ", timespec="minutes")
        case date():
            return cell.isoformat()
        case _:
            return cell
