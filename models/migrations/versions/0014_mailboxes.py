"""The queue by mailbox, to see at a glance whether an older mail to the same one waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_mailboxes"
down_revision = "0013_done_without"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_mail_mailbox",
        "mail",
        [sa.text("address COLLATE NOCASE")],
        sqlite_where=sa.text("status = 'köad'"),
    )


def downgrade() -> None:
    op.drop_index("ix_mail_mailbox", "mail")
