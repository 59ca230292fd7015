"""Every table, in SQLAlchemy Core.

Core and not the ORM, because the domain's objects are frozen and have no life of their own between two statements:
what the core reads is a fact of one transaction, and what it writes stands in an explicit statement with its version
in the WHERE.

People stand apart from events. The first group is all that knows a name, an account or a text; erasing a person empties
it. The second knows keys, dates and closed words. `who` joins the two: a random key stands for a person on Steps, and
when its row goes, the Steps are nobody's. A person's own row stays, empty, so that keys keep pointing at something.

Keys are never used twice (AUTOINCREMENT on SQLite): a message that names letter 7 must not find another's letter there
after the first was erased.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.domain.intro import State, Who
from bot.domain.messages import Kind, Status
from bot.domain.people import ConsentTo, Platform, Standing
from bot.domain.queue import Need
from bot.ports import LetterKind
from storage.columns import Id, Retention, Sealed, UtcDateTime, Word, column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

FOREVER, KNOWN, NOTES = Retention.FOREVER, Retention.WHILE_KNOWN, Retention.NOTES
DELIVERY, GESTURE, OPERATOR = Retention.DELIVERY, Retention.GESTURE, Retention.OPERATOR
WORKING = Retention.WORKING
TOKEN = String(43)
WORD = String(128)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_autoincrement=_counts_up(parts))


def _counts_up(parts: tuple[Any, ...]) -> bool:
    return any(isinstance(part, Column) and part.autoincrement is True for part in parts)


def _id(kept: Retention = FOREVER) -> Column[Any]:
    return column("id", Id, kept, primary_key=True, autoincrement=True)


def _one_per_person() -> Column[Any]:
    return column("person", Id, KNOWN, ForeignKey("person.id"), primary_key=True, autoincrement=False)


# People -------------------------------------------------------------------------------------------------------------

person = _table(
    "person",
    _id(),
    column("given_name", Text, KNOWN),
    column("family_name", Text, KNOWN),
    column("zone", String(64), KNOWN),
    column("language", String(16), KNOWN),
    column("hours", JSON, KNOWN),
    column("quiet", JSON(none_as_null=True), KNOWN, nullable=True),
    column("erased", Boolean, FOREVER, default=False),
)

who = _table(
    "who",
    column("key", TOKEN, KNOWN, primary_key=True),
    column("person", Id, KNOWN, ForeignKey("person.id"), unique=True),
)

handle = _table(
    "handle",
    _id(KNOWN),
    column("person", Id, KNOWN, ForeignKey("person.id"), nullable=True, index=True),
    column("platform", Word(Platform), KNOWN),
    column("realm", String(64), KNOWN),
    column("user_id", String(64), KNOWN),
    column("preferred", Boolean, KNOWN, default=False),
    column("closed", Boolean, KNOWN, default=False),
    column("welcomed_at", UtcDateTime, KNOWN, nullable=True),
    column("thread", String(64), KNOWN, server_default=""),
    UniqueConstraint("platform", "realm", "user_id"),
)
"""An account. `closed`: it takes no direct messages. `thread`: where we knock then, once we have. `welcomed_at`: when
its owner first came to the bot's own place; from then on their page is kept up to date. Without a person only while a
line waits to be sent to it (the answer to somebody who is not, or no longer, known), so that the outbox itself need not
name accounts."""

alum = _table(
    "alum",
    _one_per_person(),
    column("standing", Word(Standing), KNOWN, index=True),
    column("title", Text, KNOWN),
    column("employer", Text, KNOWN),
    column("industry", Text, KNOWN),
    column("field", Text, KNOWN),
    column("past_titles", JSON, KNOWN),
    column("topics", JSON, KNOWN),
    column("degree", Text, KNOWN),
    column("grad_year", Integer, KNOWN, nullable=True),
    column("languages", JSON, KNOWN),
    column("pace_month", Integer, KNOWN),
    column("pace_at_once", Integer, KNOWN),
    column("room_link", Sealed, KNOWN),
    column("booking_link", Sealed, KNOWN),
    column("hides", JSON, KNOWN),
    column("paused_until", Date, KNOWN, nullable=True),
    column("paused_since", UtcDateTime, KNOWN, nullable=True),
    column("joined_at", UtcDateTime, KNOWN, nullable=True),
    column("lengths", JSON, KNOWN),
    column("formats", JSON, KNOWN),
    column("confirmed_at", UtcDateTime, KNOWN, nullable=True),
    column("asked_at", UtcDateTime, KNOWN, nullable=True),
    column("silent", Integer, KNOWN),
    column("desk_token", TOKEN, KNOWN, nullable=True, unique=True),
)

student = _table(
    "student",
    _one_per_person(),
    column("about", Sealed, KNOWN),
    column("degree", Text, KNOWN),
    column("year", Text, KNOWN),
    column("desk_token", TOKEN, KNOWN, nullable=True, unique=True),
)

consent = _table(
    "consent",
    _id(KNOWN),
    column("person", Id, KNOWN, ForeignKey("person.id")),
    column("consent_to", Word(ConsentTo), KNOWN),
    column("version", Integer, KNOWN),
    column("given", Boolean, KNOWN),
    column("at", UtcDateTime, KNOWN),
    Index(None, "person", "consent_to"),
)

avoidance = _table(
    "avoidance",
    column("person", Id, KNOWN, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    column("whom", Id, KNOWN, ForeignKey("person.id"), primary_key=True, autoincrement=False, index=True),
    column("at", UtcDateTime, KNOWN),
)

roster = _table(
    "roster",
    _one_per_person(),
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

invitation = _table(
    "invitation",
    _one_per_person(),
    column("code_hash", String(64), KNOWN, unique=True),
    column("ends_at", UtcDateTime, KNOWN),
)
"""The one-time code of somebody who is invited; who uses it takes the row away."""

code_try = _table(
    "code_try",
    _id(GESTURE),
    column("account_hash", String(64), GESTURE),
    column("at", UtcDateTime, GESTURE, index=True),
    Index(None, "account_hash", "at"),
)
"""A code that did not fit, by the account that typed it: erasing a person must not give an account new tries."""

objection = _table(
    "objection",
    _id(),
    column("alum_id_hash", String(64), FOREVER, nullable=True, index=True),
    column("email_hash", String(64), FOREVER, nullable=True, index=True),
    column("at", UtcDateTime, FOREVER),
)
"""Rows of the office's that must never come back, since somebody objected (GDPR, Art. 21). Kept for ever, because what
was forgotten could not be respected; and as keyed hashes alone, of which nobody can be read."""

letter = _table(
    "letter",
    _id(NOTES),
    column("kind", Word(LetterKind), NOTES),
    column("writer", Id, NOTES, ForeignKey("person.id"), index=True),
    column("intro", Id, NOTES, ForeignKey("intro.id"), nullable=True, index=True),
    column("about", WORD, NOTES),
    column("text", Sealed, NOTES),
    column("at", UtcDateTime, NOTES),
)

ask_text = _table(
    "ask_text",
    column("ask", Id, NOTES, ForeignKey("ask.id"), primary_key=True, autoincrement=False),
    column("student", Id, NOTES, ForeignKey("person.id"), index=True),
    column("wonder", Sealed, NOTES),
    column("question", Sealed, NOTES),
    column("about", Sealed, NOTES),
)
"""What a student wrote into an ask: one row of letters, apart from the ask's own dates."""

