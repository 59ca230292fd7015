"""The file of invitations, for the office's own mail merge.

It is made beside its place, readable by its owner alone, and moved there when it is whole. A batch of codes is
committed only when its letters are on the disk, so that no old code ends without its new one being written down.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.ports import Invited, UnitOfWork
from bot.use_cases.invite import Invitation, invite
from bot.views.invitations import COLUMNS, disarmed

if TYPE_CHECKING:
    from _csv import Writer

BATCH = 500
"""Letters in a transaction: many must not keep a press waiting."""

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Taken(Exception):
    """There is another file at this place, or letters that may not be sent yet."""


@dataclass
class Written:
    """What came of it. `left_alone`: those whose code still works, where only new ones were asked for."""

    invited: int = 0
    renewed: int = 0
    left_alone: int = 0
    without_email: int = 0


def write_letters(begin: Begin, file: Path, now: datetime, *, only_new: bool, by: str) -> Written:
    """A letter for each who is invited and hasn't joined. Raises Taken, OSError; no code has changed then."""
    if file.exists() and (only_new or not _is_ours(file)):
        raise Taken
    with begin() as uow:
        everybody = uow.roster.invited(now)
    rows = [row for row in everybody if not (only_new and row.has_code)]
    written = Written(left_alone=len(everybody) - len(rows))
    with _private(file) as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for start in range(0, len(rows), BATCH):
            _write_some(begin, rows[start : start + BATCH], now, writer, out, written)
        with begin() as uow:
            uow.audit.add(now, by, "invitations", str(written.invited))
            uow.commit()
    return written


def _is_ours(file: Path) -> bool:
    """Letters of an earlier run, whose codes end now; anything else is not ours to write over."""
    with file.open("rb") as lying:
        return lying.readline(200).decode(errors="replace").strip() == ",".join(COLUMNS)


@contextmanager
def _private(file: Path) -> Iterator[TextIO]:
    """A file of our own that takes its place only when all went well."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield out
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _write_some(
    begin: Begin, rows: Sequence[Invited], now: datetime, writer: Writer, out: TextIO, written: Written
) -> None:
    with begin() as uow:
        letters = invite(uow, rows, now)
        writer.writerows([disarmed(cell) for cell in _cells(letter)] for letter in letters)
        out.flush()
        os.fsync(out.fileno())
        uow.commit()
    written.invited += len(letters)
    written.renewed += sum(letter.renewed for letter in letters)
    written.without_email += sum(not letter.email for letter in letters)


def _cells(one: Invitation) -> tuple[str, ...]:
    return (one.alum_id, one.email, one.given_name, one.code, one.link, one.letter)
