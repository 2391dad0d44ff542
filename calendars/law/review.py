"""Every rule asked of a year: `kommunplan granska`."""

from __future__ import annotations

from dataclasses import replace

from calendars.law import balance, budget, duties, fullmaktige, people, reports
from calendars.law.case import Case, Finding

RULES = (
    *budget.RULES,
    *reports.RULES,
    *fullmaktige.RULES,
    *duties.RULES,
    *balance.RULES,
    *people.RULES,
)


def review(case: Case) -> tuple[Finding, ...]:
    """What every rule finds, in the order of the days, those without one last. What nothing has started
    is not asked about."""
    dormant = {slug for slug, planned in case.plan.steps.items() if planned.dormant}
    case = replace(case, exempt=case.exempt | dormant)
    found = [finding for rule in RULES for finding in rule.findings(case)]
    return tuple(sorted(found, key=lambda f: (f.day is None, f.day, f.rule, f.step or "")))
