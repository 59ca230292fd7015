"""The coordinators' queue, lists handed over in the chat, the campus's own wording, rights of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=43), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("token", name=op.f("uq_wording_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wording_key_language"), ["key", "language"], unique=False)

    op.create_table(
        "roster_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("notice", sa.Date(), nullable=True),
        sa.Column("letter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("done_lines", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=128), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("objected", sa.Integer(), nullable=False),
        sa.Column("bad_rows", sa.Integer(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_roster_import_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
        sa.UniqueConstraint("token", name=op.f("uq_roster_import_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_import_at"), ["at"], unique=False)

    op.create_table(
        "queue_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("need", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intro", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ask", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("roster", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=43), nullable=False),
        sa.Column("settled_how", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["ask"], ["ask.id"], name=op.f("fk_queue_row_ask")),
        sa.ForeignKeyConstraint(["intro"], ["intro.id"], name=op.f("fk_queue_row_intro")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_queue_row_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_row")),
        sa.UniqueConstraint("need", "subject", "since", name=op.f("uq_queue_row_need_subject_since")),
        sa.UniqueConstraint("token", name=op.f("uq_queue_row_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("queue_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queue_row_settled_at"), ["settled_at"], unique=False)

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_target"), ["target"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_who"), ["who"], unique=False)

    with op.batch_alter_table("intro", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intro_state_since"), ["state", "since"], unique=False)

    with op.batch_alter_table("shown", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_desk", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.add_column(sa.Column("export_roles", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("settings_roles", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("audit_roles", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))

    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_ask"), ["ask"], unique=False)

    with op.batch_alter_table("student", schema=None) as batch_op:
        batch_op.add_column(sa.Column("desk_token", sa.String(length=43), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_student_desk_token"), ["desk_token"])
