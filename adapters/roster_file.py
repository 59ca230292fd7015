"""Roster files: whatever an office exports, from the disk; and an import of a whole file in batches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from bot.domain.roster import Unreadable
from bot.phrases import FALLBACK
from bot.ports import UnitOfWork
from bot.use_cases.import_alumni import ImportReport, OnRow, Seen, import_alumni
from bot.use_cases.roster_text import RosterFile, decoded, read_text

MEGABYTE = 1_000_000
MOST_MEGABYTES = 50
BATCH = 500
"""Rows in a transaction: a long import must not keep a press waiting."""


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
    try:
        if path.stat().st_size > MOST_MEGABYTES * MEGABYTE:
            raise Unreadable("file_too_big", most=MOST_MEGABYTES)
        raw = path.read_bytes()
    except OSError:
        raise Unreadable("file_missing", file=path.name) from None
    text, notes = decoded(raw)
    return read_text(text, language, notes)
