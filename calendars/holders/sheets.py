"""Holders and absences as tables have them: each value found by its heading, each fault by its cell.

Pure. A cell that is empty is a field left out; columns with other headings are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from calendars.faults import validated
from calendars.holders.people_words import day_alone, is_nothing, is_vacant
from calendars.holders.rows import AbsenceEntry, Fault, HolderEntry, role_faults
from calendars.meeting_plans.written_days import written_day
from calendars.tables.cells import Cell, Table
from models.characters import look
from models.errors import DefinitionError
from models.process import SLUG, Definition, Entry

Row = TypeVar("Row", bound=Entry)
_WORDS = {
    "roll": ("roll", "befattning", "funktion", "uppdrag"),
    "enhet": ("enhet", "förvaltning", "avdelning"),
    "namn": ("namn", "innehavare", "för- och efternamn"),
    "fornamn": ("förnamn", "fornamn"),
    "efternamn": ("efternamn",),
    "adress": (
        "adress",
        "e-post",
        "epost",
        "e-postadress",
        "epostadress",
        "mejl",
        "mejladress",
        "mail",
        "mailadress",
        "e-mail",
        "email",
    ),
    "fran": ("fran", "från", "fr.o.m.", "fr.o.m", "from", "från och med", "startdatum"),
    "till": ("till", "t.o.m.", "t.o.m", "tom", "till och med", "slutdatum"),
    "utskick": ("utskick",),
    "ersattare": ("ersattare", "ersättare", "vikarie"),
}
_HEADINGS = {word: field for field, words in _WORDS.items() for word in words}
_DAYS = {"fran", "till"}
_NAMES = {"roll", "namn", "fornamn", "efternamn"}
"""Where `-` is no answer."""
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
    vacant: list[tuple[str, str | None]] = field(default_factory=list)
    """The roles, with their units, that a row says nobody holds."""

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
            known = _HEADINGS.get(look(cell.text).rstrip(":*").strip())
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
        if info.is_required()
        and info.alias not in heading.columns
        and not _may_lack(info.alias, table, heading)
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


def _may_lack(field: str | None, table: Table, heading: Heading) -> bool:
    """A name may stand as first and last name, or before the addresses."""
    if field != "namn":
        return False
    column = heading.columns["adress"]
    return {"fornamn", "efternamn"} <= heading.columns.keys() or any(
        "<" in row[column].text for row in table.rows[heading.row + 1 :] if column < len(row)
    )


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
    if model is HolderEntry and _is_vacant(cells):
        _read_vacant(raw, places, definition, into)
        return
    told = [(name, f", {name}: {cells[name][1].text!r} {why}.") for name, why in wrong.items()]
    found, faults = _validated(model, raw)
    told += [(name, text) for name, text in faults if name not in wrong]
    if found is not None and not told:
        into.rows.append(found)
        into.places.append(places)
        return
    if model is HolderEntry:  # what is wrong with the row besides, told at once
        told += _role_faults(raw, definition)
    _tell(told, places, into)


def _validated(
    model: type[Row], raw: Mapping[str, Any]
) -> tuple[Row | None, list[tuple[str, str]]]:
    """The row, or what is wrong with it, each with its field."""
    try:
        return validated(model, raw), []
    except DefinitionError as error:
        return None, [(fault.partition(":")[0], f", {fault}") for fault in error.faults]


def _role_faults(raw: Mapping[str, Any], definition: Definition) -> Iterator[tuple[str, str]]:
    if re.fullmatch(SLUG, role := str(raw.get("roll", ""))):
        for name, told in role_faults(role, raw.get("enhet"), definition):
            yield name, f", {name}: {told}"


def _tell(
    faults: Iterable[tuple[str, str]], places: Mapping[str, ToldFault], into: Sheet[Row]
) -> None:
    for name, told in faults:
        place, where = places.get(name, places[""])
        into.faults.append(ToldFault(place, f"{where}{told}"))


def _is_vacant(cells: Mapping[str, tuple[int, Cell]]) -> bool:
    whom = (
        cells[name][1].text for name in ("namn", "fornamn", "efternamn", "adress") if name in cells
    )
    return any(map(is_vacant, whom))


def _read_vacant(
    raw: Mapping[str, Any],
    places: Mapping[str, ToldFault],
    definition: Definition,
    into: Sheet[Row],
) -> None:
    """A row that says that nobody holds the role."""
    faults = [*_role_faults(raw, definition)]
    _tell(faults, places, into)
    if not faults and "roll" in raw:
        into.vacant.append((raw["roll"], raw.get("enhet")))


def _cells(
    row: tuple[Cell, ...], heading: Heading, model: type[Entry]
) -> Mapping[str, tuple[int, Cell]]:
    """The row's cells with their columns, by the fields of the model."""
    known = {info.alias for info in model.model_fields.values()} | {"fornamn", "efternamn"}
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
        if cell.is_empty or (name not in _NAMES and is_nothing(cell.text)):
            continue
        try:
            raw[name] = _value(name, cell, definition)
        except ValueError as error:
            wrong[name] = error
    return raw, wrong


def _value(name: str, cell: Cell, definition: Definition) -> object:
    if name in _DAYS:
        return cell.value if isinstance(cell.value, date) else written_day(day_alone(cell.text)).day
    text = cell.text
    match name:
        case "roll":
            names = {look(role.name): role.slug for role in definition.roles}
        case "enhet":
            names = {look(unit.name): unit.slug for unit in definition.units}
        case "utskick":
            return text.casefold()
        case _:
            return text
    return names.get(look(text), look(text))
