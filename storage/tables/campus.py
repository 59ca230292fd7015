"""What the operator and the office have set: where we are, the rules, the words."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text, UniqueConstraint

from bot.domain.people import Platform
from storage.columns import UtcDateTime, Word, column
from storage.tables.base import OPERATOR, TOKEN, WORD, key, table

space = table(
    "space",
    column("platform", Word(Platform), OPERATOR, primary_key=True),
    column("realm", String(64), OPERATOR, primary_key=True),
    column("app", String(64), OPERATOR, primary_key=True),
    column("name", Text, OPERATOR),
    column("desk_channel", String(64), OPERATOR),
    column("student_roles", JSON, OPERATOR),
    column("coordinator_roles", JSON, OPERATOR),
    column("everyone_is_student", Boolean, OPERATOR),
    column("export_roles", JSON, OPERATOR),
    column("settings_roles", JSON, OPERATOR),
    column("audit_roles", JSON, OPERATOR),
)

setting = table(
    "setting",
    column("key", WORD, OPERATOR, primary_key=True),
    column("value", Text, OPERATOR),
)

doorway = table(
    "doorway",
    key(OPERATOR),
    column("platform", Word(Platform), OPERATOR),
    column("realm", String(64), OPERATOR),
    column("channel", String(64), OPERATOR),
    column("message", String(64), OPERATOR),
    UniqueConstraint("platform", "realm", "channel"),
)
"""The office's cards. Each is known for as long as it hangs, so that a new one can take its place."""

mark = table(
    "mark",
    column("id", Integer, OPERATOR, primary_key=True, autoincrement=False),
    column("mark", WORD, OPERATOR),
)

wording = table(
    "wording",
    key(OPERATOR),
    column("token", TOKEN, OPERATOR, unique=True),
    column("key", WORD, OPERATOR),
    column("language", String(16), OPERATOR),
    column("text", Text, OPERATOR),
    column("at", UtcDateTime, OPERATOR),
    column("who", TOKEN, OPERATOR),
    column("live_at", UtcDateTime, OPERATOR, nullable=True),
    column("ended_at", UtcDateTime, OPERATOR, nullable=True),
    Index(None, "key", "language"),
)
"""The campus's own words for a sentence, each version a row. The newest that is live counts; ended, the one before."""
