"""Whose turn it is: what came of asking an alum can be counted, and who waits for a newcomer is found."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tell_when", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f("ix_ask_tell_when_created_at"), ["tell_when", "created_at"], unique=False)
    with op.batch_alter_table("shown", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_at_alum"), ["at", "alum"], unique=False)
    with op.batch_alter_table("intro", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intro_requested_at_alum"), ["requested_at", "alum"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("intro", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intro_requested_at_alum"))
    with op.batch_alter_table("shown", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shown_at_alum"))
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ask_tell_when_created_at"))
        batch_op.drop_column("tell_when")
