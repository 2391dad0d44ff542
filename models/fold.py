"""Where a year stands after what has happened in it: the fold of its log.

Pure, and the only place where a status is set. `models.state` says what each means. What follows from an
event in other steps is worked out with it, so that a state is whole after every event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from models.events import (
    AskedAtStart,
    AskedForTime,
    CompletedBeforeStart,
    Corrected,
    Decided,
    Disclaimed,
    Effect,
    Event,
    Noted,
    Numbered,
    Opened,
    Overridden,
    Postponed,
    Raised,
    ReasonsFound,
    Redefined,
    Reopened,
    Reported,
    Resulted,
    SetAside,
    Upheld,
)
from models.given import step_figure, with_given
from models.occasions import step_of
from models.process import Definition, Step
from models.redefinition import redefined
from models.state import Mark, Status, StepState, YearState, not_started


def fold(definition: Definition, events: Iterable[Event]) -> YearState:
    """The state of a year after all its events, in the order they were written. `definition` is the one
    that the year was started with."""
    state = not_started(definition)
    for event in effective(events):
        state = apply(state, event)
    return state


def after(
    definition: Definition, state: YearState, log: Sequence[Event], event: Event
) -> YearState:
    """The state after one more event, where `state` is the fold of `log` on the cycle's definition."""
    return fold(definition, [*log, event]) if isinstance(event, Corrected) else apply(state, event)


def effective(events: Iterable[Event]) -> list[Event]:
    """The events with every corrected decision as it was, in its own place, and no corrections. What was
    noted of it alone is of the day on which it was made."""
    kept: list[Event | None] = []
    place: dict[str, int] = {}
    for event in events:
        if isinstance(event, Corrected):
            here = place[event.key] = place[event.corrects]
            wrong, kept[here] = kept[here], event.decision
            if isinstance(wrong, Decided) and event.decision and wrong.on != event.decision.on:
                kept = [_of_its_day(one, wrong, event.decision.on) for one in kept]
        else:
            if isinstance(event, Decided):
                place[event.key] = len(kept)
            kept.append(event)
    return [event for event in kept if event is not None]


def _of_its_day(event: Event | None, wrong: Decided, on: date) -> Event | None:
    """What was noted of a decision alone, when the decision was made on another day than was registered."""
    if isinstance(event, Noted) and (event.step, event.body, event.meeting) == (
        wrong.step,
        wrong.body,
        wrong.on,
    ):
        return event.model_copy(update={"meeting": on})
    return event


def apply(state: YearState, event: Event) -> YearState:
    """The state after one more event, with everything that follows from it in other steps. TypeError for
    a correction: what follows from one takes the log, so `after` knows it."""
    match event:
        case Corrected():
            raise TypeError("a correction is folded with the log, by `after`")
        case Numbered():
            return _numbered(state, event.arende, event.diarienummer)
        case Noted():
            return _with_noted(state, event)
        case ReasonsFound():
            return _with_reasons(state, event)
        case Redefined():
            return _settled(redefined(state, event), event.on, state.steps)
        case Raised():
            return _settled(_with_raised(state, event), event.on, [event.slug])
        case _:
            return _in_step(state, event)


def _numbered(state: YearState, arende: str, diarienummer: str) -> YearState:
    return replace(state, numbers={**state.numbers, arende: diarienummer})


def _with_noted(state: YearState, event: Noted) -> YearState:
    where = (event.step, event.body, event.meeting, event.what)
    others = {key: one for key, one in state.noted.items() if key != where}
    return replace(state, noted=others if event.withdrawn else {**others, where: event})


def _with_reasons(state: YearState, event: ReasonsFound) -> YearState:
    others = {rule: one for rule, one in state.reasons.items() if rule != event.rule}
    return replace(state, reasons=others if event.withdrawn else {**others, event.rule: event})


def _with_raised(state: YearState, event: Raised) -> YearState:
    """With the step that the occasion becomes: begun at once, or asked about."""
    step = step_of(state.definition, event)
    new = StepState(step.slug)
    begun = replace(new, asked_on=event.on) if event.asked else _begun(new, event.on)
    return replace(
        state, definition=state.definition.with_step(step), steps={**state.steps, step.slug: begun}
    )


