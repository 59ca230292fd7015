"""Several processes on one database: turns taken by lease, calendar runs done once, changes that others can see."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "calendar_run",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calendar_run")),
    )
    op.create_table(
        "revision",
        sa.Column("what", sa.String(length=128), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("handle", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("handle", schema=None) as batch_op:
        batch_op.drop_column("thread")
    op.drop_table("revision")
    op.drop_table("calendar_run")
    op.drop_table("lease")
