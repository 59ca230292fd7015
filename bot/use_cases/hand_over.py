"""`/desk import`: a list of alumni as a file. It is gone through first, and changes nothing before somebody says so.

What would happen is found out by doing it and undoing it again, so that the two can't differ. A list of a few rows is
gone through in the gesture; a longer one in parts, each a task of its own, so that nobody waits behind it and the
platform has its answer in time. The file is a letter until it is brought in, and goes with the drafts if it never is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.domain.asks import plain
from bot.domain.messages import Kind, Message
from bot.domain.refusals import Mend, Refusal
from bot.domain.roster import Problem, Unreadable
from bot.ports import LetterKind, RosterImport, Step, UnitOfWork
from bot.use_cases.import_alumni import ImportReport, import_alumni
from bot.use_cases.roster_text import read_text
from bot.use_cases.visit import Say, Visit

AT_ONCE = 100
"""Rows that are gone through while somebody waits: well within the three seconds that a platform gives."""
PART = 250
MOST_ROWS = 5_000
"""A longer list is better split, or brought in from the terminal."""
KEPT_ERRORS = 50
LOOKING, LOOKED, BRINGING, DONE, LEFT = "looking", "looked", "bringing", "done", "left"


class _Undone(Exception):
    """Leaves a savepoint, and takes back what was tried in it."""


def send_import(visit: Visit) -> Say:
    """The file came: it is read, and gone through. Raises Mend for one that can't be used as a whole."""
    text = visit.files.get("roster", "")
    if not text.strip():
        raise Mend({"roster": "roster_empty"})
    source = plain(visit.text("source"))
    if not source:
        raise Mend({"source": "source_empty"})
    notice = _notice(visit.text("notice"))
    try:
        count = sum(1 for _ in read_text(text, visit.me.language).rows)
    except Unreadable as unreadable:
        raise Mend({"roster": (f"roster.{unreadable.problem.key}", dict(unreadable.problem.params))}) from None
    if count > MOST_ROWS:
        raise Mend({"roster": ("roster_long", {"count": count, "most": MOST_ROWS})})
    letter = visit.uow.letters.add(LetterKind.ROSTER, visit.me.id, text, visit.now)
    roster = visit.uow.imports.add(visit.me.id, source[:120], notice, letter.id, count, visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "import_looked", str(count))
    return _begin(visit, roster)


def _notice(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Mend({"notice": "day_unreadable"}) from None


def bring_in(visit: Visit) -> Say:
    """It was looked at, and it is right: now it comes in. Raises Refusal (`import_over`) for one that has, or that
    hasn't been gone through yet."""
    roster = visit.roster
    if roster.stage != LOOKED:
        raise Refusal("import_over")
    fresh = replace(
        roster, stage=BRINGING, done_lines=0, imported=0, changed=0, unchanged=0, objected=0, bad_rows=0, errors=()
    )
    visit.uow.imports.save(fresh)
    visit.uow.audit.add(visit.now, visit.me.who, "import", str(roster.lines))
    return _begin(visit, fresh)


def leave_it(visit: Visit) -> Say:
    """Not this list: nothing of it is kept."""
    roster = visit.roster
    if roster.stage != LOOKED:
        raise Refusal("import_over")
    _forget_file(visit.uow, roster)
    visit.uow.imports.save(replace(roster, stage=LEFT, letter=None, errors=(), notes=()))
    return Say("import_left")


def _begin(visit: Visit, roster: RosterImport) -> Say:
    if roster.lines <= AT_ONCE:
        go_on(visit.uow, roster, visit.now, most=AT_ONCE)
    else:
        visit.uow.outbox.add(_task(roster, visit.now))
    return Say("import_desk", {"roster": roster.id})


def _task(roster: RosterImport, now: datetime) -> Message:
    return Message(Kind.TASK, "bring_in", now, keys={"roster": roster.id})


def run_part(uow: UnitOfWork, roster_id: int, now: datetime) -> bool:
    """One part of a long list; the next is a task of its own, and at the end whoever handed it over is told."""
    roster = uow.imports.get(roster_id)
    if roster.stage not in (LOOKING, BRINGING):
        return False
    roster = go_on(uow, roster, now, most=PART)
    if roster.stage in (LOOKING, BRINGING):
        uow.outbox.add(_task(roster, now))
    else:
        uow.outbox.add(Message(Kind.NEWS, "import_desk", now, to=roster.by, keys={"roster": roster.id}))
    return True


def go_on(uow: UnitOfWork, roster: RosterImport, now: datetime, *, most: int) -> RosterImport:
    """The next rows: tried and taken back while it is only looked at, else for good."""
    letter = uow.letters.get(roster.letter) if roster.letter is not None else None
    if letter is None:
        left = replace(roster, stage=LEFT, letter=None)
        uow.imports.save(left)
        return left
    language = uow.people.get(roster.by).language
    file = read_text(letter.text, language)
    until = min(roster.lines, roster.done_lines + most)
    rows = [row for row, _ in zip(file.rows, range(until), strict=False)]
    report = ImportReport()
    try:
        with uow.savepoint():
            report = import_alumni(
                uow, rows, source=roster.source, notice_date=roster.notice, now=now, skip=roster.done_lines
            )
            if roster.stage == LOOKING:
                raise _Undone
    except _Undone:
        pass
    roster = _counted(roster, report, file.notes, until)
    if until >= roster.lines:
        roster = _ended(uow, roster, now)
    uow.imports.save(roster)
    return roster


def _counted(roster: RosterImport, report: ImportReport, notes: tuple[Problem, ...], until: int) -> RosterImport:
    errors = [{"line": line, "key": key, "params": params} for line, key, params in report.errors]
    return replace(
        roster,
        done_lines=until,
        imported=roster.imported + report.imported,
        changed=roster.changed + report.changed,
        unchanged=roster.unchanged + report.unchanged,
        objected=roster.objected + report.objected,
        bad_rows=roster.bad_rows + report.bad_rows,
        errors=(*roster.errors, *errors)[:KEPT_ERRORS],
        notes=tuple({"key": note.key, "params": dict(note.params)} for note in notes),
    )


def _ended(uow: UnitOfWork, roster: RosterImport, now: datetime) -> RosterImport:
    if roster.stage == LOOKING:
        return replace(roster, stage=LOOKED)
    _forget_file(uow, roster)
    who = uow.people.get(roster.by).who
    uow.steps.add(Step("imported", now, who=who, detail=str(roster.imported)))
    return replace(roster, stage=DONE, letter=None)


def _forget_file(uow: UnitOfWork, roster: RosterImport) -> None:
    if roster.letter is not None:
        uow.letters.forget(roster.letter)