def _in_step(before: YearState, event: Event) -> YearState:
    """After an event of one step, with the marks and the completions that follow."""
    own = _step_after(before[event.step], event, before.definition.step(event.step))
    state = replace(before, steps={**before.steps, event.step: own})
    if isinstance(event, Decided):
        state = _with_number_of(_sent_back(state, event), event)
    state = _marked(state, before, event.on)
    state = _settled(state, event.on, _changed(state, before))
    return _marked_at_completion(state, before, event.on)


def _changed(state: YearState, before: YearState) -> list[str]:
    """The steps that stand otherwise than before, of those that there were."""
    known = before.steps
    return [slug for slug, own in state.steps.items() if own is not known[slug]]


# --- The step that it happened in ---


def _step_after(own: StepState, event: Event, step: Step) -> StepState:
    match event:
        case AskedAtStart():
            return replace(own, asked_on=event.on)
        case CompletedBeforeStart():
            return _done_before(own, event, step)
        case Opened():
            return _begun(own, event.on)
        case SetAside():
            return _left_out(own, event)
        case Reopened():
            return _new_round(own, event, link=0, status=Status.REOPENED)
        case Decided():
            return _decided(replace(own, decisions=(*own.decisions, event)), event, step)
    return _noted(own, event)


def _noted(own: StepState, event: Event) -> StepState:
    """After what begins and ends no round of itself."""
    match event:
        case Reported():
            return replace(own, reported={**own.reported, event.task: event.on})
        case Overridden():
            return replace(own, overridden_on=event.on)
        case Resulted():
            return _with_figures(own, event)
        case Upheld():
            marks = tuple(mark for mark in own.marks if str(mark) not in event.because)
            return replace(own, marks=marks)
        case Postponed():
            return replace(own, postponed_to=event.until)
        case AskedForTime() | Disclaimed():
            return own  # a question; the answer is something else that happens
    raise TypeError(f"{event.kind} is no step's alone")


def _with_figures(own: StepState, event: Resulted) -> StepState:
    """With what was given, and the step's figures that follow."""
    given = with_given(own.given, event)
    figures = {kind: step_figure(kind, given) for kind in event.values}
    return replace(own, given=given, results={**own.results, **figures}, result_count=event.number)


def _begun(own: StepState, on: date) -> StepState:
    """In its first round here, also where it was asked about, or taken as done, when the year was started."""
    return replace(
        own,
        status=Status.IN_PROGRESS,
        round=1,
        opened_on=on,
        round_began=on,
        completed_on=None,
        before_start=False,
        done_elsewhere=False,
        asked_on=None,
        taken_over=own.before_start or own.asked_on is not None,
    )


def _done_before(own: StepState, event: CompletedBeforeStart, step: Step) -> StepState:
    """Done in the round that was run elsewhere: a re-run here is its second. What its last body decided may
    be known, or of one that nobody decides the day."""
    decided = bool(own.standing) and own.link == len(step.chain)
    known = decided if step.chain else event.done_on is not None
    return replace(
        own,
        status=Status.COMPLETED,
        round=1,
        completed_on=event.done_on or event.on,
        before_start=not known,
        done_elsewhere=True,
        asked_on=None,
    )


def _decided(own: StepState, event: Decided, step: Step) -> StepState:
    if event.outcome.row.rejects and step.optional:
        # a proposal that nobody had to make is not made anew
        return _left_out(replace(own, standing=(*own.standing, event)), event)
    match event.outcome.effect:
        case Effect.PASS:
            settled = event.outcome.settles and event.body in step.may_settle
            link = len(step.chain) if settled else event.link + 1
            return replace(own, link=link, standing=(*own.standing, event))
        case Effect.RETURN:
            # back to the preparing link: the body before, after the roles' rework
            back = max(event.link - 1, 0)
            if event.back_step == event.step:
                back = event.back_link
            elif event.back_step:
                back = 0
            return _new_round(own, event, link=back, status=Status.IN_PROGRESS)
        case Effect.DEFER:
            return own


def _left_out(own: StepState, event: SetAside | Decided) -> StepState:
    return replace(
        own,
        status=Status.COMPLETED,
        round=max(own.round, 1),
        completed_on=event.on,
        asked_on=None,
        set_aside=True,
        reason=event.reason,
    )


def _new_round(
    own: StepState, event: Decided | Reopened, *, link: int, status: Status
) -> StepState:
    return replace(
        own,
        status=status,
        round=own.round + 1,
        link=link,
        reason=event.reason,
        round_began=event.on,
        reported={},
        overridden_on=None,
        completed_on=None,
        before_start=False,
        taken_over=False,
        set_aside=False,
        postponed_to=None,
        marks=(),
        begun_anew=own.begun_anew or own.status is Status.COMPLETED,
        standing=tuple(decision for decision in own.standing if decision.link < link),
    )