copy = _table(
    "copy",
    _id(DELIVERY),
    column("line", Id, DELIVERY, ForeignKey("message.id"), index=True),
    column("person", Id, DELIVERY, ForeignKey("person.id"), nullable=True, index=True),
    column("platform", Word(Platform), DELIVERY, nullable=True),
    column("channel", String(64), DELIVERY),
    column("message", String(64), DELIVERY),
)
"""Where a line arrived, so that it can be taken back. A direct message's channel is as good as a name."""

# Events: keys, dates and closed words -------------------------------------------------------------------------------

ask = _table(
    "ask",
    _id(),
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

shown = _table(
    "shown",
    _id(),
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

intro = _table(
    "intro",
    _id(),
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

step = _table(
    "step",
    _id(),
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

message = _table(
    "message",
    _id(DELIVERY),
    column("kind", Word(Kind), DELIVERY),
    column("view", WORD, DELIVERY),
    column("due", UtcDateTime, DELIVERY),
    column("to_person", Id, DELIVERY, ForeignKey("person.id"), nullable=True, index=True),
    column("handle", Id, DELIVERY, ForeignKey("handle.id", ondelete="SET NULL"), nullable=True, index=True),
    column("desk", Boolean, DELIVERY),
    column("recipient", String(24), DELIVERY, nullable=True),
    column("refs", JSON, DELIVERY),
    column("params", JSON, DELIVERY),
    column("intro", Id, DELIVERY, ForeignKey("intro.id"), nullable=True, index=True),
    column("version", Integer, DELIVERY, nullable=True),
    column("token", TOKEN, DELIVERY, unique=True),
    column("status", Word(Status), DELIVERY),
    column("attempt", Integer, DELIVERY),
    column("failures", Integer, DELIVERY, server_default="0"),
    column("repeat", Boolean, DELIVERY),
    column("reason", WORD, DELIVERY),
    column("worker", WORD, DELIVERY),
    column("lease_until", UtcDateTime, DELIVERY, nullable=True),
    column("hold_until", UtcDateTime, DELIVERY, nullable=True),
    column("tried_at", UtcDateTime, DELIVERY, nullable=True),
    Index(None, "status", "due"),
    Index(None, "recipient", "status", "due"),
)
"""`due` and `tried_at` are the campus's time; `lease_until` and `hold_until` the wall's. `recipient` is whom the line
queues for (`p7`, `h3`, `desk`; a page `v3`, a doorway `d1`); a task queues for nobody. `attempt` counts claims
and is the fence, `failures` those tries of which it could not be told what came of them."""

gesture = _table(
    "gesture",
    column("key", String(255), GESTURE, primary_key=True),
    column("at", UtcDateTime, GESTURE, index=True),
    column("view", WORD, GESTURE, nullable=True),
    column("refs", JSON, GESTURE),
    column("params", JSON, GESTURE),
)

audit = _table(
    "audit",
    _id(),
    column("at", UtcDateTime, FOREVER, index=True),
    column("who", TOKEN, FOREVER, index=True),
    column("act", WORD, FOREVER),
    column("target", WORD, FOREVER, index=True),
)

queue_row = _table(
    "queue_row",
    _id(),
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

# The operator's -----------------------------------------------------------------------------------------------------

space = _table(
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

setting = _table(
    "setting",
    column("key", WORD, OPERATOR, primary_key=True),
    column("value", Text, OPERATOR),
)

doorway = _table(
    "doorway",
    _id(OPERATOR),
    column("platform", Word(Platform), OPERATOR),
    column("realm", String(64), OPERATOR),
    column("channel", String(64), OPERATOR),
    column("message", String(64), OPERATOR),
    UniqueConstraint("platform", "realm", "channel"),
)
"""The office's cards. Each is known for as long as it hangs, so that a new one can take its place."""

mark = _table(
    "mark",
    column("id", Integer, OPERATOR, primary_key=True, autoincrement=False),
    column("mark", WORD, OPERATOR),
)

# Several processes on one database -----------------------------------------------------------------------------------

lease = _table(
    "lease",
    column("name", WORD, WORKING, primary_key=True),
    column("holder", WORD, WORKING),
    column("until", UtcDateTime, WORKING),
)
"""Whose turn something is, until when by the wall's clock: the gateway, the calendar runs, a replica's being alive, a
platform that wants to be left alone."""

calendar_run = _table(
    "calendar_run",
    column("key", WORD, WORKING, primary_key=True),
    column("at", UtcDateTime, WORKING),
)
"""One row for each run of a period (`retention:2026-03-02`), put there in the transaction that does it."""

revision = _table(
    "revision",
    column("what", WORD, WORKING, primary_key=True),
    column("number", Id, WORKING),
)
"""Counts the transactions that changed something which processes keep in memory, so that another one can see it."""
wording = _table(
    "wording",
    _id(OPERATOR),
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

roster_import = _table(
    "roster_import",
    _id(OPERATOR),
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
