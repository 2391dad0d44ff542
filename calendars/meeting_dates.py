"""The days that a meeting brings with it: before it for the papers, after it for minutes and appeal.

Pure. Backwards, internal deadlines roll back to a working day. Forwards, statutory last days for an act
roll to the next working day (lag (1930:173) 2 §). The notice is counted backwards by the law itself and
is never moved forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from calendars.workdays import WORKDAYS
from models.process import Body

SIGNED_WITHIN = timedelta(days=14)  # KL 5 kap. 69 §
POSTED_WITHIN = timedelta(days=2)  # KL 8 kap. 12 §
APPEAL_TIME = timedelta(weeks=3)  # KL 13 kap. 5 §
STATUTORY_NOTICE = timedelta(days=7)  # KL 5 kap. 13 och 15 §§


@dataclass(frozen=True, slots=True)
class MeetingDates:
    """What is to be done by when around one meeting; `notice_by` for a fullmäktige only, `appeal_ends`
    where the decision can be appealed, both else None."""

    body: str
    day: date
    manuscripts_by: date
    preparation_by: date
    dispatch_by: date
    notice_by: date | None
    signed_by: date
    posted_by: date
    appeal_ends: date | None


def dates_of(
    body: Body, day: date, *, appealable: bool = False, signed_at_once: bool = False
) -> MeetingDates:
    """The days around a meeting of the body, by its own lead times and the statutes' latest days.

    `signed_by` to `appeal_ends` are the latest that the law allows: minutes signed and posted sooner
    let the appeal period end sooner. With omedelbar justering, which KL 5 kap. 69 § leaves room for,
    they are signed on the day itself: posted within two days of that (KL 8 kap. 12 §), and the three
    weeks (KL 13 kap. 5 §) count from the posting.
    """
    signed = day if signed_at_once else WORKDAYS.forward(day + SIGNED_WITHIN)
    posted = WORKDAYS.forward(signed + POSTED_WITHIN)
    return MeetingDates(
        body=body.slug,
        day=day,
        manuscripts_by=WORKDAYS.back(day - timedelta(days=body.manuscripts)),
        preparation_by=WORKDAYS.back(day - timedelta(days=body.preparation)),
        dispatch_by=WORKDAYS.back(day - timedelta(days=body.dispatch)),
        notice_by=(
            WORKDAYS.back(day - max(timedelta(days=body.notice), STATUTORY_NOTICE))
            if body.kind == "fullmaktige"
            else None
        ),
        signed_by=signed,
        posted_by=posted,
        appeal_ends=WORKDAYS.forward(posted + APPEAL_TIME) if appealable else None,
    )
