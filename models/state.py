"""Where every step of a year stands: a fold over its events.

Pure. This is the only place where a status is set. A step is

- *planned* until it is opened,
- *in progress* while parts are missing, or while only its last word is left and a step that it
  hard-requires is not completed,
- *awaiting decision* by body *i* of its chain when it is that body's turn,
- *completed* when the last body has decided, or, with no chain, when all parts are in, or when the
  process owner has set an optional step aside for this year,
- *reopened* when a completed step has been begun anew and its parts are open again.

Completion is never an event: it follows from the others, so no step can be completed without its
chain. Once completed a step stays so until it is reopened, whatever happens to what it rested on.
Late and blocked are not states: they are asked for with a day in hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from models.events import (
    CompletedBeforeStart,
    Decided,
    Effect,
    Event,
    Opened,
    Overridden,
    Reopened,
    Reported,
    SetAside,
)
from models.plan import StepPlan
from models.process import Definition, Step, TaskKey


class Status(StrEnum):
    """The values are stored in the step table."""

    PLANNED = "planerat"
    IN_PROGRESS = "pågår"
    AWAITING = "väntar"
    COMPLETED = "klart"
    REOPENED = "återöppnat"

    @property
    def is_open(self) -> bool:
        return self in (Status.IN_PROGRESS, Status.AWAITING, Status.REOPENED)


@dataclass(frozen=True, slots=True)
class StepState:
    """One step. `round` counts from 1 at opening and grows with each återremiss, avslag and re-run;
    `reported` holds this round's parts only, `decisions` every decision there has been."""

    slug: str
    status: Status = Status.PLANNED
    round: int = 0
    link: int = 0
    opened_on: date | None = None
    round_began: date | None = None
    completed_on: date | None = None
    before_start: bool = False
    overridden: bool = False
    set_aside: bool = False
    """Completed without being done: an optional step that is left out this year."""
    reason: str = ""
    """Why this round began: the reason of the återremiss, avslag or re-run; empty in the first.
    Of a step that was set aside: why."""
    reported: Mapping[TaskKey, date] = field(default_factory=dict)
    decisions: tuple[Decided, ...] = ()
    standing: tuple[Decided, ...] = ()
    """The decisions that carry the step where it is; the rest of `decisions` are history."""


@dataclass(frozen=True)
class YearState:
    """All steps of a year after some events."""

    definition: Definition
    steps: Mapping[str, StepState]

    def __getitem__(self, slug: str) -> StepState:
        return self.steps[slug]

    def missing(self, step: Step) -> tuple[TaskKey, ...]:
        """The parts that are not in, in order; none once the step has gone on without them."""
        state = self[step.slug]
        if state.overridden or not state.status.is_open:
            return ()
        return tuple(key for key in self.definition.tasks_of(step) if key not in state.reported)

    def blocked_by(self, step: Step) -> tuple[str, ...]:
        """The hard-required steps that are not completed; none for a step that itself is."""
        if self[step.slug].status is Status.COMPLETED:
            return ()
        return tuple(s for s in step.hard if self[s].status is not Status.COMPLETED)

    def awaited_body(self, step: Step) -> str | None:
        state = self[step.slug]
        return step.chain[state.link] if state.status is Status.AWAITING else None

    def apply(self, event: Event) -> YearState:
        """The state after one more event, with everything that follows from it in other steps."""
        steps = dict(self.steps)
        steps[event.step] = _apply(steps[event.step], event)
        after = YearState(self.definition, MappingProxyType(steps))
        for step in self.definition.in_dependency_order:
            steps[step.slug] = after._settled(step, event.on)
        return after

    def _settled(self, step: Step, on: date) -> StepState:
        """What follows for an open step from its parts and decisions and from what it requires."""
        state = self[step.slug]
        if not state.status.is_open:
            return state
        # A hard requirement holds back the last word, not the bodies that prepare it.
        held_back = self.blocked_by(step) and len(step.chain) - 1 <= state.link
        if state.link == len(step.chain) and step.chain:
            return replace(state, status=Status.COMPLETED, completed_on=on)
        if self.missing(step) or held_back:
            status = Status.REOPENED if state.status is Status.REOPENED else Status.IN_PROGRESS
        elif step.chain:
            status = Status.AWAITING
        else:
            # what it waited for may have been decided earlier than its own parts came in
            completed_on = max([on, *state.reported.values()])
            return replace(state, status=Status.COMPLETED, completed_on=completed_on)
        return state if state.status is status else replace(state, status=status)


def _apply(state: StepState, event: Event) -> StepState:
    match event:
        case CompletedBeforeStart():
            # the round that was run elsewhere: a re-run here is its second
            return replace(
                state, status=Status.COMPLETED, round=1, completed_on=event.on, before_start=True
            )
        case Opened():
            return replace(
                state, status=Status.IN_PROGRESS, round=1, opened_on=event.on, round_began=event.on
            )
        case Reported():
            return replace(state, reported={**state.reported, event.task: event.on})
        case Overridden():
            return replace(state, overridden=True)
        case SetAside():
            return replace(
                state, status=Status.COMPLETED, round=max(state.round, 1), completed_on=event.on,
                set_aside=True, reason=event.reason,
            )  # fmt: skip
        case Reopened():
            return _new_round(state, event, link=0, status=Status.REOPENED)
        case Decided():
            state = replace(state, decisions=(*state.decisions, event))
            if event.outcome.effect is Effect.PASS:
                return replace(state, link=event.link + 1, standing=(*state.standing, event))
            if event.outcome.effect is Effect.RETURN:
                # back to the preparing link: the body before, after the roles' rework
                back = max(event.link - 1, 0)
                return _new_round(state, event, link=back, status=Status.IN_PROGRESS)
            return state


def _new_round(
    state: StepState, event: Decided | Reopened, *, link: int, status: Status
) -> StepState:
    return replace(
        state, status=status, round=state.round + 1, link=link, reason=event.reason,
        round_began=event.on, reported={}, overridden=False, completed_on=None, before_start=False,
        set_aside=False,
        standing=tuple(decision for decision in state.standing if decision.link < link),
    )  # fmt: skip


def not_started(definition: Definition) -> YearState:
    return YearState(
        definition, MappingProxyType({step.slug: StepState(step.slug) for step in definition.steps})
    )


def fold(definition: Definition, events: Iterable[Event]) -> YearState:
    """The state of a year after all its events, in the order they were written."""
    state = not_started(definition)
    for event in events:
        state = state.apply(event)
    return state


def deadline(state: YearState, step: Step, plan: StepPlan) -> date | None:
    """The next day by which something should have happened in the step; None once completed.
    With all parts in, that is the body's decision, also while a hard requirement holds it back."""
    own = state[step.slug]
    if own.status is Status.COMPLETED:
        return None
    if own.status.is_open and step.chain and not state.missing(step):
        return plan.links[own.link].register_by
    return plan.due


def is_late(state: YearState, step: Step, plan: StepPlan, today: date) -> bool:
    """Whether somebody should have acted before today, or the step should have been completed.
    An optional step never is."""
    own = state[step.slug]
    if own.status is Status.COMPLETED or step.optional:
        return False
    if own.status is Status.PLANNED:
        return today > plan.window_end
    day = deadline(state, step, plan)
    return day is not None and today > day
