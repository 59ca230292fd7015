"""The office's own list of alumni, the codes it gave out, and who must not come back."""

from __future__ import annotations

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String

from storage.columns import Id, Sealed, UtcDateTime, column
from storage.tables.base import FOREVER, GESTURE, KNOWN, NOTES, OPERATOR, TOKEN, WORD, key, one_per_person, table

roster = table(
    "roster",
    one_per_person(),
    column("alum_id", Sealed, KNOWN),
    column("alum_id_hash", String(64), KNOWN, nullable=True, unique=True),
    column("email", Sealed, KNOWN),
    column("email_hash", String(64), KNOWN, nullable=True, index=True),
    column("source", WORD, KNOWN),
    column("notice", Date, KNOWN, nullable=True),
    column("came_in", UtcDateTime, KNOWN, index=True),
    column("fingerprint", String(128), KNOWN),
)
"""The office's own row about an alum. The hashes are for equality alone: nothing can be read back from them."""

invitation = table(
    "invitation",
    one_per_person(),
    column("code_hash", String(64), KNOWN, unique=True),
    column("ends_at", UtcDateTime, KNOWN),
)
"""The one-time code of somebody who is invited; who uses it takes the row away."""

code_try = table(
    "code_try",
    key(GESTURE),
    column("account_hash", String(64), GESTURE),
    column("at", UtcDateTime, GESTURE, index=True),
    Index(None, "account_hash", "at"),
)
"""A code that did not fit, by the account that typed it: erasing a person must not give an account new tries."""

objection = table(
    "objection",
    key(),
    column("alum_id_hash", String(64), FOREVER, nullable=True, index=True),
    column("email_hash", String(64), FOREVER, nullable=True, index=True),
    column("at", UtcDateTime, FOREVER),
)
"""Rows of the office's that must never come back, since somebody objected (GDPR, Art. 21). Kept for ever, because what
was forgotten could not be respected; and as keyed hashes alone, of which nobody can be read."""

roster_import = table(
    "roster_import",
    key(OPERATOR),
    column("token", TOKEN, OPERATOR, unique=True),
    column("at", UtcDateTime, OPERATOR, index=True),
    column("by_person", Id, OPERATOR, ForeignKey("person.id")),
    column("source", WORD, OPERATOR),
    column("notice", Date, OPERATOR, nullable=True),
    column("letter", Id, OPERATOR, nullable=True),
    column("lines", Integer, OPERATOR),
    column("done_lines", Integer, OPERATOR),
    column("stage", WORD, OPERATOR),
    column("imported", Integer, OPERATOR),
    column("changed", Integer, OPERATOR),
    column("unchanged", Integer, OPERATOR),
    column("objected", Integer, OPERATOR),
    column("bad_rows", Integer, OPERATOR),
    column("errors", JSON, NOTES),
    column("notes", JSON, NOTES),
)
"""A list that a coordinator handed over. The file itself is a letter, and goes with the drafts; so do the errors, which
quote cells."""
