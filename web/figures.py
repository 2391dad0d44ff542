"""The figures of a step as fields of the form: which there are, and what was written in them.

Nothing has to be filled in. A row that is left empty, a unit's or a year's, stays as it was registered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from models.process import Unit
from models.results import NAMES, faults, in_words

YEARS = 4
"""The budget year and the three after it, as the frames are set."""
_KEYS = {"ramar": "ar", "prognos": "enhet"}
"""What tells the rows of a kind apart; the other kinds have none."""
_RESULT = {"resultat": "Årets resultat, tkr", "balanskravsresultat": "Balanskravsresultat, tkr"}
_GOALS = {
    "uppfyllda": "Uppfyllda mål",
    "delvis": "Delvis uppfyllda",
    "ej": "Ej uppfyllda",
    "ej_matbara": "Kan inte mätas än",
}


class FigureForm(Protocol):
    """What figures are asked for: the kinds, what is registered of them, and the rows of a forecast."""

    @property
    def budget_year(self) -> int: ...
    @property
    def kinds(self) -> Sequence[str]: ...
    @property
    def figures(self) -> Mapping[str, Any]: ...
    @property
    def units(self) -> Sequence[Unit]: ...


@dataclass(frozen=True, slots=True)
class ResultField:
    """One value; `row` is the year or the unit that it is about, `part` what it is of it."""

    name: str
    label: str
    row: int | str | None = None
    part: str = ""
    registered: str = ""
    """What stands of it now; empty for nothing."""


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """The fields of one kind of figures, and what is registered of it in words; empty for nothing."""

    kind: str
    legend: str
    hint: str
    registered: str
    fields: tuple[ResultField, ...]


def result_fields(view: FigureForm) -> tuple[ResultGroup, ...]:
    """The figures that the part gives; none where it gives none."""
    return tuple(
        ResultGroup(
            kind,
            f"{NAMES[kind]} (frivilligt)",
            _HINTS.get(kind, ""),
            in_words(kind, view.figures[kind], {unit.slug: unit.name for unit in view.units})
            if kind in view.figures
            else "",
            tuple(
                replace(field, registered=_registered(view, kind, field))
                for field in _fields(kind, view)
            ),
        )
        for kind in view.kinds
    )


def _registered(view: FigureForm, kind: str, field: ResultField) -> str:
    """What stands of the field's figure, as it is written."""
    kept = view.figures.get(kind)
    if kind in _KEYS:
        rows = {row[_KEYS[kind]]: row for row in kept or ()}
        kept = rows.get(field.row)
    value = kept.get(field.part) if isinstance(kept, Mapping) else kept
    return "" if value is None else str(value).replace(".", ",")


def read_figures(
    view: FigureForm, values: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    """The figures that were filled in, by kind, and what is wrong with them, by the field's name."""
    figures: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for group in result_fields(view):
        filled = [
            (field, text) for field in group.fields if (text := values.get(field.name, "").strip())
        ]
        if not filled:
            continue
        value = _value(group.kind, filled)
        for at, what in faults(group.kind, value):
            field = _at(group, value, at)
            wrong.setdefault(field.name, f"{field.label}: {what}.")
        figures[group.kind] = _with_the_others(group.kind, value, view.figures.get(group.kind, ()))
    return figures, wrong


def _fields(kind: str, view: FigureForm) -> Iterator[ResultField]:
    match kind:
        case "skattesats":
            yield ResultField(kind, "Kronor per hundra")
        case "ramar":
            for year in range(view.budget_year, view.budget_year + YEARS):
                yield ResultField(f"{kind}-{year}-tkr", f"Ram {year}, tkr", year, "tkr")
        case "prognos":
            for unit in view.units:
                for part in ("budget", "prognos"):
                    name = f"{kind}-{unit.slug}-{part}"
                    yield ResultField(name, f"{unit.name}: {part}, tkr", unit.slug, part)
        case _:
            labels = _RESULT if kind == "bokslutsresultat" else _GOALS
            for part, label in labels.items():
                yield ResultField(f"{kind}-{part}", label, part=part)


_HINTS = {
    "skattesats": "Högst två decimaler, som 22,31.",
    "ramar": "Hela tusental kronor. Ett år som lämnas tomt ändras inte.",
    "bokslutsresultat": "Hela tusental kronor; underskott med minus.",
    "prognos": (
        "Enheternas nettokostnad i hela tusental kronor, vad som är budgeterat och vad som väntas. "
        "En enhet som lämnas tom ändras inte."
    ),
    "maluppfyllelse": "Antal mål.",
}


def _value(kind: str, filled: Sequence[tuple[ResultField, str]]) -> Any:
    if kind == "skattesats":
        return filled[0][1]
    if kind not in _KEYS:
        return {field.part: text for field, text in filled}
    rows: dict[int | str | None, dict[str, object]] = {}
    for field, text in filled:
        rows.setdefault(field.row, {_KEYS[kind]: field.row})[field.part] = text
    return list(rows.values())


def _at(group: ResultGroup, value: Any, at: tuple[int | str, ...]) -> ResultField:
    """The field that a fault is about; the first of the row or the kind where it is about that."""
    row = value[at[0]][_KEYS[group.kind]] if at and isinstance(at[0], int) else None
    part = at[-1] if at else ""
    of_row = [field for field in group.fields if row is None or field.row == row]
    return next((field for field in of_row if field.part == part), of_row[0])


def _with_the_others(kind: str, value: Any, registered: Any) -> Any:
    """The rows, with those that are registered and were left empty."""
    if kind not in _KEYS:
        return value
    key = _KEYS[kind]
    given = {row[key] for row in value}
    return [*(row for row in registered if row[key] not in given), *value]
