"""Which flow shows a step, and by which name the forms know it.

The flows are made from the definition by `flows.steps.made`, which enters them here when it is imported. A
step's flow shows other steps too, by theirs: through this register, so that nothing imports in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from prefect.flows import Flow

from models.errors import RefusedError

Flows = Mapping[str, Flow[..., Any]]


class ShownBy(NamedTuple):
    """By what a step is shown: its deployment, its number if it is an occasion, and its flow."""

    deployment: str
    number: int | None
    flow: Flow[..., Any]

    @property
    def parameters(self) -> dict[str, int]:
        """Which of the flow's steps it is, where there may be several."""
        return {} if self.number is None else {"nummer": self.number}


class _Register(NamedTuple):
    """By slug, in the definition's order; `nameless` makes one, of slug and name, for a step of a running
    year that the definition has no more."""

    steps: Flows
    occasions: Flows
    nameless: Callable[[str, str], Flow[..., Any]]


_ENTERED: list[_Register] = []


def enter(steps: Flows, occasions: Flows, nameless: Callable[[str, str], Flow[..., Any]]) -> None:
    """The flows of this process's municipality."""
    _ENTERED[:] = [_Register(steps, occasions, nameless)]


def steps() -> Flows:
    """By slug, in the definition's order."""
    return _ENTERED[0].steps


def occasions() -> Flows:
    """By slug, in the definition's order."""
    return _ENTERED[0].occasions


def shown_by(slug: str) -> ShownBy:
    """A nameless flow for a step of a running year that the definition has no more."""
    name, number = place_of(slug)
    if flow := (steps() if number is None else occasions()).get(name):
        return ShownBy(name, number, flow)
    return ShownBy(slug, None, _ENTERED[0].nameless(slug, slug))


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
