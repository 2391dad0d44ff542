"""What follows if a meeting moves or is cancelled: every date that changes, every rule that breaks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from calendars.deadlines import SHORTEST_WORK
from calendars.law.case import Case, Finding, Severity
from calendars.law.review import review
from calendars.meeting_dates import dates_of
from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.errors import RefusedError
from models.plan import Gone, Meeting, Meetings, YearPlan, gone_days
from models.process import Definition
from models.state import YearState
from notifications.ladder import working_days
from notifications.rescheduling import MovedDate, moved_dates


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The same year before and after; `broken` are the breaches and risks that were not there before,
    `mended` those that no longer are."""

    before: Case
    after: Case
    moved: tuple[MovedDate, ...]
    papers: tuple[tuple[str, date, date], ...]
    """The days around the meeting itself: what, before, after."""
    short: tuple[str, ...]
    """What would have to be done on a day that has been, or in a shorter time than there should be."""
    broken: tuple[Finding, ...]
    mended: tuple[Finding, ...]


def moved_meetings(
    meetings: Sequence[Meeting], body: str, day: date, to: date, today: date | None = None
) -> Meetings:
    """The meetings with one on another day, made known today. It carries its items with it, and back."""
    _meeting_of(meetings, body, day, today, "flyttas")
    return Meetings(
        (
            replace(
                m, day=to, moved_from=None if to == m.original_day else m.original_day, since=today
            )
            if m.body == body and m.day == day
            else m
            for m in meetings
        ),
        gone_days(meetings),
    )


def cancelled_meetings(meetings: Sequence[Meeting], body: str, day: date, today: date) -> Meetings:
    """The meetings without one, which is cancelled today; its items go on to another."""
    lost = _meeting_of(meetings, body, day, today, "ställas in")
    gone = Gone(body, lost.original_day, day, today)
    return Meetings((m for m in meetings if m is not lost), (*gone_days(meetings), gone))


def _meeting_of(
    meetings: Sequence[Meeting], body: str, day: date, today: date | None, what: str
) -> Meeting:
    held = {meeting.day: meeting for meeting in meetings if meeting.body == body}
    found = held.get(day)
    if found is None:
        days = ", ".join(str(one) for one in held if one.year == day.year)
        raise RefusedError(
            f"{body} har inget sammanträde {day}. {body} {day.year}: {days or 'inga'}."
        )
    if today is not None and day < today:
        raise RefusedError(f"{body} {day} har redan varit (i dag är {today}) och kan inte {what}.")
    return found


def what_if(
    case: Case,
    state: YearState | None,
    body: str,
    day: date,
    to: date | None,
    today: date | None = None,
) -> WhatIf:
    """The case with a meeting of the body moved, or cancelled where it goes to no day, today where that is
    asked for; RefusedError when there is none that day."""
    definition = case.definition
    slug = definition.body(body).slug
    meetings = (
        moved_meetings(case.meetings, slug, day, to, today)
        if to
        else cancelled_meetings(case.meetings, slug, day, today or day)
    )
    plan = plan_year(definition, case.plan.budget_year, meetings, state, today)
    after = replace(case, plan=plan, meetings=meetings)
    old, new = _found(case), _found(after)
    papers = _papers(definition, slug, day, to) if to else ()
    return WhatIf(
        before=case,
        after=after,
        moved=moved_dates(definition, case.plan, plan),
        papers=papers,
        short=tuple(_short(definition, case.plan, plan, papers, state, today)) if today else (),
        broken=_not_in(old, new),
        mended=_not_in(new, old),
    )


def _not_in(some: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those of the others that are not among some, by rule, step and gravity."""
    known = set(map(_identity, some))
    return tuple(one for one in others if _identity(one) not in known)


def _short(
    definition: Definition,
    before: YearPlan,
    after: YearPlan,
    papers: tuple[tuple[str, date, date], ...],
    state: YearState | None,
    today: date,
) -> Iterator[str]:
    """The days for the papers that would have been, then each open step whose parts get too little time."""
    for what, old, new in papers:
        if new < today <= old:
            yield f"{what} {new} har redan varit."
    for step in definition.steps:
        old_due, due = before[step.slug].due, after[step.slug].due
        if state is None or not state.missing(step) or due >= old_due:
            continue
        left = WORKDAYS.between(today, due)
        if left < SHORTEST_WORK:
            yield f"{step.slug}: delarna skulle vara klara {due}; då är det {working_days(left)} kvar."


def _found(case: Case) -> list[Finding]:
    return [f for f in review(case) if f.severity in (Severity.BREACH, Severity.RISK)]


def _identity(finding: Finding) -> tuple[str, str | None, Severity]:
    return finding.rule, finding.step, finding.severity


def _papers(
    definition: Definition, body: str, day: date, to: date
) -> tuple[tuple[str, date, date], ...]:
    old, new = (dates_of(definition, body, one) for one in (day, to))
    rows = [
        *(
            (one.name, one.day, after.day)
            for one, after in zip(old.before, new.before, strict=True)
        ),
        ("justering senast", old.signed_by, new.signed_by),
        ("anslag senast", old.posted_by, new.posted_by),
    ]
    if old.notice_by and new.notice_by:
        dispatch = [one.slug for one in old.before].index("utskick")
        rows.insert(dispatch, ("kungörelse senast", old.notice_by, new.notice_by))
    return tuple(sorted(rows, key=lambda row: row[1]))
