"""A stale reminder is `ersatt`; a mail's bytes lie apart from where its delivery stands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005_delivery"
down_revision = "0004_decisions"
branch_labels = None
depends_on = None

_KEPT = (
    "id, cycle_id, key, message_id, step, kind, role, rule, name, address, subject, queued_on,"
    " queued_at, status, attempts, next_attempt_at, claimed_until, error, sent_at"
)

_LAID_ASIDE = "ersatt eller inte längre aktuellt"
"""Why a mail was not sent, to the program that knows no `ersatt`."""


def upgrade() -> None:
    # SQLite changes no CHECK of a table that exists: made anew
    _begin_anew("ix_mail_due")
    op.create_table(
        "mail",
        *_first_columns(),
        *_last_columns(),
        *_constraints("'köad', 'skickad', 'misslyckad', 'ersatt'"),
    )
    op.create_table(
        "mail_content",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_content_mail_id")),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_mail_content")),
    )
    op.create_index("ix_mail_queue", "mail", ["status", "id", "next_attempt_at", "claimed_until"])
    op.execute(
        f"INSERT INTO mail ({_KEPT}) SELECT {_KEPT} FROM mail_before"  # noqa: S608 - our own constant
    )
    op.execute("INSERT INTO mail_content (mail_id, content) SELECT id, content FROM mail_before")
    op.drop_table("mail_before")
    op.execute(
        "UPDATE mail SET status = 'ersatt', error = ''"  # noqa: S608 - our own
        f" WHERE status = 'misslyckad' AND error = '{_LAID_ASIDE}'"
    )


def downgrade() -> None:
    # what never was sent, for good, is what the older program calls so; and found again by the reason
    op.execute(
        f"UPDATE mail SET status = 'misslyckad', error = '{_LAID_ASIDE}'"  # noqa: S608 - our own
        " WHERE status = 'ersatt'"
    )
    _begin_anew("ix_mail_queue")
    op.create_table(
        "mail",
        *_first_columns(),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_last_columns(),
        *_constraints("'köad', 'skickad', 'misslyckad'"),
    )
    op.create_index("ix_mail_due", "mail", ["status", "next_attempt_at"])
    op.execute(
        f"INSERT INTO mail ({_KEPT}, content)"  # noqa: S608 - as above
        f" SELECT {_KEPT}, content FROM mail_before"
        " JOIN mail_content ON mail_id = id"
    )
    op.drop_table("mail_content")
    op.drop_table("mail_before")


def _begin_anew(index: str) -> None:
    op.drop_index(index, "mail")
    op.rename_table("mail", "mail_before")


def _first_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
    ]


def _last_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("queued_on", sa.Date(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
    ]


def _constraints(states: str) -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "(status = 'skickad') = (sent_at IS NOT NULL)", name=op.f("ck_mail_sent")
        ),
        sa.CheckConstraint(f"status IN ({states})", name=op.f("ck_mail_status")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_mail_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    ]
