"""Whom a mail told is kept as a mailbox, however the address was spelt; and a file of role holders that has
replaced them all is told from one that replaced some."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_people"
down_revision = "0010_postponed"
branch_labels = None
depends_on = None

MAILBOX, SOURCE = op.f("ck_mail_notice_mailbox"), op.f("ck_holder_source")


def upgrade() -> None:
    _fold_addresses()
    with op.batch_alter_table("mail_notice") as table:
        table.create_check_constraint(MAILBOX, "address = lower(trim(address))")
    _allow_sources("'katalog', 'fil', 'fil-alla'")
    # what the older program went by
    op.execute(
        "UPDATE holder SET source = 'fil-alla'"
        " WHERE NOT EXISTS (SELECT 1 FROM holder WHERE source = 'katalog')"
    )


def downgrade() -> None:
    # how an address was spelt stands in the mail; the older program compares the same
    with op.batch_alter_table("mail_notice") as table:
        table.drop_constraint(MAILBOX, type_="check")
    op.execute("UPDATE holder SET source = 'fil' WHERE source = 'fil-alla'")
    _allow_sources("'katalog', 'fil'")


def _allow_sources(sources: str) -> None:
    with op.batch_alter_table("holder") as table:
        table.drop_constraint(SOURCE, type_="check")
        table.create_check_constraint(SOURCE, f"source IN ({sources})")


def _fold_addresses() -> None:
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
