"""The review of a year against the statutes: `kommunplan granska`, and the law part of what-if."""

from __future__ import annotations

from datetime import date
from typing import Any

from calendars.definition import load_definition, load_meetings
from calendars.holders.files import load_holders
from calendars.law.case import Case, Finding, Severity
from calendars.law.exceptions import load_exceptions
from calendars.law.review import review
from calendars.schedule import plan_year
from tasks.settings import Settings
from tasks.views.started_year import started_year


def review_case(chosen: Settings, budget_year: int | None, today: date) -> Case:
    """The year to review: as it runs, when it has been started, else as its definition plans it."""
    definition = load_definition(chosen.definition)
    year = definition.year_in_progress(today) if budget_year is None else budget_year
    started = started_year(chosen.database, year)
    if started is None:
        known = load_meetings(chosen.definition, definition)
        plan = plan_year(definition, year, known)
        holders = load_holders(chosen.definition, definition)
        exceptions = load_exceptions(chosen.definition, definition, year)
        return Case(definition, plan, known, holders, exceptions)
    exempt = frozenset(s.slug for s in started.state.steps.values() if s.before_start)
    definition = started.state.definition  # with what has been raised in the year
    return Case(
        definition,
        plan_year(definition, year, started.meetings, started.state, today),
        started.meetings,
        started.holders,
        load_exceptions(chosen.definition, definition, year),
        exempt,
        started.state,
    )


def review_json(chosen: Settings, budget_year: int | None, today: date) -> dict[str, Any]:
    """What `granska --json` prints: stable, documented in docs/json.md."""
    case = review_case(chosen, budget_year, today)
    found = review(case)
    return {
        "budgetar": case.plan.budget_year,
        "kommun": case.definition.municipality.name,
        **{
            severity.value: [finding_json(f) for f in found if f.severity is severity]
            for severity in Severity
        },
        "plan": case.definition.plan_of(case.plan.budget_year),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as the JSON formats have it."""
    return {
        "regel": finding.rule,
        "lagrum": finding.citation,
        "steg": finding.step,
        "datum": finding.day.isoformat() if finding.day else None,
        "text": finding.text,
    }
