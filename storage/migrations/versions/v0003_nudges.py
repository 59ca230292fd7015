"""How somebody wishes to be reminded: of one intro, and altogether; and how often an alum was silent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FACTS = ("stopped_by_student", "stopped_by_alum", "keeps_student", "keeps_alum")


def upgrade() -> None:
    op.add_column("person", sa.Column("quiet", sa.JSON(), nullable=True))
    op.add_column("alum", sa.Column("silent", sa.Integer(), server_default="0", nullable=False))
    for name in ("snoozed_by_student", "snoozed_by_alum"):
        op.add_column("intro", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in FACTS:
        op.add_column("intro", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_step_who_what"), "step", ["who", "what"])
