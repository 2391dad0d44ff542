"""Where one step stands on a day, as `status --json` has it, and what the statutes make of that. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from calendars.workdays import WORKDAYS
from models.events import Effect
from models.plan import LimitPlan, StepPlan, YearPlan
from models.process import Step
from models.registered import Registered
from models.state import Status, StepState, YearState, deadline, is_late
from models.text import Text
from notifications.ladder import working_days
from notifications.urgency import NEAR
from tasks.views.labels import figures, label, name_of_state, sentence
from tasks.views.minutes import decision_json, missing_kinds, results_json


def step_status(
    state: YearState, step: Step, plan: YearPlan, today: date, decisions: Iterable[Registered]
) -> dict[str, Any]:
    """Everything that is shown of a step; `decisions` are all that have been registered in it."""
    own, dates = state[step.slug], plan[step.slug]
    due = deadline(state, step, dates)
    limit = dates.first_limit
    return {
        "id": step.id,
        "slug": step.slug,
        "titel": step.title,
        "lage": "utgår" if own.set_aside else own.status.value,
        "visning": label(state, step, dates, today),
        "forklaring": sentence(state, step, dates),
        "varv": own.round,
        "fran": dates.window_start.isoformat(),
        "till": dates.window_end.isoformat(),
        "deadline": due.isoformat() if due else None,
        "arbetsdagar_kvar": WORKDAYS.between(today, due) if due else None,
        "sent": is_late(state, step, dates, today),
        "blockerat_av": list(state.blocked_by(step)) if own.status.is_open else [],
        "vantar_pa": _waited_for(state, step),
        "lagfrist": limit.last_day.isoformat() if limit else None,
        "lagrum": limit.citation if limit else None,
        "lagrisk": legal_risk(state, step, dates, today),
        "beslut": [decision_json(one) for one in decisions],
        "arende": state.definition.arende_of(step).slug,
        "diarienummer": state.number_of(step) or None,
        "galler_ar": plan.budget_year + step.about,
        "version": own.version,
        "vilar": dates.dormant,
        "omprovas_for": [mark.step for mark in own.marks],
        "resultat": results_json(state, step),
        "saknade_resultat": missing_kinds(state, step),
        "tillfalle_av": step.occasion_of,
    }


def _waited_for(state: YearState, step: Step) -> list[str]:
    if body := state.waits_for(step):
        return [body]
    return [str(key) for key in state.missing(step)]


def _met(own: StepState, limit: LimitPlan) -> bool:
    """Whether the body had its say in time, also where it has been sent back since."""
    return any(
        decision.body == limit.body
        and decision.outcome.effect is Effect.PASS
        and decision.on <= limit.last_day
        for decision in own.decisions
    )


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
    decided = {decision.body for decision in own.standing}
    planned = {link.body: link.meeting for link in plan.links}
    for limit in plan.limits:
        if limit.body in decided or _met(own, limit):
            continue
        when = planned.get(limit.body or "")
        if today > limit.last_day:
            passed = f"Lagfristen {limit.last_day} har passerat"
            return True, f"{passed}: {limit.what} ({limit.citation})."
        if when and when > limit.last_day:
            return True, (
                f"{limit.body} sammanträder {when}, efter lagfristen {limit.last_day}: "
                f"{limit.what} ({limit.citation})."
            )
        left = WORKDAYS.between(today, limit.warn_on)
        if left <= NEAR:
            return False, (
                f"{working_days(left)} kvar till lagfristen {limit.last_day}: "
                f"{limit.what} ({limit.citation})."
            )
    return None
