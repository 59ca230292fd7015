"""Every table, in SQLAlchemy Core; a room for each kind of thing, and all of them by name here.

Core and not the ORM, because the domain's objects are frozen and have no life of their own between two statements:
what the core reads is a fact of one transaction, and what it writes stands in an explicit statement with its version
in the WHERE.

People stand apart from events. `people`, `office` and `texts` are all that knows a name, an account or a text, with the
outbox's copies; erasing a person empties them. The others know keys, dates and closed words. `who` joins the two: a
random key stands for a person on Steps, and when its row goes, the Steps are nobody's. A person's own row stays, empty,
so that keys keep pointing at something.

Keys are never used twice (AUTOINCREMENT on SQLite): a message that names letter 7 must not find another's letter there
after the first was erased.
"""

from __future__ import annotations

from storage.tables.base import metadata
from storage.tables.campus import doorway, mark, setting, space, wording
from storage.tables.desk import audit, queue_row
from storage.tables.intros import ask, intro, shown, step
from storage.tables.office import code_try, invitation, objection, roster, roster_import
from storage.tables.outbox import FEW_LINES, OPEN_LINES, gesture, message
from storage.tables.people import alum, avoidance, consent, handle, person, student, who
from storage.tables.replicas import calendar_run, lease, revision
from storage.tables.texts import ask_text, letter

__all__ = [
    "FEW_LINES",
    "OPEN_LINES",
    "alum",
    "ask",
    "ask_text",
    "audit",
    "avoidance",
    "calendar_run",
    "code_try",
    "consent",
    "doorway",
    "gesture",
    "handle",
    "intro",
    "invitation",
    "lease",
    "letter",
    "mark",
    "message",
    "metadata",
    "objection",
    "person",
    "queue_row",
    "revision",
    "roster",
    "roster_import",
    "setting",
    "shown",
    "space",
    "step",
    "student",
    "who",
    "wording",
]
