"""The dates that each change of the meetings gave the steps, as they were told. What older changes moved
is not known any more: it would have to be worked out by rules that may be others now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_moved_dates"
down_revision = "0011_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moved_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("after_event", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("day_after", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_moved_date_cycle_id")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["meeting_change.id"], name=op.f("fk_moved_date_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moved_date")),
    )
    op.create_index(op.f("ix_moved_date_cycle_id"), "moved_date", ["cycle_id"])


def downgrade() -> None:
    op.drop_table("moved_date")
