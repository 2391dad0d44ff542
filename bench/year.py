"""A year on the engine alone, with everybody on time: material to measure and to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from calendars.definition import load_definition
from calendars.workdays import WORKDAYS
from models.process import Definition
from tasks.database import Database
from tasks.reading import rehearsal, to_do
from tasks.settings import Settings
from tests.hands import Hands
from views.to_do import ToDo


def run_year(
    database: Database,
    chosen: Settings,
    budget_year: int,
    *,
    until: date | None = None,
    late: Collection[str] = (),
    after: date | None = None,
) -> date:
    """Starts the year on its first day and goes on through `until`, or until every step is completed;
    the last day of it. In the steps of `late` nobody does anything. Or goes on with a year that has been
    run so through the day `after`.

    Of the days on which a check would find nothing there is none: it goes from one day on which
    somebody is to be told or to act to the next."""
    day = after or date(budget_year - 1, 1, 1)
    if after is None:
        Hands(database, chosen, day).start_year(budget_year)
    definition = load_definition(chosen.definition)
    told = {notice.day for notice in rehearsal(chosen, budget_year, date.min).notices}
    while True:
        tasks = to_do(database, budget_year, also_planned=True)
        due = [
            task
            for task in tasks
            if task.day <= day and task.slug not in late and (task.role or task.body)
        ]
        for task in due:
            _do(Hands(database, chosen, day), budget_year, task)
        if due:  # which may have given somebody else something to do today
            continue
        ahead = {*told, *(task.day for task in tasks), *_reminders(definition, tasks, late)}
        if until:
            ahead = {one for one in ahead if one <= until} | {until}
        later = [one for one in map(WORKDAYS.forward, ahead) if one > day]
        if not tasks or not later or (until and min(later) > until):
            return until or day
        day = min(later)
        Hands(database, chosen, day).check()


def _reminders(
    definition: Definition, tasks: Iterable[ToDo], late: Collection[str]
) -> Iterator[date]:
    """The days on which those who are late may be reminded of it, or somebody told of it."""
    for due in {task.day for task in tasks if task.slug in late}:
        last = date(due.year + 1, due.month, 1)
        days = {WORKDAYS.add(due, count) for count in range(1, 6)}
        day = min(days)
        while day < last:
            days.add(day)
            day += timedelta(days=7)
        for one in days:
            while definition.quiet.reason(one, WORKDAYS) is not None:
                one += timedelta(days=1)
            yield one


def _do(on: Hands, year: int, task: ToDo) -> None:
    if task.body is None:
        on.report(task.slug, task.role, task.unit, by="övning", budget_year=year)
    else:
        on.decide(task.slug, task.body, task.usual, by="övning", on=on.today, budget_year=year)
