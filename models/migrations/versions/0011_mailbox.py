"""Whom a mail told is kept as a mailbox, the same however the address was spelt: then and now compare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_mailbox"
down_revision = "0010_postponed"
branch_labels = None
depends_on = None

NAME = op.f("ck_mail_notice_mailbox")


def upgrade() -> None:
    connection = op.get_bind()
    told = connection.execute(sa.text("SELECT id, key, address FROM mail_notice")).all()
    for number, key, address in told:
        mailbox = address.strip().casefold()
        if mailbox == address:
            continue
        connection.execute(
            sa.text("UPDATE mail_notice SET address = :mailbox WHERE id = :id"),
            {"mailbox": mailbox, "id": number},
        )
        # the key ends with it; where the person has been told it under both spellings, one key is enough
        connection.execute(
            sa.text("UPDATE OR IGNORE mail_notice SET key = :key WHERE id = :id"),
            {"key": f"{key.removesuffix(address)}{mailbox}", "id": number},
        )
    with op.batch_alter_table("mail_notice") as table:
        table.create_check_constraint(NAME, "address = lower(trim(address))")


def downgrade() -> None:
    # how it was spelt stands in the mail; the older program compares the same
    with op.batch_alter_table("mail_notice") as table:
        table.drop_constraint(NAME, type_="check")
