"""Whether somebody is there on every deadline."""

from __future__ import annotations

from datetime import date

from calendars.law.case import Case, Found, Rule, at_risk
from models.plan import StepPlan
from models.process import Definition, Step, TaskKey


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
                yield at_risk(step, day, text)


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
    clerks = [(definition.body(link.body).clerk, link.register_by) for link in planned.links]
    return tuple(dict.fromkeys([*parts, *clerks]))


RULES = (
    Rule(
        "PRAXIS-ROLLER",
        "praxis",
        "Varje roll har en innehavare på sin sista dag.",
        everyone_is_there,
    ),
)
