"""Whether somebody is there on every deadline, and whether a limit falls on a day off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from calendars.law.case import Case, Rule, Severity, in_words
from calendars.workdays import WORKDAYS
from models.plan import StepPlan
from models.process import Definition, Step, TaskKey

Found = Iterator[tuple[Severity, Step | None, date | None, str]]


def everyone_is_there(case: Case) -> Found:
    """Practice: each role has a holder on each of its deadlines, whose term does not end before it."""
    for step in case.definition.steps:
        if step.slug in case.exempt:
            continue
        planned = case.plan[step.slug]
        if planned.dormant:
            continue
        for key, day in deadlines(case.definition, step, planned):
            if text := _nobody_there(case, step, key, day):
                yield Severity.RISK, step, day, text


def _nobody_there(case: Case, step: Step, key: TaskKey, day: date) -> str:
    """What to say where a role has no holder on the day; empty where it has one."""
    holders = [h for h in case.holders if (h.role, h.unit) == (key.role, key.unit)]
    if any(holder.holds_on(day) for holder in holders):
        return ""
    said = (
        f"{case.definition.title_of(key)} har ingen innehavare den {day}, sista dagen i {step.slug}"
    )
    before = [h for h in holders if h.holds_on(case.plan[step.slug].opens)]
    if not before:
        return f"{said}."
    ends = max(h.last_day for h in before if h.last_day is not None)
    return f"{said}: {before[0].name} slutar {ends}."


def deadlines(
    definition: Definition, step: Step, planned: StepPlan
) -> tuple[tuple[TaskKey, date], ...]:
    """Who must be there on which day: each part's last day, and each body's clerk's."""
    parts = [(key, planned.due) for key in definition.tasks_of(step)]
    clerks = [
        (TaskKey(role=definition.body(link.body).clerk), link.register_by) for link in planned.links
    ]
    return tuple(dict.fromkeys([*parts, *clerks]))


def limit_on_a_day_off(case: Case) -> Found:
    """A limit on a day off: work towards the working day before, whatever the law would allow."""
    for step in case.definition.steps:
        if step.slug in case.exempt:
            continue
        for limit in case.plan[step.slug].limits:
            if not WORKDAYS.is_workday(limit.statute_day):
                moved = (
                    f" (lagen flyttar den till {limit.last_day})"
                    if limit.last_day != limit.statute_day
                    else ""
                )
                yield (
                    Severity.RISK,
                    step,
                    limit.statute_day,
                    f"{limit.what} ({limit.citation}): sista dagen är {in_words(limit.statute_day)}"
                    f"{moved}. Räkna med {limit.warn_on}.",
                )


RULES = (
    Rule(
        "PRAXIS-ROLLER",
        "praxis",
        "Varje roll har en innehavare på sin sista dag.",
        everyone_is_there,
    ),
    Rule(
        "LEDIG-DAG",
        "lag (1930:173) 2 §",
        "En lagfrist på en ledig dag: räkna med arbetsdagen före.",
        limit_on_a_day_off,
    ),
)
