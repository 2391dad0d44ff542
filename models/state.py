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
chain. Once completed a step stays so until it is reopened, whatever happens to what it rested on: it
is then marked, and somebody is asked whether it stands. A return sends the ärende back to the link that
prepares it, which may be another step's. A corrected decision is folded as it was, in its own place.
Late and blocked are not states: they are asked for with a day in hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from models.events import (
    AskedForTime,
    CompletedBeforeStart,
    Corrected,
    Decided,
    Disclaimed,
    Effect,
    Event,
    Numbered,
    Opened,
    Overridden,
    Postponed,
    Raised,
    Redefined,
    Reopened,
    Reported,
    Resulted,
    SetAside,
    Upheld,
)
from models.occasions import step_of
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
    """The newest figures by kind, as JSON keeps them."""
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


@dataclass(frozen=True)
class YearState:
    """All steps of a year after some events."""

    definition: Definition
    """The cycle's own, with a step more for each occasion that has been raised."""
    steps: Mapping[str, StepState]
    numbers: Mapping[str, str] = field(default_factory=dict)
    """The diarienummer of each ärende that has got one."""

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

    def apply(self, event: Event) -> YearState:
        """The state after one more event, with everything that follows from it in other steps. Of a
        correction it is `after` that knows what follows, since that takes the log."""
        match event:
            case Corrected():
                raise TypeError("a correction is folded with the log, by `after`")
            case Redefined():
                from models.redefinition import redefined  # which knows the state

                return redefined(self, event)._after_settling(event.on)
            case Numbered():
                return replace(self, numbers={**self.numbers, event.arende: event.diarienummer})
            case Raised():
                step = step_of(self.definition, event)
                began = StepState(
                    step.slug, Status.IN_PROGRESS, round=1, opened_on=event.on, round_began=event.on
                )
                after = YearState(
                    self.definition.with_step(step), {**self.steps, step.slug: began}, self.numbers
                )
                return after._after_settling(event.on)
        steps = dict(self.steps)
        steps[event.step] = _apply(steps[event.step], event, self.definition.step(event.step))
        after = replace(self, steps=steps)
        if isinstance(event, Decided):
            after = after._sent_back(event)._numbered_by(event)
        settled = after._marked(self, event.on)._after_settling(event.on)
        return settled._marked_at_completion(self, event.on)

    def _after_settling(self, on: date) -> YearState:
        steps = dict(self.steps)
        after = replace(self, steps=MappingProxyType(steps))
        for step in self.definition.in_dependency_order:
            steps[step.slug] = after._settled(step, on)
        return after

    def _sent_back(self, event: Decided) -> YearState:
        """The ärende's earlier steps in a new round, where a return goes past the beginning of its own."""
        if event.outcome.effect is not Effect.RETURN or event.back_step in ("", event.step):
            return self
        steps = dict(self.steps)
        way = self.definition.arende_of(self.definition.step(event.step)).steps
        for slug in way[way.index(event.back_step) : way.index(event.step)]:
            if steps[slug].status is Status.COMPLETED:
                link = event.back_link if slug == event.back_step else 0
                steps[slug] = _new_round(steps[slug], event, link=link, status=Status.REOPENED)
        return replace(self, steps=steps)

    def _numbered_by(self, event: Decided) -> YearState:
        arende = self.definition.arende_of(self.definition.step(event.step)).slug
        if not event.diarienummer or arende in self.numbers:
            return self
        return replace(self, numbers={**self.numbers, arende: event.diarienummer})

    def _marked(self, before: YearState, on: date) -> YearState:
        """With a mark on every completed step that rests, near or far, on one that is completed no more."""
        begun_anew = [
            slug
            for slug, own in self.steps.items()
            if own.status is not Status.COMPLETED and before[slug].status is Status.COMPLETED
        ]
        if not begun_anew:
            return self
        steps = dict(self.steps)
        for slug in begun_anew:
            mark = Mark(slug, steps[slug].round, on)
            for step in self.resting_on(slug):
                own = steps[step.slug]
                others = tuple(known for known in own.marks if known.step != slug)
                steps[step.slug] = replace(own, marks=(*others, mark))
        return replace(self, steps=steps)

    def _marked_at_completion(self, before: YearState, on: date) -> YearState:
        """A step that is completed while something that it rests on is done anew rests on what that was."""
        steps = dict(self.steps)
        for step in self.definition.steps:
            own = self[step.slug]
            if own.status is not Status.COMPLETED or before[step.slug].status is Status.COMPLETED:
                continue
            marks = [
                Mark(slug, self[slug].round, on)
                for slug in self.definition.grounds_of(step)
                if self[slug].begun_anew and self[slug].status.is_open
            ]
            if marks and not own.set_aside and not own.before_start:
                steps[step.slug] = replace(own, marks=tuple(marks))
        return replace(self, steps=MappingProxyType(steps))

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


