"""Swedish working days, and how deadlines and statutory days roll.

Pure: a function of the date alone. Holidays: lag (1989:253) om allmänna helgdagar; Saturdays and
the eves of midsummer, Christmas and New Year count as holidays by lag (1930:173) 2 §.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import holidays
import pendulum
from holidays.holiday_base import HolidayBase


class Workdays:
    """Monday to Friday without holidays and the three eves. Stateless; use `WORKDAYS`."""

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in _holidays(day.year)

    def back(self, day: date) -> date:
        """The day itself or the nearest working day before: where internal deadlines land."""
        while not self.is_workday(day):
            day = _plus(day, -1)
        return day

    def forward(self, day: date) -> date:
        """The day itself or the next working day: where lag (1930:173) 2 § moves a last day."""
        while not self.is_workday(day):
            day = _plus(day, 1)
        return day

    def add(self, day: date, count: int) -> date:
        """`count` working days on, back when negative; a day off counts as the one it follows."""
        step = 1 if count > 0 else -1
        day = self.back(day)
        for _ in range(abs(count)):
            day = _plus(day, step)
            while not self.is_workday(day):
                day = _plus(day, step)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(_plus(start, i + 1)) for i in range((end - start).days))

    def holiday_name(self, day: date) -> str | None:
        """The holiday's Swedish name, for a day that is one."""
        name = _holidays(day.year).get(day)
        return str(name) if name else None


@cache
def _holidays(year: int) -> dict[date, str]:
    sweden = _sweden()(
        years=year,
        categories=(holidays.PUBLIC, holidays.DE_FACTO),
        include_sundays=False,
        language="sv",
    )
    return dict(sweden.items())


@cache
def _sweden() -> Callable[..., HolidayBase]:
    """The library's Sweden, from its own file: its package imports 250 countries on the way to one,
    a tenth of a second of every command."""
    path = Path(holidays.__file__).parent / "countries" / "sweden.py"
    spec = spec_from_file_location("holidays_sweden", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not where the holidays library had it")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., HolidayBase] = module.Sweden
    return found


def _plus(day: date, days: int) -> date:
    moved = pendulum.date(day.year, day.month, day.day).add(days=days)
    return date(moved.year, moved.month, moved.day)


WORKDAYS = Workdays()
