"""What is to be told is stored before its letter is written. (Until there is one migration.)"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_notices"
down_revision = "0014_mailboxes"
branch_labels = None
depends_on = None

SAME = "id, mail_id, cycle_id, key, kind, step, round, role, body, name, address, rule, because"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer() if name == "round" else sa.String(), nullable=False)
            for name in ("key", "kind", "step", "round", "role", "body", "name", "address", "rule")
        ),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("mail_key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("after_event", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("address = lower(trim(address))", name=op.f("ck_notice_mailbox")),
        sa.CheckConstraint("(failed_at IS NULL) = (error = '')", name=op.f("ck_notice_failed")),
        sa.CheckConstraint("mail_id IS NULL OR error = ''", name=op.f("ck_notice_written")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_notice_cycle_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notice_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.execute(
        f"INSERT INTO notice ({SAME}, mail_key, day, after_event, content, attempts, error)"  # noqa: S608
        " SELECT n.id, mail_id, n.cycle_id, n.key, n.kind, n.step, round, n.role, body, n.name,"
        " n.address, n.rule, because, mail.key, mail.queued_on, 0, '', 0, ''"
        " FROM mail_notice AS n JOIN mail ON mail.id = n.mail_id"
    )
    op.drop_table("mail_notice")
    op.create_index("ix_notice_ladder", "notice", ["cycle_id", "step", "address"])
    op.create_index("ix_notice_mail_id", "notice", ["mail_id"])
    op.create_index(
        "ix_notice_unwritten", "notice", ["mail_key"], sqlite_where=sa.text("mail_id IS NULL")
    )


def downgrade() -> None:
    raise NotImplementedError
