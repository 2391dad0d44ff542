"""`python -m models.migrations.write` writes the SQL of the first migration from `models/tables.py`.

Only for as long as nobody has a database of that revision. Once it is released its SQL stands as it
is, and what changes after it is a migration of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from sqlmodel import SQLModel

from models.tables import ONLY_ADDED_TO

FIRST = Path(__file__).parent / "versions" / "0015_the_log.sql"


def statements() -> Iterator[str]:
    """What makes each table and its indexes, and the triggers that let nobody change a log."""
    for table in SQLModel.metadata.sorted_tables:
        yield _sql(CreateTable(table))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield _sql(CreateIndex(index))
    for name, words in ONLY_ADDED_TO.items():
        for change in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {name}_no_{change.lower()} BEFORE {change} ON {name}\n"
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )


def _sql(made: ExecutableDDLElement) -> str:
    lines = str(made.compile(dialect=sqlite.dialect())).strip().splitlines()
    return "\n".join(line.rstrip().replace("\t", "    ") for line in lines)


if __name__ == "__main__":
    FIRST.write_text("\n\n".join(statements()) + "\n", encoding="utf-8")
