"""A municipality in a folder of its own: real settings, a real SQLite file, and what is in it."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import col, select

from calendars.definition import HOLDERS_FILE, ORSA
from models.events import Event
from models.state import YearState
from models.tables import ClaimRow, MailRow, NoticeRow
from tasks.database import Database, open_database
from tasks.log import find_cycle, stored_log, stored_state
from tasks.settings import Settings
from tests.hands import Hands, read_in

Tables = dict[str, list[tuple[Any, ...]]]


class Told(NamedTuple):
    """A row of notice that has been told, with the day that its mail was queued."""

    id: int
    mail_id: int
    cycle_id: int
    key: str
    kind: str
    step: str
    round: int
    role: str
    body: str
    name: str
    address: str
    rule: str
    because: str
    queued_on: date


class Town:
    """Its database is made by the migrations, or is what lies in the folder already."""

    def __init__(self, folder: Path, **overrides: Any) -> None:
        self.settings = Settings(_env_file=None, **{"data": folder, **overrides})
        self.database: Database = open_database(self.settings, create=True)
        self.engine: type[Hands] = Hands

    def on(self, day: str) -> Hands:
        return self.engine(self.database, self.settings, date.fromisoformat(day))

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

    def notices(self) -> list[Told]:
        """What the mails told whom, whether alone or collected, and the day they were queued."""
        query = (
            select(NoticeRow, MailRow)
            .join(MailRow, col(MailRow.id) == col(NoticeRow.mail_id))
            .order_by(col(NoticeRow.id))
        )
        with self.database.read() as session:
            return [
                Told(**row.model_dump(include=set(Told._fields)), queued_on=mail.queued_on)
                for row, mail in session.exec(query)
            ]

    def unwritten(self) -> list[NoticeRow]:
        """What is to be told, and is in no mail yet."""
        with self.database.read() as session:
            query = select(NoticeRow).where(col(NoticeRow.mail_id).is_(None))
            return list(session.exec(query.order_by(col(NoticeRow.id))))

    def notice_count(self, **wanted: str) -> int:
        """`notice_count(kind="oppnat", role="ekonomichef")`"""
        return sum(
            all(getattr(notice, name) == value for name, value in wanted.items())
            for notice in self.notices()
        )

    def kinds(self) -> Counter[str]:
        return Counter(notice.kind for notice in self.notices())

    def log(self, budget_year: int | None = None) -> list[Event]:
        with self.database.read() as session:
            return list(stored_log(session, find_cycle(session, budget_year)))

    def stored(self, budget_year: int | None = None) -> YearState:
        """Where the year stands: the fold of its log."""
        with self.database.read() as session:
            return stored_state(session, find_cycle(session, budget_year))

    def claims(self, budget_year: int | None = None) -> dict[str, int]:
        """What the database keeps unique, with the number of the event that took it."""
        with self.database.read() as session:
            cycle = find_cycle(session, budget_year)
            rows = session.exec(select(ClaimRow).where(ClaimRow.cycle_id == cycle.id))
            return {row.name: row.number for row in rows}

    def backlog(self, size: int) -> None:
        """The first mail, which tells one thing, so many times over, each copy to somebody else; no other
        mail is left."""
        with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
            connection.row_factory = sqlite3.Row
            (first,) = connection.execute("SELECT * FROM mail WHERE id = 1")
            (content,) = connection.execute("SELECT content FROM mail_content WHERE mail_id = 1")
            (told,) = connection.execute("SELECT * FROM notice WHERE mail_id = 1")
            for table in ("mail_content", "notice", "mail"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            for number in range(1, size + 1):
                own = {name: f"{number}.{first[name]}" for name in ("key", "address")}
                own["message_id"] = f"<{number}.{first['message_id'][1:]}"
                row = {**dict(first), **own, "id": number}
                _insert(connection, "mail", row)
                mail = content[0].replace(first["message_id"].encode(), own["message_id"].encode())
                connection.execute("INSERT INTO mail_content VALUES (?, ?)", (number, mail))
                own = {name: f"{number}.{told[name]}" for name in ("key", "address")}
                _insert(
                    connection, "notice", {**dict(told), **own, "id": number, "mail_id": number}
                )

    def change(self, sql: str, *values: object) -> None:
        """Time that passes, or damage: straight into the file."""
        with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
            connection.execute(sql, values)


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} VALUES ({places})", (*row.values(),))  # noqa: S608


def tables(path: Path) -> Tables:
    """Every row of every table, whatever order it is stored in; but not when checks have run, which is
    another instant each time."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        found = {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
            for (name,) in names.fetchall()
        }
        return found | {name: [] for name in found if name == "check_day"}


def own_definition(folder: Path) -> Path:
    """A copy of Orsa's definition that a test may edit."""
    return shutil.copytree(ORSA, folder / "orsa")


def write_holders(
    definition: Path, rows: Iterable[Sequence[str]], absences: Iterable[Sequence[str]] = ()
) -> None:
    """Rows as `("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01", "2027-01-31")`,
    the last day left out for who holds the role until further notice; absences as
    `("eva@orsa.example", "2027-07-05", "2027-07-30", "anna@orsa.example")`."""
    names = ("roll", "enhet", "namn", "adress")
    text = "exempel = true\n"
    for row in rows:
        texts = dict(zip(names, row[:4], strict=True))
        days = dict(zip(("fran", "till"), row[4:], strict=False))
        text += "\n[[innehavare]]\n"
        text += "".join(f'{name} = "{value}"\n' for name, value in texts.items() if value)
        text += "".join(f"{name} = {value}\n" for name, value in days.items())
    for address, first, last, deputy in absences:
        text += f'\n[[franvaro]]\nadress = "{address}"\nersattare = "{deputy}"\n'
        text += f"fran = {first}\ntill = {last}\n"
    (definition / HOLDERS_FILE).write_text(text)


class Staffed(Town):
    """A town whose role holders the test writes."""

    def staff(self, *rows: tuple[str, ...], absences: Iterable[tuple[str, ...]] = ()) -> None:
        write_holders(self.settings.definition, rows, absences)

    def staffed_on(
        self, day: str, *rows: tuple[str, ...], absences: Iterable[tuple[str, ...]] = ()
    ) -> None:
        """From this day's reading on they are these; then the day's check."""
        self.staff(*rows, absences=absences)
        self.on(day).load()
        self.on(day).check()

    def read_in(self, file: str, day: str) -> None:
        """A file of the definition directory, read in."""
        read_in(self.on(day), self.settings.definition / file)

    def told(self, step: str, kind: str = "oppnat") -> list[str]:
        """Whom the notices went to, in order."""
        return [one.address for one in self.notices() if (one.step, one.kind) == (step, kind)]


def text(mail: MailRow) -> str:
    """The words of the mail's plain text, wherever its lines break."""
    return _text(mail.content)


@lru_cache(maxsize=1000)
def _text(mail: bytes) -> str:
    body = email.message_from_bytes(mail, policy=email.policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def replaced(file: Path, old: str, new: str) -> None:
    """The file with one place changed."""
    text = file.read_text()
    assert re.search(re.escape(old), text), f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1))
