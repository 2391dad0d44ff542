"""When the last day for a step's parts may be put off, and how far. Pure.

The meeting stands: what is put off past its papers, or past a statutory limit, is refused, and the way
out is to move the meeting.
"""

from __future__ import annotations

from datetime import date

from models.commands import require_reason, stands, way_out
from models.errors import RefusedError
from models.events import Postponed
from models.plan import StepPlan, WorkingDays
from models.process import Step
from models.state import YearState


def postpone(
    state: YearState,
    step: Step,
    plan: StepPlan,
    *,
    until: date,
    days: WorkingDays,
    today: date,
    by: str,
    reason: str,
    postponed_before: int,
) -> Postponed | None:
    """The parts that are missing may come until another day. None where that is their day already."""
    own = state[step.slug]
    if own.postponed_to == until == plan.due:
        return None
    require_reason(reason, f"att skjuta upp {step.slug}")
    if not state.missing(step):
        raise RefusedError(f"{stands(state, step)}; inga delar saknas. {way_out(state, step)}")
    if until < today:
        raise RefusedError(f"{until} har redan varit. Välj i dag ({today}) eller en senare dag.")
    if until <= plan.due:
        raise RefusedError(
            f"Delarna i {step.slug} ska vara klara först {plan.due}. Välj en senare dag."
        )
    if not days.is_workday(until):
        raise RefusedError(
            f"{until} är ingen arbetsdag. Närmast: {days.back(until)} och {days.forward(until)}."
        )
    if plan.latest is not None and until > plan.latest.day:
        far = "kan inte skjutas upp längre"
        if plan.latest.day > plan.due:
            far = f"kan skjutas upp högst till {plan.latest.day}"
        move = " Flytta i stället sammanträdet (flytta)." if plan.links else ""
        raise RefusedError(f"{step.slug} {far}: {plan.latest.why}.{move}")
    return Postponed(
        step=step.slug,
        on=today,
        by=by,
        round=own.round,
        until=until,
        reason=reason,
        number=postponed_before + 1,
    )
