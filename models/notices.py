"""Who should be told what today: pure, from the state, the plan and the day.

Two kinds of notice. *Announcements* follow from an event and are made with it. *Obligations* follow
from the state, and are asked for again at every check: what is due is the opening notice of each
open part and the latest rung of its ladder, so days of downtime collapse into one reminder and
nothing is forgotten. Every notice has a key; the outbox refuses a second one with the same key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.events import Decided, Effect, Event
from models.plan import WorkingDays, YearPlan
from models.process import Definition, Step, TaskKey
from models.state import Status, YearState


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
    missing: tuple[TaskKey, ...] = ()
    token: str = ""
    """What tells two notices apart that are else alike: the change of a meeting that a notice is about."""

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
        return "/".join(parts)


def announcements(
    before: YearState, after: YearState, event: Event, today: date
) -> Iterator[Notice]:
    """What an event makes known at once: the decision, the return, and each step it completed."""
    definition = after.definition
    owner = TaskKey(role=definition.municipality.owner)
    if isinstance(event, Decided):
        step = definition.step(event.step)
        returned = event.outcome.effect is Effect.RETURN
        tasks = definition.tasks_of(step)
        if returned:  # those who have to work on it anew are told as long as they have not: below
            tasks = _clerks_before(definition, step, event)
        for to in dict.fromkeys((*tasks, owner)):
            yield _about(event, to, after[step.slug].round)
    for step in definition.steps:
        done = after[step.slug]
        if done.status is Status.COMPLETED and before[step.slug].status is not Status.COMPLETED:
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
                for key in definition.tasks_of(later)
            ]
            for to in dict.fromkeys((owner, *told_before, *next_roles)):
                yield Notice(
                    kind=Kind.COMPLETED, step=step.slug, round=done.round, to=to, due=today,
                    rung=today, rule=rule,
                    decision=done.standing[-1] if done.standing else None,
                )  # fmt: skip


def obligations(
    state: YearState, plan: YearPlan, days: WorkingDays, today: date
) -> Iterator[Notice]:
    """What is due on `today` for everyone who is waited for, whatever was sent before."""
    definition = state.definition
    for step in definition.steps:
        own = state[step.slug]
        if not own.status.is_open or own.round_began is None:
            continue
        if own.status is Status.AWAITING:
            link = plan[step.slug].links[own.link]
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
            if last and last.outcome.effect is Effect.RETURN and last.round == own.round - 1
            else None
        )
        # who gets a part after its last day is not reminded of a day that was never theirs
        ladder_from = max(due, began)
        for to in waited:
            again = " igen" if own.round > 1 else ""
            rule = f"sänds när {body} står i tur" if body else f"sänds när steget öppnas{again}"
            if sent_back is not None and body is None:
                yield _about(sent_back, to, own.round)
            else:
                yield Notice(
                    kind=Kind.OPENED, step=step.slug, round=own.round, to=to, due=due, body=body,
                    rule=rule, rung=began,
                )  # fmt: skip
            rung = latest_rung(definition, days, began=began, due=ladder_from, today=today)
            if rung is not None and not (step.optional and rung[0] is Kind.OVERDUE):
                kind, on, rule = rung
                yield Notice(
                    kind=kind, step=step.slug, round=own.round, to=to, due=due, body=body,
                    rule=rule, rung=on,
                )  # fmt: skip
        escalate_on = days.add(ladder_from, definition.ladder.escalate)
        if waited and today >= escalate_on and not step.optional:
            yield Notice(
                kind=Kind.ESCALATION, step=step.slug, round=own.round,
                to=TaskKey(role=definition.municipality.owner), due=due, body=body,
                rule=f"sänds {_working_days(definition.ladder.escalate)} efter sista dagen",
                rung=escalate_on, missing=waited,
            )  # fmt: skip


def _about(event: Decided, to: TaskKey, round_: int) -> Notice:
    """What a body did with the item, told to somebody."""
    returned = event.outcome.effect is Effect.RETURN
    return Notice(
        kind=Kind.RETURNED if returned else Kind.DECISION,
        step=event.step, round=round_, to=to, due=event.on, rung=event.on,
        rule=f"sänds när {event.body} har {'återvisat' if returned else 'behandlat'} ärendet",
        body=event.body, decision=event,
    )  # fmt: skip


def latest_rung(
    definition: Definition, days: WorkingDays, *, began: date, due: date, today: date
) -> tuple[Kind, date, str] | None:
    """The newest step of the reminder ladder that has come, if it came after the work began."""
    ladder = definition.ladder
    first_overdue = days.add(due, ladder.overdue)
    if today >= first_overdue:
        weeks = (today - first_overdue).days // ladder.repeat
        on = first_overdue + timedelta(days=weeks * ladder.repeat)
        rule = (
            f"sänds {_working_days(ladder.overdue)} efter sista dagen"
            if weeks == 0
            else f"upprepas var {ladder.repeat}:e dag efter sista dagen"
        )
        return Kind.OVERDUE, on, rule
    for count in sorted(ladder.before):
        on = days.add(due, -count)
        if began < on <= today:
            return Kind.REMINDER, on, f"sänds {_working_days(count)} före sista dagen"
    return None


def _turn_began(round_began: date, state: YearState, step: Step) -> date:
    """When it became this body's turn: the latest of the round's start, its parts and decisions."""
    own = state[step.slug]
    blockers = [done for slug in step.hard if (done := state[slug].completed_on) is not None]
    decided = [decision.on for decision in own.decisions]
    return max([round_began, *own.reported.values(), *decided, *blockers])


def _clerks_before(definition: Definition, step: Step, event: Decided) -> tuple[TaskKey, ...]:
    """On a return, the clerk of the body that the item goes back to."""
    if event.outcome.effect is not Effect.RETURN or event.link == 0:
        return ()
    return (TaskKey(role=definition.body(step.chain[event.link - 1]).clerk),)


def _working_days(count: int) -> str:
    return "1 arbetsdag" if count == 1 else f"{count} arbetsdagar"
