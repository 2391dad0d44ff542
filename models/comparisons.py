"""A step's figures beside those that they rest on: KF's skattesats beside the one that KS proposed.

Pure. What is earlier is what the step rests on, near and far; the nearest step with the same kind of
figure is the one to compare with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.process import Step
from models.results import difference, in_words
from models.state import YearState


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier step's figure of a kind, and what the later one is beside it."""

    step: str
    text: str
    """The earlier figure, as people read it."""
    difference: str
    """Empty where the two have nothing that differs."""


def compared(state: YearState, step: Step, kind: str) -> Comparison | None:
    """The step's figure beside the nearest earlier one; None where either is missing. Of several equally
    near, the one that the definition names first."""
    own = state[step.slug].results.get(kind)
    if own is None:
        return None
    return next(
        (
            Comparison(earlier.slug, in_words(kind, value), difference(kind, own, value))
            for earlier, value in _earlier(state, step, kind)
        ),
        None,
    )


def _earlier(state: YearState, step: Step, kind: str) -> Iterator[tuple[Step, Any]]:
    """The steps that it rests on and that have such a figure, nearest first."""
    seen = {step.slug}
    level = [step]
    while level:
        below = [slug for one in level for slug in one.rests_on]
        level = [
            state.definition.step_by_slug[slug]
            for slug in dict.fromkeys(below)
            if slug not in seen and slug in state.steps
        ]
        seen.update(one.slug for one in level)
        for one in level:
            value = state[one.slug].results.get(kind)
            if value is not None:
                yield one, value
