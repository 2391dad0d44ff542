"""What follows from what has been stored: what is due opens, and who is told what is settled.

In a transaction of its own, after the one in which somebody did something, so that nothing that goes wrong
here can undo that; also in the check's. It goes by how the years stand, so it is harmless to repeat, and
makes up for what a process that died has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, select

from models.tables import AnnouncementRow
from tasks.log import notice_json
from tasks.mail.folded_years import FoldedYears
from tasks.mail.notices import Notices
from tasks.settings import Settings
from tasks.year import OpenYear


def bring_up_to_date(
    session: Session, chosen: Settings, today: date, years: Sequence[OpenYear]
) -> None:
    """Opens what is due in the years, and settles who is told what they make known, and what others have made
    known and left. Letters are written from that afterwards. The years share their notices, so that one
    person gets one mail for them all."""
    left = _left(session, exercise=chosen.mail_to is not None)
    for day in sorted({one.day for one in left} - {today}):
        earlier = Notices(session, chosen, day)
        _take(
            earlier,
            FoldedYears(session, day, chosen.definition),
            [one for one in left if one.day == day],
        )
        earlier.store()
    notices = Notices(session, chosen, today)
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
    notices.store()
    for year in years:
        year.store()
        year.conclude()


def is_anything_left(session: Session, *, exercise: bool) -> bool:
    """Whether something has been made known that nobody has been told of; in an exercise, of its own."""
    found = select(AnnouncementRow.id).where(AnnouncementRow.exercise == exercise)
    return session.exec(found.limit(1)).first() is not None


def _left(session: Session, *, exercise: bool) -> Sequence[AnnouncementRow]:
    """What has been made known, oldest first, and is not any more in the database; what an exercise that is
    over has left was never to be told."""
    rows = session.exec(_LEFT, params={"exercise": exercise}).all()
    session.connection().execute(_GONE_OF_EXERCISE if exercise else _GONE)
    return rows


_LEFT = (
    select(AnnouncementRow)
    .where(AnnouncementRow.exercise == bindparam("exercise"))
    .order_by(col(AnnouncementRow.id))
)
_GONE = delete(AnnouncementRow)
_GONE_OF_EXERCISE = _GONE.where(col(AnnouncementRow.exercise))


def _take(notices: Notices, years: FoldedYears, rows: Sequence[AnnouncementRow]) -> None:
    """Gathers what the rows make known, with each year as it stood then."""
    for (cycle_id, after_event, day), some in groupby(
        rows, key=lambda row: (row.cycle_id, row.after_event, row.day)
    ):
        told = [notice_json().validate_json(row.content) for row in some]
        notices.put(years.then(cycle_id, after_event, day), told)
