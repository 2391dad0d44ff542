"""The dropdowns of the forms in the Prefect UI, of the definition that this process serves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from calendars.definition import load_definition
from models.process import Definition, TaskKey
from tasks.settings import settings


def choices_of(definition: Definition) -> tuple[Any, Any, Any, Any, Any]:
    """Steps and occasions, bodies, and the roles, units and parts that can be asked for, as types."""
    asked = [key for step in definition.steps for key in definition.tasks_of(step)]
    units = [key.unit for key in asked if key.unit]
    if definition.occasions:  # one can be given to anybody, and be about any unit
        asked = [
            TaskKey(role=role.slug, unit=unit)
            for role in definition.roles
            for unit in role.units or (None,)
        ]
        units = [unit.slug for unit in definition.units]
    return (
        _one_of(step.slug for step in (*definition.steps, *definition.occasions)),
        _one_of(body.slug for body in definition.bodies),
        _one_of(key.role for key in asked),
        _one_of(units),
        _one_of(str(key) for key in asked),
    )


def meeting_names(definition: Definition) -> Any:
    """What has meetings, as a type."""
    bodies = [body.slug for body in definition.bodies]
    return _one_of([*bodies, *(step.slug for step in definition.steps if step.kind == "mote")])


def _one_of(values: Iterable[str]) -> Any:
    """A dropdown; free text where there is nothing to choose from."""
    known = tuple(dict.fromkeys(values))
    return Literal[known] if known else str


if TYPE_CHECKING:
    Steg: TypeAlias = str
    Instans: TypeAlias = str
    Mote: TypeAlias = str
    Roll: TypeAlias = str
    Enhet: TypeAlias = str
    Del: TypeAlias = str
else:
    _OWN = load_definition(settings().definition)
    Steg, Instans, Roll, Enhet, Del = choices_of(_OWN)
    Mote = meeting_names(_OWN)
