"""An optional step can be left out this year."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_set_aside"
down_revision = "0001_the_year"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "step", sa.Column("set_aside", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("step", "set_aside")
