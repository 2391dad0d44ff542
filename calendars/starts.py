"""Whether something besides its window starts a step, and the day on which it then begins. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from calendars.bookings import Chains
from calendars.frames import Frame, last_day
from calendars.workdays import WORKDAYS
from models.points import PointInYear
from models.process import Definition, Step, Trigger
from models.results import amounts
from models.state import Status, YearState

FIRST_YEAR_OF_A_TERM = 2023
"""The year after the general election of 2022; every fourth one (KL 5 kap. 9 §, vallagen 1 kap. 3 §)."""


def term_year(year: int) -> int:
    """Which year of fullmäktige's term a calendar year is: 1 after an election year, 4 the election year."""
    return (year - FIRST_YEAR_OF_A_TERM) % 4 + 1


def starts_on(
    step: Step,
    frames: Mapping[str, Frame],
    chains: Chains,
    state: YearState | None,
    *,
    ready_after: int = 0,
) -> date:
    """The day on which a step begins, or is expected to: the first of its window, or so many days after what
    starts it. Never before its window, unless it is to be done at once."""
    first, starts = frames[step.slug].start, step.starts
    if starts is None or starts.step is None:
        return first
    frame = frames[starts.step]
    if starts.missing_by is not None:
        day = _missing_after(starts.missing_by, frame) + timedelta(days=1)
    else:
        day = _done_on(starts.step, frame, chains, state) + timedelta(days=ready_after)
    follows = starts.within is not None or step.window.lasts is not None
    return day if follows else max(first, day)


def frames_after(
    definition: Definition, frames: Mapping[str, Frame], chains: Chains, state: YearState | None
) -> Mapping[str, Frame]:
    """The frames, those of the steps that have no window of their own where what starts them puts them."""
    moved = dict(frames)
    for step in definition.in_dependency_order:
        if step.window.lasts is not None:
            start = starts_on(step, moved, chains, state)
            moved[step.slug] = frame_from(step, moved[step.slug], start)
    return moved


def frame_from(step: Step, frame: Frame, start: date) -> Frame:
    """The frame of a step that has no window of its own, from the day on which it begins."""
    lasts = step.window.lasts
    return (
        frame if lasts is None else replace(frame, start=start, end=start + timedelta(days=lasts))
    )


def not_before(
    step: Step, frames: Mapping[str, Frame], chains: Chains, state: YearState | None
) -> date | None:
    """The working day before which nobody can work on a step, whatever its window: when what starts it is
    done, or is planned to be, and of an occasion when it was raised. None where nothing is in the way."""
    starts = step.starts
    if step.occasion_of:
        return WORKDAYS.forward(frames[step.slug].start)
    if starts is None or starts.step is None:
        return None
    frame, last = frames[starts.step], _last_word(starts.step, chains)
    if starts.missing_by is None:
        return WORKDAYS.forward(_done_on(starts.step, frame, chains, state))
    latest = _missing_after(starts.missing_by, frame)
    # as it is planned it will be missing, so that the work can be made ready
    if chains[starts.step] and (last is None or last > latest):
        return None
    return WORKDAYS.add(latest, 1)


def _last_word(slug: str, chains: Chains) -> date | None:
    return chains[slug][-1].day if chains[slug] else None


def _done_on(slug: str, frame: Frame, chains: Chains, state: YearState | None) -> date:
    """When a step was completed, or else is planned to be."""
    done = state[slug].completed_on if state else None
    return done or _last_word(slug, chains) or frame.end


def _missing_after(point: PointInYear, frame: Frame) -> date:
    """The day after which a step with this frame is missing: in the year in which it was to be done."""
    return last_day(point, frame.end.year)


def is_dormant(
    step: Step,
    budget_year: int,
    frames: Mapping[str, Frame],
    chains: Chains,
    state: YearState | None,
    today: date | None,
) -> bool:
    """Whether a step that something starts is not to be done as things stand: its year of the term of
    office is another, no figure lies under its threshold, or what was to be missing is done in time, or is
    planned to be. Once open only that it is done: it was made ready in vain."""
    starts = step.starts
    status = state[step.slug].status if state is not None else Status.PLANNED
    if starts is None or status is Status.COMPLETED:
        return False
    is_ahead = status is Status.PLANNED
    if is_ahead and (_is_of_another_year(starts, budget_year) or _is_not_under(starts, state)):
        return True
    return _is_in_time(starts, frames, chains, state, None if not is_ahead else today or date.min)


def _is_in_time(
    starts: Trigger,
    frames: Mapping[str, Frame],
    chains: Chains,
    state: YearState | None,
    still: date | None,
) -> bool:
    """Whether what was to be missing is done by its day; where it can `still` be in time, on the day that is
    given, whether it is planned to be."""
    if starts.step is None or starts.missing_by is None:
        return False
    latest = _missing_after(starts.missing_by, frames[starts.step])
    if state is not None and state[starts.step].status is Status.COMPLETED:
        return (state[starts.step].completed_on or latest) <= latest
    if still is None or still > latest:
        return False
    return _planned_by(starts.step, latest, frames, chains)


def _is_of_another_year(starts: Trigger, budget_year: int) -> bool:
    return starts.term_year is not None and term_year(budget_year - 1) != starts.term_year


def _planned_by(slug: str, latest: date, frames: Mapping[str, Frame], chains: Chains) -> bool:
    """Whether a step is planned to be done by a day."""
    last = chains[slug][-1].day if chains[slug] else frames[slug].end
    return last is not None and last <= latest


def _is_not_under(starts: Trigger, state: YearState | None) -> bool:
    """Whether it asks for a figure under a threshold, and none that has been left lies there."""
    return starts.amount is not None and not _is_under(starts, state)


def _is_under(starts: Trigger, state: YearState | None) -> bool:
    """Whether a figure that has been left lies under the threshold."""
    if state is None or starts.below is None:
        return False
    asked = [starts.step] if starts.step else list(state.steps)
    return any(
        name == starts.amount and amount < starts.below
        for slug in asked
        for kind, value in state[slug].results.items()
        for _, name, amount, _ in amounts(kind, value)
    )
