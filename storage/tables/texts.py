"""What people wrote, apart from what happened."""

from __future__ import annotations

from sqlalchemy import ForeignKey

from bot.ports import LetterKind
from storage.columns import Id, Sealed, UtcDateTime, Word, column
from storage.tables.base import NOTES, WORD, key, table

letter = table(
    "letter",
    key(NOTES),
    column("kind", Word(LetterKind), NOTES),
    column("writer", Id, NOTES, ForeignKey("person.id"), index=True),
    column("intro", Id, NOTES, ForeignKey("intro.id"), nullable=True, index=True),
    column("about", WORD, NOTES),
    column("text", Sealed, NOTES),
    column("at", UtcDateTime, NOTES),
)

ask_text = table(
    "ask_text",
    column("ask", Id, NOTES, ForeignKey("ask.id"), primary_key=True, autoincrement=False),
    column("student", Id, NOTES, ForeignKey("person.id"), index=True),
    column("wonder", Sealed, NOTES),
    column("question", Sealed, NOTES),
    column("about", Sealed, NOTES),
)
"""What a student wrote into an ask: one row of letters, apart from the ask's own dates."""
