"""Flows made from a definition: one for each step and each occasion, with the form that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.flows import Flow

from flows.forms import acts
from flows.forms.choices import Del, Enhet, Instans
from flows.forms.descriptions import description_of, flow_names
from flows.forms.fields import HELP, UPPDATERA, BudgetYear, Gor, Number, in_two, shape
from flows.steps.stage import occasion, stage
from models.acts.occasions import Raise
from models.givers import kinds_of
from models.process import Definition, Step
from models.results import TYPES, Tkr

STEP_FIELDS: Mapping[str, tuple[Any, Any]] = {
    "budgetar": (BudgetYear, None),
    "gor": (Gor, UPPDATERA),
    "skal": (str, ""),
    "av": (str, ""),
}
"""Type and default of what every step's form has; after them come the figures that the step gives, and
before those whose they are."""


class FlowsOfSteps(Mapping[str, Flow[..., Any]]):
    """A named flow for each of the steps, by slug, in their order. Each is made when it is asked for: its
    form takes Prefect some hundredths of a second, and a run needs few of them."""

    def __init__(self, steps: Iterable[Step], make: Callable[[Step], Flow[..., Any]]) -> None:
        self._steps, self._make = {step.slug: step for step in steps}, make
        self._made: dict[str, Flow[..., Any]] = {}

    def __getitem__(self, slug: str) -> Flow[..., Any]:
        if slug not in self._made:
            self._made[slug] = self._make(self._steps[slug])
        return self._made[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._steps

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)


def step_flows(definition: Definition) -> FlowsOfSteps:
    names = flow_names(definition)
    return FlowsOfSteps(
        definition.steps,
        lambda step: step_flow(
            step.slug,
            names[step.slug],
            description_of(definition, step),
            step.results,
            givers=_giving_parts(definition, step),
        ),
    )


def occasion_flows(definition: Definition) -> FlowsOfSteps:
    names = flow_names(definition)
    return FlowsOfSteps(
        definition.occasions,
        lambda one: _occasion_flow(one, names[one.slug], description_of(definition, one)),
    )


def step_flow(
    slug: str,
    name: str,
    description: str = "",
    results: Iterable[str] = (),
    *,
    givers: tuple[str, ...] = (),
) -> Flow[..., Any]:
    """The flow of one step, which gives these kinds of figures; `givers` are the parts that have them."""

    async def run(**given: Any) -> State[Any]:
        return await stage(slug, **given)

    figures = {kind: (TYPES[kind] | None, None) for kind in results}
    whose = {"siffror_fran": (Literal[givers] | None, None)} if givers else {}
    shape(run, slug, description, {**STEP_FIELDS, **whose, **figures}, HELP)
    return in_two(flow(name=name, validate_parameters=False)(run))


def _giving_parts(definition: Definition, step: Step) -> tuple[str, ...]:
    return tuple(str(key) for key in definition.tasks_of(step) if kinds_of(definition, step, key))


def _occasion_flow(one: Step, name: str, description: str) -> Flow[..., Any]:
    async def run(**given: Any) -> State[Any]:
        return await occasion(one.slug, **given)

    units = one.starts.units if one.starts else ()
    fields = {
        "rubrik": (str, ""),
        "text": (str, ""),
        "enhet": ((Literal[units] if units else Enhet) | None, None),
        "ansvarig": (Del | None, None),
        "instans": (Instans | None, None),
        "senast": (date | None, None),
        "belopp_tkr": (Tkr | None, None),
        "av": (str, ""),
        "nummer": (Number, None),
        "gor": (Gor, UPPDATERA),
        "skal": (str, ""),
        "budgetar": (BudgetYear, None),
    }
    shape(run, one.slug, description, fields, {**acts.help_of(Raise), **HELP})
    return in_two(flow(name=name)(run))
