"""That the mail server takes no mail of ours until a person mends it: kept from when it is found out until a
mail has been taken, so that `halsa` and the watch can tell it at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, select

from models.tables import StandstillRow
from tasks.database import Database

THE_ONE = 1


@dataclass(frozen=True, slots=True)
class Standstill:
    """Since when, and the sentence that says why and what mends it."""

    since: datetime
    error: str

    @property
    def parts(self) -> tuple[str, str]:
        """What the server said, or what is wrong; and what mends it."""
        said, stop, todo = self.error.partition(". ")
        return f"{said}{stop.rstrip()}", todo


def note_standstill(database: Database, error: str, now: datetime) -> None:
    """As before, if it is told already, but for the newest answer."""
    row = insert(StandstillRow).values(id=THE_ONE, since=now, error=error)
    with database.write() as session:
        session.exec(row.on_conflict_do_update(index_elements=["id"], set_={"error": error}))


def end_standstill(database: Database) -> None:
    """A mail has been taken. Writes nothing where there was none."""
    with database.read() as session:
        if standstill(session) is None:
            return
    with database.write() as session:
        if row := session.get(StandstillRow, THE_ONE):
            session.delete(row)


def standstill(session: Session) -> Standstill | None:
    row = session.exec(select(StandstillRow)).first()
    return Standstill(row.since, row.error) if row else None
