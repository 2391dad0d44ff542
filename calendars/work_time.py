"""Counting the days on which somebody can be asked to work: working days but for the quiet ones. Pure."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache

from calendars.workdays import WORKDAYS
from models.process import QuietDays


def days_of_work(quiet: QuietDays, start: date, end: date) -> int:
    """Days of work after `start` up to and with `end`; none when `end` comes first."""
    years = (_days_of_work(quiet, year) for year in range(start.year, end.year + 1))
    return max(0, sum(bisect_right(days, end) - bisect_right(days, start) for days in years))


def work_before(quiet: QuietDays, last: date, count: int) -> date:
    """The latest day of work that leaves `count` days of work up to and with `last`."""
    year, days = last.year, _days_of_work(quiet, last.year)
    place = bisect_right(days, last) - 1 - count
    while place < 0:
        year -= 1
        days = _days_of_work(quiet, year)
        place += len(days)
    return days[place]


def work_after(quiet: QuietDays, first: date, count: int) -> date:
    """The day of work that is `count` days of work after `first`."""
    year, days = first.year, _days_of_work(quiet, first.year)
    place = bisect_right(days, first) - 1 + count
    while place >= len(days):
        year, place = year + 1, place - len(days)
        days = _days_of_work(quiet, year)
    return days[max(place, 0)]


@cache
def _days_of_work(quiet: QuietDays, year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    all_days = (first + timedelta(days=number) for number in range(366))
    working = [day for day in all_days if day.year == year and WORKDAYS.is_workday(day)]
    # where every day is quiet none can be spared
    return tuple(day for day in working if quiet.reason(day, WORKDAYS) is None) or tuple(working)
