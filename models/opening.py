"""When a step opens by itself, and what becomes of one whose time came before the year was started. Pure."""

from __future__ import annotations

from datetime import date

from models.events import AskedAtStart, CompletedBeforeStart, Opened
from models.plan import StepPlan
from models.process import Step
from models.state import Status, StepState, YearState

BY_START = "start av året"


def open_step(
    state: YearState, step: Step, plan: StepPlan, today: date, started_on: date | None = None
) -> Opened | AskedAtStart | None:
    """Opened, once, from the day on which its work opens, and not before what starts it has happened; None
    where it is not to be, and while it is asked whether it was done. Where what starts it was done before the
    year was started here, on `started_on`, its work may have begun before that too: then that is asked."""
    own = state[step.slug]
    if own.status is not Status.PLANNED or own.asked_on is not None:
        return None
    if plan.dormant or today < plan.opens or _waits(state, step):
        return None
    ground = _ground(state, step)
    if started_on and ground and ground.done_elsewhere and _begins(ground, plan) < started_on:
        return AskedAtStart(step=step.slug, on=today, by=BY_START)
    return Opened(step=step.slug, on=today)


def found_at_start(
    state: YearState, step: Step, plan: StepPlan, today: date
) -> CompletedBeforeStart | AskedAtStart | None:
    """Of a step whose window has passed when the year is started that it is taken as done; of one whose work
    should have begun before today, the question whether it is. None of one whose time has not come."""
    if state[step.slug].status is not Status.PLANNED or plan.dormant:
        return None
    if plan.window_end < today:
        return CompletedBeforeStart(step=step.slug, on=today, by=BY_START)
    if not _waits(state, step) and _begins(_ground(state, step), plan) < today:
        return AskedAtStart(step=step.slug, on=today, by=BY_START)
    return None


def _begins(ground: StepState | None, plan: StepPlan) -> date:
    """When its work begins. Where nobody knows when what starts it was done, its window says."""
    return plan.window_start if ground is not None and ground.before_start else plan.opens


def _ground(state: YearState, step: Step) -> StepState | None:
    """What starts it by being completed."""
    starts = step.starts
    return state[starts.step] if starts and starts.step and starts.missing_by is None else None


def _waits(state: YearState, step: Step) -> bool:
    """Whether what starts the step has not happened."""
    ground = _ground(state, step)
    return ground is not None and ground.status is not Status.COMPLETED
