"""Whose the figures of a step are: which part gives which kind of them, and of a forecast which rows.

Pure. A tax rate, frames and a year's result are the municipality's: one part gives them, the one that the
definition names (`resultat_fran`) or the first whose role has no unit. A forecast has a row for each unit:
a unit's part gives that unit's, and the first part without a unit those that no unit's part gives. How many
goals are met each part says of its own. Where no part gives a kind, whoever keeps the step's figures does.
"""

from __future__ import annotations

from models.process import Definition, Step, TaskKey

MUNICIPAL = ("skattesats", "ramar", "bokslutsresultat")
"""The kinds that there is one of in a municipality; of these the last that was given holds."""


def givers(definition: Definition, step: Step, kind: str) -> tuple[TaskKey, ...]:
    """The parts of the step that give the kind, in their order; none where it is asked of no part."""
    named = _named(definition, step, kind)
    parts = named or definition.tasks_of(step)
    if kind == "maluppfyllelse":
        return parts
    of_no_unit = tuple(key for key in parts if key.unit is None)[:1]
    if kind in MUNICIPAL:
        # a role that is held for several units is named with the unit
        return named[:1] or of_no_unit
    of_units = tuple(key for key in parts if key.unit is not None)
    is_whole = {unit.slug for unit in definition.units} <= {key.unit for key in of_units}
    return of_units if of_units and is_whole else (*of_units, *of_no_unit)


def kinds_of(definition: Definition, step: Step, task: TaskKey) -> tuple[str, ...]:
    """The kinds of figures that are asked of the part, in the step's order."""
    return tuple(kind for kind in step.results if task in givers(definition, step, kind))


def units_of(definition: Definition, step: Step, task: TaskKey) -> tuple[str, ...]:
    """The units whose row of a forecast the part gives."""
    giving = givers(definition, step, "prognos")
    if task not in giving:
        return ()
    if task.unit is not None:
        return (task.unit,)
    taken = {key.unit for key in giving}
    return tuple(unit.slug for unit in definition.units if unit.slug not in taken)


def giver_of_row(definition: Definition, step: Step, unit: str) -> TaskKey | None:
    """The part that gives the unit's row of a forecast; None where none does."""
    giving = givers(definition, step, "prognos")
    return next((key for key in giving if unit in units_of(definition, step, key)), None)


def _named(definition: Definition, step: Step, kind: str) -> tuple[TaskKey, ...]:
    """The parts of the role that the definition names for the kind; none where it names none, or where the
    step has been raised with other parts than that."""
    part = next((part for known, part in step.figures_from.items() if known == kind), "")
    role, _, unit = part.partition(":")
    return tuple(
        key for key in definition.tasks_of(step) if key.role == role and unit in ("", key.unit)
    )
