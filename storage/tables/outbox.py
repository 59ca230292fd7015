"""What is to be sent and where it arrived, and which gestures were answered."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, text

from bot.domain.messages import Kind, Status
from bot.domain.people import Platform
from storage.columns import Id, UtcDateTime, Word, column
from storage.tables.base import DELIVERY, GESTURE, TOKEN, WORD, key, table

OPEN_LINES = text("status IN ('waiting', 'sending')")
"""Word for word in the index and in what reads by it: only then does either database see that it may."""
FEW_LINES = text("status NOT IN ('waiting', 'sent', 'void')")
"""Those under way and those that came to no good end: few at any time, so that they cost the many nothing."""
message = table(
    "message",
    key(DELIVERY),
    column("kind", Word(Kind), DELIVERY),
    column("view", WORD, DELIVERY),
    column("due", UtcDateTime, DELIVERY),
    column("to_person", Id, DELIVERY, ForeignKey("person.id"), nullable=True, index=True),
    column("handle", Id, DELIVERY, ForeignKey("handle.id", ondelete="SET NULL"), nullable=True),
    column("desk", Boolean, DELIVERY),
    column("recipient", String(24), DELIVERY, nullable=True),
    column("refs", JSON, DELIVERY),
    column("params", JSON, DELIVERY),
    column("intro", Id, DELIVERY, ForeignKey("intro.id"), nullable=True),
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
    column("copy_platform", Word(Platform), DELIVERY, nullable=True),
    column("copy_channel", String(64), DELIVERY, nullable=True),
    column("copy_message", String(64), DELIVERY, nullable=True),
    Index("ix_message_open", "due", "id", sqlite_where=OPEN_LINES, postgresql_where=OPEN_LINES),
    Index("ix_message_few", "status", "due", sqlite_where=FEW_LINES, postgresql_where=FEW_LINES),
    *(
        Index(None, name, sqlite_where=text(f"{name} IS NOT NULL"), postgresql_where=text(f"{name} IS NOT NULL"))
        for name in ("handle", "intro")
    ),
    Index(None, "recipient", "status", "due"),
)
"""`due` and `tried_at` are the campus's time; `lease_until` and `hold_until` the wall's. `recipient` is whom the line
queues for (`p7`, `h3`, `desk`; a page `v3`, a doorway `d1`); a task queues for nobody. `attempt` counts claims
and is the fence, `failures` those tries of which it could not be told what came of them. `copy_…` is where the line
arrived, so that it can be taken back; a direct message's channel is as good as a name.

Each line changes its status twice on its way out, and each time every index that it stands in is written anew; so the
indexes are few, and stand only where they are read."""

gesture = table(
    "gesture",
    column("key", String(255), GESTURE, primary_key=True),
    column("at", UtcDateTime, GESTURE, index=True),
    column("view", WORD, GESTURE, nullable=True),
    column("refs", JSON, GESTURE),
    column("params", JSON, GESTURE),
)
