"""When the daily check has run: noted by the check itself, also when it had nothing to do.

Written in the check's own transaction, so that a check that is noted is one whose work is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col, func, select

from models.errors import KommunplanError
from models.tables import CheckDayRow
from tasks import clock
from tasks.database import Database
from tasks.watch.journal import journal, journal_after

LATE_AFTER = timedelta(hours=26)
"""The longest day is 25 hours, the last Sunday in October; and an hour for a machine that is busy."""


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The newest check that ended well, and the newest that did not, each None where there was none."""

    ran_at: datetime | None = None
    day: date | None = None
    """The clock's day when it ran."""
    runs_of_day: int = 0
    failed_at: datetime | None = None
    error: str = ""

    @property
    def ended_well(self) -> bool:
        return self.ran_at is not None and (self.failed_at is None or self.failed_at < self.ran_at)

    def age(self, now: datetime) -> timedelta | None:
        return now - self.ran_at if self.ran_at else None

    def is_late(self, now: datetime) -> bool:
        """Whether none has ended well for a day, weekends as well: it runs every day."""
        return self.ran_at is None or now - self.ran_at > LATE_AFTER


def note_ran(session: Session, day: date, events: int, mails: int) -> None:
    """In the transaction of the check."""
    journal_after(session, "check", day=day, events=events, mails=mails)
    row = insert(CheckDayRow).values(
        day=day, ran_at=clock.now(), runs=1, events=events, mails=mails, error=""
    )
    own = {name: col(getattr(CheckDayRow, name)) for name in ("runs", "events", "mails")}
    session.exec(
        row.on_conflict_do_update(
            index_elements=["day"],
            set_={
                "ran_at": row.excluded.ran_at,
                **{name: own[name] + row.excluded[name] for name in own},
            },
        )
    )


@contextmanager
def failures_noted(database: Database, day: date) -> Iterator[None]:
    """What the check inside raises is noted, where the database still takes a note, and raised on."""
    try:
        yield
    except Exception as error:
        said = str(error) if isinstance(error, KommunplanError) else type(error).__name__
        journal("check.failed", level="error", day=day, error=type(error).__name__)
        try:
            _note_failed(database, day, said)
        except KommunplanError:
            journal("check.failure_not_noted", level="error", day=day)
        raise


def last_check(session: Session) -> LastCheck:
    ran = session.exec(
        select(CheckDayRow)
        .where(col(CheckDayRow.ran_at).is_not(None))
        .order_by(col(CheckDayRow.ran_at).desc())
        .limit(1)
    ).first()
    failed = session.exec(
        select(CheckDayRow)
        .where(CheckDayRow.failed_at == select(func.max(CheckDayRow.failed_at)).scalar_subquery())
        .limit(1)
    ).first()
    return LastCheck(
        ran_at=ran.ran_at if ran else None,
        day=ran.day if ran else None,
        runs_of_day=ran.runs if ran else 0,
        failed_at=failed.failed_at if failed else None,
        error=failed.error if failed else "",
    )


def _note_failed(database: Database, day: date, said: str) -> None:
    row = insert(CheckDayRow).values(
        day=day, runs=0, events=0, mails=0, failed_at=clock.now(), error=said or "okänt fel"
    )
    changed = {"failed_at": row.excluded.failed_at, "error": row.excluded.error}
    with database.write() as session:
        session.exec(row.on_conflict_do_update(index_elements=["day"], set_=changed))
