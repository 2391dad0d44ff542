"""A table with a row for each sammanträde: the columns `instans` and `datum`, in any order.

Pure. Other columns (tid, plats) say nothing here; `veckodag` and `vid behov` do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from calendars.meeting_plans.entries import Reading, WrittenMeeting
from calendars.meeting_plans.names import Names
from calendars.meeting_plans.tables import Cell, Table
from calendars.meeting_plans.written_days import IF_NEEDED, WrittenDay, weekday_of, written_day
from models.errors import said_by
from models.text import Text

_BODY = {"instans", "beslutsinstans", "organ", "nämnd", "politiskt organ", "sammanträde", "möte"}
_DAY = {"datum", "sammanträdesdatum", "sammanträdesdag", "startdatum", "mötesdatum"}
_YES = {"ja", "j", "x", "*", "1", "true", "sant", IF_NEEDED}
_NO = {"", "nej", "n", "-", "–", "0", "false", "falskt"}
_SEARCHED = 30
"""Rows from the top in which the heading is looked for."""


class ListHeading(NamedTuple):
    """Where the columns are; None where there is no such column."""

    row: int
    body: int
    day: int
    weekday: int | None
    if_needed: int | None

    @property
    def width(self) -> int:
        return 2


def list_heading(table: Table) -> ListHeading | None:
    """The first row that names both a body's column and a day's."""
    for number, row in enumerate(table.rows[:_SEARCHED]):
        names = [cell.text.casefold().rstrip(":") for cell in row]
        body = _first(names, _BODY)
        day = _first(names, _DAY)
        if body is not None and day is not None:
            return ListHeading(
                number, body, day, _first(names, {"veckodag"}), _first(names, {IF_NEEDED})
            )
    return None


def read_list(
    table: Table, heading: ListHeading, names: Names, year: int | None, into: Reading
) -> None:
    """Every row below the heading, into the reading; an empty row is passed over."""
    for row in table.rows[heading.row + 1 :]:
        if all(cell.is_empty for cell in row):
            continue
        if len(row) <= max(heading.body, heading.day):
            into.fault(row[0].where, "raden har för få kolumner. Fyll i både instans och datum")
            continue
        who, when = row[heading.body], row[heading.day]
        gathering = names.find(who.text)
        if gathering is None:
            into.fault(
                who.where, names.unknown(who.text) if who.text else "instans saknas. Fyll i den"
            )
        try:
            written = _marked(_day(when, year), row, heading)
        except ValueError as error:
            into.fault(
                when.where,
                Text.of(f"{when.text!r} ", said_by(error))
                if when.text
                else "datum saknas. Fyll i det",
            )
            continue
        if gathering is not None:
            into.entries.append(WrittenMeeting(when.where, when.text, gathering, written))


def _day(cell: Cell, year: int | None) -> WrittenDay:
    return WrittenDay(cell.value) if isinstance(cell.value, date) else written_day(cell.text, year)


def _marked(written: WrittenDay, row: tuple[Cell, ...], heading: ListHeading) -> WrittenDay:
    """With what the columns for the weekday and for `vid behov` say."""
    if (word := _at(row, heading.weekday)) and written.weekday is None:
        weekday = weekday_of(word)
        if weekday is None:
            raise ValueError(f"har veckodagen {word!r}, som inte finns. Rätta den")
        written = replace(written, weekday=weekday)
    answer = _at(row, heading.if_needed).casefold()
    if answer not in _YES | _NO:
        raise ValueError(f"har {answer!r} i kolumnen vid behov. Skriv ja eller nej")
    return replace(written, if_needed=written.if_needed or answer in _YES)


def _at(row: tuple[Cell, ...], column: int | None) -> str:
    return row[column].text if column is not None and column < len(row) else ""


def _first(names: list[str], wanted: set[str]) -> int | None:
    return next((column for column, name in enumerate(names) if name in wanted), None)
