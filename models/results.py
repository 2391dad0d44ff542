"""The figures that a step results in, each of a known kind: what it holds, its bounds, how it is written.

Pure. A step names its kinds (`resultat` in the definition). A kind is a pydantic type, so that the form in
the Prefect UI, the command line and the log check and keep the same thing. Amounts are tkr, thousands
of kronor; a deviation is budget less forecast, so a deficit is negative.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from models.errors import RefusedError

Kind = Literal["skattesats", "ramar", "bokslutsresultat", "prognos", "maluppfyllelse"]

LOWEST_RATE, HIGHEST_RATE = Decimal("10"), Decimal("40")
"""Sane bounds: a municipality alone lies around 16–24, Gotland, which is a region too, above 33."""


def _two_decimals(rate: Decimal) -> Decimal:
    if rate != round(rate, 2):
        raise ValueError("skattesatsen anges med högst två decimaler")
    return round(rate, 2)


def _as_number(value: object) -> object:
    """A number as people write it: with a comma, a space between thousands, a real minus sign."""
    if not isinstance(value, str):
        return value
    return re.sub(r"\s", "", value).replace(",", ".").replace("−", "-")


Skattesats = Annotated[
    Decimal,
    BeforeValidator(_as_number),
    Field(ge=LOWEST_RATE, le=HIGHEST_RATE),
    AfterValidator(_two_decimals),
    WithJsonSchema(
        {
            "type": "number",
            "title": "Skattesats",
            "minimum": float(LOWEST_RATE),
            "maximum": float(HIGHEST_RATE),
            "examples": [22.31],
            "description": "Kronor per hundra, högst två decimaler, till exempel 22,31",
        }
    ),
]
"""Kronor per skattekrona hundra: `22.31`."""
Tkr = Annotated[
    int,
    BeforeValidator(_as_number),
    Field(ge=-100_000_000, le=100_000_000),
    WithJsonSchema({"type": "integer", "minimum": -100_000_000, "maximum": 100_000_000}),
]


class Figures(BaseModel):
    # those that follow are described in Swedish, because Prefect shows it in the form

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ram(Figures):
    """Ramen för ett år."""

    ar: int = Field(ge=2000, le=2110, title="År")
    tkr: Tkr = Field(title="Ram, tkr")


def _each_year_once(rows: tuple[Ram, ...]) -> tuple[Ram, ...]:
    _refuse_doubles([row.ar for row in rows], "året")
    return rows


class Bokslutsresultat(Figures):
    """Årets resultat, och resultatet efter balanskravsutredningen (lag (2018:597) 11 kap. 10 §)."""

    resultat: Tkr = Field(title="Årets resultat, tkr")
    balanskravsresultat: Tkr = Field(title="Balanskravsresultat, tkr")


class Prognosrad(Figures):
    """En enhets nettokostnad: vad som är budgeterat och vad som väntas."""

    enhet: str = Field(title="Enhet", min_length=1, max_length=80)
    budget: Tkr = Field(title="Budget, tkr")
    prognos: Tkr = Field(title="Prognos, tkr")

    @property
    def avvikelse(self) -> int:
        """Budget less forecast, tkr; negative is a deficit."""
        return self.budget - self.prognos

    @property
    def procent(self) -> float | None:
        """The deviation as a share of the budget; None without a budget."""
        return 100 * self.avvikelse / abs(self.budget) if self.budget else None


def _each_unit_once(rows: tuple[Prognosrad, ...]) -> tuple[Prognosrad, ...]:
    _refuse_doubles([row.enhet for row in rows], "enheten")
    return rows


class Maluppfyllelse(Figures):
    """Hur många mål som är uppfyllda, delvis uppfyllda, inte uppfyllda, och som inte kan mätas än."""

    uppfyllda: int = Field(ge=0, le=1000, title="Uppfyllda mål")
    delvis: int = Field(0, ge=0, le=1000, title="Delvis uppfyllda")
    ej: int = Field(0, ge=0, le=1000, title="Ej uppfyllda")
    ej_matbara: int = Field(0, ge=0, le=1000, title="Kan inte mätas än")


def _refuse_doubles(values: Sequence[object], what: str) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise ValueError(f"{what} {value} står {count} gånger")


Ramar = Annotated[
    tuple[Ram, ...], Field(min_length=1, max_length=10), AfterValidator(_each_year_once)
]
Prognos = Annotated[
    tuple[Prognosrad, ...], Field(min_length=1, max_length=100), AfterValidator(_each_unit_once)
]

TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "skattesats": Skattesats,
        "ramar": Ramar,
        "bokslutsresultat": Bokslutsresultat,
        "prognos": Prognos,
        "maluppfyllelse": Maluppfyllelse,
    }
)
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "skattesats": "Skattesats",
        "ramar": "Ekonomiska ramar",
        "bokslutsresultat": "Bokslutsresultat",
        "prognos": "Prognos per enhet",
        "maluppfyllelse": "Måluppfyllelse",
    }
)
WRITTEN: Mapping[str, str] = MappingProxyType(
    {
        "skattesats": "skattesats=22,31",
        "ramar": "ramar=2028:512000,2029:520000",
        "bokslutsresultat": "bokslutsresultat=resultat:4200,balanskravsresultat:3900",
        "prognos": "prognos=enhet-a:210000:212500,enhet-b:180000:179000",
        "maluppfyllelse": "maluppfyllelse=uppfyllda:12,delvis:5,ej:3",
    }
)
"""How a kind is written on the command line; of a forecast: unit, budget, forecast."""
_ROWS = {"ramar": ("ar", "tkr"), "prognos": ("enhet", "budget", "prognos")}
"""The fields of a row, of what is written as rows."""
_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def checked(kind: str, value: object) -> Any:
    """The value as JSON keeps it, checked; RefusedError with the field, the value and what is allowed."""
    if found := faults(kind, value):
        said = "; ".join(f"{_where(at)} {what}".strip() for at, what in found)
        raise RefusedError(
            f"Resultatet {kind} går inte att använda: {said}. Skriv till exempel {WRITTEN[kind]}."
        )
    return _adapter(kind).dump_python(_adapter(kind).validate_python(value), mode="json")


def faults(kind: str, value: object) -> list[tuple[tuple[int | str, ...], str]]:
    """Where in the value something is wrong, as row and field, and what it is; empty of a sound one."""
    try:
        _adapter(kind).validate_python(value)
    except ValidationError as error:
        # of a list whose rows are wrong pydantic says besides that nothing is left of it
        found = [one for one in error.errors() if one["type"] != "too_short" or not one["input"]]
        return [(one["loc"], _fault(one)) for one in found]
    return []


def read(kind: str, kept: object) -> Any:
    """The value as its type, from what JSON keeps."""
    return _adapter(kind).validate_python(kept)


def parsed(text: str) -> tuple[str, Any]:
    """Kind and value of what is written on the command line: `skattesats=22,31`."""
    kind, _, written = text.partition("=")
    kind = kind.strip().lower()
    if kind not in TYPES:
        raise RefusedError(
            f"Resultatet {kind!r} finns inte. Välj bland: {', '.join(TYPES)}; "
            f"skriv till exempel {WRITTEN['skattesats']}."
        )
    if kind == "skattesats":
        return kind, checked(kind, written)
    parts = [part.split(":") for part in re.split(r"[;,]\s*", written.strip()) if part.strip()]
    fields = _ROWS.get(kind)
    _refuse_colons(kind, parts, len(fields or ("namn", "antal")))
    if fields is not None:
        rows = [[text.strip() for text in part] for part in parts]
        return kind, checked(kind, [dict(zip(fields, row, strict=True)) for row in rows])
    for name, count in Counter(part[0].strip() for part in parts).items():
        if count > 1:
            raise RefusedError(
                f"Resultatet {kind} går inte att använda: {name} står {count} gånger. Ange det en gång."
            )
    return kind, checked(kind, {name.strip(): value for name, value in parts})


def _refuse_colons(kind: str, parts: Sequence[Sequence[str]], wanted: int) -> None:
    """RefusedError for a part with too many or too few of them."""
    for part in parts:
        if len(part) != wanted:
            raise RefusedError(
                f"Resultatet {kind} går inte att använda: {':'.join(part)!r} har {len(part) - 1} kolon. "
                f"Skriv till exempel {WRITTEN[kind]}."
            )


def in_words(kind: str, kept: object, units: Mapping[str, str] | None = None) -> str:
    """As people read it: `22,31`, `2028: 512 000 tkr`; with the units by these names, where given."""
    names = units or {}
    value = read(kind, kept)
    match kind:
        case "skattesats":
            return f"{value:.2f}".replace(".", ",")
        case "ramar":
            return "; ".join(f"{row.ar}: {in_tkr(row.tkr)}" for row in value)
        case "bokslutsresultat":
            result, balance = in_tkr(value.resultat), in_tkr(value.balanskravsresultat)
            return f"resultat {result}, balanskravsresultat {balance}"
        case "prognos":
            rows = "; ".join(
                f"{names.get(row.enhet, row.enhet)} {_signed(row.avvikelse)}" for row in value
            )
            return f"avvikelse {_signed(sum(row.avvikelse for row in value))} ({rows})"
    return ", ".join(
        f"{count} {name}" for name, count in _counts(value).items() if count or name == "uppfyllda"
    )


def difference(kind: str, now: object, before: object) -> str:
    """What a later figure is beside an earlier one of the same kind; empty where they are the same."""
    if now == before:
        return ""
    late, early = read(kind, now), read(kind, before)
    match kind:
        case "skattesats":
            return f"{late - early:+.2f}".replace(".", ",").replace("-", "−")
        case "ramar":
            return _changed_amounts(
                {row.ar: row.tkr for row in late}, {row.ar: row.tkr for row in early}, ": "
            )
        case "bokslutsresultat":
            return _changed_amounts(late.model_dump(), early.model_dump(), " ")
        case "prognos":
            return _changed_amounts(
                {row.enhet: row.avvikelse for row in late},
                {row.enhet: row.avvikelse for row in early},
                " ",
            )
    changes = {name: count - _counts(early)[name] for name, count in _counts(late).items()}
    said = ", ".join(f"{change:+d} {name}" for name, change in changes.items() if change)
    return said.replace("-", "−")


def _changed_amounts(late: Mapping[Any, int], early: Mapping[Any, int], between: str) -> str:
    """`2028: +500 tkr`, of each that both have and that differs."""
    return "; ".join(
        f"{name}{between}{_signed(amount - early[name])}"
        for name, amount in late.items()
        if early.get(name, amount) != amount
    )


def amounts(kind: str, kept: object) -> Iterator[tuple[str | None, str, int, float | None]]:
    """What a threshold is asked of: unit, name, tkr, percent of budget. Of a rate and of goals: nothing."""
    value = read(kind, kept)
    if kind == "bokslutsresultat":
        yield None, "resultat", value.resultat, None
        yield None, "balanskravsresultat", value.balanskravsresultat, None
    elif kind == "prognos":
        for row in value:
            yield row.enhet, "avvikelse", row.avvikelse, row.procent


def _adapter(kind: str) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(TYPES[kind])
    return _ADAPTERS[kind]


def _counts(goals: Maluppfyllelse) -> dict[str, int]:
    return {
        "uppfyllda": goals.uppfyllda,
        "delvis": goals.delvis,
        "ej uppfyllda": goals.ej,
        "kan inte mätas": goals.ej_matbara,
    }


def in_tkr(amount: int) -> str:
    """`−2 500 tkr`."""
    return f"{amount:,} tkr".replace(",", "\u00a0").replace("-", "−")


def _signed(amount: int) -> str:
    return f"{amount:+,} tkr".replace(",", "\u00a0").replace("-", "−")


def _where(at: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in at)


def _fault(found: Any) -> str:
    context = found.get("ctx", {})
    match found["type"]:
        case "missing":
            return "saknas"
        case "extra_forbidden":
            return "finns inte"
        case "greater_than_equal":
            return f"{found['input']} är för lågt (minst {_bound(context['ge'])})"
        case "less_than_equal":
            return f"{found['input']} är för högt (högst {_bound(context['le'])})"
        case "value_error":
            return str(context["error"])
        case "too_short":
            return "är tomt"
        case kind if kind.startswith(("decimal", "int")):
            return f"{found['input']!r} är inget tal"
    return f"{found['input']!r} duger inte"


def _bound(limit: object) -> str:
    """As people write it, of what pydantic gives as `Decimal('40')`."""
    return re.sub(r"^Decimal\('(.*)'\)$", r"\1", str(limit))
