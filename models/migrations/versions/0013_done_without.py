"""When a step went on without the parts that were missing, rather than only that it did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_done_without"
down_revision = "0012_moved_dates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("step", sa.Column("overridden_on", sa.Date(), nullable=True))
    # the log's word; a step that has been renamed since is not found there, and began its round then
    op.execute(
        "UPDATE step SET overridden_on = coalesce("
        "(SELECT max(happened_on) FROM event WHERE event.cycle_id = step.cycle_id"
        " AND event.step = step.slug AND event.kind = 'gar-vidare'), round_began, opened_on) "
        "WHERE overridden"
    )
    op.drop_column("step", "overridden")


def downgrade() -> None:
    op.add_column(
        "step", sa.Column("overridden", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE step SET overridden = overridden_on IS NOT NULL")
    op.drop_column("step", "overridden_on")
