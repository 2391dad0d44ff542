"""What a step has come to in figures, each beside the earlier one that it rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from models.comparisons import compared
from models.given import Given, counts
from models.givers import givers
from models.process import Step, TaskKey
from models.results import NAMES, in_words
from models.state import Status, StepState, YearState
from views.event_words import author, part_in_words
from views.shown import Shown, Slug, key


class EarlierFigure(Shown):
    """The nearest earlier figure of the same kind, and what the later one is beside it."""

    step: Annotated[Slug, key("steg", "The earlier step")]
    text: Annotated[str, key("text", "Its figure")]
    difference: Annotated[
        str,
        key(
            "skillnad",
            "What the later one is beside it, `−0,01`; empty where nothing that both have differs",
        ),
    ]


class Figure(Shown):
    """A figure that has been registered of a step."""

    kind: Annotated[
        str, key("slag", "`skattesats`, `ramar`, `bokslutsresultat`, `prognos` or `maluppfyllelse`")
    ]
    value: Annotated[
        Any, key("varde", "By its kind, as below; amounts are whole tkr (thousands of kronor)")
    ]
    text: Annotated[str, key("text", "The same as people read it: `22,31`, `2028: 512 000 tkr`")]
    beside: Annotated[
        EarlierFigure | None,
        key(
            "jamfort_med",
            "The nearest earlier step that it rests on with the same kind; null where there is none",
        ),
    ]

    @property
    def name(self) -> str:
        """What its kind is called."""
        return NAMES[self.kind]


class GivenFigure(Shown):
    """What one part has given, or has not given yet, of a kind of a step's figures."""

    kind: Annotated[str, key("slag", "As of the step's own figures")]
    part: Annotated[
        str | None,
        key("del", "The role, or `role:unit`; null of what was given for the whole step"),
    ]
    name: Annotated[str, key("namn", "The same as people say it")]
    value: Annotated[Any, key("varde", "As of the step's own; null where it is not given yet")]
    text: Annotated[str, key("text", "The same as people read it; empty where it is not given")]
    on: Annotated[date | None, key("lamnat", "When it was given last")]
    by: Annotated[str, key("av", "Who gave it; empty where nobody has")]
    counts: Annotated[
        bool,
        key(
            "galler",
            "Whether the step's figure is made of it: false of what is not given, and where a later one "
            "stands in its place",
        ),
    ]


class StepFigures(Shown):
    """`resultat --json`: the figures of one step, and those that it should have given."""

    plan_name: Annotated[str, key("plan", "What the municipality calls the year's plan")]
    slug: Annotated[Slug, key("slug", "The step")]
    figures: Annotated[tuple[Figure, ...], key("resultat", "Its figures")]
    missing_figures: Annotated[
        tuple[str, ...],
        key("saknade_resultat", "The kinds of figures that it should give and has not given yet"),
    ]
    given: Annotated[
        tuple[GivenFigure, ...],
        key("lamnade_siffror", "Who has given what of them, and who has not, by kind"),
    ]


def step_figures(state: YearState, step: Step, budget_year: int) -> StepFigures:
    """The figures of a step of the budget year."""
    return StepFigures(
        plan_name=state.definition.plan_of(budget_year),
        slug=step.slug,
        figures=figures_of(state, step),
        missing_figures=missing_kinds(state, step),
        given=given_figures(state, step),
    )


def figures_of(state: YearState, step: Step) -> tuple[Figure, ...]:
    """The step's figures, each beside the nearest earlier one of its kind."""
    own = state[step.slug].results
    return tuple(_figure(state, step, kind) for kind in NAMES if kind in own)


def _figure(state: YearState, step: Step, kind: str) -> Figure:
    value = state[step.slug].results[kind]
    beside = compared(state, step, kind)
    return Figure(
        kind=kind,
        value=value,
        text=in_words(kind, value),
        beside=EarlierFigure(step=beside.step, text=beside.text, difference=beside.difference)
        if beside
        else None,
    )


def missing_kinds(state: YearState, step: Step) -> tuple[str, ...]:
    """The kinds of figures that the step, begun here, should give and has not given yet."""
    own = state[step.slug]
    return tuple(
        kind for kind in step.results if kind not in own.results and _is_asked_for_figures(own)
    )


def given_figures(state: YearState, step: Step) -> tuple[GivenFigure, ...]:
    """What each part has given and, of a step begun here, who has not; last of each kind, what was given
    for the whole step."""
    return tuple(one for kind in NAMES for one in _given_of_kind(state, step, kind))


def _given_of_kind(state: YearState, step: Step, kind: str) -> Iterator[GivenFigure]:
    own = state[step.slug]
    gifts = {one.task: one for one in own.given if one.kind == kind}
    asked = givers(state.definition, step, kind) if kind in step.results else ()
    due = [key for key in asked if key in gifts or _is_asked_for_figures(own)]
    whole_step_last = sorted(gifts, key=lambda task: task is None)
    for task in (*due, *(task for task in whole_step_last if task not in asked)):
        yield _given(state, step, kind, task, gifts.get(task))


def _given(
    state: YearState, step: Step, kind: str, task: TaskKey | None, one: Given | None
) -> GivenFigure:
    definition = state.definition
    return GivenFigure(
        kind=kind,
        part=str(task) if task else None,
        name=part_in_words(definition, task) if task else "hela steget",
        value=one.value if one else None,
        text=in_words(kind, one.value, definition.unit_names) if one else "",
        on=one.on if one else None,
        by=author(one.by) if one else "",
        counts=one is not None and counts(one, state[step.slug].given),
    )


def _is_asked_for_figures(own: StepState) -> bool:
    """Whether it has been begun here, and not set aside."""
    return not (own.status is Status.PLANNED or own.before_start or own.set_aside)
