"""A year in which some do their work late: no database, and a new plan each day, as the engine makes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from calendars.schedule import plan_year
from models.events import Decided, Event, Reported
from models.fold import apply
from models.opening import open_step
from models.plan import Meeting, YearPlan
from models.process import Definition
from models.state import Status, YearState, not_started
from views.rehearsal import usual_outcome

NEVER = 10_000
"""Days late: it is not done at all."""


def days_of_year(
    definition: Definition,
    budget_year: int,
    meetings: Sequence[Meeting],
    late: Mapping[str, int],
    *,
    weekdays: frozenset[int] = frozenset(range(5)),
) -> Iterator[tuple[date, YearState, YearPlan]]:
    """Each day, before anybody has acted on it. The parts of the steps in `late` come in so many days after
    their last day; every body decides what it may when it meets. Of the days without a meeting only the
    `weekdays` are lived."""
    state = not_started(definition)
    plan = plan_year(definition, budget_year, meetings)
    last = max(step.window_end for step in plan.steps.values()) + timedelta(days=60)
    meets = {one.day for one in meetings}
    day = min(step.opens for step in plan.steps.values())
    while day <= last:
        if day.weekday() not in weekdays and day not in meets:
            day += timedelta(days=1)
            continue
        plan = plan_year(definition, budget_year, meetings, state, day)
        yield day, state, plan
        known, state = state, _opened(state, plan, day)
        if state is not known:
            plan = plan_year(definition, budget_year, meetings, state, day)
        for event in _work(state, plan, late, day):
            state = apply(state, event)
        state = _decided(state, plan, day)
        day += timedelta(days=1)


def _opened(state: YearState, plan: YearPlan, day: date) -> YearState:
    for step in state.definition.steps:
        event = open_step(state, step, plan[step.slug], day)
        if event is not None:
            state = apply(state, event)
    return state


def _work(state: YearState, plan: YearPlan, late: Mapping[str, int], day: date) -> Iterator[Event]:
    for step in state.definition.steps:
        if (day - plan[step.slug].due).days < late.get(step.slug, 0):
            continue
        for key in state.missing(step):
            yield Reported(step=step.slug, on=day, round=1, task=key)


def _decided(state: YearState, plan: YearPlan, day: date) -> YearState:
    for step in state.definition.in_dependency_order:
        while body := state.awaited_body(step):
            own = state[step.slug]
            if own.status is not Status.AWAITING or plan[step.slug].links[own.link].meeting != day:
                break
            outcome = usual_outcome(step, body)
            decision = Decided(
                step=step.slug, body=body, on=day, round=1, link=own.link, outcome=outcome
            )
            state = apply(state, decision)
    return state
