"""What follows from what has been stored: what is due opens, and who is told what is settled.

In a transaction of its own, after the one in which somebody did something, so that nothing that goes wrong
here can undo that; also in the check's. It goes by how the years stand, so it is harmless to repeat, and
makes up for what a process that died has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import and_, bindparam, insert, not_, or_
from sqlmodel import Session, col, delete, select

from models.tables import AnnouncementRow
from notifications.wishes import is_still_so
from tasks.log import notice_json
from tasks.mail.folded_years import FoldedYears
from tasks.mail.notices import Held, Notices
from tasks.settings import Settings
from tasks.year import OpenYear


def bring_up_to_date(
    session: Session, chosen: Settings, today: date, years: Sequence[OpenYear]
) -> None:
    """Opens what is due in the years, and settles who is told what they make known, and what others have made
    known and left. Letters are written from that afterwards. The years share their notices, so that one
    person gets one mail for them all."""
    exercise = chosen.mail_to is not None
    held, left = _left(session, today, exercise=exercise)
    for day in sorted({one.day for one in left} - {today}):
        earlier = Notices(session, chosen, day)
        _take(
            earlier,
            FoldedYears(session, day, chosen.definition),
            [one for one in left if one.day == day],
        )
        held += earlier.held()
        earlier.store()
    notices = Notices(session, chosen, today)
    if years:
        put_held(notices, FoldedYears(session, today, chosen.definition), held)
    else:  # it goes with what the year's next check has to tell
        announce_later(session, held, exercise=exercise)
    own = {year.cycle_id for year in years}
    of_today = [one for one in left if one.day == today]
    _take(
        notices,
        FoldedYears(session, today, chosen.definition),
        [o for o in of_today if o.cycle_id not in own],
    )
    for year in years:
        folded = FoldedYears(session, today, chosen.definition, year.told_so_far())
        _take(notices, folded, [one for one in of_today if one.cycle_id == year.cycle_id])
        year.advance()
        notices.gather(year, year.take_announced())
        year.keep()  # the next year may begin with what this one has left behind
    announce_later(session, notices.held(), exercise=exercise)
    notices.store()
    for year in years:
        year.store()
        year.conclude()


def announce_later(session: Session, held: Iterable[Held], *, exercise: bool) -> None:
    """Keeps what a later day's letter tells, as of the day on which it came about."""
    rows = [
        {
            "cycle_id": one.cycle_id,
            "day": one.day,
            "after_event": one.after_event,
            "exercise": exercise,
            "content": notice_json().dump_json(one.notice).decode(),
            "waits": True,
        }
        for one in held
    ]
    if rows:
        session.connection().execute(insert(AnnouncementRow), rows)


def put_held(notices: Notices, years: FoldedYears, held: Iterable[Held]) -> None:
    """Gathers what waited for the letter of a later day, as it was when it came about, but for what is not so
    any more."""
    for one in held:
        if is_still_so(one.notice, years.now(one.cycle_id).state):
            notices.put(years.then(one.cycle_id, one.after_event, one.day), [one.notice])


def held_before(session: Session, today: date, *, exercise: bool) -> Sequence[Held]:
    """What waits since an earlier day, oldest first."""
    waiting = select(AnnouncementRow).where(
        AnnouncementRow.exercise == exercise,
        col(AnnouncementRow.waits),
        col(AnnouncementRow.day) < today,
    )
    return list(map(_held, session.exec(waiting.order_by(col(AnnouncementRow.id)))))


def is_anything_left(session: Session, *, exercise: bool) -> bool:
    """Whether something has been made known of which it is not settled who is told, and when; in an exercise,
    of its own."""
    found = select(AnnouncementRow.id).where(
        AnnouncementRow.exercise == exercise, not_(col(AnnouncementRow.waits))
    )
    return session.exec(found.limit(1)).first() is not None


def _left(
    session: Session, today: date, *, exercise: bool
) -> tuple[list[Held], Sequence[AnnouncementRow]]:
    """What waited for a later day than its own, and what has been made known since, oldest first: neither is
    in the database any more. What waits since today stays there; what an exercise that is over has left was
    never to be told."""
    values = {"exercise": exercise, "today": today}
    rows = session.exec(_LEFT, params=values).all()
    session.connection().execute(_GONE_OF_EXERCISE if exercise else _GONE, values)
    return [_held(row) for row in rows if row.waits], [row for row in rows if not row.waits]


def _held(row: AnnouncementRow) -> Held:
    notice = notice_json().validate_json(row.content)
    return Held(row.cycle_id, row.day, row.after_event, notice)


_STAYS = and_(col(AnnouncementRow.waits), col(AnnouncementRow.day) >= bindparam("today"))
_LEFT = (
    select(AnnouncementRow)
    .where(AnnouncementRow.exercise == bindparam("exercise"), not_(_STAYS))
    .order_by(col(AnnouncementRow.id))
)
_GONE = delete(AnnouncementRow).where(or_(col(AnnouncementRow.exercise), not_(_STAYS)))
_GONE_OF_EXERCISE = delete(AnnouncementRow).where(col(AnnouncementRow.exercise), not_(_STAYS))


def _take(notices: Notices, years: FoldedYears, rows: Sequence[AnnouncementRow]) -> None:
    """Gathers what the rows make known, with each year as it stood then."""
    for (cycle_id, after_event, day), some in groupby(
        rows, key=lambda row: (row.cycle_id, row.after_event, row.day)
    ):
        told = [notice_json().validate_json(row.content) for row in some]
        notices.put(years.then(cycle_id, after_event, day), told)
