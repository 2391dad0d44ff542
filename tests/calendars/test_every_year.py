"""Each municipality that comes with us, each budget year 2027–2034: there is time to work, and to be asked.

Of years that it has no meetings of, as `nasta-ar` proposes them.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from calendars.schedule import plan_year
from calendars.work_time import days_of_work
from models.plan import StepPlan
from notifications.notices import Kind
from tests.factories import COMING_YEARS, MUNICIPALITIES, municipality
from views.rehearsal import Rehearsal, rehearse

EVERY_YEAR = pytest.mark.parametrize("budget_year", COMING_YEARS)
EVERY_MUNICIPALITY = pytest.mark.parametrize(
    "directory", MUNICIPALITIES, ids=[path.name for path in MUNICIPALITIES]
)


@cache
def rehearsed(directory: Path, budget_year: int) -> Rehearsal:
    definition, meetings = municipality(directory)
    return rehearse(definition, budget_year, meetings)


@EVERY_MUNICIPALITY
@EVERY_YEAR
def test_every_part_has_its_working_days_and_is_in_by_manusstopp_or_the_plan_says_why(
    directory: Path, budget_year: int
) -> None:
    definition, meetings = municipality(directory)
    plan = plan_year(definition, budget_year, meetings)
    for step in definition.steps:
        own = plan[step.slug]
        if not definition.tasks_of(step) or own.dormant:
            continue
        has_time = days_of_work(definition.quiet, own.opens, own.due) >= definition.work_days(step)
        first = next((link for link in own.links if link.meeting), None)
        in_time = first is None or own.due <= manusstopp(own)
        assert (has_time and in_time) == (not own.short_of_time), step.slug
        assert own.opens <= own.due, step.slug
        assert first is None or first.meeting is None or own.due < first.meeting, step.slug


def manusstopp(plan: StepPlan) -> date:
    """Of the first body that has a meeting."""
    days = next(link.days for link in plan.links if link.meeting)
    return next(one.day for one in days if one.slug == "manusstopp")


@EVERY_MUNICIPALITY
@EVERY_YEAR
def test_no_clerk_is_asked_to_take_an_item_up_when_its_papers_have_gone(
    directory: Path, budget_year: int
) -> None:
    year = rehearsed(directory, budget_year)
    asked = 0
    for day, notice in year.notices:
        if notice.kind is not Kind.OPENED or notice.body is None:
            continue
        link = next(one for one in year.plan[notice.step].links if one.body == notice.body)
        if link.meeting is None or link.papers is None:
            continue
        asked += 1
        opened_on = year.state[notice.step].opened_on
        assert opened_on is not None
        if opened_on < link.papers:
            assert day < link.papers, (notice.step, notice.body, day)
        assert day < link.meeting, (notice.step, notice.body, day)
    assert asked


@EVERY_MUNICIPALITY
@EVERY_YEAR
def test_nobody_is_reminded_of_what_has_been(directory: Path, budget_year: int) -> None:
    year = rehearsed(directory, budget_year)
    for day, notice in year.notices:
        meets = all(link.meeting for link in year.plan[notice.step].links)
        if meets and notice.kind in (Kind.OPENED, Kind.REMINDER):
            assert day <= notice.due, notice.key
