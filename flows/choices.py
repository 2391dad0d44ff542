"""The dropdowns of the forms in the Prefect UI: Orsa's written out, and a test holds them against its
definition; another municipality's made from its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from calendars.definition import load_definition
from models.process import Definition
from tasks.settings import settings

Steg = Literal[
    "bokslut",
    "skatteprognos",
    "bokslutsdag",
    "planeringsforutsattningar",
    "mal-och-budgetdiskussioner",
    "mal-och-budgetdag",
    "budgetberedning",
    "ekonomiska-ramar",
    "verksamhetsplan-forslag",
    "skattesats-forslag",
    "kommunplan-su",
    "kommunplan-ks",
    "skattesats-kf",
    "kommunplan-kf",
    "uppfoljning-mars",
    "uppfoljning-april",
    "delarsrapport",
    "arsredovisning",
]
Instans = Literal["SU", "KS", "KF"]
Roll = Literal[
    "kommunchef",
    "ekonomichef",
    "verksamhetsomradeschef",
    "forvaltningschef",
    "utskottsordforande",
    "namndordforande",
    "su-ordforande",
]
Enhet = Literal[
    "kommunledning",
    "larande",
    "omsorg",
    "samhalle",
    "miljoforvaltningen",
    "stadsbyggnadskontoret",
    "larandeutskottet",
    "omsorgsutskottet",
    "samhallsutskottet",
    "miljonamnden",
]


def choices_of(definition: Definition) -> tuple[Any, Any, Any, Any]:
    """Steps, bodies, roles and units that somebody can be asked for, as types."""
    keys = [key for step in definition.steps for key in definition.tasks_of(step)]
    return (
        _one_of(step.slug for step in definition.steps),
        _one_of(body.slug for body in definition.bodies),
        _one_of(key.role for key in keys),
        _one_of(key.unit for key in keys if key.unit),
    )


def _one_of(values: Iterable[str]) -> Any:
    """A dropdown; free text where there is nothing to choose from."""
    known = tuple(dict.fromkeys(values))
    return Literal[known] if known else str


if not TYPE_CHECKING and not settings().is_orsa:
    Steg, Instans, Roll, Enhet = choices_of(load_definition(settings().definition))
