"""The limits that särskilda skäl put off, on the conditions of the rules that they are exceptions from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from calendars.law.budget import proposed_by
from calendars.law.case import Case, ExceptionDecided
from calendars.workdays import WORKDAYS
from models.occurrences import REASONS
from models.plan import Excused, LimitPlan, YearPlan
from models.process import Step

_LATER = {"KL-11-8": (10, 31, 11, 30), "KL-11-11": (11, 30, 12, 31)}
"""The month and day of the statute, and those that it then gives."""


def with_reasons(case: Case) -> YearPlan:
    """The year's plan, each limit with the later day that särskilda skäl give it."""
    found = [one for one in case.exceptions if _holds(case, one)]
    if not found:
        return case.plan
    steps = {
        slug: replace(
            plan,
            limits=tuple(
                _with(case, case.definition.step(slug), one, found) for one in plan.limits
            ),
        )
        if plan.limits
        else plan
        for slug, plan in case.plan.steps.items()
    }
    return replace(case.plan, steps=steps)


def _holds(case: Case, found: ExceptionDecided) -> bool:
    """KL 11:8 2 st., 11:11: found by the body whose matter it is; of the proposal, with a rate proposed
    before the end of October."""
    if case.kind(found.body) != REASONS[found.rule].kind:
        return False
    return found.rule != "KL-11-8" or proposed_by(case, date(case.year, 10, 31))


def _with(case: Case, step: Step, limit: LimitPlan, found: list[ExceptionDecided]) -> LimitPlan:
    for one in found:
        month, day, to_month, to_day = _LATER[one.rule]
        row = REASONS[one.rule]
        is_of_it = (
            limit.body is not None
            and case.kind(limit.body) == row.kind
            and bool(row.concerns.intersection(step.concerns))
            and (limit.statute_day.month, limit.statute_day.day) == (month, day)
        )
        if is_of_it:
            later = date(limit.statute_day.year, to_month, to_day)
            excused = Excused(later, WORKDAYS.back(later), one.body, one.day)
            return replace(limit, excused=excused)
    return limit
