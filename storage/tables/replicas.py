"""What several processes on one database agree by."""

from __future__ import annotations

from storage.columns import Id, UtcDateTime, column
from storage.tables.base import WORD, WORKING, table

lease = table(
    "lease",
    column("name", WORD, WORKING, primary_key=True),
    column("holder", WORD, WORKING),
    column("until", UtcDateTime, WORKING),
)
"""Whose turn something is, until when by the wall's clock: the gateway, the calendar runs, a replica's being alive, a
platform that wants to be left alone."""

calendar_run = table(
    "calendar_run",
    column("key", WORD, WORKING, primary_key=True),
    column("at", UtcDateTime, WORKING),
)
"""One row for each run of a period (`retention:2026-03-02`), put there in the transaction that does it."""

revision = table(
    "revision",
    column("what", WORD, WORKING, primary_key=True),
    column("number", Id, WORKING),
)
"""Counts the transactions that changed something which processes keep in memory, so that another one can see it."""
