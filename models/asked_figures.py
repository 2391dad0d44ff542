"""What a part is asked for of a step's figures, and what stands of that. Pure."""

from __future__ import annotations

from typing import Any

from models.given import last_of
from models.givers import givers, kinds_of, units_of
from models.process import Step, TaskKey
from models.state import YearState

DECIDED = ("skattesats", "ramar")
"""The kinds that a body decides, so that whoever registers its decision has them too."""


def own_figures(state: YearState, step: Step, task: TaskKey) -> dict[str, Any]:
    """What stands of the figures that the part gives, by kind: of a forecast its rows, of goals its own
    count, and of the rest the municipality's one."""
    found: dict[str, Any] = {}
    for kind in kinds_of(state.definition, step, task):
        if (value := _own(state, step, task, kind)) is not None:
            found[kind] = value
    return found


def wanted_of_part(state: YearState, step: Step, task: TaskKey) -> tuple[str, ...]:
    """The kinds that the part is to give, and that neither it nor anybody for the whole step has given."""
    own = own_figures(state, step, task)
    return tuple(
        kind
        for kind in kinds_of(state.definition, step, task)
        if kind not in own and last_of(state[step.slug].given, kind, None) is None
    )


def wanted_with_decision(state: YearState, step: Step) -> tuple[str, ...]:
    """The kinds that are missing and come with a decision: what a body decides, and what is no part's."""
    return tuple(
        kind
        for kind in step.results
        if kind not in state[step.slug].results
        and (kind in DECIDED or not givers(state.definition, step, kind))
    )


def _own(state: YearState, step: Step, task: TaskKey, kind: str) -> Any:
    own = state[step.slug]
    if kind == "maluppfyllelse":
        given = last_of(own.given, kind, task)
        return given.value if given else None
    if kind != "prognos":
        return own.results.get(kind)
    units = units_of(state.definition, step, task)
    return [row for row in own.results.get(kind, ()) if row["enhet"] in units] or None
