"""Swedish working days, and how deadlines and statutory days roll.

Pure: a function of the date alone. Holidays: lag (1989:253) om allmänna helgdagar; Saturdays and
the eves of midsummer, Christmas and New Year count as holidays by lag (1930:173) 2 §.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from itertools import accumulate, compress
from pathlib import Path

import holidays
from holidays.holiday_base import HolidayBase

from models.plan import Meeting

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")


class Workdays:
    """Monday to Friday without holidays and the three eves. Stateless; use `WORKDAYS`."""

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in _holidays(day.year)

    def back(self, day: date) -> date:
        """The day itself or the nearest working day before: where internal deadlines land."""
        return self.add(day, 0)

    def forward(self, day: date) -> date:
        """The day itself or the next working day: where lag (1930:173) 2 § moves a last day."""
        return day if self.is_workday(day) else self.add(day, 1)

    def add(self, day: date, count: int) -> date:
        """`count` working days on, back when negative; a day off counts as the one it follows."""
        year, place = day.year, _year(day.year).count_through(day) - 1 + count
        while place < 0:
            year -= 1
            place += len(_year(year).workdays)
        while place >= len(_year(year).workdays):
            place -= len(_year(year).workdays)
            year += 1
        return _year(year).workdays[place]

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        whole_years = sum(len(_year(year).workdays) for year in range(start.year, end.year))
        return (
            whole_years
            + _year(end.year).count_through(end)
            - _year(start.year).count_through(start)
        )

    def holiday_name(self, day: date) -> str | None:
        """The holiday's Swedish name, for a day that is one."""
        name = _holidays(day.year).get(day)
        return str(name) if name else None


def day_off(day: date) -> str | None:
    """Why it is no working day: `julafton, fredag`, `lördag`; None for a working day."""
    if WORKDAYS.is_workday(day):
        return None
    names = (WORKDAYS.holiday_name(day), WEEKDAYS[day.weekday()])
    return ", ".join(name.lower() for name in names if name)


def held_on_a_day_off(who: str, day: date) -> str | None:
    """What to say of a meeting on a day off, which is held all the same; None on a working day."""
    if (reason := day_off(day)) is None:
        return None
    return (
        f"{who} {day} är ingen arbetsdag ({reason}). Sammanträdet står som det är; sista dagar och "
        "påminnelser läggs på arbetsdagar. Rätta dagen om den är fel."
    )


def days_off_among(meetings: Iterable[Meeting]) -> Iterator[str]:
    """What to say of each of the meetings that is on a day off."""
    remarks = (held_on_a_day_off(one.body or str(one.step), one.day) for one in meetings)
    yield from filter(None, remarks)


@dataclass(frozen=True, slots=True)
class _Year:
    """The working days of a year in order, and how many there are through each of its days."""

    workdays: tuple[date, ...]
    counts: tuple[int, ...]

    def count_through(self, day: date) -> int:
        return self.counts[day.toordinal() - date(day.year, 1, 1).toordinal()]


@cache
def _year(year: int) -> _Year:
    first = date(year, 1, 1).toordinal()
    days = [date.fromordinal(number) for number in range(first, date(year, 12, 31).toordinal() + 1)]
    free = _holidays(year)
    is_workday = [day.weekday() < 5 and day not in free for day in days]
    return _Year(tuple(compress(days, is_workday)), tuple(accumulate(is_workday)))


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


WORKDAYS = Workdays()
