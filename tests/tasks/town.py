"""A municipality in a folder of its own: real settings, a real SQLite file, and what is in it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from calendars.definition import HOLDERS_FILE, ORSA
from models.events import EVENT, Event
from models.state import YearState, fold
from models.tables import EventRow, MailRow
from tasks.actions import Engine
from tasks.database import Database, open_database
from tasks.overview import stored_state
from tasks.settings import Settings
from tasks.year import find_cycle, stored_definition

Tables = dict[str, list[tuple[Any, ...]]]


class Town:
    """Its database is made by the migrations, or is what lies in the folder already."""

    def __init__(self, folder: Path, **overrides: Any) -> None:
        self.settings = Settings(_env_file=None, **{"data": folder, **overrides})
        self.database: Database = open_database(self.settings, create=True)

    def on(self, day: str) -> Engine:
        return Engine(self.database, self.settings, date.fromisoformat(day))

    def close(self) -> None:
        self.database.engine.dispose()

    @property
    def path(self) -> Path:
        return self.settings.database

    def tables(self) -> Tables:
        return tables(self.path)

    def mails(self) -> list[MailRow]:
        with self.database.read() as session:
            return list(session.exec(select(MailRow).order_by(col(MailRow.id))))

    def mail_count(self, **wanted: str) -> int:
        """`mail_count(kind="oppnat", role="ekonomichef")`"""
        return sum(
            all(getattr(mail, name) == value for name, value in wanted.items())
            for mail in self.mails()
        )

    def kinds(self) -> Counter[str]:
        return Counter(mail.kind for mail in self.mails())

    def log(self, budget_year: int | None = None) -> list[Event]:
        with self.database.read() as session:
            cycle = find_cycle(session, budget_year)
            rows = session.exec(
                select(EventRow).where(EventRow.cycle_id == cycle.id).order_by(col(EventRow.number))
            )
            return [EVENT.validate_json(row.content) for row in rows]

    def stored(self, budget_year: int | None = None) -> YearState:
        """The state as the tables of the present hold it."""
        with self.database.read() as session:
            return stored_state(session, find_cycle(session, budget_year))

    def refolded(self, budget_year: int | None = None) -> YearState:
        """The state as it follows from the log, whatever the tables of the present say."""
        with self.database.read() as session:
            definition = stored_definition(find_cycle(session, budget_year).definition)
        return fold(definition, self.log(budget_year))

    def change(self, sql: str, *values: object) -> None:
        """Time that passes, or damage: straight into the file."""
        with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
            connection.execute(sql, values)


def tables(path: Path) -> Tables:
    """Every row of every table, whatever order it is stored in."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
            for (name,) in names.fetchall()
        }


def own_definition(folder: Path) -> Path:
    """A copy of Orsa's definition that a test may edit."""
    return shutil.copytree(ORSA, folder / "orsa")


def write_holders(definition: Path, rows: Iterable[Sequence[str]]) -> None:
    """Rows as `("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01", "2027-01-31")`,
    the last day left out for who holds the role until further notice."""
    names = ("roll", "enhet", "namn", "adress")
    text = "exempel = true\n"
    for row in rows:
        texts = dict(zip(names, row[:4], strict=True))
        days = dict(zip(("fran", "till"), row[4:], strict=False))
        text += "\n[[innehavare]]\n"
        text += "".join(f'{name} = "{value}"\n' for name, value in texts.items() if value)
        text += "".join(f"{name} = {value}\n" for name, value in days.items())
    (definition / HOLDERS_FILE).write_text(text)


def replaced(file: Path, old: str, new: str) -> None:
    """The file with one place changed."""
    text = file.read_text()
    assert re.search(re.escape(old), text), f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1))
