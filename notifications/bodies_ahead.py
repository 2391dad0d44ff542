"""The bodies that a letter's ärende has ahead of it, and where the letter leaves it.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from models.events import Effect
from models.plan import DayBefore, LimitPlan, LinkPlan, YearPlan
from models.process import Definition, Step, TaskKey
from models.state import Status, YearState
from notifications import rescheduled
from notifications.notices import Kind, Notice


@dataclass(frozen=True, slots=True)
class Turn:
    """A link of the chain by the body's name, with the day it is planned for."""

    body: str
    name: str
    clerk: TaskKey
    meeting: date | None
    register_by: date
    step: str
    """The title of the step, where it is another of the same ärende than the letter is about."""
    was: date | None = None
    """The day that it was planned for, where the letter tells that it is another now."""
    missed: date | None = None
    """The meeting that it was planned for, where that had been before the parts came in."""
    days: tuple[DayBefore, ...] = ()
    """What is to be done before the meeting."""

    def told(self, today: date) -> list[DayBefore]:
        """The days ahead that every letter about the meeting tells."""
        return [one for one in self.days if one.mailed == "alltid" and one.day >= today]

    def papers_gone(self, today: date) -> date | None:
        """When the papers of its meeting went out (`utskick`); None where they have not."""
        return next(
            (one.day for one in self.days if one.slug == "utskick" and one.day < today), None
        )

    def told_anew(self, today: date) -> list[DayBefore]:
        """The days ahead that are told of a meeting that is another than the one planned for."""
        return [one for one in self.days if one.mailed != "aldrig" and one.day >= today]


def turns_ahead(notice: Notice, state: YearState, plan: YearPlan, step: Step) -> list[Turn]:
    """Every link of the ärende that is ahead, from where the notice leaves it. No body after one whose
    meeting was missed meets before that has had its say."""
    found = list(_turns(notice, state, plan, step))
    if not found or found[0].missed is None:
        return found
    earliest = found[0].meeting or date.max
    return found[:1] + [
        replace(turn, meeting=None, days=()) if turn.meeting and turn.meeting < earliest else turn
        for turn in found[1:]
    ]


def _turns(notice: Notice, state: YearState, plan: YearPlan, step: Step) -> Iterator[Turn]:
    """Every link of the ärende that is ahead: from where the notice leaves it, through the step, and on
    through the ärende's later steps, as far as these are not completed."""
    definition = state.definition
    back = sent_back_to(notice, definition, step)
    way = [slug for slug in definition.arende_of(step).steps if slug in state.steps]
    for slug in way[way.index(back.slug) :]:
        is_later = way.index(slug) > way.index(step.slug)
        if is_later and state[slug].status is Status.COMPLETED:
            return
        if is_later:
            first = state[slug].link
        else:
            first = _first_link(notice, state, step, back) if slug == back.slug else 0
        title = "" if slug == step.slug else definition.step(slug).title_for(plan.budget_year)
        for link in plan[slug].links[first:]:
            turn = _turn(definition, link, title)
            yield replace(turn, was=rescheduled.was(notice, slug, link))


def _first_link(notice: Notice, state: YearState, step: Step, back: Step) -> int:
    """Where the ärende goes on, in the step that the notice leaves it in."""
    if notice.decision and back.slug != step.slug:
        return notice.decision.back_link
    return _position(notice, state, step)


def sent_back_to(notice: Notice, definition: Definition, step: Step) -> Step:
    """The step that the notice sends the item back to; the notice's own otherwise."""
    decision = notice.decision
    if decision is None or decision.outcome.effect is not Effect.RETURN or not decision.back_step:
        return step
    return definition.step_by_slug.get(decision.back_step, step)


def _position(notice: Notice, state: YearState, step: Step) -> int:
    """The link that the notice leaves as the next to act."""
    own, decision = state[step.slug], notice.decision
    if notice.kind is Kind.COMPLETED:
        return len(step.chain)
    if notice.kind is Kind.CORRECTED:
        return own.link
    if notice.kind is Kind.DECISION and own.status is Status.COMPLETED:
        return len(step.chain)
    if decision is not None:
        effect = decision.outcome.effect
        if effect is Effect.RETURN and decision.back_step == step.slug:
            return decision.back_link
        return max(decision.link + {Effect.PASS: 1, Effect.DEFER: 0, Effect.RETURN: -1}[effect], 0)
    if notice.body and step.chain[own.link : own.link + 1] != (notice.body,):
        return step.chain.index(notice.body)
    return own.link


def _turn(definition: Definition, link: LinkPlan, step: str) -> Turn:
    body = definition.body(link.body)
    return Turn(
        body.slug,
        body.name,
        body.clerk,
        link.meeting,
        link.register_by,
        step,
        missed=link.missed,
        days=link.days,
    )


def misses(turn: Turn, limit: LimitPlan) -> bool:
    return (
        turn.body == limit.body
        and not turn.step
        and turn.meeting is not None
        and turn.meeting > limit.holds_until
    )
