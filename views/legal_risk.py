"""What the statutes make of where a step stands on a day, and how Prefect is told of both. Pure."""

from __future__ import annotations

from datetime import date

from calendars.workdays import WORKDAYS
from models.events import Effect
from models.plan import LimitPlan, StepPlan
from models.process import Step
from models.state import Status, StepState, YearState
from models.text import Text
from notifications.ladder import working_days
from notifications.urgency import NEAR
from views.labels import figures, label, name_of_state, sentence


def _met(own: StepState, limit: LimitPlan) -> bool:
    """Whether the body has decided, or had its say in time, also where it has been sent back since."""
    in_time = (
        decision.outcome.effect is Effect.PASS and decision.on <= limit.last_day
        for decision in own.decisions
        if decision.body == limit.body
    )
    return limit.body in {decision.body for decision in own.standing} or any(in_time)


def legal_risk(state: YearState, step: Step, plan: StepPlan, today: date) -> str | None:
    """A sentence when a statutory limit of the step has passed, is planned to be missed, or is near."""
    found = _risk(state, step, plan, today)
    return found[1] if found else None


def state_in_prefect(state: YearState, step: Step, plan: StepPlan, today: date) -> tuple[str, Text]:
    """What Prefect calls the step's state, and what that state says of it."""
    name = name_of_state(
        label(state, step, plan, today), misses_limit=misses_limit(state, step, plan, today)
    )
    said = (sentence(state, step, plan), legal_risk(state, step, plan, today), figures(state, step))
    return name, Text.joined(" ", [one for one in said if one])


def misses_limit(state: YearState, step: Step, plan: StepPlan, today: date) -> bool:
    """Whether a statutory limit has passed or is planned to be missed: the risk that is more than near."""
    found = _risk(state, step, plan, today)
    return found is not None and found[0]


def _risk(state: YearState, step: Step, plan: StepPlan, today: date) -> tuple[bool, str] | None:
    """Whether the limit is missed, rather than near, and the sentence that says so."""
    own = state[step.slug]
    if own.before_start or own.status is Status.COMPLETED or plan.dormant:
        return None
    planned = {link.body: link.meeting for link in plan.links}
    for limit in plan.limits:
        if not _met(own, limit):
            risk = _risk_of(limit, planned.get(limit.body or ""), today)
            if risk is not None:
                return risk
    return None


def _risk_of(limit: LimitPlan, meets: date | None, today: date) -> tuple[bool, str] | None:
    """The same, of one limit, whose body meets on the day."""
    law = f"{limit.what} ({limit.citation})."
    if today > limit.last_day:
        return True, f"Lagfristen {limit.last_day} har passerat: {law}"
    if meets and meets > limit.last_day:
        return True, f"{limit.body} sammanträder {meets}, efter lagfristen {limit.last_day}: {law}"
    left = WORKDAYS.between(today, limit.warn_on)
    if left <= NEAR:
        return False, f"{working_days(left)} kvar till lagfristen {limit.last_day}: {law}"
    return None
