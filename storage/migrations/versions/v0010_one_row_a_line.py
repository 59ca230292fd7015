"""Where a line arrived stands on the line itself, and the outbox's indexes stand only where they are read."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FEW = sa.text("status NOT IN ('waiting', 'sent', 'void')")
ARRIVED = """
    UPDATE message SET copy_platform = c.platform, copy_channel = c.channel, copy_message = c.message
    FROM copy AS c WHERE c.line = message.id
"""


def upgrade() -> None:
    for name, length in (("platform", 32), ("channel", 64), ("message", 64)):
        op.add_column("message", sa.Column(f"copy_{name}", sa.String(length=length), nullable=True))
    op.execute(ARRIVED)
    op.drop_table("copy")
    for name in ("handle", "intro"):
        there = sa.text(f"{name} IS NOT NULL")
        op.drop_index(f"ix_message_{name}", "message")
        op.create_index(f"ix_message_{name}", "message", [name], sqlite_where=there, postgresql_where=there)
    op.drop_index("ix_message_status_due", "message")
    op.create_index("ix_message_few", "message", ["status", "due"], sqlite_where=FEW, postgresql_where=FEW)
