"""Lines that are not settled yet, by when they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('waiting', 'sending')")


def upgrade() -> None:
    op.create_index("ix_message_open", "message", ["due", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
