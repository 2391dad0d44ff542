"""What may wait and what may not: quiet days, and statutory limits that are near. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from models.plan import LimitPlan, StepPlan, WorkingDays, YearPlan
from models.process import Step
from models.state import Status, YearState, met_in_time
from notifications.notices import Kind, Notice, is_news
from notifications.obligations import obligations

NEAR = 10
"""A statutory limit this near, in working days, makes a step a statutory matter."""
SOON = 3
"""Working days within which a meeting or its papers make haste."""
_CAN_WAIT = {
    Kind.OPENED,
    Kind.INVITED,
    Kind.REMINDER,
    Kind.OVERDUE,
    Kind.ESCALATION,
    Kind.RECONSIDER,
    Kind.ALREADY_DONE,
}


def due_today(state: YearState, plan: YearPlan, days: WorkingDays, today: date) -> Iterator[Notice]:
    """The obligations that may be told today; the others are asked for again tomorrow."""
    for notice in obligations(state, plan, days, today):
        if why_wait(notice, state, plan, days, today) is None:
            yield notice


def waiting_today(
    state: YearState, plan: YearPlan, days: WorkingDays, today: date
) -> Iterator[Notice]:
    """The obligations that may not be told today, unless something else hurries them on."""
    if no_day_for_mail(state, days, today) is None:
        return
    for notice in obligations(state, plan, days, today):
        if why_wait(notice, state, plan, days, today) is not None:
            yield notice


def no_day_for_mail(state: YearState, days: WorkingDays, today: date) -> str | None:
    """Why nothing goes today that can wait, as a clause; None on an ordinary day."""
    quiet = state.definition.quiet.reason(today, days)
    return quiet or (None if days.is_workday(today) else "är ingen arbetsdag")


def next_day_for_mail(state: YearState, days: WorkingDays, today: date) -> date:
    """The first ordinary day after today: whose morning's letter tells what has happened since."""
    day = today + timedelta(days=1)
    while no_day_for_mail(state, days, day) is not None:
        day += timedelta(days=1)
    return day


def why_wait(
    notice: Notice, state: YearState, plan: YearPlan, days: WorkingDays, today: date
) -> str | None:
    """Why today is no day for the notice, as a clause; None where it may go.

    On a quiet day nothing opens, nothing is asked and nobody is reminded; on a day off nobody is reminded
    either, and only what happened that very day opens or asks anything. Returns and statutory matters always
    go.
    """
    if notice.kind not in _CAN_WAIT:
        return None
    why = state.definition.quiet.reason(today, days)
    new_today = is_news(notice, state) and notice.rung == today
    if why is None and not new_today and not days.is_workday(today):
        why = "är ingen arbetsdag"
    if why is not None and is_statutory(notice, state, plan, days, today):
        return None
    return why


def is_for_the_morning(
    notice: Notice, state: YearState, plan: YearPlan, days: WorkingDays, today: date
) -> bool:
    """Whether it is a body's turn that came today, and the papers and the last day are not near: it goes with
    the letter of the next morning, so that a meeting's ärenden are one mail."""
    step = state.definition.step(notice.step)
    if notice.kind is not Kind.OPENED or notice.body is None or notice.rung != today:
        return False
    if step.occasion_of or is_statutory(notice, state, plan, days, today):
        return False
    if state.next_body(step) != notice.body:
        return False  # told ahead of its turn, as the papers are about to go
    link = plan[step.slug].links[state[step.slug].link]
    first = min([notice.due, *(day for day in (link.papers, link.meeting) if day)])
    # quiet days may lie between: then the next morning is too late
    in_time = next_day_for_mail(state, days, today) < first
    return in_time and days.between(notice.rung, first) > SOON


def is_statutory(
    notice: Notice, state: YearState, plan: YearPlan, days: WorkingDays, today: date
) -> bool:
    if notice.kind is Kind.ALREADY_DONE:
        return False  # nobody knows yet whether anything is left to do
    step = state.definition.step(notice.step)
    return near_limit(state, step, plan[step.slug], days, today) is not None


def near_limit(
    state: YearState, step: Step, plan: StepPlan, days: WorkingDays, today: date
) -> LimitPlan | None:
    """The first limit of the step that is near or has passed, and that is not met yet."""
    own = state[step.slug]
    if own.status is Status.COMPLETED:
        return None
    decided = {decision.body for decision in own.standing}
    open_limits = [
        limit for limit in plan.limits if limit.body not in decided and not met_in_time(own, limit)
    ]
    first = min(open_limits, key=lambda limit: limit.works_towards, default=None)
    near = first is not None and days.between(today, first.works_towards) <= NEAR
    return first if near else None
