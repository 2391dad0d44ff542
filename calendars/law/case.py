"""What a rule is asked about, and what it can answer.

A rule is asked about a year as it stands: what has happened in it, what is planned of the rest, its meetings,
and the exceptions that were decided. It says what it finds; a rule that finds no breach and could be tried
is kept. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from calendars.workdays import WORKDAYS
from models.plan import Meeting, RoleHolder, YearPlan
from models.process import Body, Concern, Definition, Step
from models.state import StepState, YearState

GENERAL_ELECTIONS_SINCE = 2014
"""Every fourth year from this one: 2018, 2022, 2026, 2030 (vallagen (2005:837) 1 kap. 3 §)."""


class Severity(StrEnum):
    """The values are the keys of `kommunplan granska --json`."""

    BREACH = "brott"
    RISK = "risker"
    PRACTICE = "praxis"
    UNTESTED = "ej_provat"


class Verdict(StrEnum):
    """What a rule says of the year as a whole."""

    KEPT = "hålls"
    BROKEN = "har brutits"
    WILL_BREAK = "kommer att brytas"
    UNTESTED = "ej prövad"


@dataclass(frozen=True, slots=True)
class ExceptionDecided:
    """An exception that a statute allows for särskilda skäl: for which rule, by whom, when, why."""

    rule: str
    body: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing that a rule says; `happened` where it cannot be planned away any more."""

    severity: Severity
    step: Step | None
    day: date | None
    text: str
    happened: bool = False


Found = Iterator[Judgement]


def has_broken(step: Step | None, day: date | None, text: str) -> Judgement:
    """A breach that has happened."""
    return Judgement(Severity.BREACH, step, day, text, happened=True)


def will_break(step: Step | None, day: date | None, text: str) -> Judgement:
    """A breach that follows from what is planned: it can still be avoided."""
    return Judgement(Severity.BREACH, step, day, text)


def breaks(step: Step | None, day: date | None, text: str, *, happened: bool) -> Judgement:
    """Either of the two."""
    return Judgement(Severity.BREACH, step, day, text, happened)


def at_risk(step: Step | None, day: date | None, text: str) -> Judgement:
    """What may be lawful, and should not be relied on."""
    return Judgement(Severity.RISK, step, day, text)


def worth_knowing(step: Step | None, day: date | None, text: str) -> Judgement:
    """What is neither broken nor at risk."""
    return Judgement(Severity.PRACTICE, step, day, text)


def not_tested(step: Step | None, text: str) -> Judgement:
    """What could not be tried, and why."""
    return Judgement(Severity.UNTESTED, step, None, text)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about the year; `text` is Swedish and says the way out where there is one."""

    rule: str
    citation: str
    severity: Severity
    step: str | None
    day: date | None
    text: str
    happened: bool = False
    """Of a breach: whether it has happened, rather than follows from what is planned."""


@dataclass(frozen=True)
class Case:
    """A year to be tested."""

    definition: Definition
    plan: YearPlan
    meetings: Sequence[Meeting]
    holders: Sequence[RoleHolder] = ()
    exceptions: Sequence[ExceptionDecided] = ()
    exempt: frozenset[str] = field(default_factory=frozenset)
    """Steps of whose days nothing is known: taken as completed before the start, or perhaps done by then."""
    state: YearState | None = None
    """What has happened, in a year that has been started."""
    today: date | None = None
    """The day on which it is asked, of a year that has been started. Without one no limit has passed."""

    @property
    def year(self) -> int:
        """The calendar year in which the budget is decided."""
        return self.plan.budget_year - 1

    def own(self, step: Step) -> StepState | None:
        """Where the step stands; None of a year that has not been started."""
        return self.state.steps.get(step.slug) if self.state else None

    def is_left_out(self, step: Step) -> bool:
        """Whether no rule asks about it: nothing is known of its days, or nothing has started it."""
        return step.slug in self.exempt or self.plan[step.slug].dormant

    def concerning(self, concern: Concern) -> Iterator[Step]:
        """The steps that are this in the law's sense, but for those nothing is known of."""
        for step in self.definition.steps:
            if concern in step.concerns and not self.is_left_out(step):
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

    def kind(self, body: str) -> str:
        """What the body is in the law's sense."""
        return self.definition.body(body).kind

    def has_passed(self, day: date) -> bool:
        """Whether the day has been."""
        return self.today is not None and self.today > day

    def exception(self, rule: str) -> ExceptionDecided | None:
        """The exception that was decided for the rule, if any."""
        return next((found for found in self.exceptions if found.rule == rule), None)


def running_case(
    state: YearState,
    plan: YearPlan,
    meetings: Sequence[Meeting],
    today: date,
    *,
    holders: Sequence[RoleHolder] = (),
    exceptions: Sequence[ExceptionDecided] = (),
) -> Case:
    """A year that has been started, as it stands today: what `granska`, `status` and the pages ask about.
    `exceptions` are those of the definition directory; what is noted in the log goes before them."""
    exempt = frozenset(own.slug for own in state.steps.values() if own.before_start or own.asked_on)
    decided = (*noted_exceptions(state), *exceptions)
    return Case(
        state.definition, plan, meetings, holders, decided, exempt, state=state, today=today
    )


def noted_exceptions(state: YearState) -> Iterator[ExceptionDecided]:
    """The särskilda skäl that are noted in the year's log."""
    for found in state.reasons.values():
        yield ExceptionDecided(found.rule, found.body, found.on, found.reason)


@dataclass(frozen=True, slots=True)
class Rule:
    """A statute's demand: `test` says what it finds, and nothing where it is kept."""

    slug: str
    citation: str
    says: str
    test: Callable[[Case], Found]

    def findings(self, case: Case) -> Iterator[Finding]:
        for said in self.test(case):
            yield Finding(
                self.slug,
                self.citation,
                said.severity,
                said.step.slug if said.step else None,
                said.day,
                said.text,
                said.happened,
            )


def verdict(found: Sequence[Finding]) -> Verdict:
    """What a rule's findings come to: the gravest that it says."""
    broken = [one for one in found if one.severity is Severity.BREACH]
    if broken:
        return Verdict.BROKEN if any(one.happened for one in broken) else Verdict.WILL_BREAK
    untested = any(one.severity is Severity.UNTESTED for one in found)
    return Verdict.UNTESTED if untested else Verdict.KEPT


def election_day(year: int) -> date | None:
    """The second Sunday of September in a year of general elections, else None."""
    if (year - GENERAL_ELECTIONS_SINCE) % 4:
        return None
    first = date(year, 9, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7)


def new_fullmaktige_from(year: int) -> date:
    """The day on which the newly elected fullmäktige begin (KL 5 kap. 9 § första stycket)."""
    return date(year, 10, 15)


def in_words(day: date) -> str:
    """`2027-10-31 (söndag)`: the weekday matters where a limit falls on a day off."""
    names = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
    return f"{day} ({WORKDAYS.holiday_name(day) or names[day.weekday()]})"
