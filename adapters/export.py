"""Files that a coordinator takes out, as bytes: the same whether they are asked for in the chat or at the shell.

A workbook holds every page. CSV holds one, so several pages are a ZIP of them; and whatever is large is a ZIP, since
a chat takes a few megabytes (`errands.MOST_BYTES`). JSON keeps the words as they are kept here, and has a schema
(`schemas/export.json`).

`write` is what a process of its own does (`workroom.py`): it reads by itself and gives back what it made, so that
nobody who presses a button meanwhile waits for a hundred thousand rows. What students can be found again by is made
here, anew for each file, travels beside the file, and is kept nowhere.
"""

from __future__ import annotations

import gc
import io
import json
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from adapters.workbook import as_csv, workbook
from bot.domain.exports import CSV, JSON, LINES, NACE, XLSX, Export, Line, Order, Written, heading, lines_as_json
from bot.phrases import own_words
from bot.use_cases.exporting import make_export
from bot.views.export_sheets import sheets_of
from bot.views.sheets import Sheet

if TYPE_CHECKING:
    from adapters.settings import Database
    from bot.ports import Reading

MEDIA_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", CSV: "text/csv",
    JSON: "application/json", "zip": "application/zip",
}  # fmt: skip
LARGE = 1_000_000
"""Bytes: larger CSV and JSON travels as a ZIP, which is a tenth of it."""
AT_A_TIME = 2_000


def write(database: Database, order: Order, now: datetime, language: str) -> Written:
    """The whole file, from a database that is only read. Raises Refusal, StoreError."""
    from adapters.main import looked_into

    gc.disable()  # a million small things, none of them in a circle
    try:
        with looked_into(database) as reading:
            return written(reading, order, now, language)
    finally:
        gc.enable()


def written(reading: Reading, order: Order, now: datetime, language: str, *, most: float = LARGE) -> Written:
    """The same from a look that is open already; CSV and JSON of more than `most` bytes is packed. Raises Refusal."""
    key = secrets.token_urlsafe(32) if order.what == NACE else ""
    with own_words(reading.wording.live()):
        export = make_export(reading, order, now, key=key)
        rows = _Count()
        export = rows.of(export)
        name = _name(export)
        if order.kind == XLSX:
            return Written(f"{name}.xlsx", workbook(sheets_of(export, language)), MEDIA_TYPES[XLSX], rows.all(), key)
        if order.kind == CSV:
            files = {f"{_slug(sheet)}.csv": as_csv(sheet) for sheet in sheets_of(export, language)}
        else:
            files = {f"{name}.json": b"".join(_as_json(export))}
    return _packed(name, order.kind, files, Written("", b"", "", rows.all(), key), most)


def _packed(name: str, kind: str, files: dict[str, bytes], told: Written, most: float) -> Written:
    [only, *more] = files.values()
    if not more and len(only) <= most:
        return replace(told, name=f"{name}.{kind}", content=only, media_type=MEDIA_TYPES[kind])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for each, content in files.items():
            packed.writestr(each, content)
    return replace(told, name=f"{name}.{kind}.zip", content=out.getvalue(), media_type=MEDIA_TYPES["zip"])


def _name(export: Export) -> str:
    """`interviews-this-term-2026-03-02`: what, of when, from which day."""
    order = export.order
    what = order.report if len(export.reports) == 1 else order.what
    parts = (what, "" if export.period is None else export.period.name, f"{export.now:%Y-%m-%d}")
    return "-".join(part for part in parts if part)


def _slug(sheet: Sheet) -> str:
    letters = "".join(letter if letter.isalnum() else "-" for letter in sheet.name.lower())
    return "-".join(part for part in letters.split("-") if part)


def _as_json(export: Export) -> Iterator[bytes]:
    """The heading, then list after list, a few thousand lines at a time."""
    head = json.dumps(heading(export), ensure_ascii=False)
    yield head.removesuffix("}").encode()
    for name, kind in LINES.get(export.order.what, {}).items():
        yield f', "{name}": ['.encode()
        some: list[str] = []
        between = ""
        for line in lines_as_json(export.lists[name], kind, export.zone):
            some.append(json.dumps(line, ensure_ascii=False))
            if len(some) == AT_A_TIME:
                yield (between + ",\n".join(some)).encode()
                some, between = [], ",\n"
        if some:
            yield (between + ",\n".join(some)).encode()
        yield b"]"
    yield b"}\n"


class _Count:
    """Counts the lines of a file's lists as they go by."""

    def __init__(self) -> None:
        self._rows = 0

    def of(self, export: Export) -> Export:
        self._rows = sum(len(table.lines) for one in export.reports for table in one.tables)
        self._rows += sum(len(one.metrics) for one in export.reports)
        return replace(export, lists={name: self._counted(lines) for name, lines in export.lists.items()})

    def _counted(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            self._rows += 1
            yield line

    def all(self) -> int:
        return self._rows
