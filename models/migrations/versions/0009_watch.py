"""When the daily check has run, and how it went: a row for each day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_watch"
down_revision = "0008_feeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ran_at", sa.DateTime(), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("(ran_at IS NULL) = (runs = 0)", name=op.f("ck_check_day_ran")),
        sa.CheckConstraint("(failed_at IS NULL) = (error = '')", name=op.f("ck_check_day_failed")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_check_day")),
    )


def downgrade() -> None:
    op.drop_table("check_day")
