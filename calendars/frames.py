"""What the calendar alone says of a step: its window as dates, with its statutory limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calendars.workdays import WORKDAYS
from models.plan import LimitPlan
from models.points import PointInYear, days_of
from models.process import Definition, Limit, Step


@dataclass(frozen=True, slots=True)
class Frame:
    """The first and the last day of a step's window, and its statutory limits, as dates."""

    start: date
    end: date
    limits: tuple[LimitPlan, ...]

    def __str__(self) -> str:
        return f"mellan {self.start} och {self.end}"

    def holds(self, day: date) -> bool:
        """Whether the day lies in the window."""
        return self.start <= day <= self.end

    def in_time(self, body: str) -> date:
        """The last day on which the body keeps both the window and the statute."""
        return min([self.end, *(lim.last_day for lim in self.limits if lim.body == body)])


def frames_of(definition: Definition, budget_year: int) -> Mapping[str, Frame]:
    """The frame of every step, by its slug."""
    return {step.slug: _frame(step, budget_year) for step in definition.steps}


def first_day(point: PointInYear, year: int) -> date:
    """`"mars"` → 1 March, `"15 april"` → that day."""
    return days_of(point, year)[0]


def last_day(point: PointInYear, year: int) -> date:
    """`"mars"` → 31 March, `"15 april"` → that day."""
    return days_of(point, year)[1]


def _frame(step: Step, budget_year: int) -> Frame:
    start, end = step.window.days(budget_year)
    return Frame(start, end, tuple(_limit(limit, budget_year) for limit in step.limits))


def _limit(limit: Limit, budget_year: int) -> LimitPlan:
    day = last_day(limit.latest, budget_year + limit.year)
    return LimitPlan(
        what=limit.what,
        citation=limit.citation,
        body=limit.body,
        statute_day=day,
        last_day=WORKDAYS.forward(day) if limit.moves_forward else day,
        warn_on=WORKDAYS.back(day),
    )
