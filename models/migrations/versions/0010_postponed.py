"""Until when the process owner has put off the last day for a step's parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_postponed"
down_revision = "0009_watch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("step", sa.Column("postponed_to", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("step", "postponed_to")
