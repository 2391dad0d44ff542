"""Calendars: each entry with its SEQUENCE, what was sent to whom, and the addresses to subscribe to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_feeds"
down_revision = "0007_recipients"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_entry",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("categories", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_calendar_entry_sequence")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_calendar_entry_cycle_id")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_calendar_entry")),
    )
    op.create_index("ix_calendar_entry_cycle_id", "calendar_entry", ["cycle_id"])
    op.create_table(
        "calendar_sent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["calendar_entry.name"], name=op.f("fk_calendar_sent_entry")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_calendar_sent_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_sent")),
        sa.UniqueConstraint(
            "entry", "address", "sequence", name=op.f("uq_calendar_sent_entry_address_sequence")
        ),
    )
    op.create_index("ix_calendar_sent_mail_id", "calendar_sent", ["mail_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('roll', 'instans')", name=op.f("ck_calendar_feed_kind")),
        sa.CheckConstraint("kind = 'roll' OR unit = ''", name=op.f("ck_calendar_feed_unit")),
        sa.CheckConstraint(
            "(revoked_on IS NULL) = (revoked_by = '')", name=op.f("ck_calendar_feed_revoked")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_calendar_feed_nonce_hash")),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("calendar_sent")
    op.drop_table("calendar_entry")
