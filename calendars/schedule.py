"""The plan of a budget year: every step's days, from windows, meetings and statutory limits.

Pure. `calendars.booking` says which meeting each link gets; `calendars.deadlines` counts back from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from calendars.basis import Basis
from calendars.booking import book_meetings
from calendars.bookings import Booking
from calendars.deadlines import (
    PRACTICE,
    due_on,
    last_working_day,
    latest_for,
    limit_before,
    negotiation_limits,
    put_off,
)
from calendars.frames import Frame, frames_of
from calendars.gaps import gaps_of
from calendars.meeting_dates import days_before
from calendars.short_time import short_of_time
from calendars.starts import frames_after, is_dormant, not_before, starts_on
from calendars.work_time import work_before
from calendars.workdays import WORKDAYS
from models.plan import LinkPlan, Meeting, StepPlan, YearPlan
from models.process import Definition, Step
from models.state import Status, YearState

REGISTER_WITHIN = 3
"""Working days after its meeting within which a decision should be registered (our default)."""


def plan_year(
    definition: Definition,
    budget_year: int,
    meetings: Sequence[Meeting],
    state: YearState | None = None,
    today: date | None = None,
) -> YearPlan:
    """The dates of every step. Without a state: of the year as planned before anything has happened. As
    they are today: what misses its meeting goes to the next, from the day after."""
    frames = frames_of(definition, budget_year)
    booked = book_meetings(definition, frames, meetings, state, today)
    frames = frames_after(definition, frames, booked.chains, state)
    basis = Basis(definition, budget_year, frames, meetings, state, booked, today)
    planned = [_planned(basis, step) for step in definition.steps]
    return YearPlan(
        budget_year,
        {plan.slug: plan for plan, _ in planned},
        tuple(gap for _, gaps in planned for gap in gaps),
    )


def _planned(basis: Basis, step: Step) -> tuple[StepPlan, tuple[str, ...]]:
    """The dates of one step, with what could not be planned."""
    own, chains, frames = basis.own(step), basis.booked.chains, basis.frames
    before = limit_before(basis, step)
    frame = frames[step.slug]
    statutory = (before,) if before is not None and before.citation != PRACTICE else ()
    limits = (*frame.limits, *negotiation_limits(basis, step, basis.booked.chains), *statutory)
    frame = replace(frame, limits=limits)
    begins = WORKDAYS.forward(starts_on(step, frames, chains, basis.state))
    floor = not_before(step, frames, chains, basis.state)
    meeting_day = _meeting_day(basis, step, frame)
    otherwise = last_working_day(basis, step, frame, begins, floor, before)
    links = tuple(
        _link(basis.definition, body, one, otherwise)
        for body, one in zip(step.chain, basis.chain(step.slug), strict=True)
    )
    latest = latest_for(basis, step, links, limits if before is None else (*limits, before))
    due = due_on(basis, step, links, floor, meeting_day or otherwise)
    opens = _opens(basis, step, begins, floor, due.day)
    dormant = _is_dormant(basis, step)
    in_time = min(otherwise, before.warn_on) if before else otherwise
    plan = StepPlan(
        slug=step.slug,
        window_start=frame.start,
        window_end=frame.end,
        opens=opens,
        due=put_off(due.day, own, latest),
        meeting_day=meeting_day,
        links=links,
        limits=limits,
        dormant=dormant,
        latest=latest,
        short_of_time="" if dormant else short_of_time(basis, step, opens, floor, due),
    )
    gaps = () if dormant else gaps_of(basis, step, frame, meeting_day, floor, in_time)
    return plan, tuple(gaps)


def _is_dormant(basis: Basis, step: Step) -> bool:
    """Whether it is not to be done as things stand, by itself or because what starts it is not to be."""
    chains, state = basis.booked.chains, basis.state
    if is_dormant(step, basis.budget_year, basis.frames, chains, state, basis.today):
        return True
    starts = step.starts
    if starts is None or starts.step is None or starts.missing_by is not None:
        return False
    own, starter = basis.own(step), basis.definition.step_by_slug[starts.step]
    is_ahead = own is None or own.status is Status.PLANNED
    earlier = basis.own(starter)
    is_set_aside = earlier is not None and earlier.set_aside
    return is_ahead and (is_set_aside or _is_dormant(basis, starter))


def _opens(basis: Basis, step: Step, begins: date, floor: date | None, due: date) -> date:
    """The day on which work opens: with its window, and so long before its last day that those who have a
    part get their working days, also before its month; never before its `floor`. What has opened has."""
    definition, own = basis.definition, basis.own(step)
    day = begins
    if definition.tasks_of(step):
        day = min(begins, work_before(definition.quiet, due, definition.work_days(step)))
    if floor is not None:
        return max(day, floor)
    return min(day, own.opened_on) if own is not None and own.opened_on else day


def _meeting_day(basis: Basis, step: Step, frame: Frame) -> date | None:
    """The day within its window that is set for a step that is a day of its own."""
    set_for_it = (m.day for m in basis.meetings if m.step == step.slug)
    return next((day for day in set_for_it if frame.holds(day)), None)


def _link(definition: Definition, body: str, one: Booking, otherwise: date) -> LinkPlan:
    if one.day is None:
        return LinkPlan(body, None, otherwise, one.missed, waits_for=one.waits_for)
    register_by = WORKDAYS.add(one.day, REGISTER_WITHIN)
    days = days_before(definition, body, one.day)
    return LinkPlan(body, one.day, register_by, one.missed, days, one.waits_for)
