"""The year to review against the statutes, read from the database or from its definition.

Without SQLModel, which costs more to import than a review.
"""

from __future__ import annotations

from datetime import date

from calendars.definition import load_definition, load_meetings
from calendars.holders.files import load_holders
from calendars.law.case import Case, running_case
from calendars.law.exceptions import load_exceptions
from calendars.next_year.examples import with_years_that_follow
from tasks.planned import plan_year
from tasks.settings import Settings
from tasks.started_year import started_year
from views.reviewed_year import ReviewedYear, reviewed_year


def review_case(chosen: Settings, budget_year: int | None, today: date) -> Case:
    """The year to review: as it runs, when it has been started, else as its definition plans it."""
    definition = load_definition(chosen.definition)
    year = definition.year_in_progress(today) if budget_year is None else budget_year
    started = started_year(chosen.database, year)
    if started is None:
        written = load_meetings(chosen.definition, definition)
        known = with_years_that_follow(definition, written, year)
        plan = plan_year(definition, year, known, None, None)
        holders = load_holders(chosen.definition, definition)
        exceptions = load_exceptions(chosen.definition, definition, year)
        return Case(definition, plan, known, holders, exceptions)
    definition = started.state.definition  # with what has been raised in the year
    return running_case(
        started.state,
        plan_year(definition, year, started.meetings, started.state, today),
        started.meetings,
        today,
        holders=started.holders,
        exceptions=load_exceptions(chosen.definition, definition, year),
    )


def review_of(chosen: Settings, budget_year: int | None, today: date) -> ReviewedYear:
    """The year tested against the statutes, as it runs when it has been started, else as it is planned."""
    return reviewed_year(review_case(chosen, budget_year, today))
