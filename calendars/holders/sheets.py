"""Holders and absences as tables have them: each value found by its heading, each fault by its cell.

Pure. A cell that is empty is a field left out; columns with other headings are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from calendars.faults import validated
from calendars.holders.rows import AbsenceEntry, Fault, HolderEntry
from calendars.meeting_plans.written_days import written_day
from calendars.tables.cells import Cell, Table
from models.errors import DefinitionError
from models.process import Definition, Entry

Row = TypeVar("Row", bound=Entry)
_HEADINGS = {
    "roll": "roll",
    "befattning": "roll",
    "enhet": "enhet",
    "namn": "namn",
    "adress": "adress",
    "e-post": "adress",
    "epost": "adress",
    "e-postadress": "adress",
    "mejl": "adress",
    "mejladress": "adress",
    "fran": "fran",
    "från": "fran",
    "fr.o.m.": "fran",
    "from": "fran",
    "till": "till",
    "t.o.m.": "till",
    "tom": "till",
    "utskick": "utskick",
    "ersattare": "ersattare",
    "ersättare": "ersattare",
}
_DAYS = {"fran", "till"}
_SEARCHED = 30
"""Rows from the top in which the heading is looked for."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the columns are, and what the rows below are."""

    row: int
    columns: Mapping[str, int]
    model: type[HolderEntry] | type[AbsenceEntry]


class ToldFault(NamedTuple):
    """A fault with where it stands, as a number that sorts and as text."""

    place: tuple[int, int, int]
    text: str


@dataclass(slots=True)
class Sheet(Generic[Row]):
    """The rows that could be read, with where each stands, and every fault so far. `texts` are the
    cells of all rows, also of those that could not be read."""

    rows: list[Row] = field(default_factory=list)
    places: list[Mapping[str, ToldFault]] = field(default_factory=list)
    faults: list[ToldFault] = field(default_factory=list)
    texts: list[Mapping[str, str]] = field(default_factory=list)

    def told(self, fault: Fault) -> ToldFault:
        places = self.places[fault.row]
        place, where = places.get(fault.field or "", places[""])
        named = f", {fault.field}" if fault.field else ""
        return ToldFault(place, f"{where}{named}: {fault.text}")

    def written(self, name: str) -> list[str]:
        """What stands in a column."""
        return [texts[name] for texts in self.texts if name in texts]


def find_heading(table: Table) -> Heading | None:
    """The first row with the headings of holders or of absences."""
    for number, row in enumerate(table.rows[:_SEARCHED]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            known = _HEADINGS.get(cell.text.casefold().rstrip(":*").strip())
            if known is not None:
                columns.setdefault(known, column)
        if {"roll", "adress"} <= columns.keys():
            return Heading(number, columns, HolderEntry)
        if {"adress", "ersattare"} <= columns.keys():
            return Heading(number, columns, AbsenceEntry)
    return None


def read_rows(
    number: int,
    table: Table,
    heading: Heading,
    model: type[Row],
    definition: Definition,
    into: Sheet[Row],
) -> None:
    """Every row below the heading of the file's table with this number; an empty row is passed over."""
    missing = [
        info.alias
        for info in model.model_fields.values()
        if info.is_required() and info.alias not in heading.columns
    ]
    titles = table.rows[heading.row]
    if missing:
        text = f"{titles[0].where}: kolumnen {', '.join(map(str, missing))} saknas. Lägg till den."
        into.faults.append(ToldFault((number, heading.row, 0), text))
    for below, row in enumerate(table.rows[heading.row + 1 :], heading.row + 1):
        for column, cell in _without_heading(row, titles):
            text = (
                f"{cell.where}: {cell.text!r} har ingen rubrik över sig. "
                "Ta bort det, eller skriv en rubrik."
            )
            into.faults.append(ToldFault((number, below, column), text))
        if not all(cell.is_empty for cell in row):
            _read((number, below), row, heading, model, definition, into, is_whole=not missing)


def _without_heading(row: Sequence[Cell], titles: Sequence[Cell]) -> Iterator[tuple[int, Cell]]:
    for column, cell in enumerate(row):
        if not cell.is_empty and (column >= len(titles) or titles[column].is_empty):
            yield column, cell


def _read(
    at: tuple[int, int],
    row: tuple[Cell, ...],
    heading: Heading,
    model: type[Row],
    definition: Definition,
    into: Sheet[Row],
    *,
    is_whole: bool,
) -> None:
    cells = _cells(row, heading, model)
    into.texts.append({name: cell.text for name, (_, cell) in cells.items()})
    if not is_whole:  # each row would lack what the heading has been told to lack
        return
    places = {"": ToldFault((*at, 0), row[0].where)} | {
        name: ToldFault((*at, column), cell.where) for name, (column, cell) in cells.items()
    }
    raw, wrong = _values(cells, definition)
    for name, reason in wrong.items():
        place, where = places[name]
        into.faults.append(ToldFault(place, f"{where}, {name}: {cells[name][1].text!r} {reason}."))
    try:
        found = validated(model, raw)
    except DefinitionError as error:
        for fault in error.faults:
            name = fault.partition(":")[0]
            if name not in wrong:  # told already, where it stands
                place, where = places.get(name, places[""])
                into.faults.append(ToldFault(place, f"{where}, {fault}"))
        return
    if not wrong:
        into.rows.append(found)
        into.places.append(places)


def _cells(
    row: tuple[Cell, ...], heading: Heading, model: type[Entry]
) -> Mapping[str, tuple[int, Cell]]:
    """The row's cells with their columns, by the fields of the model."""
    known = {info.alias for info in model.model_fields.values()}
    return {
        name: (column, row[column])
        for name, column in heading.columns.items()
        if name in known and column < len(row)
    }


def _values(
    cells: Mapping[str, tuple[int, Cell]], definition: Definition
) -> tuple[dict[str, Any], dict[str, ValueError]]:
    """What the cells that are filled in say, by column, and what is wrong with those that say nothing."""
    raw: dict[str, Any] = {}
    wrong: dict[str, ValueError] = {}
    for name, (_, cell) in cells.items():
        if cell.is_empty:
            continue
        try:
            raw[name] = _value(name, cell, definition)
        except ValueError as error:
            wrong[name] = error
    return raw, wrong


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
