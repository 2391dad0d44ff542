"""What has been assigned in a year, with who answers for it and until when: `kommunplan uppdrag`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated

from calendars.workdays import WORKDAYS
from models.events import Event, Raised
from models.occasions import ASSIGNMENT
from models.plan import Staff, YearPlan
from models.process import Step, TaskKey
from models.state import Status, YearState, is_late
from notifications.recipients import holders_of
from views.labels import label, sentence, status_word
from views.shown import Sentence, Shown, Slug, key


class Responsible(Shown):
    """A role, or the unit of one, that has a part in an assignment."""

    role: Annotated[str, key("roll", "The role")]
    unit: Annotated[str | None, key("enhet", "The unit, where the role has one holder for each")]
    name: Annotated[str, key("namn", "Both, as people say it")]
    holders: Annotated[
        tuple[str, ...], key("innehavare", "Who holds the role today; empty where nobody does")
    ]
    is_done: Annotated[bool, key("klart", "Whether its part is in")]


class Assignment(Shown):
    """Something that has been assigned, as it stands."""

    budget_year: Annotated[int, key("budgetar", "The budget year in which it was entered")]
    plan_name: Annotated[str, key("plan", "What the municipality calls that")]
    slug: Annotated[Slug, key("slug", "The step that it became")]
    title: Annotated[str, key("titel", "What it is about")]
    description: Annotated[str, key("beskrivning", "More of it")]
    responsible: Annotated[tuple[Responsible, ...], key("ansvariga", "Who is responsible")]
    last_day: Annotated[date, key("senast", "Its last day")]
    days_left: Annotated[
        int | None,
        key(
            "arbetsdagar_kvar",
            "Working days from today to `senast`, negative when it has passed; null once completed",
        ),
    ]
    late: Annotated[bool, key("sent", "Whether somebody should have acted before today")]
    reported_to: Annotated[
        tuple[str, ...], key("aterrapport", "The bodies that it is reported back to, in order")
    ]
    status: Annotated[str, key("lage", "As in `status`")]
    label: Annotated[str, key("visning", "The state in words")]
    sentence: Annotated[
        Sentence, key("forklaring", "A Swedish sentence: who is waited for, and until when")
    ]
    completed_on: Annotated[date | None, key("klart", "The day it was completed")]
    entered_on: Annotated[date, key("infort", "The day it was entered")]
    entered_by: Annotated[str, key("infort_av", "Who entered it")]


class AssignmentList(Shown):
    """`uppdrag lista --json`: the assignments that are open, in every started year; or all there are."""

    today: Annotated[date, key("dag", "Today")]
    assignments: Annotated[
        tuple[Assignment, ...],
        key("uppdrag", "The assignments, by their last day; those that are completed at the end"),
    ]


def assignment_list(
    found: Iterable[Assignment], today: date, *, completed: bool = False
) -> AssignmentList:
    """Those of every year in order: the open ones, and with `completed` the others too."""
    wanted = [one for one in found if completed or one.completed_on is None]
    return AssignmentList(
        today=today,
        assignments=tuple(
            sorted(wanted, key=lambda one: (one.completed_on is not None, one.last_day))
        ),
    )


def assignments_of(
    state: YearState, plan: YearPlan, log: Sequence[Event], staff: Staff, today: date
) -> Iterator[Assignment]:
    """Those that have been entered in a year, in the order of its log."""
    for event in log:
        if isinstance(event, Raised) and event.step == ASSIGNMENT:
            yield _assignment(state, plan, event, staff, today)


def _assignment(
    state: YearState, plan: YearPlan, event: Raised, staff: Staff, today: date
) -> Assignment:
    definition = state.definition
    step = definition.step_by_slug[event.slug]
    own, dates = state[step.slug], plan[step.slug]
    last, is_done = step.window.days(plan.budget_year)[1], own.status is Status.COMPLETED
    return Assignment(
        budget_year=plan.budget_year,
        plan_name=definition.plan_of(plan.budget_year),
        slug=step.slug,
        title=event.title,
        description=step.description,
        responsible=tuple(
            _responsible(state, step, task, staff, today) for task in definition.tasks_of(step)
        ),
        last_day=last,
        days_left=None if is_done else WORKDAYS.between(today, last),
        late=is_late(state, step, dates, today) or (not is_done and today > last),
        reported_to=step.chain,
        status=status_word(state, step),
        label=label(state, step, dates, today),
        sentence=sentence(state, step, dates),
        completed_on=own.completed_on,
        entered_on=event.on,
        entered_by=event.by,
    )


def _responsible(
    state: YearState, step: Step, task: TaskKey, staff: Staff, today: date
) -> Responsible:
    return Responsible(
        role=task.role,
        unit=task.unit,
        name=state.definition.title_of(task),
        holders=tuple(holder.name for holder in holders_of(staff, task, today)),
        is_done=task in state[step.slug].reported,
    )
