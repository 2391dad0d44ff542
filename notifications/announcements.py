"""What an event makes known at once: pure, from the state before it and after it.

A notice is made for each role that is concerned; to what follows from the state, such as the opening of a
step, see `notifications.obligations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from models.events import (
    AskedForTime,
    CompletedBeforeStart,
    Corrected,
    Decided,
    Disclaimed,
    Effect,
    Event,
    Question,
)
from models.process import Definition, Step, TaskKey
from models.state import Status, StepState, YearState
from notifications.notices import Kind, Notice, about_decision, again


def announcements(
    before: YearState, after: YearState, event: Event, today: date
) -> Iterator[Notice]:
    """What an event makes known: the decision, the return, the question, the correction, what is to be
    reconsidered, and each step that it completed; each with whoever did it."""
    for one in _announced(before, after, event, today):
        yield replace(one, by=event.by)


def _announced(before: YearState, after: YearState, event: Event, today: date) -> Iterator[Notice]:
    if isinstance(event, AskedForTime | Disclaimed):
        yield _asked(event, _owner(after))
    if isinstance(event, Decided) and not _is_of_before_the_start(before, event):
        yield from _decided(after, event)
    if isinstance(event, Corrected):
        yield from _corrected(before, after, event, today)
    yield from _ground_begun_anew(before, after, today, event.step)
    yield from _marked(before, after, today)
    if isinstance(event, CompletedBeforeStart):
        return
    for step in after.definition.steps:
        if _is_completed_by(before, after, step.slug):
            yield from _completed(after, step, today)


def _is_of_before_the_start(before: YearState, event: Decided) -> bool:
    """Whether it is news to nobody: made before the year was started here."""
    own = before[event.step]
    if own.asked_on is not None or own.before_start or own.status is Status.PLANNED:
        return True
    return own.taken_over and own.opened_on is not None and event.on < own.opened_on


def _owner(state: YearState) -> TaskKey:
    return TaskKey(role=state.definition.municipality.owner)


def _decided(after: YearState, event: Decided) -> Iterator[Notice]:
    """Those with a part in the step, or on a return the clerk whose body has it again; and the owner."""
    step = after.definition.step(event.step)
    own = after[step.slug]
    # a proposal that nobody had to make is not made anew: the step is left out
    left_out = own.status is Status.COMPLETED
    returned = event.outcome.effect is Effect.RETURN and not left_out
    # those who have to work on it anew are told as long as they have not: an obligation
    tasks = (
        _clerks_before(after.definition, step, event)
        if returned
        else after.definition.tasks_of(step)
    )
    for to in dict.fromkeys((*tasks, _owner(after))):
        yield about_decision(event, to, own.round, returned=returned)


def _is_completed_by(before: YearState, after: YearState, slug: str) -> bool:
    """Whether a step that was not completed is."""
    was = before.steps.get(slug)
    completed = after[slug].status is Status.COMPLETED
    return completed and was is not None and was.status is not Status.COMPLETED


def _completed(after: YearState, step: Step, today: date) -> Iterator[Notice]:
    """A step is completed: told to the owner, to who builds on it and to who is to know; one that is left
    out, to those who have begun it or take part as well."""
    definition, done = after.definition, after[step.slug]
    rule = "sänds när steget är klart, till dem som bygger vidare på det"
    told_before: tuple[TaskKey, ...] = ()
    if done.set_aside:
        rule = "sänds när steget utgår i år, till dem som har en del i det eller bygger på det"
        begun = (*definition.tasks_of(step), *definition.attending(step))
        told_before = begun if done.round_began else ()
    next_roles = [
        key
        for later in definition.successors(step.slug)
        if _is_next(later, after[later.slug])
        for key in definition.tasks_of(later)
    ]
    last = done.standing[-1] if done.standing else None
    concerned = (_owner(after), *told_before, *next_roles)
    for to in dict.fromkeys((*concerned, *definition.told_of(step))):
        yield Notice(
            kind=Kind.COMPLETED,
            step=step.slug,
            round=done.round,
            to=to,
            due=today,
            rung=today,
            rule=rule
            if to in concerned
            else "sänds när steget är klart, till dem som ska få veta det",
            decision=last,
            token=again(last),
        )


def _is_next(later: Step, own: StepState) -> bool:
    """Whether somebody is to do something in it because what it rests on is done: who is not to before
    something else starts it need not know yet."""
    if own.status is Status.COMPLETED:
        return False
    return not (later.starts and own.status is Status.PLANNED)


def _corrected(
    before: YearState, after: YearState, event: Corrected, today: date
) -> Iterator[Notice]:
    """Everyone who was told of the wrong decision or for whom something else holds now: those with a part
    in a step that it completed or opened, who builds on that or was told, and the clerks."""
    definition = after.definition
    step, own = definition.step(event.step), after[event.step]
    wrong = next((d for d in before[step.slug].decisions if d not in own.decisions), None)
    turned = _turned(before, after)
    concerned = [step, *turned, *_resting_on_undone(after, turned)]
    bodies = [
        *(decision.body for decision in (wrong, event.decision) if decision),
        *_next_bodies((before, after), (step, *turned)),
        *_asked_anew(definition, wrong),
    ]
    to_whom = [
        *(key for one in concerned for key in definition.tasks_of(one)),
        *(key for one in turned for key in definition.told_of(one)),
        *(definition.body(body).clerk for body in bodies),
    ]
    for to in dict.fromkeys((*to_whom, _owner(after))):
        yield Notice(
            kind=Kind.CORRECTED,
            step=step.slug,
            round=own.round,
            to=to,
            due=today,
            rung=today,
            rule="sänds när ett registrerat beslut har rättats",
            decision=event.decision,
            wrong=wrong,
            reason=event.reason,
            token=event.corrects,
        )


def _turned(before: YearState, after: YearState) -> list[Step]:
    """The steps that were completed and are not any more, or the other way round."""
    return [
        one
        for one in after.definition.steps
        if _is_completed_by(before, after, one.slug) or _is_undone(before, after, one.slug)
    ]


def _resting_on_undone(after: YearState, turned: Iterable[Step]) -> Iterator[Step]:
    """What rests on those of the steps that are not completed any more."""
    for one in turned:
        if after[one.slug].status is not Status.COMPLETED:
            yield from after.definition.successors(one.slug)


def _asked_anew(definition: Definition, wrong: Decided | None) -> tuple[str, ...]:
    """The body whose clerk was asked by the wrong decision to take the item up anew."""
    if wrong is None or wrong.back_step not in definition.step_by_slug:
        return ()
    return definition.step(wrong.back_step).chain[wrong.back_link :][:1]


def _is_undone(before: YearState, after: YearState, slug: str) -> bool:
    """Whether a step that was completed is not any more."""
    was = before.steps.get(slug)
    open_again = slug in after.steps and after[slug].status is not Status.COMPLETED
    return open_again and was is not None and was.status is Status.COMPLETED


def _next_bodies(states: Iterable[YearState], steps: Iterable[Step]) -> Iterator[str]:
    """Whose turn it was or is in the steps."""
    steps = tuple(steps)
    for state in states:
        yield from (body for step in steps if (body := state.next_body(step)))


def _ground_begun_anew(
    before: YearState, after: YearState, today: date, cause: str
) -> Iterator[Notice]:
    """Those whose step is open are told that what it rests on is done anew."""
    definition = after.definition
    begun = [slug for slug in before.steps if _is_undone(before, after, slug)]
    for step in definition.steps:
        ground = [slug for slug in definition.grounds_of(step) if slug in begun]
        is_told = step.slug in (*begun, cause)
        if ground and not is_told and after[step.slug].status.is_open:
            token = ",".join(f"{slug}/{after[slug].round}" for slug in ground)
            for to in dict.fromkeys(definition.tasks_of(step)):
                yield _to_reconsider(step, after, to, today, because=ground, token=token)


def _marked(before: YearState, after: YearState, today: date) -> Iterator[Notice]:
    """Those whose step is to be reconsidered are told that it will be, when its ground is done anew."""
    for step in after.definition.steps:
        known = before[step.slug].marks if step.slug in before.steps else ()
        new = [mark for mark in after[step.slug].marks if mark not in known]
        if new:
            because, token = [mark.step for mark in new], ",".join(map(str, new))
            for to in dict.fromkeys((*after.definition.tasks_of(step), _owner(after))):
                yield _to_reconsider(step, after, to, today, because=because, token=token)


def _to_reconsider(
    step: Step, state: YearState, to: TaskKey, today: date, *, because: Iterable[str], token: str
) -> Notice:
    return Notice(
        kind=Kind.RECONSIDER,
        step=step.slug,
        round=state[step.slug].round,
        to=to,
        due=today,
        rung=today,
        because=tuple(because),
        token=token,
        rule="sänds när ett steg som det bygger på börjar ett nytt varv",
    )


def _asked(event: Question, owner: TaskKey) -> Notice:
    """A question from somebody with a part, told to the process owner."""
    more_time = isinstance(event, AskedForTime)
    return Notice(
        kind=Kind.MORE_TIME if more_time else Kind.NOT_MINE,
        step=event.step,
        round=event.round,
        to=owner,
        due=event.on,
        rung=event.on,
        rule="sänds när någon ber om mer tid"
        if more_time
        else "sänds när någon svarar att uppgiften inte är deras",
        question=event,
    )


def _clerks_before(definition: Definition, step: Step, event: Decided) -> tuple[TaskKey, ...]:
    """On a return, the clerk of the body that the item goes back to."""
    back = definition.step(event.back_step or step.slug)
    link = event.back_link if event.back_step else max(event.link - 1, 0)
    if (back, link) != (step, event.link):
        return (definition.body(back.chain[link]).clerk,)
    return ()
