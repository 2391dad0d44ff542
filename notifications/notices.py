"""Who should be told what today: pure, from the state, the plan and the day.

Two kinds of notice. *Announcements* follow from an event and are made with it. *Obligations* follow
from the state, and are asked for again at every check: what is due is the opening notice of each
open part and the latest rung of its ladder, so days of downtime collapse into one reminder and
nothing is forgotten. Every notice has a key; the outbox refuses a second one with the same key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.events import AskedForTime, Corrected, Decided, Disclaimed, Effect, Event, Question
from models.plan import WorkingDays, YearPlan
from models.process import Definition, Step, TaskKey
from models.state import Status, YearState, reconsider_from
from notifications.changed_dates import Rescheduling
from notifications.ladder import escalations, latest_rung


class Kind(StrEnum):
    """The values are the `slag` of `kommunplan provkor --json`."""

    OPENED = "oppnat"
    REMINDER = "paminnelse"
    OVERDUE = "forsenat"
    ESCALATION = "eskalering"
    DECISION = "beslut"
    COMPLETED = "klart"
    RETURNED = "aterremiss"
    MOVED = "flyttat"
    RECONSIDER = "omprovning"
    CORRECTED = "rattelse"
    MORE_TIME = "mer-tid"
    NOT_MINE = "inte-min"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one role. `due` is the day by which to act, or the day of what happened;
    `rule` is the Swedish sentence that says why this goes today."""

    kind: Kind
    step: str
    round: int
    to: TaskKey
    due: date
    rule: str
    rung: date
    """The day the rule pointed at; the day of sending is later after downtime."""
    body: str | None = None
    """The body whose decision this is about, or whose clerk is told."""
    decision: Decided | None = None
    wrong: Decided | None = None
    """Of a correction: the decision as it was registered. `decision` is then the right one, None where
    it was never made, and `reason` says why it was put right."""
    reason: str = ""
    on_request: bool = False
    """Whether somebody asked for it to be sent, so that it waits for no collected mail."""
    question: Question | None = None
    """What somebody with a part asks the process owner."""
    missing: tuple[TaskKey, ...] = ()
    reminded_on: date | None = None
    """Of an escalation: when those who are missing were last reminded; None where not all of them were."""
    token: str = ""
    """What tells two notices apart that are else alike: the change of a meeting that a notice is about."""
    rescheduled: Rescheduling | None = None
    """What gave the step other dates, and which it had."""
    because: tuple[str, ...] = ()
    """Steps that this one rests on and that were begun anew, where it is about whether it stands."""

    @property
    def key(self) -> str:
        """Unique in a year, but for the recipient. An opening notice goes once a round, whatever
        its deadline becomes; the others once for each day they are about."""
        parts = [self.step, str(self.round), self.kind.value, str(self.to), self.body or "-"]
        if self.kind is not Kind.OPENED:
            parts += [str(self.due), str(self.rung)]
        if self.token:
            parts.append(self.token)
        if self.decision is not None:
            parts.append(self.decision.outcome.value)
        if self.because:
            parts.append("+".join(self.because))
        if self.question is not None:
            parts.append(self.question.key)
        return "/".join(parts)


def announcements(
    before: YearState, after: YearState, event: Event, today: date
) -> Iterator[Notice]:
    """What an event makes known at once: the decision, the return, the question, and each step it
    completed."""
    definition = after.definition
    owner = TaskKey(role=definition.municipality.owner)
    if isinstance(event, AskedForTime | Disclaimed):
        yield _asked(event, owner)
    if isinstance(event, Decided):
        step = definition.step(event.step)
        # a proposal that nobody had to make is not made anew: the step is left out
        left_out = after[step.slug].status is Status.COMPLETED
        returned = event.outcome.effect is Effect.RETURN and not left_out
        tasks = definition.tasks_of(step)
        if returned:  # those who have to work on it anew are told as long as they have not: below
            tasks = _clerks_before(definition, step, event)
        for to in dict.fromkeys((*tasks, owner)):
            yield _about(event, to, after[step.slug].round, returned=returned)
    if isinstance(event, Corrected):
        yield from _corrected(before, after, event, today)
    yield from _marked(before, after, today, event.step)
    for step in definition.steps:
        done = after[step.slug]
        was = before.steps.get(step.slug)
        if done.status is Status.COMPLETED and was and was.status is not Status.COMPLETED:
            if done.before_start:
                continue
            rule = "sänds när steget är klart, till dem som bygger vidare på det"
            told_before: tuple[TaskKey, ...] = ()
            if done.set_aside:
                rule = (
                    "sänds när steget utgår i år, till dem som har en del i det eller bygger på det"
                )
                told_before = definition.tasks_of(step) if done.round_began else ()
            next_roles = [
                key
                for later in definition.successors(step.slug)
                if after[later.slug].status is not Status.COMPLETED
                # who is not to do anything before something else starts it need not know yet
                and not (later.starts and after[later.slug].status is Status.PLANNED)
                for key in definition.tasks_of(later)
            ]
            for to in dict.fromkeys((owner, *told_before, *next_roles)):
                last = done.standing[-1] if done.standing else None
                yield Notice(
                    kind=Kind.COMPLETED,
                    step=step.slug,
                    round=done.round,
                    to=to,
                    due=today,
                    rung=today,
                    rule=rule,
                    decision=last,
                    token=_again(last),
                )


