"""`kommunplan arende`: each ärende through its steps and bodies, with what came of it and when it is final.

Reads only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from calendars.meeting_dates import dates_of
from calendars.schedule import plan_year
from models.errors import UnknownError
from models.plan import LinkPlan, YearPlan
from models.process import Arende, Definition, Step
from models.registered import Registered
from models.state import StepState, YearState
from tasks.database import Database
from tasks.log import registered_decisions, stored_state
from tasks.views.labels import label
from tasks.views.minutes import decision_json, missing_kinds, results_json
from tasks.year import find_cycle, meetings


def arenden(
    database: Database, today: date, wanted: str | None = None, budget_year: int | None = None
) -> dict[str, Any]:
    """The ärenden of a budget year in which something is decided, or the one that is asked for, by its
    own name, its diarienummer or one of its steps."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year, today)
        state, decisions = registered_decisions(session, cycle)
        plan = plan_year(state.definition, cycle.budget_year, meetings(session), state, today)
        found = [_find(state, wanted)] if wanted else _with_a_body(state.definition)
        return {
            "budgetar": cycle.budget_year,
            "plan": state.definition.plan_of(cycle.budget_year),
            "dag": today.isoformat(),
            "arenden": [_arende(state, one, plan, decisions, today) for one in found],
        }


def step_results(
    database: Database, today: date, slug: str, budget_year: int | None = None
) -> dict[str, Any]:
    """The figures of one step, and those that it should have given."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year, today)
        state = stored_state(session, cycle)
        step = state.definition.step(slug)
        return {
            "plan": state.definition.plan_of(cycle.budget_year),
            "slug": step.slug,
            "resultat": results_json(state, step),
            "saknade_resultat": missing_kinds(state, step),
        }


def _with_a_body(definition: Definition) -> list[Arende]:
    known = {
        definition.arende_of(step).slug: definition.arende_of(step) for step in definition.steps
    }
    return [arende for arende in known.values() if definition.links_of(arende)]


def _find(state: YearState, wanted: str) -> Arende:
    definition = state.definition
    own = {definition.arende_of(step).slug: definition.arende_of(step) for step in definition.steps}
    if wanted.casefold() in own:
        return own[wanted.casefold()]
    for slug, number in state.numbers.items():
        if slug in own and number.casefold() == " ".join(wanted.split()).casefold():
            return own[slug]
    try:
        return definition.arende_of(definition.step(wanted))
    except UnknownError:
        known = [arende.slug for arende in _with_a_body(definition)]
        raise UnknownError("Ärendet eller steget", wanted, known) from None


def _arende(
    state: YearState,
    arende: Arende,
    plan: YearPlan,
    decisions: Mapping[str, list[Registered]],
    today: date,
) -> dict[str, Any]:
    steps = [
        state.definition.step_by_slug[slug]
        for slug in arende.steps
        if slug in state.definition.step_by_slug
    ]
    return {
        "slug": arende.slug,
        "namn": arende.name,
        "diarienummer": state.numbers.get(arende.slug) or None,
        "steg": [_step(state, step, plan, decisions.get(step.slug, []), today) for step in steps],
        "laga_kraft": _final(state, steps),
    }


def _step(
    state: YearState, step: Step, plan: YearPlan, decisions: list[Registered], today: date
) -> dict[str, Any]:
    own, dates = state[step.slug], plan[step.slug]
    return {
        "id": step.id,
        "slug": step.slug,
        "titel": step.title,
        "galler_ar": plan.budget_year + step.about,
        "visning": label(state, step, dates, today),
        "vilar": dates.dormant,
        "version": own.version,
        "led": [_link(own, index, link) for index, link in enumerate(dates.links)],
        "beslut": [
            decision_json(one) | {"version": _version_after(one, decisions)} for one in decisions
        ],
        "resultat": results_json(state, step),
        "saknade_resultat": missing_kinds(state, step),
    }


def _link(own: StepState, index: int, link: LinkPlan) -> dict[str, Any]:
    held = next((decision.on for decision in own.standing if decision.link == index), None)
    day = held or link.meeting
    return {
        "instans": link.body,
        "sammantrade": day.isoformat() if day else None,
        "beslutat": held is not None or own.link > index,
    }


def _version_after(one: Registered, decisions: list[Registered]) -> int | None:
    """Which version of the document it was when the body was done with it; None of one wrongly
    registered."""
    if one.corrected_by is not None:
        return None
    changed = [
        earlier
        for earlier in decisions[: decisions.index(one) + 1]
        if earlier.corrected_by is None and earlier.decision.outcome.row.changes
    ]
    return max(one.decision.round, 1) + len(changed)


def _final(state: YearState, steps: list[Step]) -> dict[str, Any] | None:
    """The latest days that the law allows after the last decision that can be appealed; None before it."""
    for step in reversed(steps):
        last = [d for d in state[step.slug].standing if d.link == len(step.chain) - 1]
        if not (step.appealable and last):
            continue
        decided = last[-1]
        days = dates_of(
            state.definition,
            decided.body,
            decided.on,
            appealable=True,
            signed_at_once=decided.signed_at_once,
        )
        return {
            "steg": step.slug,
            "instans": decided.body,
            "datum": decided.on.isoformat(),
            "omedelbart_justerad": decided.signed_at_once,
            "justering": days.signed_by.isoformat(),
            "anslag": days.posted_by.isoformat(),
            "overklagas_till": days.appeal_ends.isoformat() if days.appeal_ends else None,
        }
    return None
