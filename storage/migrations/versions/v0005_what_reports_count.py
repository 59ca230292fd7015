"""What reports count: college, year and an amount on each Step, and the ways to read a period fast."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("college", sa.String(length=128), server_default="", nullable=False))
        batch_op.add_column(sa.Column("year", sa.String(length=128), server_default="", nullable=False))
        batch_op.add_column(sa.Column("amount", sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_step_at"))
        batch_op.create_index(batch_op.f("ix_step_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_what_at"), ["what", "at"], unique=False)
