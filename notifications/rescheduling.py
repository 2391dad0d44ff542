"""What moves when the plan of a year changes, and who must be told: pure, from two plans and a state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from models.plan import StepPlan, YearPlan
from models.process import Definition, Step, TaskKey
from models.state import Status, YearState
from notifications.changed_dates import Rescheduling
from notifications.notices import Kind, Notice

MEETINGS = "sänds när ett sammanträde har flyttats, ställts in eller kommit till"
PUT_OFF = "sänds när sista dagen har skjutits upp"
REDEFINED = "sänds när året har fått en ändrad definition med andra datum"
PARTS = "delar senast"
OWN_DAY = "mötesdag"


@dataclass(frozen=True, slots=True)
class MovedDate:
    """One date of a step that is another than before; None where there was or is no day. `what` is a
    body, or one of the two above."""

    step: str
    what: str
    before: date | None
    after: date | None

    def __str__(self) -> str:
        return f"{self.what} {self.before or 'utan dag'} → {self.after or 'utan dag'}"


def moved_dates(definition: Definition, before: YearPlan, after: YearPlan) -> tuple[MovedDate, ...]:
    """Every date that differs between two plans of the same year, in the order of the definition."""
    return tuple(
        moved
        for step in definition.steps
        for moved in moved_in(step, before[step.slug], after[step.slug])
    )


def moved_notices(
    state: YearState, after: YearPlan, today: date, why: Rescheduling
) -> Iterator[Notice]:
    """Who is told of new dates: whoever is waited for in a step that is open, and the process owner."""
    definition = state.definition
    owner = TaskKey(role=definition.municipality.owner)
    for step in definition.steps:
        own, dates, before = state[step.slug], after[step.slug], why.was.get(step.slug)
        if (
            own.status is Status.COMPLETED
            or before is None
            or (before.dormant and dates.dormant)
            or not any(moved_in(step, before, dates))
        ):
            continue
        waited: tuple[TaskKey, ...] = ()
        body = state.next_body(step)
        if body is not None:
            # what moves after its turn is nothing to its clerk, who may have put the item on the list
            if _moves(before, dates, own.link):
                waited = (definition.body(body).clerk,)
        elif own.status.is_open:
            waited = state.missing(step)
        due = dates.links[own.link].register_by if body is not None else dates.due
        for to in dict.fromkeys((*waited, owner)):
            yield Notice(
                kind=Kind.MOVED,
                step=step.slug,
                round=own.round,
                to=to,
                due=due,
                rung=today,
                rule=why.rule,
                body=body,
                token=why.token,
                rescheduled=_of_its_arende(why, definition, step),
            )


def _of_its_arende(why: Rescheduling, definition: Definition, step: Step) -> Rescheduling:
    """The change with the earlier dates of the step's ärende alone: a letter speaks of no others."""
    own = definition.arende_of(step).steps
    return replace(why, was={slug: dates for slug, dates in why.was.items() if slug in own})


def _moves(before: StepPlan, after: StepPlan, link: int) -> bool:
    """Whether the turn has another meeting than it had, or another day to register what it decides."""
    old, new = before.links[link : link + 1], after.links[link : link + 1]
    days = [[(one.body, one.meeting, one.register_by) for one in links] for links in (old, new)]
    return days[0] != days[1]


def moved_in(step: Step, before: StepPlan, after: StepPlan) -> Iterator[MovedDate]:
    """The dates of one step that differ. A body that was not there before has no other day than it had."""
    if before.due != after.due:
        yield MovedDate(step.slug, PARTS, before.due, after.due)
    if before.meeting_day != after.meeting_day:
        yield MovedDate(step.slug, OWN_DAY, before.meeting_day, after.meeting_day)
    for old, new in zip(before.links, after.links, strict=False):
        if old.body == new.body and old.meeting != new.meeting:
            yield MovedDate(step.slug, new.body, old.meeting, new.meeting)
