"""The form of an act, made from its class: each field as the page asks for it, with the values possible now.

A field more in the class is a field more here. What is known already, the step and the year, is not asked
for again; who asks never is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from models.act import Act
from models.asked_figures import wanted_with_decision
from models.choices import Scope
from models.fields import Choice, Field
from models.givers import units_of
from models.process import Step, TaskKey, Unit
from web.figures import ResultGroup, result_fields

Kind = Literal["text", "rows", "day", "tick", "select", "radio", "number", "file", "known"]
FEW = 4
"""Choices that are shown at once, at most."""
PART = "del"
"""The field that asks for role and unit as one."""
UNASKED = ("av", "katalog", "roll", "enhet")
"""Who asks is who is signed in; the directory is the server's own; a part is asked for whole."""
LONG = ("skal", "andring", "anteckning", "kommentar", "text", "varfor", "karta", "beslut")
"""The fields with room for some sentences."""
AT_ONCE = ("paragraf", "andring", "skal", "minoritet")
"""Of what the minutes may say, what most decisions need; the rest is folded away."""
FOLDED = ("aterremiss_till", "utan_sammantrade")
FOLDED_OF = {"anteckna": ("steg", "stryk", "skal", "anteckning")}
"""What few need, of some acts."""
NEEDED_OF = {"anteckna": ("dag",)}
"""What stands for today elsewhere, and may not be passed over on a page: it is easily another day."""
YES_OR_NO = (Choice("ja", "ja"), Choice("nej", "nej"))


@dataclass(frozen=True, slots=True)
class Input:
    """A field as it stands on the page, with what is filled in and what is wrong with it."""

    name: str
    label: str
    help: str
    kind: Kind
    value: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    folded: bool = False

    @property
    def shown(self) -> str:
        """What is filled in, as people read it."""
        if self.kind == "tick":
            return "ja" if self.value else "nej"
        if self.kind == "file":
            return self.value.rpartition("/")[2]
        return next((one.label for one in self.choices if one.value == self.value), self.value)


@dataclass(frozen=True, slots=True)
class Figured:
    """What figures an act asks for: as `web.figures` wants it."""

    budget_year: int
    kinds: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class ActForm:
    """Everything that the act's page asks for."""

    act: type[Act]
    inputs: tuple[Input, ...]
    figured: Figured
    groups: tuple[ResultGroup, ...]
    figures_first: bool = False
    """Whether the figures are what it is about, or are missing and come with it: they are not folded."""

    @property
    def at_once(self) -> tuple[Input, ...]:
        return tuple(one for one in self.inputs if not one.folded)

    @property
    def folded(self) -> tuple[Input, ...]:
        return tuple(one for one in self.inputs if one.folded)

    @property
    def has_file(self) -> bool:
        return any(one.kind == "file" for one in self.inputs)

    def labels(self) -> dict[str, str]:
        """What each field is called, by its name."""
        return {one.name: one.label for one in self.inputs}


def act_form(act: type[Act], scope: Scope, values: Mapping[str, str], year: int) -> ActForm:
    """The act's form, with what has been filled in so far. `year` is the budget year."""
    scope = replace(scope, given=_given(act, values))
    inputs = list(_inputs(act, scope, values))
    figured = Figured(year)
    if any(one.attribute == "results" for one in act.fields()) and scope.step:
        figured = _figured(act, scope, scope.step, values, year)
    return ActForm(
        act, tuple(inputs), figured, tuple(result_fields(figured)), _is_awaited(act, scope)
    )


def _is_awaited(act: type[Act], scope: Scope) -> bool:
    asked = [one for one in act.fields() if one.attribute == "results"]
    if not asked or scope.step is None or scope.state is None:
        return False
    if asked[0].is_required or asks_part(act):
        return True
    return bool(wanted_with_decision(scope.state, scope.step))


def _given(act: type[Act], values: Mapping[str, str]) -> dict[str, object]:
    given: dict[str, object] = {
        one.attribute: values[one.name] for one in act.fields() if values.get(one.name)
    }
    if asks_part(act) and values.get(PART):
        key = TaskKey.of(values[PART])
        given |= {"role": key.role, "unit": key.unit}
    return given