def _corrected(
    before: YearState, after: YearState, event: Corrected, today: date
) -> Iterator[Notice]:
    """Everyone who was told of the wrong decision or for whom something else holds now: those with a part
    in a step that it completed or opened, who builds on that, and the clerks."""
    definition = after.definition
    step, own = definition.step(event.step), after[event.step]
    wrong = next((d for d in before[step.slug].decisions if d not in own.decisions), None)
    turned = [
        one
        for one in definition.steps
        if one.slug in before.steps
        and (before[one.slug].status is Status.COMPLETED)
        is not (after[one.slug].status is Status.COMPLETED)
    ]
    undone = [one for one in turned if after[one.slug].status is not Status.COMPLETED]
    concerned = [step, *turned, *(s for one in undone for s in definition.successors(one.slug))]
    bodies = [decision.body for decision in (wrong, event.decision) if decision]
    bodies += [
        body
        for state in (before, after)
        for one in (step, *turned)
        if (body := state.next_body(one))
    ]
    if wrong and wrong.back_step in definition.step_by_slug:
        # whose clerk was asked to take it up anew
        bodies += definition.step(wrong.back_step).chain[wrong.back_link :][:1]
    to_whom = [key for one in concerned for key in definition.tasks_of(one)]
    to_whom += [TaskKey(role=definition.body(body).clerk) for body in bodies]
    for to in dict.fromkeys((*to_whom, TaskKey(role=definition.municipality.owner))):
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


def _marked(before: YearState, after: YearState, today: date, cause: str) -> Iterator[Notice]:
    """Those whose step is to be reconsidered are told that it will be, when its ground is done anew."""
    owner = TaskKey(role=after.definition.municipality.owner)
    begun = [
        slug
        for slug, was in before.steps.items()
        if slug in after.steps
        and was.status is Status.COMPLETED
        and after[slug].status is not Status.COMPLETED
    ]
    for step in after.definition.steps:
        ground = [slug for slug in after.definition.grounds_of(step) if slug in begun]
        if ground and step.slug not in (*begun, cause) and after[step.slug].status.is_open:
            for to in dict.fromkeys(after.definition.tasks_of(step)):
                yield Notice(
                    kind=Kind.RECONSIDER,
                    step=step.slug,
                    round=after[step.slug].round,
                    to=to,
                    due=today,
                    rung=today,
                    because=tuple(ground),
                    token=",".join(f"{slug}/{after[slug].round}" for slug in ground),
                    rule="sänds när ett steg som det bygger på börjar ett nytt varv",
                )
    for step in after.definition.steps:
        known = before[step.slug].marks if step.slug in before.steps else ()
        new = [mark for mark in after[step.slug].marks if mark not in known]
        if new:
            for to in dict.fromkeys((*after.definition.tasks_of(step), owner)):
                yield Notice(
                    kind=Kind.RECONSIDER,
                    step=step.slug,
                    round=after[step.slug].round,
                    to=to,
                    due=today,
                    rung=today,
                    because=tuple(mark.step for mark in new),
                    token=",".join(map(str, new)),
                    rule="sänds när ett steg som det bygger på börjar ett nytt varv",
                )


ANSWER_WITHIN = 10
"""Working days within which somebody should say whether a step stands (our default)."""


def is_news(notice: Notice, state: YearState) -> bool:
    """Whether it is the first that its reader hears of what it asks or tells: not a reminder of it."""
    if notice.kind is Kind.RECONSIDER:
        asked = reconsider_from(state, state.definition.step(notice.step))
        return asked is None or notice.rung == asked
    return notice.kind not in (Kind.REMINDER, Kind.OVERDUE, Kind.ESCALATION)


def _to_answer(state: YearState, step: Step, days: WorkingDays, today: date) -> Iterator[Notice]:
    """The question whether a completed step stands, with its ladder, to those whose step it is."""
    began = reconsider_from(state, step)
    if began is None:
        return
    own = state[step.slug]
    due = days.add(began, ANSWER_WITHIN)
    rungs = [(began, "sänds när det som steget bygger på är klart igen")]
    ladder = state.definition.ladder.of(step.kind)
    if rung := latest_rung(ladder, days, began=began, due=due, today=today):
        rungs.append((rung.on, rung.rule))
    owner = TaskKey(role=state.definition.municipality.owner)
    for to in dict.fromkeys((*state.definition.tasks_of(step), owner)):
        for on, rule in rungs:
            yield Notice(
                kind=Kind.RECONSIDER,
                step=step.slug,
                round=own.round,
                to=to,
                due=due,
                rung=on,
                rule=rule,
                because=tuple(mark.step for mark in own.marks),
                token=",".join(map(str, own.marks)),
            )


