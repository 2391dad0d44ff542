"""What a year waits for, and how it has gone: what whoever drives or tells of a whole year asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from calendars.workdays import WORKDAYS
from models.outcomes import Outcome
from models.plan import StepPlan, YearPlan
from models.process import Step
from models.state import Status, YearState
from notifications.ladder import working_days
from views.rehearsal import in_year_order, usual_outcome


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that somebody is waited for with: a role's part, or a body's decision."""

    slug: str
    day: date
    role: str = ""
    unit: str | None = None
    body: str | None = None
    is_last: bool = False
    usual: Outcome = Outcome.BIFALL
    """What the body decides when all goes as planned."""


def to_do_in(state: YearState, plan: YearPlan, *, also_planned: bool = False) -> Iterator[ToDo]:
    """What the year waits for now; `also_planned` counts the steps that are not open yet, and are to be."""
    for step in state.definition.steps:
        own, dates = state[step.slug], plan[step.slug]
        if body := state.awaited_body(step):
            yield _decision(step, dates, own.link, body)
        for key in state.missing(step):
            yield ToDo(step.slug, dates.due, key.role, key.unit)
        ahead = own.status in (Status.PLANNED, Status.IN_PROGRESS) and not dates.dormant
        if also_planned and ahead:
            yield ToDo(step.slug, dates.opens)


def _decision(step: Step, dates: StepPlan, link: int, body: str) -> ToDo:
    turn = dates.links[link]
    return ToDo(
        step.slug,
        turn.meeting or turn.register_by,
        body=body,
        is_last=link == len(step.chain) - 1,
        usual=usual_outcome(step, body),
    )


@dataclass(frozen=True, slots=True)
class StepStory:
    """How a step went: when it was opened and completed, how many mails it took, what happened."""

    id: str
    title: str
    opened: str
    completed: str
    mails: int
    happened: tuple[str, ...]


def story_of(state: YearState, plan: YearPlan, mails: Mapping[str, int]) -> Iterator[StepStory]:
    """How each step of the year went, in the order of the year; `mails` are counted by step."""
    for step in in_year_order(state.definition, plan):
        own, dates = state[step.slug], plan[step.slug]
        happened = [f"{d.body} {_short(d.on)}: {d.outcome.label}" for d in own.decisions]
        parts_in = max(own.reported.values(), default=None)
        if parts_in and parts_in > dates.due and own.round == 1:
            late = working_days(WORKDAYS.between(dates.due, parts_in))
            happened.insert(0, f"inne {_short(parts_in)}, {late} sent")
        yield StepStory(
            step.id,
            step.title_for(plan.budget_year),
            _short(own.opened_on),
            _short(own.completed_on),
            mails.get(step.slug, 0),
            tuple(happened),
        )


def _short(day: date | None) -> str:
    return f"{day.day}/{day.month}" if day else ""
