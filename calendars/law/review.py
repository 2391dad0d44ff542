"""Every rule asked of a year: `kommunplan granska`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calendars.law import (
    audit,
    balance,
    budget,
    duties,
    fullmaktige,
    limits,
    minutes,
    people,
    preparation,
    reports,
    work_time,
)
from calendars.law.case import Case, Finding, Rule, Severity, Verdict, verdict

RULES = (
    *budget.RULES,
    *reports.RULES,
    *audit.RULES,
    *preparation.RULES,
    *fullmaktige.RULES,
    *minutes.RULES,
    *duties.RULES,
    *balance.RULES,
    *limits.RULES,
    *people.RULES,
    *work_time.RULES,
)

PRACTICE = "praxis"
"""The citation of what no statute says."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule with what it says of a year."""

    rule: Rule
    verdict: Verdict
    findings: tuple[Finding, ...]


def judge(case: Case) -> tuple[Judged, ...]:
    """Every rule with its verdict, in the order of the rules. What nothing has started is not asked about."""
    return tuple(_judged(case, rule) for rule in RULES)


def review(case: Case) -> tuple[Finding, ...]:
    """What every rule finds, in the order of the days, those without one last."""
    return in_order_of_days(judge(case))


def by_statute(case: Case) -> tuple[Finding, ...]:
    """What `review` finds, without asking for practice."""
    return in_order_of_days([_judged(case, rule) for rule in RULES if rule.citation != PRACTICE])


def breaches(case: Case) -> tuple[Finding, ...]:
    """What breaks a statute."""
    return tuple(f for f in by_statute(case) if f.severity is Severity.BREACH)


def in_order_of_days(judged: Sequence[Judged]) -> tuple[Finding, ...]:
    """The findings of the rules, by day, those without one last."""
    found = [finding for one in judged for finding in one.findings]
    return tuple(sorted(found, key=lambda f: (f.day is None, f.day, f.rule, f.step or "")))


def _judged(case: Case, rule: Rule) -> Judged:
    found = tuple(dict.fromkeys(rule.findings(case)))
    return Judged(rule, verdict(found), found)
