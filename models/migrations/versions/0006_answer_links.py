"""The links from the mails to the answer page: whose, for what, until when, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_answer_links"
down_revision = "0005_delivery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce_hash", sa.String(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("used_for", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "used_for IN ('', 'klart', 'mer-tid', 'inte-min')", name=op.f("ck_answer_link_used_for")
        ),
        sa.CheckConstraint("(used_at IS NULL) = (used_for = '')", name=op.f("ck_answer_link_used")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by = '')", name=op.f("ck_answer_link_revoked")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_answer_link_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_link")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_answer_link_nonce_hash")),
    )


def downgrade() -> None:
    op.drop_table("answer_link")