def asks_part(act: type[Act]) -> bool:
    """Whether it is about one part: a role, and a unit of it."""
    return {"role", "unit"} <= {one.attribute for one in act.fields()}


def _inputs(act: type[Act], scope: Scope, values: Mapping[str, str]) -> Iterator[Input]:
    for one in act.fields():
        if one.name == "roll" and asks_part(act):
            yield _part(act, scope, values)
        if one.attribute == "results" or (one.name in UNASKED and _is_unasked(act, one)):
            continue
        yield _input(act, one, scope, values)


def _is_unasked(act: type[Act], one: Field) -> bool:
    return one.name in ("av", "katalog") or asks_part(act)


def _part(act: type[Act], scope: Scope, values: Mapping[str, str]) -> Input:
    asked = act.field("role")
    return Input(
        PART,
        "Vems del",
        "" if asked.is_required else "Tomt betyder alla, eller hela steget.",
        "select",
        values.get(PART, ""),
        asked.is_required,
        tuple(_parts(act, scope)),
    )


def _parts(act: type[Act], scope: Scope) -> Iterator[Choice]:
    """Each role that can be meant, and where it is held for units each unit of it."""
    roles, units = act.field("role").words.choices, act.field("unit").words.choices
    for role in roles(scope) if roles else ():
        within = replace(scope, given={**scope.given, "role": role.value, "unit": ""})
        of_role = scope.current.role(role.value).units
        found = [one for one in units(within) if one.value in of_role] if units else []
        for unit in found:
            yield Choice(f"{role.value}:{unit.value}", f"{role.label}, {unit.label}")
        if not found:
            yield role


def _input(act: type[Act], one: Field, scope: Scope, values: Mapping[str, str]) -> Input:
    choices = tuple(one.words.choices(scope)) if one.words.choices else ()
    if one.type == (bool | None):
        choices = YES_OR_NO
    needed = one.name in NEEDED_OF.get(act.name, ()) and not values.get("stryk")
    required = one.is_required or one.words.required or needed
    value = values.get(one.name, "")
    kind = _kind(one, choices)
    if one.words.choices and required and len(choices) == 1:
        kind, value = "known", choices[0].value
    if value and one.name in ("steg", "budgetar"):
        kind = "known"
    return Input(
        one.name,
        one.words.label,
        one.words.help,
        kind,
        value,
        required,
        choices,
        not value and _is_folded(act, one),
    )


def _is_folded(act: type[Act], one: Field) -> bool:
    if one.is_required or one.words.required:
        return False
    of_minutes = bool(one.of) and one.name not in AT_ONCE
    return of_minutes or one.name in (*FOLDED, *FOLDED_OF.get(act.name, ()))


def _kind(one: Field, choices: Sequence[Choice]) -> Kind:
    bare = _bare(one.type)
    if choices or one.words.choices is not None:
        return "radio" if 1 < len(choices) <= FEW and one.is_required else "select"
    if bare is bool:
        return "tick" if one.type is bool else "select"
    kinds: dict[Any, Kind] = {date: "day", int: "number", Path: "file"}
    return kinds.get(bare, "rows" if one.name in LONG else "text")


def _bare(type_: Any) -> Any:
    """Without None and without checks."""
    for kind in (bool, date, int, str, Path):
        if type_ is kind or kind in get_args(type_):
            return kind
    return type_


def _figured(
    act: type[Act], scope: Scope, step: Step, values: Mapping[str, str], year: int
) -> Figured:
    """The kinds that can be given, by the part where one is named."""
    asked = act.field("results").words.choices
    kinds = tuple(one.value for one in asked(scope)) if asked else ()
    units: Sequence[str] = [unit.slug for unit in scope.current.units]
    if values.get(PART):
        units = units_of(scope.current, step, TaskKey.of(values[PART]))
    known = scope.state[step.slug].results if scope.state else {}
    return Figured(
        year,
        kinds,
        {kind: known[kind] for kind in kinds if kind in known},
        tuple(scope.current.unit(slug) for slug in units),
    )
