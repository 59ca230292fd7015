"""Who somebody is: all that knows a name or an account. Erasing a person empties it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from bot.domain.people import ConsentTo, Platform, Standing
from storage.columns import Id, Sealed, UtcDateTime, Word, column
from storage.tables.base import FOREVER, KNOWN, TOKEN, key, one_per_person, table

person = table(
    "person",
    key(),
    column("given_name", Text, KNOWN),
    column("family_name", Text, KNOWN),
    column("zone", String(64), KNOWN),
    column("language", String(16), KNOWN),
    column("hours", JSON, KNOWN),
    column("quiet", JSON(none_as_null=True), KNOWN, nullable=True),
    column("erased", Boolean, FOREVER, default=False),
)

who = table(
    "who",
    column("key", TOKEN, KNOWN, primary_key=True),
    column("person", Id, KNOWN, ForeignKey("person.id"), unique=True),
)

handle = table(
    "handle",
    key(KNOWN),
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

alum = table(
    "alum",
    one_per_person(),
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

student = table(
    "student",
    one_per_person(),
    column("about", Sealed, KNOWN),
    column("degree", Text, KNOWN),
    column("year", Text, KNOWN),
    column("desk_token", TOKEN, KNOWN, nullable=True, unique=True),
    column("known_as", Sealed, KNOWN, server_default=""),
)

consent = table(
    "consent",
    key(KNOWN),
    column("person", Id, KNOWN, ForeignKey("person.id")),
    column("consent_to", Word(ConsentTo), KNOWN),
    column("version", Integer, KNOWN),
    column("given", Boolean, KNOWN),
    column("at", UtcDateTime, KNOWN),
    Index(None, "person", "consent_to"),
)

avoidance = table(
    "avoidance",
    column("person", Id, KNOWN, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    column("whom", Id, KNOWN, ForeignKey("person.id"), primary_key=True, autoincrement=False, index=True),
    column("at", UtcDateTime, KNOWN),
)
