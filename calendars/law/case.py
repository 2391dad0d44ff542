"""What a rule is asked about: a planned year with its meetings, and the exceptions that were decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from calendars.workdays import WORKDAYS
from models.plan import Meeting, RoleHolder, YearPlan
from models.process import Body, Concern, Definition, Step
from models.state import YearState

GENERAL_ELECTIONS_SINCE = 2014
"""Every fourth year from this one: 2018, 2022, 2026, 2030 (vallagen (2005:837) 1 kap. 3 §)."""


class Severity(StrEnum):
    """The values are the keys of `kommunplan granska --json`."""

    BREACH = "brott"
    RISK = "risker"
    PRACTICE = "praxis"


@dataclass(frozen=True, slots=True)
class ExceptionDecided:
    """An exception that a statute allows for särskilda skäl: for which rule, by whom, when, why."""

    rule: str
    body: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about the year; `text` is Swedish and says the way out where there is one."""

    rule: str
    citation: str
    severity: Severity
    step: str | None
    day: date | None
    text: str


@dataclass(frozen=True)
class Case:
    """A year to be tested. `today` is the day from which what is past is known to be past."""

    definition: Definition
    plan: YearPlan
    meetings: Sequence[Meeting]
    holders: Sequence[RoleHolder] = ()
    exceptions: Sequence[ExceptionDecided] = ()
    exempt: frozenset[str] = field(default_factory=frozenset)
    """Steps that were taken as completed before the start: nothing is known of their days."""
    state: YearState | None = None
    """What has happened, in a year that has been started."""

    @property
    def year(self) -> int:
        """The calendar year in which the budget is decided."""
        return self.plan.budget_year - 1

    def concerning(self, concern: Concern) -> Iterator[Step]:
        """The steps that are this in the law's sense, but for those nothing is known of."""
        for step in self.definition.steps:
            dormant = self.plan[step.slug].dormant
            if step.concerns == concern and step.slug not in self.exempt and not dormant:
                yield step

    def day_of(self, step: Step, kind: str) -> date | None:
        """The planned day on which a body of the kind takes up the step; the last, if there are more."""
        days = [
            link.meeting
            for link in self.plan[step.slug].links
            if link.meeting is not None and self.definition.body(link.body).kind == kind
        ]
        return max(days, default=None)

    def bodies(self, kind: str) -> list[Body]:
        return [body for body in self.definition.bodies if body.kind == kind]

    def exception(self, rule: str) -> ExceptionDecided | None:
        """The exception that was decided for the rule, if any."""
        return next((found for found in self.exceptions if found.rule == rule), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A statute's demand: `test` yields (severity, step, day, text) for what it finds."""

    slug: str
    citation: str
    says: str
    test: Callable[[Case], Iterator[tuple[Severity, Step | None, date | None, str]]]

    def findings(self, case: Case) -> Iterator[Finding]:
        for severity, step, day, text in self.test(case):
            yield Finding(
                self.slug, self.citation, severity, step.slug if step else None, day, text
            )


def election_day(year: int) -> date | None:
    """The second Sunday of September in a year of general elections, else None."""
    if (year - GENERAL_ELECTIONS_SINCE) % 4:
        return None
    first = date(year, 9, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7)


def new_fullmaktige_from(year: int) -> date:
    """The day on which the newly elected fullmäktige begin (KL 5 kap. 9 §)."""
    return date(year, 10, 15)


def in_words(day: date) -> str:
    """`2027-10-31 (söndag)`: the weekday matters where a limit falls on a day off."""
    names = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
    return f"{day} ({WORKDAYS.holiday_name(day) or names[day.weekday()]})"
