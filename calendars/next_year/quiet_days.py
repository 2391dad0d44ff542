"""The days on which nobody calls a meeting: days off, klämdagar, the holiday weeks, Christmas to New Year.

Pure: a function of the date alone. The quiet days are practice and our default; no law names them.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from calendars.workdays import WEEKDAYS, WORKDAYS
from models.process import QuietDays

PRACTICE = QuietDays(weeks=tuple(range(28, 32)), july=True, bridges=True, yule=True)
"""The rest of July is as quiet as its holiday weeks, so it counts too."""


@cache
def why_quiet(day: date) -> str | None:
    """Why no meeting is proposed on the day: `är annandag påsk`, `är en klämdag`; None where one can be."""
    if not WORKDAYS.is_workday(day):
        name = WORKDAYS.holiday_name(day)
        if name is None:
            return f"är en {WEEKDAYS[day.weekday()]}"
        return f"är {name if name.startswith('Kristi') else name.lower()}"
    return PRACTICE.reason(day, WORKDAYS)
