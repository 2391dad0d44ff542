"""Who is away, how often a person wants mail, where holders come from, what each mail told whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007_recipients"
down_revision = "0006_answer_links"
branch_labels = None
depends_on = None

_OLD = "id, role, unit, name, address, first_day, last_day, example"


def upgrade() -> None:
    # SQLite adds no CHECK to a table that exists: made anew
    op.rename_table("holder", "holder_before")
    op.create_table(
        "holder",
        *_columns(),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        *_constraints(),
        sa.CheckConstraint(
            "pace IN ('genast', 'dagligen', 'veckovis')", name=op.f("ck_holder_pace")
        ),
        sa.CheckConstraint("source IN ('katalog', 'fil')", name=op.f("ck_holder_source")),
    )
    op.execute(
        f"INSERT INTO holder ({_OLD}, pace, source)"  # noqa: S608 - our own constant
        f" SELECT {_OLD}, 'dagligen', 'katalog' FROM holder_before"
    )
    op.drop_table("holder_before")
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy_name", sa.String(), nullable=False),
        sa.Column("deputy_address", sa.String(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_days")),
        sa.CheckConstraint("source IN ('katalog', 'fil')", name=op.f("ck_absence_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("address", "first_day", name=op.f("uq_absence_address_first_day")),
    )
    op.create_table(
        "mail_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_mail_notice_cycle_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_notice_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_notice_key")),
    )
    op.create_index("ix_mail_notice_ladder", "mail_notice", ["cycle_id", "step", "address"])
    op.create_index("ix_mail_notice_mail_id", "mail_notice", ["mail_id"])
    _note_what_was_told()


def _note_what_was_told() -> None:
    """So far each mail told one thing. Its key, `2028/bokslut/1/oppnat/ekonomichef/-/…`, has the rest;
    a return's body is the one that decided, not the one whose turn it is."""
    connection = op.get_bind()
    mails = connection.execute(
        sa.text("SELECT id, cycle_id, key, kind, step, role, name, address, rule FROM mail")
    )
    for mail in mails.mappings().all():
        if mail["step"] not in mail["key"].split("/")[1:2]:
            continue  # a collected one, which this table has known before
        _, _, round_, kind, _, body, *_ = mail["key"].split("/")
        turn = "" if body == "-" or kind == "aterremiss" else body
        connection.execute(
            sa.text(
                "INSERT INTO mail_notice (mail_id, cycle_id, key, kind, step, round, role, body,"
                " name, address, rule, because) VALUES (:id, :cycle_id, :key, :kind, :step,"
                " :round, :role, :body, :name, :address, :rule, '')"
            ),
            {**mail, "round": int(round_), "body": turn},
        )


def downgrade() -> None:
    op.drop_table("mail_notice")
    op.drop_table("absence")
    op.rename_table("holder", "holder_before")
    op.create_table("holder", *_columns(), *_constraints())
    op.execute(f"INSERT INTO holder ({_OLD}) SELECT {_OLD} FROM holder_before")  # noqa: S608 - as above
    op.drop_table("holder_before")


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day", name=op.f("ck_holder_days")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder")),
        sa.UniqueConstraint(
            "role",
            "unit",
            "address",
            "first_day",
            name=op.f("uq_holder_role_unit_address_first_day"),
        ),
    ]
