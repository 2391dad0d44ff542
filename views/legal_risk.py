"""What the statutes make of where a step stands on a day, and how Prefect is told of both. Pure.

What breaks a statute is what `granska` finds in the step, where its findings are given; a caller that knows
the step alone has what its own limits say, by the same function (`calendars.law.limits`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calendars.law.case import Case, Finding, Judgement, Severity
from calendars.law.limits import act_of, said_of_limit
from calendars.workdays import WORKDAYS
from models.plan import LimitPlan, StepPlan, YearPlan
from models.process import Step
from models.state import Status, YearState
from models.text import Text
from notifications.ladder import working_days
from notifications.urgency import NEAR
from views.labels import figures, label, name_of_state, sentence

Broken = Sequence[Finding] | None
"""What `granska` finds to be broken in the step; None where nobody has asked."""


def legal_risk(
    state: YearState, step: Step, plan: StepPlan, today: date, broken: Broken = None
) -> str | None:
    """A sentence when a statute is broken in an open step, will be as planned, or a limit is near."""
    found = _risk(state, step, plan, today, broken)
    return found[1] if found else None


def state_in_prefect(
    state: YearState, step: Step, plan: StepPlan, today: date, broken: Broken = None
) -> tuple[str, Text]:
    """What Prefect calls the step's state, and what that state says of it."""
    found = _risk(state, step, plan, today, broken)
    name = name_of_state(
        label(state, step, plan, today), misses_limit=found is not None and found[0]
    )
    said = (sentence(state, step, plan), found[1] if found else None, figures(state, step))
    return name, Text.joined(" ", [one for one in said if one])


def misses_limit(
    state: YearState, step: Step, plan: StepPlan, today: date, broken: Broken = None
) -> bool:
    """Whether a statute is broken, or will be as planned: the risk that is more than near."""
    found = _risk(state, step, plan, today, broken)
    return found is not None and found[0]


def _risk(
    state: YearState, step: Step, plan: StepPlan, today: date, broken: Broken
) -> tuple[bool, str] | None:
    """Whether it is broken, rather than near, and the sentence that says so."""
    own = state[step.slug]
    if own.asked_on or own.status is Status.COMPLETED or plan.dormant:
        return None
    case = Case(state.definition, YearPlan(0, {step.slug: plan}, ()), (), state=state, today=today)
    found = [said for limit in plan.limits if (said := said_of_limit(case, step, limit))]
    missed = _texts(found, Severity.BREACH)
    if missed and (broken is None or broken):
        return True, missed[0]
    if broken:
        return True, f"{broken[0].text} ({broken[0].citation})"
    near = [_near(case, step, limit, today) for limit in plan.limits]
    return next(((False, text) for text in (*_texts(found, Severity.RISK), *near) if text), None)


def _texts(found: Sequence[Judgement], severity: Severity) -> list[str]:
    return [one.text for one in found if one.severity is severity]


def _near(case: Case, step: Step, limit: LimitPlan, today: date) -> str | None:
    """That a limit is near which is not met yet."""
    left = WORKDAYS.between(today, limit.warn_on)
    if act_of(case, step, limit).happened or left > NEAR or today > limit.last_day:
        return None
    law = f"{limit.what} ({limit.citation})."
    return f"{working_days(left)} kvar till lagfristen {limit.last_day}: {law}"
