"""The meetings as the database has them: those that are held, and what has become of the other days."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from models.plan import Meeting, Meetings
from models.tables import MeetingChangeRow, MeetingRow
from tasks.meetings.day_history import DayChange, DayHistory, day_history_of


def meetings(session: Session) -> Meetings:
    """The meetings as they stand, with what the log knows of the days that have changed."""
    return stored_day_history(session).of(held_meetings(session))


def held_meetings(session: Session) -> Sequence[Meeting]:
    """The meetings as they stand, and no more about them."""
    rows = session.exec(select(MeetingRow).order_by(col(MeetingRow.day))).all()
    return [
        Meeting(
            body=row.name if row.kind == "instans" else None,
            step=row.name if row.kind == "steg" else None,
            day=row.day,
            example=row.example,
            if_needed=row.if_needed,
            moved_from=row.moved_from,
        )
        for row in rows
    ]


def last_meeting_change(session: Session) -> int:
    """The number of the newest change of the meetings; 0 where there is none."""
    return session.exec(select(func.max(MeetingChangeRow.id))).one() or 0


def stored_day_history(session: Session) -> DayHistory:
    """What has become of each day that a meeting ever stood on."""
    return day_history_of(
        DayChange(row.kind, row.name, row.day_before, row.day_after, row.source, row.happened_on)
        for row in session.exec(select(MeetingChangeRow).order_by(col(MeetingChangeRow.id)))
    )
