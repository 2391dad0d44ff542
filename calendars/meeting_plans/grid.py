"""The grid that municipalities publish: a row for each body, a column for each month.

Pure. `18, 25*` in a cell is two sammanträden, the second only if needed; `-` is none. Text around the
grid (a title above, the footnotes below) stands alone on its row and is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from calendars.meeting_plans.entries import Reading, WrittenMeeting
from calendars.meeting_plans.names import Gathering, Names
from calendars.meeting_plans.tables import Cell, Table
from calendars.meeting_plans.written_days import WrittenDay, day_in_month, days_of, month_of

_SILENT = {
    "tid",
    "klockslag",
    "plats",
    "lokal",
    "veckodag",
    "dag",
    "anmärkning",
    "anm",
    "kommentar",
    "ordförande",
    "sekreterare",
    "antal",
    "summa",
}
_SEARCHED = 30
"""Rows from the top in which the heading is looked for."""


class GridHeading(NamedTuple):
    """The columns that are months: each with its month, and its year where the heading has one."""

    row: int
    months: Mapping[int, tuple[int, int | None]]

    @property
    def width(self) -> int:
        return len(self.months)


def grid_heading(table: Table) -> GridHeading | None:
    """The first row whose columns, after that of the bodies, mostly are months."""
    for number, row in enumerate(table.rows[:_SEARCHED]):
        months = {
            column: month
            for column, cell in enumerate(row)
            if column > 0 and (month := _month(cell)) is not None
        }
        others = sum(not cell.is_empty for cell in row[1:]) - len(months)
        if months and others <= len(months):
            return GridHeading(number, months)
    return None


def years_named(table: Table, heading: GridHeading) -> set[int]:
    """The years in the heading's months; without any, those in the text above them, or in the title."""
    if years := {year for _, year in heading.months.values() if year}:
        return years
    above = [
        cell.text
        for number, row in enumerate(table.rows[: heading.row + 1])
        for column, cell in enumerate(row)
        if number < heading.row or column == 0
    ]
    return years_in(*above) or years_in(table.title)


def years_in(*texts: str) -> set[int]:
    return {int(year) for text in texts for year in re.findall(r"(?<!\d)20\d\d(?!\d)", text)}


def read_grid(table: Table, heading: GridHeading, names: Names, year: int, into: Reading) -> None:
    """Every row below the heading, into the reading."""
    width = len(table.rows[heading.row])
    for row in table.rows[heading.row + 1 :]:
        if all(cell.is_empty for cell in row[1:]):
            continue
        who = row[0]
        if (table.aligned and len(row) != width) or any(not c.is_empty for c in row[width:]):
            into.fault(
                who.where,
                f"{who.text!r} har {len(row)} kolumner, men rubriken {width}. Skriv - där inget "
                "sammanträde är, och citattecken kring flera dagar i en cell",
            )
        else:
            _read_row(table, heading, row, names, year, into)


def _read_row(
    table: Table,
    heading: GridHeading,
    row: tuple[Cell, ...],
    names: Names,
    year: int,
    into: Reading,
) -> None:
    who, titles = row[0], table.rows[heading.row]
    gathering = names.find(who.text)
    if gathering is None:
        into.fault(who.where, names.unknown(who.text) if who.text else "instans saknas. Fyll i den")
    for column, cell in enumerate(row[1:], 1):
        if column in heading.months:
            of_month, of_year = heading.months[column]
            _read_cell(cell, of_year or year, of_month, gathering, into)
        elif not cell.is_empty and not _is_silent(titles[column]):
            into.fault(
                cell.where,
                f"{cell.text!r} står i kolumnen {titles[column].text!r}, som inte är en månad. "
                "Rätta rubriken",
            )


def _read_cell(
    cell: Cell, year: int, month: int, gathering: Gathering | None, into: Reading
) -> None:
    days: list[str | date]
    match cell.value:
        case date():
            days = [cell.value]
        case float():  # what Excel makes of 18,25; and 18,30 it has made 18,3
            into.fault(
                cell.where,
                f"{cell.text!r} är ett decimaltal. Skriv dagarna som text, till exempel 18 och 25",
            )
            return
        case str():
            days = [*days_of(cell.value)]
    for day in days:
        try:
            written = _written(day, year, month)
        except ValueError as error:
            into.fault(cell.where, f"{str(day)!r} {error}")
            continue
        if gathering is not None:
            into.entries.append(WrittenMeeting(cell.where, str(day), gathering, written))


def _written(day: str | date, year: int, month: int) -> WrittenDay:
    if isinstance(day, str):
        return day_in_month(day, year, month)
    if (day.year, day.month) != (year, month):
        raise ValueError(
            f"ligger inte i kolumnens månad ({year}-{month:02}). Flytta eller rätta den"
        )
    return WrittenDay(day)


def _month(cell: Cell) -> tuple[int, int | None] | None:
    """`jan`, `Januari 2027`, `jan -27`, or the first of the month as a real date."""
    if isinstance(cell.value, date):
        return cell.value.month, cell.value.year
    match = re.fullmatch(r"([^\W\d]+\.?)\s*[-']?\s*(\d{4}|\d{2})?", cell.text)
    month = month_of(match[1]) if match else None
    if match is None or month is None:
        return None
    year = int(match[2]) if match[2] else None
    return month, year + 2000 if year and year < 100 else year


def _is_silent(heading: Cell) -> bool:
    return heading.text.casefold().rstrip(".:") in _SILENT
