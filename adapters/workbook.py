"""Sheets as a workbook and as CSV. A cell is what it is: a number, a day, or text that no program takes for a formula.

XLSX by XlsxWriter, row by row, so that a hundred thousand rows never lie in memory; strings stay strings, whatever
they begin with. CSV knows no types: there a text that a spreadsheet would take for a formula gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from bot.views.invitations import disarmed
from bot.views.sheets import Cell, Sheet

WIDEST = 60


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """All sheets, each with its heading kept in sight."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "constant_memory": True, "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
        formats = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "share": book.add_format({"num_format": "0.0%"}),
            "number": book.add_format({"num_format": "#,##0.##"}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "indent": 1}),
        }
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            page.freeze_panes(1, 0)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            page.repeat_rows(0)
            for place, column in enumerate(sheet.columns):
                page.set_column(place, place, min(WIDEST, column.width))
                page.write_string(0, place, column.title, head)
            for number, row in enumerate(sheet.rows, 1):
                for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
                    _write(page, number, place, cell, formats[column.kind])
            if sheet.rows_are_many:
                page.autofilter(0, 0, number if sheet.rows else 0, len(sheet.columns) - 1)
    return out.getvalue()


def _write(page, number: int, place: int, cell: Cell, form) -> None:  # type: ignore[no-untyped-def]
    match cell:
        case None | "":
            return
        case bool() | str():
            page.write_string(number, place, str(cell), form)
        case date():
            page.write_datetime(number, place, cell, form)
        case _:
            page.write_number(number, place, cell, form)


def as_csv(sheet: Sheet) -> bytes:
    """One sheet, UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([disarmed(column.title) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([disarmed(cell) if isinstance(cell, str) else _plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)