# --- The other steps ---


def _sent_back(state: YearState, event: Decided) -> YearState:
    """The ärende's earlier steps in a new round, where a return goes past the beginning of its own."""
    if event.outcome.effect is not Effect.RETURN or event.back_step in ("", event.step):
        return state
    steps = dict(state.steps)
    way = state.definition.arende_of(state.definition.step(event.step)).steps
    for slug in way[way.index(event.back_step) : way.index(event.step)]:
        if steps[slug].status is Status.COMPLETED:
            link = event.back_link if slug == event.back_step else 0
            steps[slug] = _new_round(steps[slug], event, link=link, status=Status.REOPENED)
    return replace(state, steps=steps)


def _with_number_of(state: YearState, event: Decided) -> YearState:
    """With the diarienummer that the minutes give, where the ärende has none."""
    arende = state.definition.arende_of(state.definition.step(event.step)).slug
    if not event.diarienummer or arende in state.numbers:
        return state
    return _numbered(state, arende, event.diarienummer)


def _marked(state: YearState, before: YearState, on: date) -> YearState:
    """With a mark on every completed step that rests, near or far, on one that is completed no more."""
    begun_anew = [
        slug
        for slug in _changed(state, before)
        if state[slug].status is not Status.COMPLETED
        and before[slug].status is Status.COMPLETED
        and not state[slug].taken_over  # it was not done after all
    ]
    if not begun_anew:
        return state
    steps = dict(state.steps)
    for slug in begun_anew:
        mark = Mark(slug, steps[slug].round, on)
        for step in state.resting_on(slug):
            own = steps[step.slug]
            others = tuple(known for known in own.marks if known.step != slug)
            steps[step.slug] = replace(own, marks=(*others, mark))
    return replace(state, steps=steps)


def _marked_at_completion(state: YearState, before: YearState, on: date) -> YearState:
    """A step that is completed while something that it rests on is done anew rests on what that was."""
    marked: dict[str, StepState] = {}
    for slug in _changed(state, before):
        own = state[slug]
        if own.status is not Status.COMPLETED or before[slug].status is Status.COMPLETED:
            continue
        marks = tuple(
            Mark(ground, state[ground].round, on)
            for ground in state.definition.grounds_of(state.definition.step_by_slug[slug])
            if state[ground].begun_anew and state[ground].status.is_open
        )
        if marks and not own.set_aside and not own.before_start:
            marked[slug] = replace(own, marks=marks)
    return replace(state, steps=MappingProxyType({**state.steps, **marked})) if marked else state


def _settled(state: YearState, on: date, changed: Iterable[str]) -> YearState:
    """With what follows from the steps that have `changed`, in the order in which they rest on each other:
    nothing follows for an open step that has not, and requires none that has."""
    steps = dict(state.steps)
    so_far = replace(state, steps=MappingProxyType(steps))
    touched = set(changed)
    for slug in changed:
        touched.update(later.slug for later in state.definition.successors(slug))
    for step in state.definition.in_dependency_order:
        own = steps[step.slug]
        if step.slug in touched and own.status.is_open:
            steps[step.slug] = settled = _settled_step(so_far, step, on)
            if settled is not own:
                touched.update(later.slug for later in state.definition.successors(step.slug))
    return so_far


def _settled_step(state: YearState, step: Step, on: date) -> StepState:
    """What follows for an open step from its parts and decisions and from what it requires."""
    own = state[step.slug]
    if step.chain and own.link == len(step.chain):
        return replace(own, status=Status.COMPLETED, completed_on=on)
    # A hard requirement holds back the last word, not the bodies that prepare it.
    held_back = state.blocked_by(step) and len(step.chain) - 1 <= own.link
    if state.missing(step) or held_back:
        status = Status.REOPENED if own.status is Status.REOPENED else Status.IN_PROGRESS
    elif step.chain:
        status = Status.AWAITING
    else:
        # what it waited for may have been decided earlier than its own parts came in
        completed_on = max([on, *own.reported.values()])
        return replace(own, status=Status.COMPLETED, completed_on=completed_on)
    return own if own.status is status else replace(own, status=status)
