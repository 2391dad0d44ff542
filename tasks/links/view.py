"""What a person sees who opens a link: the task, what it rests on, what has happened. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from itsdangerous import Signer

from calendars.workdays import WORKDAYS
from models.answers import next_link
from models.asked_figures import own_figures
from models.events import (
    AskedAtStart,
    AskedForTime,
    CompletedBeforeStart,
    Decided,
    Disclaimed,
    Event,
    Noted,
    Numbered,
    Opened,
    Question,
    Raised,
    Redefined,
    Reported,
)
from models.given import replaced_by
from models.givers import kinds_of, units_of
from models.plan import LimitPlan
from models.process import Definition, Step, TaskKey, Unit
from models.results import NAMES, in_words
from models.state import Status
from models.tables import AnswerLinkRow, CycleRow
from notifications.recipients import reply_to
from tasks.engine import Engine
from tasks.links.act import Answerer, closed, is_taken_over, may_correct, signature
from tasks.links.issue import find_link, is_open, task_of
from tasks.people.store import stored_staff
from tasks.year import OpenYear
from views.event_words import author, happened
from views.event_words import decision as decision_words


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of history: the day, what, who said so and in which words."""

    day: date
    what: str
    who: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document where the municipality keeps it; the link begins with https://."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A part of a step as its person sees it. `closed` says why it waits for no answer."""

    municipality: str
    budget_year: int
    plan: str
    """What the municipality calls the year's plan: `Kommunplan 2028`."""
    step: Step
    title: str
    """The step's, with the year that it is about."""
    number: str
    """The diarienummer of its ärende; empty where it has none yet."""
    task: TaskKey
    part: str
    name: str
    due: date
    days_left: int
    meeting_day: date | None
    as_of: date | None
    """The day that its figures are of, where one is said."""
    feeds: tuple[str, date | None] | None
    missed: date | None
    """The meeting that it was planned for and that has been without it."""
    """The body that takes up the item next, and when; None where nobody decides."""
    limits: tuple[LimitPlan, ...]
    rests_on: tuple[str, ...]
    """The titles of the steps it rests on that are not completed."""
    documents: tuple[Paper, ...]
    """The step's own, then those of what it rests on, with the minutes of what was decided there."""
    figures_before: tuple[tuple[str, str], ...]
    """What the steps that it rests on came to, by step and kind."""
    decided: tuple[Happened, ...]
    """What was decided in the steps that it rests on."""
    history: tuple[Happened, ...]
    kinds: tuple[str, ...]
    """The kinds of the step's figures that the part gives."""
    figures: Mapping[str, Any]
    """What has been registered of those, by kind: the part's own."""
    units: tuple[Unit, ...]
    """Those whose row of a forecast the part gives."""
    may_correct: bool
    """Whether the part is done and its figures can be given anew."""
    parts_in: int
    parts_all: int
    is_done: bool
    closed: str | None
    contact: str
    """Where questions go today; several addresses have commas between."""
    used_for: str
    answer: Reported | Question | None
    """What the link was used to say; None also where somebody else had said it already."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a link leads to: a view of the task and the one who may answer, or why not."""

    status: Literal["finns inte", "gäller inte", "övertagen", "öppen"]
    view: TaskView | None = None
    answerer: Answerer | None = None


def open_link(on: Engine, signed: Signer, token: str) -> Opening:
    """What the link leads to today. Of a link that leads nowhere nothing is told but that."""
    with on.database.read() as session:
        link = find_link(session, signed, token)
        if link is None:
            return Opening("finns inte")
        if not is_open(link, on.today):
            return Opening("gäller inte")
        cycle = session.get_one(CycleRow, link.cycle_id)
        year = OpenYear(session, cycle, on.settings, on.today)
        if not _is_known(year.definition, link):
            return Opening("gäller inte")
        if is_taken_over(session, year, link, on):
            return Opening("övertagen")
        owner = on.settings.process_owner
        contact = reply_to(stored_staff(session), year.definition, on.today, owner)
        view = _view(year, link, closed(session, year, link, on), contact)
        return Opening("öppen", view, Answerer(on, link, year.budget_year))


def _is_known(definition: Definition, link: AnswerLinkRow) -> bool:
    """Whether there still is such a part: a new definition may have done away with it."""
    step = definition.step_by_slug.get(link.step)
    return step is not None and task_of(link) in definition.tasks_of(step)


