"""The days that a meeting brings with it: before it for the papers, after it for minutes and appeal.

Pure. Backwards, internal deadlines roll back to a working day. Forwards, statutory last days for an act
roll to the next working day (lag (1930:173) 2 §). The notice is counted backwards by the law itself and
is never moved forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from calendars.workdays import WORKDAYS
from models.occurrences import appeal_ends
from models.plan import DayBefore
from models.process import Definition

SIGNED_WITHIN = timedelta(days=14)  # KL 5 kap. 69 §
POSTED_WITHIN = timedelta(days=2)  # KL 8 kap. 12 §
STATUTORY_NOTICE = timedelta(days=7)  # KL 5 kap. 13 och 15 §§


@dataclass(frozen=True, slots=True)
class MeetingDates:
    """What is to be done by when around one meeting. `before` are the definition's day counts; `notice_by`
    is for a fullmäktige only, `appeal_ends` where the decision can be appealed, both else None."""

    body: str
    day: date
    before: tuple[DayBefore, ...]
    notice_by: date | None
    signed_by: date
    posted_by: date
    appeal_ends: date | None

    @property
    def dispatch_by(self) -> date:
        """When the papers go out (`utskick`), which every body has."""
        return next(one.day for one in self.before if one.slug == "utskick")


def days_before(definition: Definition, body: str, day: date) -> tuple[DayBefore, ...]:
    """The definition's day counts before a meeting of the body as working days."""
    return tuple(
        DayBefore(row.slug, row.name, WORKDAYS.back(day - timedelta(days=row.days)), row.mailed)
        for row in definition.days_before(body)
    )


def dates_of(
    definition: Definition,
    body_slug: str,
    day: date,
    *,
    appealable: bool = False,
    signed: date | None = None,
    posted: date | None = None,
) -> MeetingDates:
    """The days around a meeting of the body, by its own lead times and the statutes' latest days.

    `signed_by` to `appeal_ends` are the latest that the law allows, unless it is known when the minutes were
    `signed` and `posted`: posted within two days of the signing (KL 8 kap. 12 §), and the three weeks
    (KL 13 kap. 5 §) count from the posting. With omedelbar justering, which KL 5 kap. 69 § leaves room for,
    they are signed on the day itself.
    """
    body = definition.body(body_slug)
    signed = signed or WORKDAYS.forward(day + SIGNED_WITHIN)
    posted = posted or WORKDAYS.forward(signed + POSTED_WITHIN)
    return MeetingDates(
        body=body.slug,
        day=day,
        before=days_before(definition, body.slug, day),
        notice_by=(
            WORKDAYS.back(day - max(timedelta(days=body.notice), STATUTORY_NOTICE))
            if body.kind == "fullmaktige"
            else None
        ),
        signed_by=signed,
        posted_by=posted,
        appeal_ends=appeal_ends(posted, WORKDAYS) if appealable else None,
    )
