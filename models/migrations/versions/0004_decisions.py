"""What the minutes say of a decision, its corrections, the ärende's number, figures, reconsideration."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004_decisions"
down_revision = "0003_the_meetings"
branch_labels = None
depends_on = None

_OLD = "id, cycle_id, number, step, round, link, body, decided_on, outcome, paragraph, reason, by, standing"


def upgrade() -> None:
    op.add_column(
        "step", sa.Column("result_count", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "step", sa.Column("begun_anew", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("step", sa.Column("marks", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "arende",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("diarienummer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_arende_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", "slug", name=op.f("pk_arende")),
        sa.UniqueConstraint(
            "cycle_id", "diarienummer", name=op.f("uq_arende_cycle_id_diarienummer")
        ),
    )
    op.create_table(
        "result",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_result_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", "step", "kind", name=op.f("pk_result")),
    )
    # SQLite adds no CHECK and no foreign key to a table that exists: made anew
    op.rename_table("decision", "decision_before")
    op.create_table(
        "decision",
        *_columns(),
        sa.Column("corrected_by", sa.Integer(), nullable=True),
        *(
            sa.Column(name, kind, nullable=False)
            for name, kind in (
                ("arende", sa.String()),
                ("diarienummer", sa.String()),
                ("changes", sa.String()),
                ("note", sa.String()),
                ("minutes", sa.String()),
                ("minority", sa.Boolean()),
                ("signed_at_once", sa.Boolean()),
                ("back_step", sa.String()),
                ("back_link", sa.Integer()),
                ("attempt", sa.Integer()),
                ("place", sa.Integer()),
            )
        ),
        *_constraints(),
        sa.ForeignKeyConstraint(
            ["cycle_id", "corrected_by"],
            ["event.cycle_id", "event.number"],
            name=op.f("fk_decision_cycle_id_corrected_by"),
        ),
        sa.CheckConstraint(
            "corrected_by IS NULL OR corrected_by > number", name=op.f("ck_decision_corrected")
        ),
        sa.CheckConstraint("corrected_by IS NULL OR NOT standing", name=op.f("ck_decision_wrong")),
    )
    op.execute(
        f"INSERT INTO decision ({_OLD}, arende, diarienummer, changes, note, minutes, minority,"  # noqa: S608 - our own constant
        " signed_at_once, back_step, back_link, attempt, place)"
        f" SELECT {_OLD}, step, '', '', '', '', 0, 0, '', 0, 0, number FROM decision_before"
    )
    op.drop_table("decision_before")
    op.create_index(
        "uq_decision_minority",
        "decision",
        ["cycle_id", "arende"],
        unique=True,
        sqlite_where=sa.text("minority AND corrected_by IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_decision_minority", "decision")
    op.rename_table("decision", "decision_before")
    op.create_table("decision", *_columns(), *_constraints())
    op.execute(
        f"INSERT INTO decision ({_OLD}) SELECT {_OLD} FROM decision_before"  # noqa: S608 - as above
        " WHERE corrected_by IS NULL"
    )
    op.drop_table("decision_before")
    op.drop_table("result")
    op.drop_table("arende")
    op.drop_column("step", "marks")
    op.drop_column("step", "begun_anew")
    op.drop_column("step", "result_count")


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("paragraph", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_decision_cycle_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "number"],
            ["event.cycle_id", "event.number"],
            name=op.f("fk_decision_cycle_id_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_decision_cycle_id_number")),
    ]
