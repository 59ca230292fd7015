"""Forgetting: the nightly run that lets go of what is not needed any more.

How long each class is kept is said once: notes and the invited by the campus, the rest here. Who was imported and
never joined goes sooner where nobody was told that their data came here (GDPR, Art. 14). Steps stay, with nobody's name
in them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.calendar import due
from bot.ports import Step, UnitOfWork
from bot.use_cases.desk_digest import RUNS

DRAFTS = timedelta(days=7)
GESTURES = timedelta(days=7)
"""A platform repeats a gesture within hours; after that its key proves nothing."""
LINES = timedelta(days=180)
"""Delivered copies are known this long, so that erasure can take them back."""


def run_calendar(uow: UnitOfWork, last: datetime | None, now: datetime) -> None:
    """Do the calendar runs that have begun since `last`, each once per period whoever asks."""
    for key in due(last, now, uow.places.campus()):
        if uow.runs.begin(key, now):
            RUNS.get(key.partition(":")[0], forget)(uow, now)


def forget(uow: UnitOfWork, now: datetime) -> None:
    """Let go of everything whose time has come."""
    campus = uow.places.campus()
    kept, invited = timedelta(days=campus.notes_kept_days), timedelta(days=campus.invited_days)
    unnoticed = timedelta(days=campus.invited_without_notice_days)
    gone = (
        uow.retention.forget_notes(now - kept),
        uow.retention.forget_drafts(now - DRAFTS),
        uow.retention.forget_gestures(now - GESTURES),
        uow.retention.forget_lines(now - LINES),
        uow.retention.forget_invited(now - invited, without_notice_before=now - unnoticed, now=now),
    )
    if any(gone):
        uow.steps.add(Step("forgot", now, detail=str(sum(gone))))
