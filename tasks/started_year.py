"""Reads a started year straight from SQLite, for commands that must answer at once.

SQLModel costs 0.4 s to import, more than a whole review of a year; the few tables read here are
plain. Reads only, and only what the event log and the lists of meetings and holders say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calendars.definition import parse_definition
from models.errors import KommunplanError
from models.events import EVENT
from models.fold import fold
from models.mail_choices import read_choices
from models.plan import Absence, Meeting, Meetings, RoleHolder
from models.process import Definition
from models.state import YearState
from tasks.meetings.day_history import DayChange, DayHistory, day_history_of


@dataclass(frozen=True, slots=True)
class StartedYear:
    """A budget year that has been started: its definition as it is now, where it stands, who and when."""

    definition: Definition
    state: YearState
    meetings: Meetings
    holders: tuple[RoleHolder, ...]
    absences: tuple[Absence, ...]


class YearUnreadableError(KommunplanError):
    """The database is there but cannot be read."""


def started_year(path: Path, budget_year: int) -> StartedYear | None:
    """The year as the database has it; None when there is no database or the year is not started."""
    if not path.exists():
        return None
    with _reading(path) as rows:
        cycle = rows.execute(
            "SELECT id, definition FROM cycle WHERE budget_year = ?", (budget_year,)
        ).fetchone()
        if cycle is None:
            return None
        definition = parse_definition(json.loads(cycle["definition"]), "definitionen i databasen")
        log = rows.execute(
            "SELECT content FROM event WHERE cycle_id = ? ORDER BY number", (cycle["id"],)
        )
        state = fold(definition, [EVENT.validate_json(row["content"]) for row in log])
        # the state's: the cycle's first one knows neither a change of it nor what has been raised
        known = state.definition
        return StartedYear(
            known,
            state,
            _day_history(rows).of(_meetings(rows)),
            tuple(_holders(rows)),
            tuple(_absences(rows)),
        )


def budget_years(path: Path) -> list[int]:
    """The budget years that have been started, in order; none where there is no database."""
    if not path.exists():
        return []
    with _reading(path) as rows:
        found = rows.execute("SELECT budget_year FROM cycle ORDER BY budget_year")
        return [int(row["budget_year"]) for row in found]


def _meetings(rows: sqlite3.Connection) -> Iterator[Meeting]:
    for row in rows.execute("SELECT * FROM meeting ORDER BY day"):
        is_body = row["kind"] == "instans"
        yield Meeting(
            body=row["name"] if is_body else None,
            step=None if is_body else row["name"],
            day=date.fromisoformat(row["day"]),
            example=bool(row["example"]),
            if_needed=bool(row["if_needed"]),
            moved_from=date.fromisoformat(row["moved_from"]) if row["moved_from"] else None,
        )


def _day_history(rows: sqlite3.Connection) -> DayHistory:
    return day_history_of(
        DayChange(
            row["kind"],
            row["name"],
            _day(row["day_before"]),
            _day(row["day_after"]),
            row["source"],
            date.fromisoformat(row["happened_on"]),
        )
        for row in rows.execute("SELECT * FROM meeting_change ORDER BY id")
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _holders(rows: sqlite3.Connection) -> Iterator[RoleHolder]:
    for row in rows.execute("SELECT * FROM holder ORDER BY id"):
        yield RoleHolder(
            row["role"],
            row["unit"] or None,
            row["name"],
            row["address"],
            date.fromisoformat(row["first_day"]),
            date.fromisoformat(row["last_day"]) if row["last_day"] else None,
            bool(row["example"]),
            *read_choices(row["pace"]),
        )


def _absences(rows: sqlite3.Connection) -> Iterator[Absence]:
    for row in rows.execute("SELECT * FROM absence ORDER BY id"):
        yield Absence(
            row["address"],
            date.fromisoformat(row["first_day"]),
            date.fromisoformat(row["last_day"]),
            row["deputy_name"],
            row["deputy_address"],
            bool(row["example"]),
        )


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection
    except sqlite3.Error as error:
        raise YearUnreadableError(
            f"Databasen {path} går inte att läsa: {error}. Kör make start, eller kommunplan starta-ar."
        ) from None
