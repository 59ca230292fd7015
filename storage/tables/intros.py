"""Asks, whom they were offered, the intros that came of them, and what happened when."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, UniqueConstraint

from bot.domain.intro import State, Who
from storage.columns import Id, UtcDateTime, Word, column
from storage.tables.base import FOREVER, TOKEN, WORD, key, table

ask = table(
    "ask",
    key(),
    column("student", Id, FOREVER, ForeignKey("person.id"), index=True),
    column("token", TOKEN, FOREVER, unique=True),
    column("created_at", UtcDateTime, FOREVER),
    column("advised", Boolean, FOREVER),
    column("unsure", Boolean, FOREVER),
    column("next_choices", JSON, FOREVER),
    column("closed", Boolean, FOREVER),
    column("tell_when", Boolean, FOREVER, default=False),
    Index(None, "tell_when", "created_at"),
)

shown = table(
    "shown",
    key(),
    column("ask", Id, FOREVER, ForeignKey("ask.id")),
    column("student", Id, FOREVER, ForeignKey("person.id")),
    column("alum", Id, FOREVER, ForeignKey("person.id")),
    column("token", TOKEN, FOREVER, unique=True),
    column("at", UtcDateTime, FOREVER),
    column("by_desk", Boolean, FOREVER, default=False),
    UniqueConstraint("ask", "alum"),
    Index(None, "student", "at"),
    Index(None, "at", "alum"),
)

intro = table(
    "intro",
    key(),
    column("ask", Id, FOREVER, ForeignKey("ask.id"), index=True),
    column("student", Id, FOREVER, ForeignKey("person.id")),
    column("alum", Id, FOREVER, ForeignKey("person.id")),
    column("state", Word(State), FOREVER, index=True),
    column("version", Integer, FOREVER),
    column("requested_at", UtcDateTime, FOREVER),
    column("since", UtcDateTime, FOREVER),
    column("student_token", TOKEN, FOREVER, unique=True),
    column("alum_token", TOKEN, FOREVER, unique=True),
    column("desk_token", TOKEN, FOREVER, unique=True),
    column("expires_days", Integer, FOREVER),
    column("minutes", Integer, FOREVER),
    column("rank", Integer, FOREVER),
    column("has_next", Boolean, FOREVER),
    column("accepted_at", UtcDateTime, FOREVER, nullable=True),
    column("ended_at", UtcDateTime, FOREVER, nullable=True),
    column("asked_more", Boolean, FOREVER),
    column("answered", Boolean, FOREVER),
    column("slots", JSON, FOREVER),
    column("slots_by", Word(Who), FOREVER, nullable=True),
    column("starts_at", UtcDateTime, FOREVER, nullable=True),
    column("in_writing", Boolean, FOREVER),
    column("student_event", TOKEN, FOREVER),
    column("alum_event", TOKEN, FOREVER),
    column("sequence", Integer, FOREVER),
    column("five_minutes", Boolean, FOREVER),
    column("met_by_student", Boolean, FOREVER),
    column("met_by_alum", Boolean, FOREVER),
    column("missed_by", Word(Who), FOREVER, nullable=True),
    column("rescheduled_missed", Boolean, FOREVER),
    column("shared_by_student", Boolean, FOREVER),
    column("shared_by_alum", Boolean, FOREVER),
    column("snoozed_by_student", UtcDateTime, FOREVER, nullable=True),
    column("snoozed_by_alum", UtcDateTime, FOREVER, nullable=True),
    column("stopped_by_student", Boolean, FOREVER),
    column("stopped_by_alum", Boolean, FOREVER),
    column("keeps_student", Boolean, FOREVER),
    column("keeps_alum", Boolean, FOREVER),
    column("frozen_from", Word(State), FOREVER, nullable=True),
    column("flagged_by", Word(Who), FOREVER, nullable=True),
    column("reason", WORD, FOREVER),
    Index(None, "student", "state"),
    Index(None, "student", "requested_at"),
    Index(None, "alum", "state"),
    Index(None, "requested_at", "alum"),
    Index(None, "state", "since"),
)

step = table(
    "step",
    key(),
    column("what", WORD, FOREVER),
    column("at", UtcDateTime, FOREVER),
    column("who", TOKEN, FOREVER),
    column("whom", TOKEN, FOREVER),
    column("intro", Id, FOREVER, nullable=True, index=True),
    column("ask", Id, FOREVER, nullable=True, index=True),
    column("detail", WORD, FOREVER),
    column("platform", WORD, FOREVER),
    column("field", WORD, FOREVER),
    Index(None, "who", "what"),
    column("college", WORD, FOREVER, server_default=""),
    column("year", WORD, FOREVER, server_default=""),
    column("amount", Integer, FOREVER, nullable=True),
    Index(None, "at", "id"),
    Index(None, "what", "at"),
)
"""`who` and `whom` are no foreign keys: the row of `who` may go, the Step stays. A report reads a period by (`at`,
`id`), and who is there to be asked by `what`."""
