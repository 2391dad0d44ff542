"""Meetings that are held only if needed, where each comes from, and the log of what became of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003_the_meetings"
down_revision = "0002_set_aside"
branch_labels = None
depends_on = None

_OLD = "id, kind, name, day, example"


def upgrade() -> None:
    # SQLite adds no CHECK to a table that exists: made anew
    op.rename_table("meeting", "meeting_before")
    op.create_table(
        "meeting",
        *_columns(),
        sa.Column("if_needed", sa.Boolean(), nullable=False),
        sa.Column("moved_from", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        *_constraints(),
        sa.CheckConstraint("source IN ('katalog', 'fil', 'hand')", name=op.f("ck_meeting_source")),
    )
    op.execute(
        f"INSERT INTO meeting ({_OLD}, if_needed, source)"  # noqa: S608 - our own constant
        f" SELECT {_OLD}, 0, 'katalog' FROM meeting_before"
    )
    op.drop_table("meeting_before")
    op.create_table(
        "meeting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("day_after", sa.Date(), nullable=True),
        sa.Column("if_needed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "change IN ('tillagt', 'flyttat', 'inställt', 'borttaget', 'ändrat')",
            name=op.f("ck_meeting_change_change"),
        ),
        sa.CheckConstraint(
            "(day_before IS NOT NULL) = (change IN ('flyttat', 'inställt', 'borttaget'))",
            name=op.f("ck_meeting_change_before"),
        ),
        sa.CheckConstraint(
            "(day_after IS NOT NULL) = (change IN ('flyttat', 'tillagt', 'ändrat'))",
            name=op.f("ck_meeting_change_after"),
        ),
        sa.CheckConstraint(
            "source IN ('katalog', 'fil', 'hand')", name=op.f("ck_meeting_change_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_change")),
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER meeting_change_no_{change.lower()} BEFORE {change} ON meeting_change "
            "BEGIN SELECT RAISE(ABORT, 'the log of meetings is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table("meeting_change")
    op.rename_table("meeting", "meeting_before")
    op.create_table("meeting", *_columns(), *_constraints())
    op.execute(f"INSERT INTO meeting ({_OLD}) SELECT {_OLD} FROM meeting_before")  # noqa: S608 - as above
    op.drop_table("meeting_before")


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("kind IN ('instans', 'steg')", name=op.f("ck_meeting_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("kind", "name", "day", name=op.f("uq_meeting_kind_name_day")),
    ]
