"""The dropdowns of the forms in the Prefect UI: Orsa's written out, and a test holds them against its
definition; another municipality's made from its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from calendars.definition import load_definition
from models.process import Definition, TaskKey
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
    "overgripande-mal",
    "verksamhetsmal",
    "verksamhetsplaner",
    "intern-fordelning",
    "atgardsplan-balanskrav",
    "investeringsplan",
    "revisorernas-bedomning-arsredovisning",
    "revisorernas-bedomning-delarsrapport",
    "internkontroll",
    "skattesatsforslag-skatteverket",
    "budgetforslag-webbplats",
    "skattesats-skatteverket",
    "revisorernas-budget",
    "mbl-forhandling",
    "arsredovisning-webbplats",
    "ansvarsfrihet",
    "bolagsbeslut-orsabostader",
    "bolagsbeslut-orsalokaler",
    "bolagsbeslut-orsa-vatten-och-avfall",
    "privata-utforare",
    "uppdrag",
    "underskott-namnd",
    "underskott-ks",
    "balanskrav-uppfoljning",
    "storre-avvikelse",
]
Instans = Literal["SU", "KS", "KF"]
Mote = Literal["SU", "KS", "KF", "bokslutsdag", "mal-och-budgetdag"]
"""What has meetings: the bodies, and the steps that are a day."""
Roll = Literal[
    "processagare",
    "kommunchef",
    "ekonomichef",
    "verksamhetsomradeschef",
    "forvaltningschef",
    "utskottsordforande",
    "namndordforande",
    "su-ordforande",
    "utskottssekreterare",
    "kommunsekreterare",
    "ks-presidium",
    "kf-presidium",
    "revisor",
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
    "orsabostader",
    "orsalokaler",
    "orsa-vatten-och-avfall",
]
Del = Literal[
    "processagare",
    "kommunchef",
    "ekonomichef",
    "verksamhetsomradeschef:kommunledning",
    "verksamhetsomradeschef:larande",
    "verksamhetsomradeschef:omsorg",
    "verksamhetsomradeschef:samhalle",
    "forvaltningschef:miljoforvaltningen",
    "forvaltningschef:stadsbyggnadskontoret",
    "utskottsordforande:larandeutskottet",
    "utskottsordforande:omsorgsutskottet",
    "utskottsordforande:samhallsutskottet",
    "namndordforande:miljonamnden",
    "su-ordforande",
    "utskottssekreterare",
    "kommunsekreterare",
    "ks-presidium",
    "kf-presidium",
    "revisor",
]
"""A role, or the role of one of its units."""


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


if not TYPE_CHECKING and not settings().is_orsa:
    own = load_definition(settings().definition)
    Steg, Instans, Roll, Enhet, Del = choices_of(own)
    Mote = meeting_names(own)
