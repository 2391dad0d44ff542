"""The meetings as the database has them: those that are held, and what has become of the other days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from models.plan import Meeting, Meetings
from models.tables import MeetingChangeRow, MeetingRow
from tasks.meetings.day_history import DayChange, DayHistory, day_history_of


def meetings(session: Session) -> Meetings:
    """The meetings as they stand, with what the log knows of the days that have changed."""
    return _known(_held_rows(session), _change_rows(session))


def held_meetings(session: Session) -> Sequence[Meeting]:
    """The meetings as they stand, and no more about them."""
    return list(map(_meeting, _held_rows(session)))


@lru_cache(maxsize=8)
def _known(held: tuple[_HeldRow, ...], changes: tuple[DayChange, ...]) -> Meetings:
    # they are asked for in every transaction, and change some times a year
    return day_history_of(changes).of(map(_meeting, held))


class _HeldRow(NamedTuple):
    """A row of `meeting`, plain."""

    kind: str
    name: str
    day: date
    example: bool
    if_needed: bool
    moved_from: date | None


def _meeting(row: _HeldRow) -> Meeting:
    return Meeting(
        body=row.name if row.kind == "instans" else None,
        step=row.name if row.kind == "steg" else None,
        day=row.day,
        example=row.example,
        if_needed=row.if_needed,
        moved_from=row.moved_from,
    )


def _held_rows(session: Session) -> tuple[_HeldRow, ...]:
    return tuple(_HeldRow(*one) for one in session.execute(_HELD))


def _change_rows(session: Session) -> tuple[DayChange, ...]:
    return tuple(DayChange(*one) for one in session.execute(_CHANGES))


_HELD = sa.select(
    col(MeetingRow.kind),
    col(MeetingRow.name),
    col(MeetingRow.day),
    col(MeetingRow.example),
    col(MeetingRow.if_needed),
    col(MeetingRow.moved_from),
).order_by(col(MeetingRow.day))
_CHANGES = sa.select(
    col(MeetingChangeRow.kind),
    col(MeetingChangeRow.name),
    col(MeetingChangeRow.day_before),
    col(MeetingChangeRow.day_after),
    col(MeetingChangeRow.source),
    col(MeetingChangeRow.happened_on),
).order_by(col(MeetingChangeRow.id))


def stored_day_history(session: Session) -> DayHistory:
    """What has become of each day that a meeting ever stood on."""
    return day_history_of(_change_rows(session))
