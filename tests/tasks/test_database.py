"""What the database itself promises: an append-only log, no fact or mail twice, migrated by anyone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex
from sqlmodel import SQLModel

from models.migrations.write import FIRST, statements
from models.state import Status
from tasks.database import (
    Database,
    DatabaseMissingError,
    DatabaseUnusableError,
    newest_revision,
    open_database,
)
from tasks.settings import Settings
from tests.tasks import processes
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, tables


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = Town(tmp_path_factory.mktemp("march"))
    town.on("2027-03-10").start_year(2028)
    town.close()
    return town.path


@pytest.fixture
def year(make_town: MakeTown, march: Path) -> Town:
    return make_town(like=march)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET by = 'någon annan'",
        "UPDATE event SET happened_on = '2027-01-01' WHERE number = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE number = 1",
    ],
)
def test_the_log_can_neither_be_changed_nor_shortened(year: Town, sql: str) -> None:
    before = year.tables()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        year.change(sql)
    assert year.tables() == before


@pytest.mark.parametrize(
    ("number", "key", "constraint"),
    [("number + 1000", "key", "event.key"), ("number", "key || 'x'", "event.number")],
)
def test_the_same_fact_or_number_twice_is_refused(
    year: Town, number: str, key: str, constraint: str
) -> None:
    before = year.tables()
    rest = "cycle_id, kind, step, happened_on, by, content, recorded_at"
    with pytest.raises(sqlite3.IntegrityError, match=f"UNIQUE.*{constraint}"):
        year.change(
            f"INSERT INTO event (number, key, {rest})"  # noqa: S608 - our own names
            f" SELECT {number}, {key}, {rest} FROM event LIMIT 1"
        )
    assert year.tables() == before


@pytest.mark.parametrize(
    ("change", "constraint"),
    [("message_id || 'x', key", "mail.key"), ("message_id, key || 'x'", "mail.message_id")],
)
def test_the_same_mail_twice_is_refused(year: Town, change: str, constraint: str) -> None:
    before = year.tables()
    rest = (
        "cycle_id, step, kind, role, rule, name, address, subject, queued_on, queued_at,"
        " status, attempts, next_attempt_at, error"
    )
    with pytest.raises(sqlite3.IntegrityError, match=f"UNIQUE.*{constraint}"):
        year.change(
            f"INSERT INTO mail (message_id, key, {rest})"  # noqa: S608 - our own names
            f" SELECT {change}, {rest} FROM mail LIMIT 1"
        )
    assert year.tables() == before


def test_the_same_thing_told_twice_is_refused(year: Town) -> None:
    before = year.tables()
    rest = (
        "mail_id, cycle_id, kind, step, round, role, body, name, address, rule, because, mail_key, day,"
        " after_event, content, attempts, error"
    )
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE.*notice\.key"):
        year.change(
            f"INSERT INTO notice (key, {rest})"  # noqa: S608 - our own names
            f" SELECT key, {rest} FROM notice LIMIT 1"
        )
    assert year.tables() == before


def test_a_budget_year_is_there_once(year: Town) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"cycle\.budget_year"):
        year.change(
            "INSERT INTO cycle (budget_year, definition, started_on, started_at)"
            " SELECT budget_year, definition, started_on, started_at FROM cycle"
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE mail SET status = 'skickad'",
        "UPDATE mail SET status = 'borta'",
        "UPDATE meeting SET kind = 'fika'",
        "UPDATE holder SET last_day = '2020-01-01'",
        "UPDATE answer_link SET used_for = 'klart'",
        "UPDATE answer_link SET used_for = 'annat', used_at = '2027-03-10 00:00:00'",
        "UPDATE answer_link SET revoked_by = 'Petra'",
    ],
)
def test_a_state_that_cannot_be_is_refused(year: Town, sql: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        year.change(sql)


def test_the_migrations_make_the_tables_of_the_models(town: Town) -> None:
    with town.database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_object": lambda _1, _2, kind, _3, _4: kind != "index",
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_make_every_index_of_the_models(town: Town) -> None:
    """Alembic's comparison does not see how an index collates."""
    indexes = [one for table in SQLModel.metadata.tables.values() for one in table.indexes]
    wanted = {str(CreateIndex(one).compile(dialect=sqlite.dialect())) for one in indexes}
    made = {sql for sql in _schema(town.path) if sql.startswith(("CREATE INDEX", "CREATE UNIQUE"))}
    assert made == wanted


def test_the_migrations_make_every_check_of_the_models(town: Town) -> None:
    """Alembic's comparison does not see CHECK constraints."""
    text = "\n".join(_schema(town.path))
    for table in SQLModel.metadata.tables.values():
        for constraint in table.constraints:
            assert str(constraint.name) in text