def _view(year: OpenYear, link: AnswerLinkRow, reason: str | None, contact: str) -> TaskView:
    definition, state = year.definition, year.state
    step, task = definition.step(link.step), task_of(link)
    own, plan = state[step.slug], year.plan[step.slug]
    tasks = definition.tasks_of(step)
    feeds = next_link(state, step, plan)
    ground = _ground(definition, step)
    replaced = replaced_by(year.log)
    return TaskView(
        municipality=definition.municipality.name,
        budget_year=year.budget_year,
        plan=definition.plan_of(year.budget_year),
        step=step,
        title=step.title_for(year.budget_year),
        number=state.number_of(step),
        task=task,
        part=definition.title_of(task),
        name=link.name,
        due=plan.due,
        days_left=WORKDAYS.between(year.today, plan.due),
        meeting_day=plan.meeting_day,
        as_of=step.as_of(plan.window_end),
        feeds=(definition.body(feeds.body).name, feeds.meeting) if feeds else None,
        missed=feeds.missed if feeds else None,
        limits=plan.limits,
        rests_on=tuple(
            definition.step(need.step).title_for(year.budget_year)
            for need in step.requires
            if state[need.step].status is not Status.COMPLETED
        ),
        decided=tuple(
            Happened(
                decision.on,
                f"{before.title_for(year.budget_year)}: {decision_words(definition, decision)}",
            )
            for before in ground
            for decision in state[before.slug].standing
        ),
        documents=tuple(_documents(year, step, ground)),
        figures_before=tuple(
            (
                f"{NAMES[kind]}, {before.title_for(year.budget_year)}",
                in_words(kind, value, definition.unit_names),
            )
            for before in ground
            for kind, value in state[before.slug].results.items()
        ),
        history=tuple(
            line
            for event in year.log
            if _step_of(event) == step.slug and (line := _line(definition, event, task, replaced))
        ),
        kinds=kinds_of(definition, step, task),
        figures=own_figures(state, step, task),
        units=tuple(map(definition.unit, units_of(definition, step, task))),
        may_correct=may_correct(year, link),
        parts_in=sum(key in own.reported for key in tasks),
        parts_all=len(tasks),
        is_done=own.status is Status.COMPLETED,
        closed=reason,
        contact=contact,
        used_for=link.used_for,
        answer=next(_answers(year.log, link), None) if link.used_for else None,
    )


def _ground(definition: Definition, step: Step) -> tuple[Step, ...]:
    """What the step rests on, and the earlier steps of its ärende."""
    way = definition.arende_of(step).steps
    earlier = [slug for slug in way[: way.index(step.slug)] if slug in definition.step_by_slug]
    slugs = dict.fromkeys((*(need.step for need in step.requires), *earlier))
    return tuple(map(definition.step, slugs))


def _documents(year: OpenYear, step: Step, ground: Sequence[Step]) -> Iterator[Paper]:
    yield from (Paper(one.name, one.link) for one in step.documents)
    for before in (*ground, step):
        title = before.title_for(year.budget_year)
        if before is not step:
            yield from (Paper(f"{one.name} ({title})", one.link) for one in before.documents)
        for decided in year.state[before.slug].standing:
            if decided.minutes:
                cited = decided.paragraph or f"{decided.body} {decided.on}"
                yield Paper(f"Protokoll, {cited} ({title})", decided.minutes)


def _step_of(event: Event) -> str:
    """The step that the event is about: of what was raised, the one that it became."""
    return event.slug if isinstance(event, Raised) else event.step


def _line(
    definition: Definition, event: Event, task: TaskKey, replaced: Mapping[str, Mapping[str, Any]]
) -> Happened | None:
    """The event for somebody with a part in its step; what the others said and asked is theirs."""
    what, said = happened(definition, event, replaced)
    who = author(event.by)
    match event:
        case Reported() if event.task == task:
            return Happened(event.on, "Delen rapporterades som klar", who, said)
        case AskedForTime() if event.task == task:
            return Happened(event.on, f"Mer tid önskades, till {event.until}", who, said)
        case Disclaimed() if event.task == task:
            return Happened(event.on, "Svaret blev att uppgiften hamnat fel", who, said)
        case AskedForTime() | Disclaimed() | Numbered() | Noted() | Redefined():
            return None
        case AskedAtStart() | CompletedBeforeStart() | Reported() | Opened():
            return Happened(event.on, what)
        case Decided():
            return Happened(event.on, what, "", said)
    return Happened(event.on, what, who, said)


_ANSWERS: dict[str, type[Reported] | type[AskedForTime] | type[Disclaimed]] = {
    "klart": Reported,
    "mer-tid": AskedForTime,
    "inte-min": Disclaimed,
}


def _answers(log: Sequence[Event], link: AnswerLinkRow) -> Iterator[Reported | Question]:
    """What the person has said about the part in this round in the way the link was used, newest first."""
    for event in reversed(log):
        if (
            isinstance(event, _ANSWERS[link.used_for])
            and event.step == link.step
            and (event.round, event.task, event.by) == (link.round, task_of(link), signature(link))
        ):
            yield event
