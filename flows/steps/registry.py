"""Which flow shows a step, and by which name the forms know it.

The flows are made from the definition by `flows.steps.made`, which enters them here when it is imported. A
step's flow shows other steps too, by theirs: through this register, so that nothing imports in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from prefect.flows import Flow

from models.errors import RefusedError

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


_STEPS: Flows = {}
_OCCASIONS: Flows = {}
_NAMELESS: list[Callable[[str, str], Flow[..., Any]]] = []


def enter(
    steps: Mapping[str, Flow[..., Any]],
    occasions: Mapping[str, Flow[..., Any]],
    nameless: Callable[[str, str], Flow[..., Any]],
) -> None:
    """The flows of this process's municipality, by slug; `nameless` makes one, of slug and name, for a step
    of a running year that the definition has no more."""
    _STEPS.clear()
    _STEPS.update(steps)
    _OCCASIONS.clear()
    _OCCASIONS.update(occasions)
    _NAMELESS[:] = [nameless]


def steps() -> Flows:
    """By slug, in the definition's order."""
    return _STEPS


def occasions() -> Flows:
    """By slug, in the definition's order."""
    return _OCCASIONS


def shown_by(slug: str) -> ShownBy:
    """A nameless flow for a step of a running year that the definition has no more."""
    name, number = place_of(slug)
    if flow := (_STEPS if number is None else _OCCASIONS).get(name):
        return ShownBy(name, number, flow)
    return ShownBy(slug, None, _NAMELESS[0](slug, slug))


def place_of(slug: str) -> tuple[str, int | None]:
    """The step as the forms have it: `storre-avvikelse` and 2 for `storre-avvikelse-2`."""
    name, _, number = slug.rpartition("-")
    if slug not in _STEPS and name in _OCCASIONS and number.isdecimal():
        return name, int(number)
    return slug, None


def slug_of(steg: str, nummer: int | None) -> str:
    """The step that a form names; RefusedError where a number is missing, or belongs to no occasion."""
    if steg in _OCCASIONS and nummer is None:
        raise RefusedError(
            f"{steg} kan finnas flera gånger. Säg vilken i fältet nummer; årets sida visar dem."
        )
    if steg not in _OCCASIONS and nummer is not None:
        raise RefusedError(f"{steg} har inget nummer. Töm fältet nummer.")
    return steg if nummer is None else f"{steg}-{nummer}"
