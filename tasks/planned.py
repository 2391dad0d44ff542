"""The plan of a year as it stands and its calendar entries, each worked out once for all who ask for the same
state, meetings and day; the plan as letters tell it, and what the law says of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from calendars import schedule
from calendars.law.case import Finding, running_case
from calendars.law.excused import with_reasons
from calendars.law.review import by_statute
from models.plan import Meetings, YearPlan
from models.state import YearState
from notifications import calendar_entry
from notifications.calendar_entry import CalendarEntry
from tasks.exceptions import decided_exceptions
from tasks.recent import Recent


def _entries(state: YearState, plan: YearPlan) -> tuple[CalendarEntry, ...]:
    return tuple(calendar_entry.entries(state, plan))


plan_year = Recent(schedule.plan_year)
entries = Recent(_entries)


def plan_to_tell(
    budget_year: int, meetings: Meetings, state: YearState, today: date, directory: Path | None
) -> YearPlan:
    """The plan as letters tell it: with the särskilda skäl that are noted, or that the definition directory
    has."""
    plan = plan_year(state.definition, budget_year, meetings, state, today)
    exceptions = decided_exceptions(directory, state.definition, budget_year)
    if not (exceptions or state.reasons):
        return plan
    return with_reasons(running_case(state, plan, meetings, today, exceptions=exceptions))


def law_findings(
    budget_year: int, meetings: Meetings, state: YearState, today: date, directory: Path | None
) -> Sequence[Finding]:
    """What the statutes say of the year as it stands so."""
    plan = plan_to_tell(budget_year, meetings, state, today, directory)
    exceptions = decided_exceptions(directory, state.definition, budget_year)
    return by_statute(running_case(state, plan, meetings, today, exceptions=exceptions))
