"""Mails of a database from before `ersatt`: all of them, with their bytes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from alembic import command
from alembic.config import Config

from bench.year import run_year
from tasks.database import MIGRATIONS
from tests.tasks.town import Town

BEFORE = "0004_decisions"


def migrate(town: Town, to: str, direction: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with town.database.engine.begin() as connection:
        config.attributes["connection"] = connection
        direction(config, to)


def rows(town: Town, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(town.path)) as connection:
        return connection.execute(sql).fetchall()


def test_mails_of_a_database_from_before_stay_with_their_bytes(town: Town) -> None:
    run_year(town.database, town.settings, 2028)
    before = town.tables()

    migrate(town, BEFORE, command.downgrade)
    assert "mail_content" not in town.tables()
    contents = rows(town, "SELECT id, content FROM mail ORDER BY id")
    assert contents == sorted(before["mail_content"])

    migrate(town, "head", command.upgrade)
    after = town.tables()
    assert all(after[name] == before[name] for name in ("mail", "mail_content"))


def test_a_stale_reminder_is_one_that_failed_to_the_older_program(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)
    town.change("UPDATE mail SET status = 'ersatt' WHERE id = 1")
    migrate(town, BEFORE, command.downgrade)
    assert rows(town, "SELECT status FROM mail WHERE id < 3 ORDER BY id") == [
        ("misslyckad",), ("köad",),
    ]  # fmt: skip
