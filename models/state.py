"""Where every step of a year stands, and what can be asked of it. `models.fold` makes it of the events.

Pure. A step is

- *planned* until it is opened,
- *in progress* while parts are missing, or while only its last word is left and a step that it
  hard-requires is not completed,
- *awaiting decision* by body *i* of its chain when it is that body's turn,
- *completed* when the last body has decided, or, with no chain, when all parts are in, or when the
  process owner has set an optional step aside for this year,
- *reopened* when a completed step has been begun anew and its parts are open again.

Completion is never an event: it follows from the others, so no step can be completed without its
chain. Once completed a step stays so until it is reopened, whatever happens to what it rested on: it
is then marked, and somebody is asked whether it stands. A return sends the ärende back to the link that
prepares it, which may be another step's. A corrected decision is folded as it was, in its own place.
Late and blocked are not states: they are asked for with a day in hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from models.events import Decided, Effect, Noted, ReasonsFound
from models.given import Given
from models.occurrences import Occurrence
from models.plan import LimitPlan, StepPlan
from models.process import Definition, Step, TaskKey


class Status(StrEnum):
    """Where a step is; the values are the words that people read."""

    PLANNED = "planerat"
    IN_PROGRESS = "pågår"
    AWAITING = "väntar"
    COMPLETED = "klart"
    REOPENED = "återöppnat"

    @property
    def is_open(self) -> bool:
        return self in (Status.IN_PROGRESS, Status.AWAITING, Status.REOPENED)


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a completed step is to be reconsidered: a step that it rests on began a new round."""

    step: str
    round: int
    on: date

    def __str__(self) -> str:
        return f"{self.step}/{self.round}"


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
    """Completed before the year was started here, and nothing is known of when or who decided."""
    done_elsewhere: bool = False
    """Completed before the year was started here, whatever is known of it."""
    asked_on: date | None = None
    """Since when it is asked whether the step was done before the start; None where that is no question."""
    taken_over: bool = False
    """In its first round here, whose work should have begun before the year was started."""
    overridden_on: date | None = None
    """When it went on without the parts that were missing."""
    set_aside: bool = False
    """Completed without being done: an optional step that is left out this year."""
    reason: str = ""
    """Why this round began: the reason of the återremiss, avslag or re-run; empty in the first.
    Of a step that was set aside: why."""
    reported: Mapping[TaskKey, date] = field(default_factory=dict)
    decisions: tuple[Decided, ...] = ()
    standing: tuple[Decided, ...] = ()
    """The decisions that carry the step where it is; the rest of `decisions` are history."""
    results: Mapping[str, Any] = field(default_factory=dict)
    """The step's figures by kind, as JSON keeps them: they follow from what has been given."""
    given: tuple[Given, ...] = ()
    """What each part has given of them, and what was given for the whole step, the newest last."""
    result_count: int = 0
    postponed_to: date | None = None
    """The last day for this round's parts, where the process owner has put it off."""
    begun_anew: bool = False
    """Whether it has been completed once and opened again."""
    marks: tuple[Mark, ...] = ()
    """What the step rests on and has been begun anew since it was completed, not answered yet."""

    @property
    def overridden(self) -> bool:
        return self.overridden_on is not None

    @property
    def version(self) -> int:
        """Of the document: 1 at first, one more for each new round and each bifall med ändring."""
        changed = sum(decision.outcome.row.changes for decision in self.decisions)
        return max(self.round, 1) + changed


Sitting = tuple[str, str, date, Occurrence]
"""What something is noted of: the step, or none for all that was taken up; the body, the day, and what."""


