"""Flows made from a definition: one for each step and each occasion, with the form that belongs to it.

Orsa's are written out in the modules of `flows`; a test holds them against what is made here.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.flows import Flow

from flows.forms.choices import Del, Enhet, Instans
from flows.forms.descriptions import description_of, flow_names
from flows.forms.fields import UPPDATERA, BudgetYear, Gor, Number, in_two, with_help
from flows.steps.stage import occasion, stage
from models.process import Definition, Step
from models.results import TYPES, Tkr

STEP_FIELDS: Mapping[str, tuple[Any, Any]] = {
    "budgetar": (BudgetYear, None),
    "gor": (Gor, UPPDATERA),
    "skal": (str, ""),
    "av": (str, ""),
}
"""Type and default of what every step's form has; after them come the figures that the step gives."""


def step_flows(definition: Definition) -> dict[str, Flow[..., Any]]:
    """A named flow for each step, by slug, in the definition's order."""
    names = flow_names(definition)
    return {
        step.slug: step_flow(
            step.slug, names[step.slug], description_of(definition, step), step.results
        )
        for step in definition.steps
    }


def occasion_flows(definition: Definition) -> dict[str, Flow[..., Any]]:
    """A named flow for each occasion, by slug, in the definition's order."""
    names = flow_names(definition)
    return {
        one.slug: _occasion_flow(one, names[one.slug], description_of(definition, one))
        for one in definition.occasions
    }


def step_flow(
    slug: str, name: str, description: str = "", results: Iterable[str] = ()
) -> Flow[..., Any]:
    """The flow of one step, which gives these kinds of figures."""

    async def run(**given: Any) -> State[Any]:
        return await stage(slug, **given)

    figures = {kind: (TYPES[kind] | None, None) for kind in results}
    _shape(run, slug, description, {**STEP_FIELDS, **figures})
    return in_two(flow(name=name, validate_parameters=False)(with_help(run)))


def _occasion_flow(one: Step, name: str, description: str) -> Flow[..., Any]:
    async def run(
        enhet: str | None,
        ansvarig: str | None,
        instans: str | None,
        senast: date | None,
        belopp_tkr: int | None,
        text: str,
        **given: Any,
    ) -> State[Any]:
        return await occasion(
            one.slug,
            **given,
            text=text,
            unit=enhet,
            part=ansvarig or "",
            body=instans or "",
            due=senast,
            amount=belopp_tkr,
        )

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
    _shape(run, one.slug, description, fields)
    return in_two(flow(name=name)(with_help(run)))


def _shape(
    function: Any, slug: str, description: str, fields: Mapping[str, tuple[Any, Any]]
) -> None:
    """Gives the function the name, the text and the fields by which Prefect knows a flow."""
    function.__name__ = function.__qualname__ = slug.replace("-", "_")
    function.__doc__ = description
    function.__signature__ = inspect.Signature(
        [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=type_
            )
            for name, (type_, default) in fields.items()
        ]
    )
