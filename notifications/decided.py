"""What had been decided before a letter: earlier in the ärende, and in the steps that it rests on.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.events import Decided
from models.process import Step
from models.state import YearState
from notifications.notices import Notice


@dataclass(frozen=True, slots=True)
class DecidedBefore:
    """A decision that stands; `title` is the step's, where it is another than the letter's."""

    title: str
    body: str
    on: date
    outcome: str
    paragraph: str


def decided_before(
    notice: Notice, state: YearState, step: Step, budget_year: int
) -> tuple[DecidedBefore, ...]:
    """In the order of the way there, but for what the letter itself is about. Of a step that it rests
    on only the last word; of its own ärende everything."""
    definition = state.definition
    way = definition.arende_of(step).steps
    own = [slug for slug in way[: way.index(step.slug) + 1] if slug in state.steps]
    rests_on = [need.step for need in step.requires if need.step not in own]
    return tuple(
        DecidedBefore(
            "" if slug == step.slug else definition.step(slug).title_for(budget_year),
            definition.body(one.body).name,
            one.on,
            one.outcome.label,
            one.paragraph,
        )
        for slug, decisions in (
            *((slug, state[slug].standing[-1:]) for slug in rests_on),
            *((slug, state[slug].standing) for slug in own),
        )
        for one in _others(decisions, notice)
    )


def _others(decisions: tuple[Decided, ...], notice: Notice) -> Iterator[Decided]:
    """Those that the notice does not tell of."""
    return (one for one in decisions if one not in (notice.decision, notice.wrong))
