"""What a step has come to in figures, each beside the earlier one that it rests on. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from models.comparisons import compared
from models.process import Step
from models.results import NAMES, in_words
from models.state import Status, YearState
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


class StepFigures(Shown):
    """`resultat --json`: the figures of one step, and those that it should have given."""

    plan_name: Annotated[str, key("plan", "What the municipality calls the year's plan")]
    slug: Annotated[Slug, key("slug", "The step")]
    figures: Annotated[tuple[Figure, ...], key("resultat", "Its figures")]
    missing_figures: Annotated[
        tuple[str, ...],
        key("saknade_resultat", "The kinds of figures that it should give and has not given yet"),
    ]


def step_figures(state: YearState, step: Step, budget_year: int) -> StepFigures:
    """The figures of a step of the budget year."""
    return StepFigures(
        plan_name=state.definition.plan_of(budget_year),
        slug=step.slug,
        figures=figures_of(state, step),
        missing_figures=missing_kinds(state, step),
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
    if own.status is Status.PLANNED or own.before_start or own.set_aside:
        return ()
    return tuple(kind for kind in step.results if kind not in own.results)
