"""An act of what its form was filled in with; what is wrong stands at each field, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.act import Act
from models.errors import KommunplanError
from models.process import TaskKey
from models.text import FieldPointer
from web.asking import PART, ActForm, Input
from web.figures import read_figures

LONGEST = 2000
"""Characters of a field."""
Faults = dict[str, str]


def filled_act(
    form: ActForm,
    values: Mapping[str, str],
    by: str,
    token: str,
    file: Callable[[str], Path | None],
) -> tuple[Act | None, Faults]:
    """The act as it is asked for, by whom; or None, and what is wrong. The same `token` again is the same
    act, of those that can be done any number of times; `file` finds one that was sent."""
    faults: Faults = {}
    given: dict[str, Any] = {}
    for one in form.inputs:
        _take(one, values, given, faults)
        if one.kind == "file" and one.name in given:
            given[one.name] = file(given[one.name])
            if given[one.name] is None:
                faults[one.name] = "Filen finns inte kvar. Välj den igen."
    if form.groups:
        _take_figures(form, values, given, faults)
    if faults:
        return None, faults
    if any(one.name == "av" for one in form.act.fields()):
        given["av"] = by
    try:
        act = form.act.of(given)
    except ValidationError as error:
        return None, {_name_of(form, one["loc"]): _REFUSED for one in error.errors()}
    # the field is the act's own, and is asked of nobody
    return act.model_copy(update={"token": token}) if hasattr(act, "token") else act, {}


def _take_figures(
    form: ActForm, values: Mapping[str, str], given: dict[str, Any], faults: Faults
) -> None:
    figures, wrong = read_figures(form.figured, values)
    faults |= wrong
    if figures:
        given["resultat"] = figures
    elif not wrong and form.act.field("results").is_required:
        faults[form.groups[0].fields[0].name] = "Fyll i de siffror som ska registreras."


_REFUSED = "Värdet går inte att använda. Kontrollera det."


def _take(one: Input, values: Mapping[str, str], given: dict[str, Any], faults: Faults) -> None:
    text = values.get(one.name, "").strip()
    if one.kind == "known":
        text = text or one.value
    if one.kind == "tick":
        given[one.name] = bool(text)
    elif not text:
        if one.required:
            verb = "Välj" if one.kind in ("select", "radio", "file") else "Fyll i"
            faults[one.name] = f"{verb} {one.label.lower()}."
    elif len(text) > LONGEST:
        faults[one.name] = f"{one.label} är {len(text)} tecken. Korta till högst {LONGEST}."
    elif one.name == PART:
        key = TaskKey.of(text)
        given |= {"roll": key.role, "enhet": key.unit}
    else:
        _read(one, text, given, faults)


def _read(one: Input, text: str, given: dict[str, Any], faults: Faults) -> None:
    try:
        given[one.name] = _value(one, text)
    except ValueError as error:
        faults[one.name] = str(error)


def _value(one: Input, text: str) -> Any:
    if one.kind == "day":
        return _day(one, text)
    if one.kind == "number":
        return _number(one, text)
    if one.name == "karta":
        return _pairs(text)
    if [choice.value for choice in one.choices] == ["ja", "nej"]:
        return text == "ja"
    return text


def _day(one: Input, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{one.label}: skriv dagen som 2027-10-18.") from None


def _number(one: Input, text: str) -> int:
    try:
        return int(text.replace("\u00a0", "").replace(" ", "").replace("−", "-"))
    except ValueError:
        raise ValueError(f"{one.label}: skriv ett helt tal.") from None


def _pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in text.splitlines():
        old, is_pair, new = (part.strip() for part in line.partition("="))
        if not (old and is_pair):
            raise ValueError(f"{line} går inte att läsa. Skriv gammalt=nytt, en rad för varje.")
        pairs[old] = new
    return pairs


def _name_of(form: ActForm, place: tuple[int | str, ...]) -> str:
    """The field that pydantic names by its attribute, or by that within what is spread."""
    attributes = {one.attribute: one.name for one in form.act.fields()}
    names = [attributes[str(one)] for one in place if str(one) in attributes]
    name = names[-1] if names else ""
    return PART if name in ("roll", "enhet") and PART in form.labels() else name


def field_at(form: ActForm, error: KommunplanError) -> str:
    """The field that a refusal points at; empty where it points at none of the form."""
    for part in error.text.parts:
        if isinstance(part, FieldPointer):
            return _name_of(form, (part.attribute,))
    return ""
