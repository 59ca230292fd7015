"""What needs a coordinator, and what they did."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint

from bot.domain.queue import Need
from storage.columns import Id, UtcDateTime, Word, column
from storage.tables.base import FOREVER, TOKEN, WORD, key, table

queue_row = table(
    "queue_row",
    key(),
    column("token", TOKEN, FOREVER, unique=True),
    column("need", Word(Need), FOREVER),
    column("subject", WORD, FOREVER),
    column("since", UtcDateTime, FOREVER),
    column("intro", Id, FOREVER, ForeignKey("intro.id"), nullable=True),
    column("person", Id, FOREVER, ForeignKey("person.id"), nullable=True),
    column("ask", Id, FOREVER, ForeignKey("ask.id"), nullable=True),
    column("roster", Id, FOREVER, nullable=True),
    column("snoozed_until", UtcDateTime, FOREVER, nullable=True),
    column("settled_at", UtcDateTime, FOREVER, nullable=True, index=True),
    column("settled_by", TOKEN, FOREVER),
    column("settled_how", WORD, FOREVER),
    UniqueConstraint("need", "subject", "since"),
)
"""What needs a coordinator. Settled by nobody: it passed by itself."""

audit = table(
    "audit",
    key(),
    column("at", UtcDateTime, FOREVER, index=True),
    column("who", TOKEN, FOREVER, index=True),
    column("act", WORD, FOREVER),
    column("target", WORD, FOREVER, index=True),
)