def test_the_unreleased_migration_is_written_from_the_models() -> None:
    """After a change of the tables: python -m models.migrations.write"""
    assert FIRST.read_text(encoding="utf-8") == "\n\n".join(statements()) + "\n"


def _schema(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return [sql for (sql,) in rows]


def test_migrating_twice_is_harmless(year: Town) -> None:
    before = year.tables()
    assert year.database.migrate() is False
    open_database(year.settings, create=True).engine.dispose()
    assert year.tables() == before


def test_migrations_that_fail_half_way_leave_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kommunplan.db"
    connection = sqlite3.connect(path)
    last = SQLModel.metadata.sorted_tables[-1].name
    connection.execute(f"CREATE TABLE {last} (in_the_way INTEGER)")
    connection.close()
    database = Database(path)
    with pytest.raises(DatabaseUnusableError, match=f"{last} already exists"):
        database.migrate()
    database.engine.dispose()
    assert set(tables(path)) == {last}


def test_two_processes_may_make_the_database_and_the_year_at_once(tmp_path: Path) -> None:
    exits = processes.at_once(processes.start_year, *[(tmp_path, "2027-01-04")] * 2)
    assert exits == [0, 0]
    town = Town(tmp_path)
    assert [event.key for event in town.log()] == ["bokslut/oppnat"]
    assert len(town.mails()) == 8
    assert len(town.tables()["cycle"]) == 1
    town.close()


def settings_in(folder: Path) -> Settings:
    return Settings(_env_file=None, data=folder)


def test_no_database_is_made_where_none_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissingError, match=f"ingen databas i {tmp_path}.*starta-ar"):
        open_database(settings_in(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "kommunplan.db").touch()
    with pytest.raises(DatabaseMissingError, match=r"version ingen.*starta-ar"):
        open_database(settings_in(tmp_path))
    open_database(settings_in(tmp_path), create=True).engine.dispose()
    assert set(tables(tmp_path / "kommunplan.db")) == {*SQLModel.metadata.tables, "alembic_version"}


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, create: bool) -> None:
    (tmp_path / "kommunplan.db").write_bytes(b"nonsense" * 1000)
    with pytest.raises(DatabaseUnusableError, match=r"kommunplan\.db.*file is not a database"):
        open_database(settings_in(tmp_path), create=create)
    assert (tmp_path / "kommunplan.db").read_bytes() == b"nonsense" * 1000


def test_a_folder_where_the_database_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "kommunplan.db").mkdir()
    with pytest.raises(DatabaseUnusableError, match=r"kommunplan\.db går inte att använda"):
        open_database(settings_in(tmp_path), create=True)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        DatabaseUnusableError, match=r"Mappen .* går inte att skapa.*KOMMUNPLAN_DATA"
    ):
        open_database(settings_in(tmp_path / "file" / "var"), create=True)


@pytest.mark.parametrize("revision", ["0001_the_year", "0004_decisions", "0014_mailboxes"])
def test_a_database_of_an_older_program_is_left_alone(year: Town, revision: str) -> None:
    year.change("UPDATE alembic_version SET version_num = ?", revision)
    before = year.tables()
    for create in (False, True):
        with pytest.raises(
            DatabaseMissingError, match=rf"kommunplan\.db .*{revision}.*KOMMUNPLAN_DATA.*starta-ar"
        ):
            open_database(year.settings, create=create)
    assert year.tables() == before


def test_a_database_of_a_newer_program_is_left_alone(year: Town) -> None:
    year.change("UPDATE alembic_version SET version_num = '9999_the_future'")
    before = year.tables()
    for create in (False, True):
        with pytest.raises(DatabaseMissingError, match=f"9999_the_future.*{newest_revision()}"):
            open_database(year.settings, create=create)
    assert year.tables() == before


def test_a_reader_is_not_held_up_by_a_writer(year: Town) -> None:
    with year.database.write() as session:
        session.connection()
        assert year.stored()["skatteprognos"].status is Status.IN_PROGRESS


def test_what_is_read_inside_a_transaction_is_still_true_when_it_writes(year: Town) -> None:
    """The write lock is taken at the beginning: nobody else can write in between."""
    with closing(sqlite3.connect(year.path, timeout=0)) as other:
        with year.database.write() as session:
            session.connection()
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def test_an_exception_inside_a_transaction_undoes_all_of_it(year: Town) -> None:
    before = year.tables()

    def half() -> None:
        with year.database.write() as session:
            session.connection().exec_driver_sql("DELETE FROM holder")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert year.tables() == before
