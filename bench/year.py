"""A year on the engine alone, day for day, with everybody on time: material to measure and to show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from calendars.workdays import WORKDAYS
from tasks.database import Database
from tasks.reading import to_do
from tasks.settings import Settings
from tests.hands import Hands


def run_year(
    database: Database,
    chosen: Settings,
    budget_year: int,
    *,
    until: date | None = None,
    late: Iterable[str] = (),
) -> date:
    """Starts the year on its first day and goes on through `until`, or until every step is completed;
    the last day of it. In the steps of `late` nobody does anything."""
    day = date(budget_year - 1, 1, 1)
    Hands(database, chosen, day).start_year(budget_year)
    while (day <= until) if until else to_do(database, budget_year, also_planned=True):
        if WORKDAYS.is_workday(day):
            on = Hands(database, chosen, day)
            on.check()
            while _people_act(on, budget_year, set(late)):
                pass
        day += timedelta(days=1)
    return day - timedelta(days=1)


def _people_act(on: Hands, budget_year: int, late: set[str]) -> bool:
    """Everything that is due today, and whether there was anything."""
    acted = False
    for task in to_do(on.database, budget_year):
        if task.day > on.today or task.slug in late:
            continue
        acted = True
        if task.body is None:
            on.report(task.slug, task.role, task.unit, by="övning", budget_year=budget_year)
        else:
            on.decide(
                task.slug, task.body, task.usual, by="övning", on=on.today, budget_year=budget_year
            )
    return acted
