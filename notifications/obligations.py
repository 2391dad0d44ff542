"""What is due today for everyone who is waited for: pure, from the state, the plan and the day.

Asked for again at every check, whatever was told before: the opening notice of each open part and the latest
rung of its ladder, so days of downtime collapse into one reminder and nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from calendars.work_time import work_before
from models.events import Decided, Effect
from models.plan import StepPlan, WorkingDays, YearPlan
from models.points import MONTHS
from models.process import Step, TaskKey
from models.state import Status, YearState, reconsider_from
from notifications.ladder import escalations, latest_rung
from notifications.notices import Kind, Notice, about_decision

ANSWER_WITHIN = 10
"""Working days within which somebody should say whether a step stands (our default)."""


def obligations(
    state: YearState, plan: YearPlan, days: WorkingDays, today: date
) -> Iterator[Notice]:
    """What is due on `today` for everyone who is waited for, whatever was sent before."""
    for step in state.definition.steps:
        if state[step.slug].marks:
            yield from _to_answer(state, step, days, today)
        if asked_on := state[step.slug].asked_on:
            yield _whether_done(state, step, asked_on, days, today)
        if waited := _waited_for(state, step, plan[step.slug], today):
            yield from _to_do(state, step, waited, days, today)
        if step.attending:
            yield from _invitations(state, step, plan[step.slug], today)
        yield from _before_the_papers(state, step, plan[step.slug], today)


class _Waited(NamedTuple):
    """Who is waited for in a step, since when and until when; in a body's turn, which body."""

    who: tuple[TaskKey, ...]
    began: date
    due: date
    body: str | None

    @property
    def ladder_from(self) -> date:
        """Who gets a part after its last day is not reminded of a day that was never theirs."""
        return max(self.due, self.began)


def _waited_for(state: YearState, step: Step, dates: StepPlan, today: date) -> _Waited | None:
    own = state[step.slug]
    if not own.status.is_open or own.round_began is None or dates.dormant:
        return None
    if not state.next_body(step):
        return _Waited(state.missing(step), own.round_began, dates.due, None)
    link = dates.links[own.link]
    if own.status is not Status.AWAITING and today > (link.meeting or link.register_by):
        return None  # what it is held back by is asked after, not the clerk
    clerk = state.definition.body(link.body).clerk
    began = _turn_began(own.round_began, state, step)
    return _Waited((clerk,), began, link.register_by, link.body)


def _to_do(
    state: YearState, step: Step, waited: _Waited, days: WorkingDays, today: date
) -> Iterator[Notice]:
    """The opening notice and the latest rung of everyone who is waited for, and who hears that they are."""
    own, rungs = state[step.slug], state.definition.ladder.of(step.kind)
    rung = latest_rung(rungs, days, began=waited.began, due=waited.ladder_from, today=today)
    for to in waited.who:
        yield _opening(state, step, waited, to)
        if rung is not None and not (step.optional and rung.is_overdue):
            yield Notice(
                kind=Kind.OVERDUE if rung.is_overdue else Kind.REMINDER,
                step=step.slug,
                round=own.round,
                to=to,
                due=waited.due,
                body=waited.body,
                rule=rung.rule,
                rung=rung.on,
            )
    if step.optional:
        return
    for told in escalations(
        state.definition, rungs, days, waited.who, due=waited.ladder_from, today=today
    ):
        yield Notice(
            kind=Kind.ESCALATION,
            step=step.slug,
            round=own.round,
            to=told.to,
            due=waited.due,
            body=waited.body,
            rule=told.rule,
            rung=told.on,
            missing=told.missing,
        )


def _invitations(state: YearState, step: Step, dates: StepPlan, today: date) -> Iterator[Notice]:
    """What those who take part in an open step are told: its own day, the sammanträde of the body whose turn
    it is, or by when the work is to be done. Nothing while no day is known, or when it has been."""
    own = state[step.slug]
    if not own.status.is_open or own.round_began is None:
        return
    body = step.chain[own.link] if own.link < len(step.chain) else ""
    day = dates.links[own.link].meeting if body else dates.meeting_day
    if step.kind not in ("mote", "beslut"):
        day = dates.due
    if day is None or day < today:
        return
    for to in state.definition.attending(step):
        yield Notice(
            kind=Kind.INVITED,
            step=step.slug,
            round=own.round,
            to=to,
            due=day,
            rung=own.round_began,
            rule="sänds till dem som deltar, när steget är öppet och dagen är känd",
            token=body,
        )


def _before_the_papers(
    state: YearState, step: Step, dates: StepPlan, today: date
) -> Iterator[Notice]:
    """The clerks who are asked to take the item up before it is their body's turn, since the papers would
    have gone by then: the last working day before. Not while parts are late: nobody knows for when."""
    own, in_turn = state[step.slug], state.next_body(step)
    if not own.status.is_open or own.round_began is None:
        return
    # the parts come first where they are due by then
    waits_until = dates.due if state.missing(step) else date.max
    for link in dates.links[own.link :]:
        if link.meeting is None or link.papers is None or link.body == in_turn:
            continue
        on = max(own.round_began, work_before(state.definition.quiet, link.papers, 1))
        if on < waits_until and on <= today <= min(link.meeting, waits_until):
            clerk = state.definition.body(link.body).clerk
            yield Notice(
                kind=Kind.OPENED,
                step=step.slug,
                round=own.round,
                to=clerk,
                due=link.register_by,
                body=link.body,
                rule=f"sänds innan handlingarna till {link.body} {link.meeting.day} "
                f"{MONTHS[link.meeting.month - 1]} går ut",
                rung=on,
            )


def _opening(state: YearState, step: Step, waited: _Waited, to: TaskKey) -> Notice:
    """What tells of a part for the first time: that it was sent back, where it was."""
    own = state[step.slug]
    sent_back = None if waited.body else _sent_back(state, step)
    if sent_back is not None:
        return about_decision(sent_back, to, own.round, returned=True)
    if waited.body:
        rule = _why_turn(state, step, waited.body)
    else:
        rule = _why_opened(state, step) + (" igen" if own.round > 1 else "")
    return Notice(
        kind=Kind.OPENED,
        step=step.slug,
        round=own.round,
        to=to,
        due=waited.due,
        body=waited.body,
        rule=rule,
        rung=waited.began,
    )


def _sent_back(state: YearState, step: Step) -> Decided | None:
    """The decision that began the round that is under way, where it was a return."""
    own = state[step.slug]
    last = own.decisions[-1] if own.decisions else None
    if last is None or last.outcome.effect is not Effect.RETURN:
        return None
    began_it = (last.round, last.on, last.reason) == (own.round - 1, own.round_began, own.reason)
    return last if began_it else None


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


def _whether_done(
    state: YearState, step: Step, asked_on: date, days: WorkingDays, today: date
) -> Notice:
    """The question whether the step was done before the year was started here: to the owner, who started it,
    and again each week."""
    weeks = max((today - asked_on).days // 7, 0)
    return Notice(
        kind=Kind.ALREADY_DONE,
        step=step.slug,
        round=0,
        to=TaskKey(role=state.definition.municipality.owner),
        due=days.add(asked_on, ANSWER_WITHIN),
        rung=asked_on + timedelta(weeks=weeks),
        rule="sänds när ett år startas efter att ett stegs arbete skulle ha börjat, och varje vecka tills "
        "det är besvarat",
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
        return f"sänds när {title} inte är, eller väntas bli, klart {starts.missing_by}"
    return f"sänds när {title} är klart"
