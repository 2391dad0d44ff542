"""The days on which nobody calls a meeting: days off, klämdagar, the holiday weeks, Christmas to New Year.

Pure: a function of the date alone. The quiet days are practice and our default; no law names them.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from calendars.meeting_plans.written_days import WEEKDAYS
from calendars.workdays import WORKDAYS

HOLIDAY_WEEKS = range(28, 32)
"""ISO weeks; the rest of July is as quiet, so it counts too."""
_DAY = timedelta(days=1)


@cache
def why_quiet(day: date) -> str | None:
    """Why no meeting is proposed on the day: `är annandag påsk`, `är en klämdag`; None where one can be."""
    if not WORKDAYS.is_workday(day):
        name = WORKDAYS.holiday_name(day)
        if name is None:
            return f"är en {WEEKDAYS[day.weekday()]}"
        return f"är {name if name.startswith('Kristi') else name.lower()}"
    if not WORKDAYS.is_workday(day - _DAY) and not WORKDAYS.is_workday(day + _DAY):
        return "är en klämdag"
    if day.isocalendar().week in HOLIDAY_WEEKS:
        return f"ligger i semestervecka {day.isocalendar().week}"
    if day.month == 7:
        return "ligger i juli"
    if (day.month, day.day) >= (12, 24):
        return "ligger mellan jul och nyår"
    return None
