"""When a step opens by itself. Pure."""

from __future__ import annotations

from datetime import date

from models.events import Opened
from models.plan import StepPlan
from models.process import Step
from models.state import Status, YearState


def open_step(state: YearState, step: Step, plan: StepPlan, today: date) -> Opened | None:
    """Opened, once, from the day on which its work opens, and not before what starts it has happened; None
    where it is not to be."""
    if state[step.slug].status is not Status.PLANNED or plan.dormant or today < plan.opens:
        return None
    starts = step.starts
    waits_for = starts.step if starts and starts.missing_by is None else None
    if waits_for is not None and state[waits_for].status is not Status.COMPLETED:
        return None
    return Opened(step=step.slug, on=today)
