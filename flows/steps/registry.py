"""Which flow shows a step, and by which name the forms know it.

The modules of the steps are imported when they are asked for: they use what shows every step.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from prefect.flows import Flow

from models.errors import RefusedError
from tasks.settings import settings

Flows = dict[str, Flow[..., Any]]


class ShownBy(NamedTuple):
    """By what a step is shown: its deployment, its number if it is an occasion, and its flow."""

    deployment: str
    number: int | None
    flow: Flow[..., Any]

    @property
    def parameters(self) -> dict[str, int]:
        """Which of the flow's steps it is, where there may be several."""
        return {} if self.number is None else {"nummer": self.number}


def steps() -> Flows:
    """By slug, in the definition's order."""
    return _flows()[0]


def occasions() -> Flows:
    """By slug, in the definition's order."""
    return _flows()[1]


def shown_by(slug: str) -> ShownBy:
    """A nameless flow for a step of a running year that the definition has no more."""
    name, number = place_of(slug)
    if flow := (steps() if number is None else occasions()).get(name):
        return ShownBy(name, number, flow)
    from flows.steps.generic import step_flow

    return ShownBy(slug, None, step_flow(slug, slug))


def place_of(slug: str) -> tuple[str, int | None]:
    """The step as the forms have it: `storre-avvikelse` and 2 for `storre-avvikelse-2`."""
    name, _, number = slug.rpartition("-")
    if slug not in steps() and name in occasions() and number.isdecimal():
        return name, int(number)
    return slug, None


def slug_of(steg: str, nummer: int | None) -> str:
    """The step that a form names; RefusedError where a number is missing, or belongs to no occasion."""
    if steg in occasions() and nummer is None:
        raise RefusedError(
            f"{steg} kan finnas flera gånger. Säg vilken i fältet nummer; årets sida visar dem."
        )
    if steg not in occasions() and nummer is not None:
        raise RefusedError(f"{steg} har inget nummer. Töm fältet nummer.")
    return steg if nummer is None else f"{steg}-{nummer}"


@cache
def _flows() -> tuple[Flows, Flows]:
    """Orsa's as they are written, another municipality's from its definition."""
    if not settings().is_orsa:
        from flows import kommun

        return kommun.STEPS, kommun.OCCASIONS
    from flows import kommunplansprocessen, skyldigheter, tillfallen, uppfoljning

    return _flows_in(kommunplansprocessen, uppfoljning, skyldigheter), _flows_in(tillfallen)


def _flows_in(*modules: ModuleType) -> Flows:
    return {
        name.replace("_", "-"): found
        for module in modules
        for name, found in vars(module).items()
        if isinstance(found, Flow)
    }
