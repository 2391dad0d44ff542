"""What a database of an older program keeps when it is migrated: its mails with their bytes, and its days."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from alembic import command
from alembic.config import Config

from tasks.database import MIGRATIONS
from tests.tasks.played import play
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
    play(town)
    before = town.tables()

    migrate(town, BEFORE, command.downgrade)
    assert "mail_content" not in town.tables()
    contents = rows(town, "SELECT id, content FROM mail ORDER BY id")
    assert contents == sorted(before["mail_content"])

    migrate(town, "head", command.upgrade)
    after = town.tables()
    assert all(after[name] == before[name] for name in ("mail", "mail_content"))
    assert "ersatt" in {mail.status for mail in town.mails()}, "what was laid aside stays so"


def test_what_was_laid_aside_is_one_that_failed_to_the_older_program(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)
    town.change("UPDATE mail SET status = 'ersatt' WHERE id = 1")
    migrate(town, BEFORE, command.downgrade)
    assert rows(town, "SELECT status, error FROM mail WHERE id < 3 ORDER BY id") == [
        ("misslyckad", "ersatt eller inte längre aktuellt"),
        ("köad", ""),
    ]


def test_whom_a_mail_told_under_a_spelling_with_capitals_is_not_told_again(town: Town) -> None:
    """As the program before addresses were folded wrote them."""
    town.on("2027-03-10").start_year(2028)
    before = town.tables()
    migrate(town, "0010_postponed", command.downgrade)
    for column in ("key", "address"):
        town.change(
            f"UPDATE mail_notice SET {column} ="  # noqa: S608 - our own names
            f" replace({column}, 'eva.ekonomichef@orsa', 'Eva.Ekonomichef@Orsa')"
        )
    migrate(town, "head", command.upgrade)
    assert town.tables() == before
    town.on("2027-03-10").check()
    assert town.tables() == before


def test_a_file_that_had_replaced_all_holders_still_has(town: Town) -> None:
    """Of one that has the directory's beside it nothing is changed."""
    town.on("2027-03-10").load()
    migrate(town, "0010_postponed", command.downgrade)
    town.change("UPDATE holder SET source = 'fil' WHERE role = 'ekonomichef'")
    migrate(town, "head", command.upgrade)
    assert {row[0] for row in rows(town, "SELECT source FROM holder")} == {"katalog", "fil"}
    migrate(town, "0010_postponed", command.downgrade)
    town.change("DELETE FROM holder WHERE source = 'katalog'")
    migrate(town, "head", command.upgrade)
    assert rows(town, "SELECT DISTINCT source FROM holder") == [("fil-alla",)]


def test_of_one_thing_that_was_told_under_two_spellings_both_notes_stay(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    migrate(town, "0010_postponed", command.downgrade)
    town.change(
        "INSERT INTO mail_notice (mail_id, cycle_id, key, kind, step, round, role, body, name, address,"
        " rule, because) SELECT mail_id, cycle_id, replace(key, 'eva.eko', 'Eva.Eko'), kind, step,"
        " round, role, body, name, 'Eva.Ekonomichef@orsa.example', rule, because FROM mail_notice"
        " WHERE address = 'eva.ekonomichef@orsa.example' LIMIT 1"
    )
    migrate(town, "head", command.upgrade)
    keys = [one.key for one in town.notices() if "konomichef@orsa.example" in one.key]
    assert sum(key.endswith("/Eva.Ekonomichef@orsa.example") for key in keys) == 1
    assert {one.address for one in town.notices() if "konomichef@" in one.address} == {
        "eva.ekonomichef@orsa.example"
    }


def test_a_step_that_had_gone_on_without_its_parts_keeps_the_day(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)
    town.on("2027-04-20").check()
    town.on("2027-04-20").override("bokslut", by="Petra", reason="Ingen svarar")
    before = town.stored()["bokslut"]
    assert str(before.overridden_on) == "2027-04-20"
    migrate(town, "0012_moved_dates", command.downgrade)
    assert rows(town, "SELECT slug FROM step WHERE overridden") == [("bokslut",)]
    migrate(town, "head", command.upgrade)
    assert town.stored()["bokslut"] == before