def _apply(state: StepState, event: Event, step: Step) -> StepState:
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
            return replace(state, overridden_on=event.on)
        case SetAside():
            return _left_out(state, event)
        case Resulted():
            return replace(
                state, results={**state.results, **event.values}, result_count=event.number
            )
        case Upheld():
            return replace(
                state, marks=tuple(mark for mark in state.marks if str(mark) not in event.because)
            )
        case Postponed():
            return replace(state, postponed_to=event.until)
        case AskedForTime() | Disclaimed():
            return state  # a question; the answer is something else that happens
        case Reopened():
            return _new_round(state, event, link=0, status=Status.REOPENED)
        case Decided():
            return _decided(replace(state, decisions=(*state.decisions, event)), event, step)
    raise TypeError(f"{event.kind} is no step's alone")


def _decided(state: StepState, event: Decided, step: Step) -> StepState:
    if event.outcome.row.rejects and step.optional:
        # a proposal that nobody had to make is not made anew
        return _left_out(replace(state, standing=(*state.standing, event)), event)
    match event.outcome.effect:
        case Effect.PASS:
            settled = event.outcome.settles and event.body in step.may_settle
            link = len(step.chain) if settled else event.link + 1
            return replace(state, link=link, standing=(*state.standing, event))
        case Effect.RETURN:
            # back to the preparing link: the body before, after the roles' rework
            back = max(event.link - 1, 0)
            if event.back_step == event.step:
                back = event.back_link
            elif event.back_step:
                back = 0
            return _new_round(state, event, link=back, status=Status.IN_PROGRESS)
        case Effect.DEFER:
            return state


def _left_out(state: StepState, event: SetAside | Decided) -> StepState:
    return replace(
        state,
        status=Status.COMPLETED,
        round=max(state.round, 1),
        completed_on=event.on,
        set_aside=True,
        reason=event.reason,
    )


def _new_round(
    state: StepState, event: Decided | Reopened, *, link: int, status: Status
) -> StepState:
    return replace(
        state,
        status=status,
        round=state.round + 1,
        link=link,
        reason=event.reason,
        round_began=event.on,
        reported={},
        overridden_on=None,
        completed_on=None,
        before_start=False,
        set_aside=False,
        postponed_to=None,
        marks=(),
        begun_anew=state.begun_anew or state.status is Status.COMPLETED,
        standing=tuple(decision for decision in state.standing if decision.link < link),
    )


def not_started(definition: Definition) -> YearState:
    return YearState(
        definition, MappingProxyType({step.slug: StepState(step.slug) for step in definition.steps})
    )


def fold(definition: Definition, events: Iterable[Event]) -> YearState:
    """The state of a year after all its events, in the order they were written."""
    state = not_started(definition)
    for event in effective(events):
        state = state.apply(event)
    return state


def after(
    definition: Definition, state: YearState, log: Sequence[Event], event: Event
) -> YearState:
    """The state after one more event, where `state` is the fold of `log` on the cycle's definition."""
    return fold(definition, [*log, event]) if isinstance(event, Corrected) else state.apply(event)


def effective(events: Iterable[Event]) -> list[Event]:
    """The events with every corrected decision as it was, in its own place, and no corrections."""
    kept: list[Event | None] = []
    place: dict[str, int] = {}
    for event in events:
        if isinstance(event, Corrected):
            place[event.key] = place[event.corrects]
            kept[place[event.corrects]] = event.decision
        else:
            if isinstance(event, Decided):
                place[event.key] = len(kept)
            kept.append(event)
    return [event for event in kept if event is not None]


def reconsider_from(state: YearState, step: Step) -> date | None:
    """Since when it can be said whether a marked step stands: its ground is done anew. None before that."""
    done = [state[mark.step].completed_on for mark in state[step.slug].marks]
    days = [day for day in done if day is not None]
    return max(days) if days and len(days) == len(done) else None


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
        # what another step starts cannot be late before that one is expected to be done
        return today > max(plan.window_end, plan.opens) and not plan.dormant
    day = deadline(state, step, plan)
    return day is not None and today > day
