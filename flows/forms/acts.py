"""The form of an act: what its class asks for, as fields of a Prefect form, and the act that is filled in.

The words are the act's (`models.acts`), the dropdowns those of the municipality's definition. Where an act
names a step that can be raised any number of times, the form asks for its number besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import getdoc
from typing import Annotated, Any, get_args

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.flows import Flow
from prefect.runtime import flow_run
from pydantic import Field as Bound

from flows.forms.choices import Del, Enhet, Instans, Mote, Roll, Steg
from flows.forms.fields import BudgetYear, EventNumber, Link, Number, Text, in_two, named, shape
from flows.steps.driving import drive
from flows.steps.registry import slug_of
from models import choices
from models.act import Act
from models.fields import Field

DROPDOWNS: Mapping[Callable[..., Any], Any] = {
    choices.steps: Steg,
    choices.completed_steps: Steg,
    choices.planned_steps: Steg,
    choices.open_steps: Steg,
    choices.steps_before_start: Steg,
    choices.bodies: Instans,
    choices.bodies_passed: Instans,
    choices.bodies_of_step: Instans,
    choices.gatherings: Mote,
    choices.roles: Roll,
    choices.units: Enhet,
    choices.parts: Del,
}
"""The definition's values, by what gives those that are possible in a year: a form is made once, so it cannot
follow the year."""
BOUNDS: Mapping[str, Any] = {
    "budgetar": BudgetYear,
    "handelse": EventNumber,
    "protokoll": Link,
    "nummer": Annotated[int | None, Bound(ge=1)],
}
"""What the form itself refuses, of the fields with these names."""
NUMBER_HELP = "Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt."
NOT_ASKED = ("resultat", "katalog")
"""Figures have the form of their step; the directory is the server's own."""


def form_of(
    act: type[Act], run_name: str, *, whole: bool = False, shown: bool = True
) -> Flow[..., Any]:
    """A flow whose form asks for the act and whose run does it. `run_name` may name fields: `{steg}: utgår`.
    `whole` and `shown` as of `drive`."""

    async def run(**given: Any) -> State[Any]:
        return await drive(lambda on: on.do(filled_in(act, given)), whole=whole, shown=shown)

    shape(run, act.name, getdoc(act) or "", dict(_fields(act)), help_of(act))
    return in_two(flow(name=act.title, flow_run_name=named(run_name))(run))


def filled_in(act: type[Act], given: Mapping[str, Any]) -> Act:
    """The act, of what its form was given: what was left empty is as if it was not asked. RefusedError where
    a step's number is missing."""
    asked = {field.name: field for field in _asked(act)}
    kept = {
        name: value
        for name, value in given.items()
        if name in asked and (_must(asked[name]) or not _is_empty(value))
    }
    if _is_numbered(act) and given["steg"]:
        kept["steg"] = slug_of(given["steg"], given["nummer"])
    made = act.of(kept)
    # the same run again does nothing more
    return made.model_copy(update={"token": str(flow_run.id)}) if hasattr(made, "token") else made


def help_of(act: type[Act]) -> dict[str, str]:
    """The help text of each field of its form."""
    helps = {field.name: field.words.help for field in act.fields()}
    return {"nummer": NUMBER_HELP, **helps} if _is_numbered(act) else helps


def _fields(act: type[Act]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Each field's type and default, those first that must be filled in."""
    asked = sorted(_asked(act), key=lambda field: not _must(field))
    for field in asked:
        if field.name == "budgetar" and _is_numbered(act):
            yield "nummer", (Number, None)
        yield field.name, (_type(field), _default(field))


def _asked(act: type[Act]) -> list[Field]:
    return [field for field in act.fields() if field.name not in NOT_ASKED]


def _is_numbered(act: type[Act]) -> bool:
    """Whether it names a step that may be one of several; those are never opened by
    hand, nor older than the year."""
    given_by = {field.words.choices for field in act.fields() if field.name == "steg"}
    return bool(given_by - {choices.planned_steps, choices.steps_before_start})


def _must(field: Field) -> bool:
    return field.is_required or field.words.required


def _type(field: Field) -> Any:
    if field.name in BOUNDS:
        return BOUNDS[field.name]
    listed = DROPDOWNS.get(field.words.choices) if field.words.choices else None
    if listed is not None:
        return listed if _must(field) else listed | None
    if _is_text(field):
        return Text if _must(field) else str
    return field.type


def _default(field: Field) -> Any:
    if _must(field):
        return ...
    listed = field.words.choices in DROPDOWNS
    return "" if _is_text(field) and not listed else None if listed else field.default


def _is_text(field: Field) -> bool:
    """Also with its checks, and where it may be left out."""
    kinds = (field.type, *get_args(field.type))
    return str in kinds or any(str in get_args(kind) for kind in kinds)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
