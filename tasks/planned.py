"""The plan of a year as it stands, its calendar entries and what the law says of it, each worked out once for
all who ask for the same state, meetings and day."""

from __future__ import annotations

from calendars import schedule
from models.plan import YearPlan
from models.state import YearState
from notifications import calendar_entry
from notifications.calendar_entry import CalendarEntry
from tasks.recent import Recent


def _entries(state: YearState, plan: YearPlan) -> tuple[CalendarEntry, ...]:
    return tuple(calendar_entry.entries(state, plan))


plan_year = Recent(schedule.plan_year)
entries = Recent(_entries)
