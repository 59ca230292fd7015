"""Everything, as it began. There is no way back from the first one."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915  # one statement a table: written by Alembic, read as a list
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=43), nullable=False),
        sa.Column("act", sa.String(length=128), nullable=False),
        sa.Column("target", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "doorway",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doorway")),
        sa.UniqueConstraint("platform", "realm", "channel", name=op.f("uq_doorway_platform_realm_channel")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gesture",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("view", sa.String(length=128), nullable=True),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gesture")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("gesture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gesture_at"), ["at"], unique=False)

    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "code_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_try")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("code_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_try_account_hash_at"), ["account_hash", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_try_at"), ["at"], unique=False)

    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("alum_id_hash", sa.String(length=64), nullable=True),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_alum_id_hash"), ["alum_id_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_email_hash"), ["email_hash"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "space",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("app", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("desk_channel", sa.String(length=64), nullable=False),
        sa.Column("student_roles", sa.JSON(), nullable=False),
        sa.Column("coordinator_roles", sa.JSON(), nullable=False),
        sa.Column("everyone_is_student", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "realm", "app", name=op.f("pk_space")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("what", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=43), nullable=False),
        sa.Column("whom", sa.String(length=43), nullable=False),
        sa.Column("intro", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ask", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("detail", sa.String(length=128), nullable=False),
        sa.Column("platform", sa.String(length=128), nullable=False),
        sa.Column("field", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_intro"), ["intro"], unique=False)

    op.create_table(
        "alum",
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("past_titles", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("degree", sa.Text(), nullable=False),
        sa.Column("grad_year", sa.Integer(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("pace_month", sa.Integer(), nullable=False),
        sa.Column("pace_at_once", sa.Integer(), nullable=False),
        sa.Column("room_link", sa.Text(), nullable=False),
        sa.Column("booking_link", sa.Text(), nullable=False),
        sa.Column("hides", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("paused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lengths", sa.JSON(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("desk_token", sa.String(length=43), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_alum_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_alum")),
        sa.UniqueConstraint("desk_token", name=op.f("uq_alum_desk_token")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("alum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alum_standing"), ["standing"], unique=False)

    op.create_table(
        "ask",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("student", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("advised", sa.Boolean(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("next_choices", sa.JSON(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["student"], ["person.id"], name=op.f("fk_ask_student")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint("token", name=op.f("uq_ask_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_student"), ["student"], unique=False)

    op.create_table(
        "avoidance",
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("whom", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_avoidance_person")),
        sa.ForeignKeyConstraint(["whom"], ["person.id"], name=op.f("fk_avoidance_whom")),
        sa.PrimaryKeyConstraint("person", "whom", name=op.f("pk_avoidance")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("avoidance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_avoidance_whom"), ["whom"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consent_to", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_consent_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_person_consent_to"), ["person", "consent_to"], unique=False)

    op.create_table(
        "handle",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_handle_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handle")),
        sa.UniqueConstraint("platform", "realm", "user_id", name=op.f("uq_handle_platform_realm_user_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("handle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handle_person"), ["person"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_invitation_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "roster",
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("alum_id", sa.Text(), nullable=False),
        sa.Column("alum_id_hash", sa.String(length=64), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("notice", sa.Date(), nullable=True),
        sa.Column("came_in", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_roster_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_roster")),
        sa.UniqueConstraint("alum_id_hash", name=op.f("uq_roster_alum_id_hash")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_came_in"), ["came_in"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_email_hash"), ["email_hash"], unique=False)

    op.create_table(
        "student",
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("degree", sa.Text(), nullable=False),
        sa.Column("year", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_student_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_student")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "who",
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_who_person")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_who")),
        sa.UniqueConstraint("person", name=op.f("uq_who_person")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "ask_text",
        sa.Column("ask", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("student", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wonder", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ask"], ["ask.id"], name=op.f("fk_ask_text_ask")),
        sa.ForeignKeyConstraint(["student"], ["person.id"], name=op.f("fk_ask_text_student")),
        sa.PrimaryKeyConstraint("ask", name=op.f("pk_ask_text")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("ask_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_text_student"), ["student"], unique=False)

    op.create_table(
        "intro",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ask", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("student", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alum", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("student_token", sa.String(length=43), nullable=False),
        sa.Column("alum_token", sa.String(length=43), nullable=False),
        sa.Column("desk_token", sa.String(length=43), nullable=False),
        sa.Column("expires_days", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("has_next", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_more", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("slots_by", sa.String(length=32), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_writing", sa.Boolean(), nullable=False),
        sa.Column("student_event", sa.String(length=43), nullable=False),
        sa.Column("alum_event", sa.String(length=43), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("five_minutes", sa.Boolean(), nullable=False),
        sa.Column("met_by_student", sa.Boolean(), nullable=False),
        sa.Column("met_by_alum", sa.Boolean(), nullable=False),
        sa.Column("missed_by", sa.String(length=32), nullable=True),
        sa.Column("rescheduled_missed", sa.Boolean(), nullable=False),
        sa.Column("shared_by_student", sa.Boolean(), nullable=False),
        sa.Column("shared_by_alum", sa.Boolean(), nullable=False),
        sa.Column("frozen_from", sa.String(length=32), nullable=True),
        sa.Column("flagged_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["alum"], ["person.id"], name=op.f("fk_intro_alum")),
        sa.ForeignKeyConstraint(["ask"], ["ask.id"], name=op.f("fk_intro_ask")),
        sa.ForeignKeyConstraint(["student"], ["person.id"], name=op.f("fk_intro_student")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intro")),
        sa.UniqueConstraint("alum_token", name=op.f("uq_intro_alum_token")),
        sa.UniqueConstraint("desk_token", name=op.f("uq_intro_desk_token")),
        sa.UniqueConstraint("student_token", name=op.f("uq_intro_student_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("intro", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intro_alum_state"), ["alum", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_intro_ask"), ["ask"], unique=False)
        batch_op.create_index(batch_op.f("ix_intro_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_intro_student_requested_at"), ["student", "requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_intro_student_state"), ["student", "state"], unique=False)

    op.create_table(
        "shown",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ask", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("student", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alum", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alum"], ["person.id"], name=op.f("fk_shown_alum")),
        sa.ForeignKeyConstraint(["ask"], ["ask.id"], name=op.f("fk_shown_ask")),
        sa.ForeignKeyConstraint(["student"], ["person.id"], name=op.f("fk_shown_student")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown")),
        sa.UniqueConstraint("ask", "alum", name=op.f("uq_shown_ask_alum")),
        sa.UniqueConstraint("token", name=op.f("uq_shown_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("shown", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_student_at"), ["student", "at"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("writer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("intro", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["intro"], ["intro.id"], name=op.f("fk_letter_intro")),
        sa.ForeignKeyConstraint(["writer"], ["person.id"], name=op.f("fk_letter_writer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_intro"), ["intro"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_writer"), ["writer"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("view", sa.String(length=128), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handle", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("desk", sa.Boolean(), nullable=False),
        sa.Column("recipient", sa.String(length=24), nullable=True),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("intro", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("worker", sa.String(length=128), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["handle"], ["handle.id"], name=op.f("fk_message_handle"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["intro"], ["intro.id"], name=op.f("fk_message_intro")),
        sa.ForeignKeyConstraint(["to_person"], ["person.id"], name=op.f("fk_message_to_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("token", name=op.f("uq_message_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_handle"), ["handle"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_intro"), ["intro"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_message_recipient_status_due"), ["recipient", "status", "due"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_message_status_due"), ["status", "due"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_to_person"), ["to_person"], unique=False)

    op.create_table(
        "copy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["line"], ["message.id"], name=op.f("fk_copy_line")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_copy_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_copy_line"), ["line"], unique=False)
        batch_op.create_index(batch_op.f("ix_copy_person"), ["person"], unique=False)
