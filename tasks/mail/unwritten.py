"""The notices whose letters are not written: read, and marked with what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Delete, Update, and_, bindparam, delete, insert, not_, update
from sqlmodel import Session, col, func, or_, select

from models.tables import NoticeRow
from notifications.items import Item
from notifications.sorting import Envelope, Form
from tasks.mail.already_told import EXERCISE
from tasks.mail.folded_years import FoldedYears
from tasks.mail.notices import CONTENT

CALENDAR = "kalender"
"""The kind of what a mail tells of a calendar alone. It is asked for anew each time, so that of what could
not be written only the failure is kept."""


class Pending(NamedTuple):
    """A letter to be: the rows of what it is to tell, in the order in which they are to be read."""

    key: str
    """Its own, without what an exercise puts before it."""
    rows: tuple[NoticeRow, ...]

    @property
    def has_failed(self) -> bool:
        """Whether it could not be written before: then newer ones may have gone."""
        return any(row.attempts for row in self.rows)

    @property
    def ids(self) -> list[int]:
        return [row.id or 0 for row in self.rows]

    def envelope(self, years: FoldedYears) -> Envelope:
        """The mail to be, with each year as it stood when the notice came about."""
        items, change = [], None
        for row in self.rows:
            told = CONTENT.validate_json(row.content)
            year = years.then(row.cycle_id, row.after_event, row.day)
            change = change or told.change
            items.append(
                Item(
                    told.notice,
                    told.recipient,
                    year.state,
                    year.plan,
                    had_by=told.had_by,
                    after_event=row.after_event,
                )
            )
        return Envelope(self.key, Form.of_key(self.key), tuple(items), change)


def pending(session: Session, *, exercise: bool) -> list[Pending]:
    """The letters that are to be written, oldest first; in an exercise its own alone."""
    rows = session.exec(_PENDING[exercise]).all()
    by_mail: dict[str, list[NoticeRow]] = {}
    for row in rows:
        by_mail.setdefault(row.mail_key.removeprefix(EXERCISE), []).append(row)
    return [Pending(key, tuple(own)) for key, own in by_mail.items()]


def is_anything_pending(session: Session, *, exercise: bool) -> bool:
    return session.exec(select(NoticeRow.id).where(_is_ours(exercise)).limit(1)).first() is not None


def forget_exercise(session: Session) -> None:
    """What an exercise that is over has left unwritten was never told."""
    session.connection().execute(_FORGET)


def mark_written(session: Session, letter: Pending, mail_id: int) -> None:
    """The mail tells them; what was kept for its letter is not needed any more."""
    told = {"by": mail_id, "ids": letter.ids}
    session.connection().execute(_WRITTEN, told)


def mark_failed(session: Session, letter: Pending, error: str, now: datetime) -> None:
    """The letter could not be written."""
    _run(
        session,
        update(NoticeRow)
        .where(col(NoticeRow.id).in_(letter.ids))
        .values(
            attempts=col(NoticeRow.attempts) + 1,
            error=error,
            failed_at=func.coalesce(col(NoticeRow.failed_at), now),
        ),
    )


def take_out(session: Session, letter: Pending) -> None:
    """They are asked for again by the next check, as of something that was never to be told."""
    _run(session, delete(NoticeRow).where(col(NoticeRow.id).in_(letter.ids)))


class CalendarFailure(NamedTuple):
    """Since when a person's mail about the calendar could not be written, and how many times."""

    attempts: int
    failed_at: datetime


def take_calendar_failures(
    session: Session, cycle_ids: Iterable[int], *, exercise: bool
) -> dict[str, CalendarFailure]:
    """What is known of the mails about calendars that could not be written, by mailbox, and is now asked
    for anew."""
    years = {"cycles": list(cycle_ids)}
    found = {
        row.address: CalendarFailure(row.attempts, row.failed_at)
        for row in session.exec(_CALENDARS[exercise], params=years)
        if row.failed_at is not None
    }
    if found:
        session.connection().execute(_FORGET_CALENDARS[exercise], years)
    return found


def keep_calendar_failure(
    session: Session,
    rows: Sequence[dict[str, Any]],
    error: str,
    earlier: Mapping[str, CalendarFailure],
    now: datetime,
) -> None:
    """A person's mail about the calendar, which is to tell these, could not be written."""
    known = earlier.get(rows[0]["address"], CalendarFailure(0, now))
    failed = {"attempts": known.attempts + 1, "error": error, "failed_at": known.failed_at}
    session.connection().execute(insert(NoticeRow), [{**row, **failed} for row in rows])


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Letters of one kind that are not written, for the same reason."""

    kind: str
    """As the notice has it; of a mail that holds several, as its form."""
    letters: int
    people: int
    attempts: int
    """The most that any of them was tried."""
    error: str
    """Why; empty where nobody has tried."""
    since: datetime | None
    """When the first of them could not be written."""


def unwritten(session: Session, today: date, *, exercise: bool) -> list[Unwritten]:
    """The letters that could not be written, and those that an earlier day has left behind; in an exercise
    its own alone."""
    rows = session.exec(
        select(NoticeRow)
        .where(_is_ours(exercise), or_(NoticeRow.attempts > 0, col(NoticeRow.day) < today))
        .order_by(col(NoticeRow.id))
    ).all()
    alike: dict[tuple[str, str], list[NoticeRow]] = {}
    for row in rows:
        form = Form.of_key(row.mail_key.removeprefix(EXERCISE))
        kind = row.kind if form is Form.SINGLE else form.value
        alike.setdefault((kind, row.error), []).append(row)
    return [
        Unwritten(
            kind,
            letters=len({row.mail_key for row in own}),
            people=len({row.address for row in own}),
            attempts=max(row.attempts for row in own),
            error=error,
            since=min((row.failed_at for row in own if row.failed_at), default=None),
        )
        for (kind, error), own in alike.items()
    ]


def _is_ours(exercise: bool) -> ColumnElement[bool]:
    of_exercise = col(NoticeRow.key).startswith(EXERCISE)
    whose = of_exercise if exercise else not_(of_exercise)
    return and_(col(NoticeRow.mail_id).is_(None), col(NoticeRow.mail_key) > "", whose)


def _run(session: Session, statement: Delete | Update) -> None:
    # past the rows that the session holds, which are read once
    session.connection().execute(statement)


# what is asked at every transaction is put together once; of an exercise, and of what is none
_FORGET = delete(NoticeRow).where(_is_ours(exercise=True))
_PENDING = {
    exercise: select(NoticeRow)
    .where(_is_ours(exercise), NoticeRow.kind != CALENDAR)
    .order_by(col(NoticeRow.id))
    for exercise in (False, True)
}
_OF_CALENDARS = {
    exercise: and_(
        _is_ours(exercise),
        col(NoticeRow.kind) == CALENDAR,
        col(NoticeRow.cycle_id).in_(bindparam("cycles", expanding=True)),
    )
    for exercise in (False, True)
}
_CALENDARS = {exercise: select(NoticeRow).where(some) for exercise, some in _OF_CALENDARS.items()}
_FORGET_CALENDARS = {
    exercise: delete(NoticeRow).where(some) for exercise, some in _OF_CALENDARS.items()
}
_WRITTEN = (
    update(NoticeRow)
    .where(col(NoticeRow.id).in_(bindparam("ids", expanding=True)))
    .values(mail_id=bindparam("by"), content="", error="", failed_at=None)
)