def obligations(
    state: YearState, plan: YearPlan, days: WorkingDays, today: date
) -> Iterator[Notice]:
    """What is due on `today` for everyone who is waited for, whatever was sent before."""
    definition = state.definition
    for step in definition.steps:
        own = state[step.slug]
        if own.marks:
            yield from _to_answer(state, step, days, today)
        if not own.status.is_open or own.round_began is None:
            continue
        held_back = own.status is not Status.AWAITING
        if state.next_body(step):
            link = plan[step.slug].links[own.link]
            if held_back and today > (link.meeting or link.register_by):
                continue  # what it was held back by is asked after, not the clerk
            waited: tuple[TaskKey, ...] = (TaskKey(role=definition.body(link.body).clerk),)
            began, due, body = (
                _turn_began(own.round_began, state, step),
                link.register_by,
                link.body,
            )
        else:
            waited = state.missing(step)
            began, due, body = own.round_began, plan[step.slug].due, None
        last = own.decisions[-1] if own.decisions else None
        sent_back = (
            last
            if last
            and last.outcome.effect is Effect.RETURN
            and (last.round, last.on, last.reason) == (own.round - 1, own.round_began, own.reason)
            else None
        )
        # who gets a part after its last day is not reminded of a day that was never theirs
        ladder_from = max(due, began)
        rungs = definition.ladder.of(step.kind)
        for to in waited:
            again = " igen" if own.round > 1 else ""
            rule = _why_turn(state, step, body) if body else f"{_why_opened(state, step)}{again}"
            if sent_back is not None and body is None:
                yield _about(sent_back, to, own.round, returned=True)
            else:
                yield Notice(
                    kind=Kind.OPENED,
                    step=step.slug,
                    round=own.round,
                    to=to,
                    due=due,
                    body=body,
                    rule=rule,
                    rung=began,
                )
            rung = latest_rung(rungs, days, began=began, due=ladder_from, today=today)
            if rung is not None and not (step.optional and rung.is_overdue):
                yield Notice(
                    kind=Kind.OVERDUE if rung.is_overdue else Kind.REMINDER,
                    step=step.slug,
                    round=own.round,
                    to=to,
                    due=due,
                    body=body,
                    rule=rung.rule,
                    rung=rung.on,
                )
        if step.optional:
            continue
        for told in escalations(definition, rungs, days, waited, due=ladder_from, today=today):
            yield Notice(
                kind=Kind.ESCALATION,
                step=step.slug,
                round=own.round,
                to=told.to,
                due=due,
                body=body,
                rule=told.rule,
                rung=told.on,
                missing=told.missing,
            )


def _about(event: Decided, to: TaskKey, round_: int, *, returned: bool) -> Notice:
    """What a body did with the item, told to somebody."""
    what = "behandlat ärendet"
    if returned:
        what = event.outcome.row.verb
    return Notice(
        kind=Kind.RETURNED if returned else Kind.DECISION,
        step=event.step,
        round=round_,
        to=to,
        due=event.on,
        rung=event.on,
        rule=f"sänds när {event.body} har {what}",
        body=event.body,
        decision=event,
        token=_again(event),
    )


def _again(decision: Decided | None) -> str:
    """What tells a decision from the same one that was registered and struck out before it."""
    return str(decision.attempt) if decision and decision.attempt else ""


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


def _turn_began(round_began: date, state: YearState, step: Step) -> date:
    """When it became this body's turn: the latest of the round's start, its parts and decisions, and
    those of what it hard-requires."""
    own = state[step.slug]
    decided = [decision.on for decision in own.decisions]
    return max([round_began, *own.reported.values(), *decided, *_made_way(state, step)])


def _made_way(state: YearState, step: Step) -> Iterator[date]:
    """When what it hard-requires was done; while that holds it back, what has been decided towards it."""
    for slug in step.hard:
        before = state[slug]
        if before.completed_on is not None:
            yield before.completed_on
        elif state[step.slug].status is not Status.AWAITING:
            yield from (decision.on for decision in before.decisions)
            yield from _made_way(state, state.definition.step(slug))


def _why_turn(state: YearState, step: Step, body: str) -> str:
    if state[step.slug].status is Status.AWAITING:
        return f"sänds när {body} står i tur"
    before = " och ".join(state.definition.step(slug).id for slug in state.blocked_by(step))
    return f"sänds när {body} står i tur så snart {before} är klart"


def _why_opened(state: YearState, step: Step) -> str:
    starts = step.starts
    if step.occasion_of:
        return "sänds när det har anmälts"
    if starts is None or starts.step is None:
        return "sänds när steget öppnas"
    title = state.definition.step(starts.step).title
    if not starts.missing_by and state[starts.step].status is not Status.COMPLETED:
        return "sänds när steget öppnas i förtid"
    if starts.missing_by:
        return f"sänds när {title} inte är klart {starts.missing_by}"
    return f"sänds när {title} är klart"


def _clerks_before(definition: Definition, step: Step, event: Decided) -> tuple[TaskKey, ...]:
    """On a return, the clerk of the body that the item goes back to."""
    back = definition.step(event.back_step or step.slug)
    link = event.back_link if event.back_step else max(event.link - 1, 0)
    if (back, link) != (step, event.link):
        return (TaskKey(role=definition.body(back.chain[link]).clerk),)
    return ()
