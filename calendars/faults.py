"""What pydantic finds wrong in a file, in Swedish: where, what stands there, what is allowed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.errors import DefinitionError
from models.process import ADDRESS, ADDRESSEE, BODY_SLUG, HTTPS, LINE, PART, SLUG

Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], raw: Mapping[str, Any]) -> Model:
    """The model of what a file holds; DefinitionError with every fault."""
    try:
        return model.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DefinitionError([_fault(model, raw, one) for one in error.errors()]) from None


def unknown(where: str, wanted: Iterable[str], known: Iterable[str], what: str) -> Iterator[str]:
    """A fault for each that is wanted and not known."""
    for one in wanted:
        if one not in known:
            yield f"{where}: {what} {one!r}. Tillåtna: {', '.join(sorted(known)) or 'inga'}."


_PATTERNS = {
    SLUG: "ska vara små bokstäver a–z och siffror, med bindestreck mellan orden",
    PART: "ska vara en roll, eller roll:enhet",
    ADDRESSEE: "ska vara en roll, roll:enhet eller en e-postadress",
    BODY_SLUG: "ska vara bokstäver A–Z, siffror och bindestreck, med en bokstav först",
    LINE: "ska vara text på en enda rad, och inte tom",
    HTTPS: "ska vara en adress som börjar med https://",
    ADDRESS: "ska vara en e-postadress, som namn@kommun.se",
}
_SHOWN = 80
"""Characters of a value."""
_TYPES = {
    "int": "ett heltal",
    "float": "ett tal",
    "decimal": "ett tal",
    "finite": "ett vanligt tal",
    "bool": "true eller false",
    "date": "ett datum utan citattecken, som 2027-03-01",
    "string": "text inom citattecken",
    "tuple": "en lista inom [ ]",
    "model": "en tabell med namngivna fält",
    "dict": "en tabell med namngivna fält",
}


def _fault(model: type[BaseModel], raw: Mapping[str, Any], error: ErrorDetails) -> str:
    """One pydantic error in Swedish: where, what stands there, what is allowed."""
    where = ", ".join(_where(raw, error["loc"]))
    if error["type"] == "missing":
        return f"{where}: saknas. Fältet måste finnas."
    if error["type"] == "extra_forbidden":
        return f"{where}: okänt fält. Tillåtna: {_fields(model, error['loc'])}."
    return f"{where}: {_shown(error['input'])} går inte; {_allowed(error)}."


def _where(raw: Mapping[str, Any], place: Sequence[int | str]) -> Iterator[str]:
    """The fields on the way to a place; of an entry in a list its name, or else its number."""
    at: Any = raw
    for part, after in zip_longest(place, place[1:]):
        at = _inside(at, part)
        if isinstance(part, str) and isinstance(after, int):
            yield f"{part} {_entry(_inside(at, after), after)}"
        elif isinstance(part, str) and part != "[key]":  # pydantic's, of a table's key
            yield part


def _entry(at: Any, number: int) -> str:
    named = at if isinstance(at, dict) else {}
    name = named.get("slug") or named.get("roll") or named.get("steg")
    return repr(name) if name else f"nr {number + 1}"


def _allowed(error: ErrorDetails) -> str:
    """What may stand instead, as a clause."""
    context = error.get("ctx", {})
    match error["type"]:
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            return _PATTERNS.get(pattern, f"ska följa mönstret {pattern}")
        case "literal_error" | "enum":
            return f"ska vara {str(context['expected']).replace(' or ', ' eller ')}"
        case "value_error":
            return str(context["error"])
        case "greater_than_equal":
            return f"ska vara minst {context['ge']}"
        case "less_than_equal":
            return f"ska vara högst {context['le']}"
        case "too_short":
            return "ska inte vara tom"
        case "too_long" | "string_too_long":
            return f"ska ha högst {context.get('max_length')}"
    expected = filter(error["type"].startswith, _TYPES)
    return next(
        (f"ska vara {_TYPES[name]}" for name in expected), "har ett värde som inte kan vara där"
    )


def _fields(model: type[BaseModel], place: Sequence[int | str]) -> str:
    """The fields that may stand where an unknown one does."""
    for part in place[:-1]:
        # a place in a list, or a key of a table, is no field
        field = next((f for f in model.model_fields.values() if f.alias == part), None)
        model = (_model_in(field.annotation) if field else None) or model
    return ", ".join(field.alias or name for name, field in model.model_fields.items())


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The model that a field holds, however deep in its type: `tuple[Model, ...] | None`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next(filter(None, map(_model_in, get_args(kind))), None)


def _shown(value: object) -> str:
    """A value as its TOML has it; of a table or a list only that it is one."""
    match value:
        case dict():
            return "en tabell"
        case list() | tuple():
            return "en lista"
        case bool():
            return str(value).lower()
        case date():
            return str(value)
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _inside(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None
