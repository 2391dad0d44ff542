"""What pydantic finds wrong in a file, in Swedish: where, what stands there, what is allowed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.errors import DefinitionError
from models.process import ADDRESS, BODY_SLUG, HTTPS, LINE, PART, SLUG

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
    BODY_SLUG: "ska vara bokstäver A–Z, siffror och bindestreck, med en bokstav först",
    LINE: "ska vara text på en enda rad, och inte tom",
    HTTPS: "ska vara en adress som börjar med https://",
    ADDRESS: "ska vara en e-postadress, som namn@kommun.se",
}
_TYPES = {
    "int": "ett heltal",
    "bool": "true eller false",
    "date": "ett datum utan citattecken, som 2027-03-01",
    "string": "text inom citattecken",
    "tuple": "en lista inom [ ]",
    "model": "en tabell med namngivna fält",
    "dict": "en tabell med namngivna fält",
}


def _fault(model: type[BaseModel], raw: Mapping[str, Any], error: ErrorDetails) -> str:
    """One pydantic error in Swedish: where, what stands there, what is allowed."""
    where: list[str] = []
    at: Any = raw
    for part in error["loc"]:
        at = _inside(at, part)
        if isinstance(part, int):
            named = at if isinstance(at, dict) else {}
            name = named.get("slug") or named.get("roll") or named.get("steg")
            where[-1:] = [f"{where[-1]} {name!r}" if name else f"{where[-1]} nr {part + 1}"]
        else:
            where.append(str(part))
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"{', '.join(where)}: saknas. Fältet måste finnas."
        case "extra_forbidden":
            return f"{', '.join(where)}: okänt fält. Tillåtna: {_fields(model, error['loc'])}."
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            allowed = _PATTERNS.get(pattern, f"ska följa mönstret {pattern}")
        case "literal_error" | "enum":
            allowed = f"ska vara {str(context['expected']).replace(' or ', ' eller ')}"
        case "value_error":
            allowed = str(context["error"])
        case "greater_than_equal":
            allowed = f"ska vara minst {context['ge']}"
        case "less_than_equal":
            allowed = f"ska vara högst {context['le']}"
        case "too_short":
            allowed = "ska inte vara tom"
        case kind:
            expected = next((text for name, text in _TYPES.items() if kind.startswith(name)), None)
            allowed = f"ska vara {expected}" if expected else error["msg"]
    return f"{', '.join(where)}: {_shown(error['input'])} går inte; {allowed}."


def _fields(model: type[BaseModel], place: Sequence[int | str]) -> str:
    """The fields that may stand where an unknown one does."""
    for part in place[:-1]:
        if isinstance(part, str):
            kind = next(f for f in model.model_fields.values() if f.alias == part).annotation
            inner = (*get_args(kind), kind)
            model = next(m for m in inner if isinstance(m, type) and issubclass(m, BaseModel))
    return ", ".join(field.alias or name for name, field in model.model_fields.items())


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
    return repr(value)


def _inside(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None
