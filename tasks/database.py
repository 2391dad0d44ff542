"""The database: opened, migrated, and handed out one transaction at a time.

On SQLite a writing transaction takes the write lock at its beginning, so that what it reads is still
true when it writes: two deadline checks at once run one after the other.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from models.errors import KommunplanError
from tasks.settings import Settings
from tasks.watch.journal import write_waiting

MIGRATIONS = Path(__file__).parent.parent / "models" / "migrations"
LOCK_TIMEOUT = 30.0
"""Seconds that a writer waits for another."""


class DatabaseMissingError(KommunplanError):
    """There is no database yet, or it is of another version than the program."""


class DatabaseUnusableError(KommunplanError):
    """The database cannot be opened, read or written."""


class DatabaseBusyError(DatabaseUnusableError):
    """Another process has written in it for longer than one waits: a little later it can be used again."""


class Database:
    """One engine, two kinds of transaction. `read` sees one consistent picture and writes nothing."""

    def __init__(self, path: Path, definition: Path | None = None) -> None:
        self.path = path
        self.definition = definition
        """The definition directory beside which it is kept, where that is known."""
        self.engine = _engine(path)
        self._writer = self.engine.execution_options(kommunplan_writes=True)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Everything done inside happens, or nothing does."""
        with (
            self._explained(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
        write_waiting(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._explained(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def migrate(self) -> bool:
        """Brings the tables to the newest revision; True when something was done."""
        revision = self.revision()
        if revision == newest_revision():
            return False
        if revision is not None:
            _refuse_unknown(self.path, revision)
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self._explained(), self._writer.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return True

    def revision(self) -> str | None:
        """The revision the tables stand at; None for an empty database."""
        with self._explained(), self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return str(found) if found else None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A database that cannot be used is told in one sentence that names it."""
        try:
            yield
        except DatabaseError as error:
            reason = str(error.orig or error)
            busy = isinstance(error, OperationalError) and "locked" in reason
            way_out = (
                "En annan process skriver just nu; försök igen om en stund."
                if busy
                else "Filen är skadad: återställ en kopia, se docs/watching.md."
                if "not a database" in reason or "malformed" in reason
                else "Kontrollera att mappen finns och går att skriva i (KOMMUNPLAN_DATA)."
            )
            raise (DatabaseBusyError if busy else DatabaseUnusableError)(
                f"Databasen {self.path} går inte att använda: {reason}. {way_out}"
            ) from error


def open_database(chosen: Settings, *, create: bool = False) -> Database:
    """The database of the settings, up to date. With `create` it is made and migrated as needed."""
    path = chosen.database
    if create:
        _make_folder(path.parent)
    elif not path.exists():
        raise DatabaseMissingError(
            f"Det finns ingen databas i {path.parent}. Kör make start, eller kommunplan starta-ar."
        )
    database = Database(path, chosen.definition)
    if create:
        database.migrate()
    elif (revision := database.revision()) != newest_revision():
        if revision is not None:
            _refuse_unknown(path, revision)
        raise DatabaseMissingError(
            f"Databasen står på version {revision or 'ingen'} och programmet på "
            f"{newest_revision()}. Kör make start, eller kommunplan starta-ar."
        )
    return database


def newest_revision() -> str:
    """The newest migration; each file is named after its revision, so nothing is imported to know it."""
    return max(_revisions())


def _refuse_unknown(path: Path, revision: str) -> None:
    """DatabaseMissingError for a revision that there are no migrations from."""
    known = _revisions()
    if revision in known:
        return
    if revision < min(known):
        raise DatabaseMissingError(
            f"Databasen {path} är gjord av ett äldre program ({revision}) och kan inte föras över till det "
            f"här ({max(known)}). Behåll filen, som det äldre programmet fortfarande läser, välj en annan "
            "datamapp med KOMMUNPLAN_DATA och starta året där: make start, eller kommunplan starta-ar."
        )
    raise DatabaseMissingError(
        f"Databasen {path} är gjord av ett nyare program ({revision}) än det här ({max(known)}). Använd det "
        "nyare programmet."
    )


def _revisions() -> set[str]:
    return {path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _make_folder(folder: Path) -> None:
    try:
        # what is in it is about persons: not for every user of the machine
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusableError(
            f"Mappen {folder} går inte att skapa: {error.strerror}. "
            "Välj en annan med KOMMUNPLAN_DATA."
        ) from None


def _write_ahead(cursor: DBAPICursor) -> None:
    """Readers never wait for the writer. The switch to it, once in a database's life, is refused at
    once where another process makes it too: SQLite does not wait there, so we do."""
    give_up = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": LOCK_TIMEOUT, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous = FULL")  # a committed decision survives a power cut
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("kommunplan_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
