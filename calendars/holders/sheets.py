"""Holders and absences as tables have them: each value found by its heading, each fault by its cell.

Pure. A cell that is empty is a field left out; columns with other headings are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from calendars.faults import validated
from calendars.holders.rows import AbsentRow, Fault, HolderRow
from calendars.meeting_plans.tables import Cell, Table
from calendars.meeting_plans.written_days import written_day
from models.errors import DefinitionError
from models.process import Definition, Entry

Row = TypeVar("Row", bound=Entry)
_HEADINGS = {
    "roll": "roll", "befattning": "roll", "enhet": "enhet", "namn": "namn", "adress": "adress",
    "e-post": "adress", "epost": "adress", "e-postadress": "adress", "mejl": "adress",
    "mejladress": "adress", "fran": "fran", "från": "fran", "fr.o.m.": "fran", "from": "fran",
    "till": "till", "t.o.m.": "till", "tom": "till", "utskick": "utskick",
    "ersattare": "ersattare", "ersättare": "ersattare",
}  # fmt: skip
_DAYS = {"fran", "till"}
_SEARCHED = 30
"""Rows from the top in which the heading is looked for."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the columns are, and what the rows below are."""

    row: int
    columns: Mapping[str, int]
    model: type[HolderRow] | type[AbsentRow]


@dataclass(slots=True)
class Sheet(Generic[Row]):
    """The rows that could be read, with where each stands, and every fault so far."""

    rows: list[Row] = field(default_factory=list)
    places: list[Mapping[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def told(self, fault: Fault) -> str:
        places = self.places[fault.row]
        where = places.get(fault.field or "", places[""])
        return f"{where}, {fault.field}: {fault.text}" if fault.field else f"{where}: {fault.text}"


def find_heading(table: Table) -> Heading | None:
    """The first row with the headings of holders or of absences."""
    for number, row in enumerate(table.rows[:_SEARCHED]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            known = _HEADINGS.get(cell.text.casefold().rstrip(":*").strip())
            if known is not None:
                columns.setdefault(known, column)
        if {"roll", "adress"} <= columns.keys():
            return Heading(number, columns, HolderRow)
        if {"adress", "ersattare"} <= columns.keys():
            return Heading(number, columns, AbsentRow)
    return None


def read_rows(
    table: Table, heading: Heading, model: type[Row], definition: Definition, into: Sheet[Row]
) -> None:
    """Every row below the heading; an empty row is passed over."""
    missing = [
        info.alias
        for info in model.model_fields.values()
        if info.is_required() and info.alias not in heading.columns
    ]
    if missing:
        where = table.rows[heading.row][0].where
        into.faults.append(
            f"{where}: kolumnen {', '.join(map(str, missing))} saknas. Lägg till den."
        )
        return
    for row in table.rows[heading.row + 1 :]:
        if any(not cell.is_empty for cell in row):
            _read(row, heading, model, definition, into)


def _read(
    row: tuple[Cell, ...], heading: Heading, model: type[Row], definition: Definition,
    into: Sheet[Row],
) -> None:  # fmt: skip
    known = {info.alias for info in model.model_fields.values()}
    cells = {
        name: row[column]
        for name, column in heading.columns.items()
        if name in known and column < len(row)
    }
    places = {"": row[0].where} | {name: cell.where for name, cell in cells.items()}
    raw: dict[str, Any] = {}
    wrong: set[str] = set()
    for name, cell in cells.items():
        if cell.is_empty:
            continue
        try:
            raw[name] = _value(name, cell, definition)
        except ValueError as error:
            wrong.add(name)
            into.faults.append(f"{cell.where}, {name}: {cell.text!r} {error}.")
    try:
        found = validated(model, raw)
    except DefinitionError as error:
        for fault in error.faults:
            name = fault.partition(":")[0]
            if name not in wrong:  # told already, where it stands
                into.faults.append(f"{places.get(name, places[''])}, {fault}")
        return
    if not wrong:
        into.rows.append(found)
        into.places.append(places)


def _value(name: str, cell: Cell, definition: Definition) -> object:
    if name in _DAYS:
        return cell.value if isinstance(cell.value, date) else written_day(cell.text).day
    text = cell.text
    match name:
        case "roll":
            names = {role.name.casefold(): role.slug for role in definition.roles}
        case "enhet":
            names = {unit.name.casefold(): unit.slug for unit in definition.units}
        case "utskick":
            return text.casefold()
        case _:
            return text
    return names.get(text.casefold(), text.casefold())
