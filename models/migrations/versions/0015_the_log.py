"""Every table, as the SQL beside this file makes them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0015_the_log"
down_revision = None


def upgrade() -> None:
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