@dataclass(frozen=True)
class YearState:
    """All steps of a year after some events."""

    definition: Definition
    """The cycle's own, with a step more for each occasion that has been raised."""
    steps: Mapping[str, StepState]
    numbers: Mapping[str, str] = field(default_factory=dict)
    """The diarienummer of each ärende that has got one."""
    noted: Mapping[Sitting, Noted] = field(default_factory=dict)
    """What really happened to the sammanträden and their minutes, as it stands after every correction."""
    reasons: Mapping[str, ReasonsFound] = field(default_factory=dict)
    """The särskilda skäl that have been found, by the rule that they are an exception from."""

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

    def next_body(self, step: Step) -> str | None:
        """The body that takes the item up next, so that its clerk puts it on the agenda: the one that is
        awaited, or will be once what it is held back by is done, where no other body comes before."""
        state = self[step.slug]
        if not state.status.is_open or state.link >= len(step.chain) or self.missing(step):
            return None
        body = step.chain[state.link]
        if state.status is Status.AWAITING or all(self._leads_to(s, body) for s in step.hard):
            return body
        return None

    def waits_for(self, step: Step) -> str | None:
        """The body whose decisions are all that the step waits for: its own there, and at most others that
        hold it back and that the body is to take first, as at the same sitting."""
        body = self.next_body(step)
        before = map(self.definition.step, self.blocked_by(step))
        if self[step.slug].status is not Status.AWAITING and any(
            self.waits_for(one) != body for one in before
        ):
            return None
        return body

    def day_of(self, what: Occurrence, body: str, meeting: date, step: str = "") -> date | None:
        """When it happened: to what was decided in the step, else to all that the body took up that day. None
        where nobody has said."""
        found = self.noted.get((step, body, meeting, what)) or self.noted.get(
            ("", body, meeting, what)
        )
        return found.on if found else None

    def _leads_to(self, slug: str, body: str) -> bool:
        """Whether a step is done, or needs nobody's decision but this body's to be."""
        step, state = self.definition.step(slug), self[slug]
        return state.status is Status.COMPLETED or (
            step.chain[state.link :] in ((), (body,))
            and all(self._leads_to(before, body) for before in step.hard)
        )

    def number_of(self, step: Step) -> str:
        """The diarienummer of the step's ärende; empty where it has none yet."""
        return self.numbers.get(self.definition.arende_of(step).slug, "")

    def resting_on(self, slug: str) -> tuple[Step, ...]:
        """The completed steps that rest on this one, near and far, each once, in the order of the year."""
        reached = {slug}
        for later in self.definition.in_dependency_order:
            if reached.intersection(later.rests_on):
                reached.add(later.slug)
        return tuple(
            later
            for later in self.definition.steps
            if later.slug in reached - {slug} and self[later.slug].status is Status.COMPLETED
        )


def not_started(definition: Definition) -> YearState:
    """The state of a year in which nothing has happened yet."""
    return YearState(
        definition, MappingProxyType({step.slug: StepState(step.slug) for step in definition.steps})
    )


def reconsider_from(state: YearState, step: Step) -> date | None:
    """Since when it can be said whether a marked step stands: its ground is done anew. None before that."""
    done = [state[mark.step].completed_on for mark in state[step.slug].marks]
    days = [day for day in done if day is not None]
    return max(days) if days and len(days) == len(done) else None


def met_in_time(own: StepState, limit: LimitPlan) -> bool:
    """Whether the limit's body has had its say in time, also where the item has been sent back since: a new
    round is no new limit (KL 11 kap. 8 § asks when the proposal was drawn up)."""
    return any(
        decision.body == limit.body
        and decision.outcome.effect is Effect.PASS
        and decision.on <= limit.holds_until
        for decision in own.decisions
    )


def deadline(state: YearState, step: Step, plan: StepPlan) -> date | None:
    """The next day by which something should have happened in the step; None once completed, and while it
    is asked whether it is.
    With all parts in, that is the body's decision, also while a hard requirement holds it back."""
    own = state[step.slug]
    if own.status is Status.COMPLETED or own.asked_on is not None:
        return None
    if own.status.is_open and step.chain and not state.missing(step):
        return plan.links[own.link].register_by
    return plan.due


def is_late(state: YearState, step: Step, plan: StepPlan, today: date) -> bool:
    """Whether somebody should have acted before today, or the step should have been completed.
    An optional step never is, nor one that is not to be done as things stand."""
    own = state[step.slug]
    if own.status is Status.COMPLETED or step.optional or plan.dormant:
        return False
    if own.asked_on is not None:
        return False
    if own.status is Status.PLANNED:
        # what another step starts cannot be late before that one is expected to be done
        return today > max(plan.window_end, plan.opens)
    day = deadline(state, step, plan)
    return day is not None and today > day
