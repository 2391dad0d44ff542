"""What follows if a meeting moves: every date that changes, every rule that then breaks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from calendars.law.case import Case, Finding, Severity
from calendars.law.review import review
from calendars.meeting_dates import dates_of
from calendars.schedule import plan_year
from models.errors import RefusedError
from models.plan import Meeting
from models.process import Definition
from models.rescheduling import MovedDate, moved_dates
from models.state import YearState


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The same year before and after; `broken` are the breaches and risks that were not there before,
    `mended` those that no longer are."""

    before: Case
    after: Case
    moved: tuple[MovedDate, ...]
    papers: tuple[tuple[str, date, date], ...]
    """The days around the meeting itself: what, before, after."""
    broken: tuple[Finding, ...]
    mended: tuple[Finding, ...]


def moved_meetings(
    meetings: Sequence[Meeting], body: str, day: date, to: date
) -> tuple[Meeting, ...]:
    """The meetings with one on another day. It carries its items with it, and back again."""
    if not any(m.body == body and m.day == day for m in meetings):
        days = ", ".join(str(m.day) for m in meetings if m.body == body and m.day.year == day.year)
        raise RefusedError(
            f"{body} har inget sammanträde {day}. {body} {day.year}: {days or 'inga'}."
        )
    return tuple(
        replace(m, day=to, moved_from=None if to == m.original_day else m.original_day)
        if m.body == body and m.day == day
        else m
        for m in meetings
    )


def what_if(case: Case, state: YearState | None, body: str, day: date, to: date) -> WhatIf:
    """The case with a meeting of the body moved; RefusedError when there is none that day."""
    definition = case.definition
    slug = definition.body(body).slug
    meetings = moved_meetings(case.meetings, slug, day, to)
    plan = plan_year(definition, case.plan.budget_year, meetings, state)
    after = replace(case, plan=plan, meetings=meetings)
    old, new = _found(case), _found(after)
    return WhatIf(
        before=case,
        after=after,
        moved=moved_dates(definition, case.plan, plan),
        papers=_papers(definition, slug, day, to),
        broken=tuple(f for f in new if _identity(f) not in {_identity(o) for o in old}),
        mended=tuple(f for f in old if _identity(f) not in {_identity(n) for n in new}),
    )


def _found(case: Case) -> list[Finding]:
    return [f for f in review(case) if f.severity is not Severity.PRACTICE]


def _identity(finding: Finding) -> tuple[str, str | None, Severity]:
    return finding.rule, finding.step, finding.severity


def _papers(
    definition: Definition, body: str, day: date, to: date
) -> tuple[tuple[str, date, date], ...]:
    old, new = (dates_of(definition.body(body), one) for one in (day, to))
    rows = [
        ("manusstopp", old.manuscripts_by, new.manuscripts_by),
        ("beredning", old.preparation_by, new.preparation_by),
        ("utskick", old.dispatch_by, new.dispatch_by),
        ("justering senast", old.signed_by, new.signed_by),
        ("anslag senast", old.posted_by, new.posted_by),
    ]
    if old.notice_by and new.notice_by:
        rows.insert(2, ("kungörelse senast", old.notice_by, new.notice_by))
    return tuple(sorted(rows, key=lambda row: row[1]))
