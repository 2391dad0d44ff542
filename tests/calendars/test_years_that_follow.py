"""The example meetings of years that nobody has written down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendars.law.case import Case, Severity
from calendars.law.review import review
from calendars.next_year.examples import with_years_that_follow
from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.plan import Meeting
from tests.factories import orsa, orsa_meetings


@pytest.fixture(scope="module")
def through_2034() -> tuple[Meeting, ...]:
    return with_years_that_follow(orsa(), orsa_meetings(), 2034)


def test_what_is_written_down_stands_and_the_rest_are_examples_too(
    through_2034: tuple[Meeting, ...],
) -> None:
    written = orsa_meetings()
    assert through_2034[: len(written)] == written
    assert {meeting.day.year for meeting in through_2034} == set(range(2026, 2035))
    assert all(meeting.example for meeting in through_2034)
    assert all(WORKDAYS.is_workday(meeting.day) for meeting in through_2034)


@pytest.mark.parametrize("budget_year", [2029, 2031, 2032, 2034])
def test_each_year_that_follows_can_be_planned_and_breaks_no_law(
    through_2034: tuple[Meeting, ...], budget_year: int
) -> None:
    """2031 is planned in an election year."""
    plan = plan_year(orsa(), budget_year, through_2034)
    assert plan.gaps == ()
    found = review(Case(orsa(), plan, through_2034))
    assert [one.text for one in found if one.severity is Severity.BREACH] == []


def test_of_a_municipality_s_own_meetings_nothing_is_guessed() -> None:
    own = (*orsa_meetings()[:-1], replace(orsa_meetings()[-1], example=False))
    assert with_years_that_follow(orsa(), own, 2034) == own
    assert with_years_that_follow(orsa(), (), 2034) == ()
