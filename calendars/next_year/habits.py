"""When a body usually meets: its weekday, and the place in the month of each of its meetings.

Pure: learnt from a year's days and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from calendars.workdays import WEEKDAYS

LAST = 5
"""A month has a fifth Monday only at times; who meets on it means the last."""
_ORDINALS = ("1:a", "2:a", "3:e", "4:e", "sista")


def usual_weekday(days: Iterable[date]) -> int | None:
    """The weekday of more than half of the days, Monday as 0; None where no weekday has so many."""
    counts = Counter(day.weekday() for day in days)
    return next((weekday for weekday, count in counts.items() if count * 2 > counts.total()), None)


class Place(NamedTuple):
    """A place in the month: `3:e måndagen` of October; number 5 is the last one."""

    month: int
    number: int
    weekday: int

    def __str__(self) -> str:
        return f"{_ORDINALS[self.number - 1]} {WEEKDAYS[self.weekday]}en"

    def day_in(self, year: int) -> date:
        """The day that has this place in the year."""
        first = date(year, self.month, 1)
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7)
        weeks = [day + timedelta(weeks=week) for week in range(LAST)]
        return [day for day in weeks if day.month == self.month][: self.number][-1]


def place_of(day: date, weekday: int | None = None) -> Place:
    """The day's place in its month; with a weekday, that weekday's of the same week and month."""
    usual = day
    if weekday is not None:
        usual += timedelta(days=weekday - day.weekday())
        if usual.month != day.month:
            usual += timedelta(weeks=1 if usual < day else -1)
    return Place(usual.month, (usual.day - 1) // 7 + 1, usual.weekday())
