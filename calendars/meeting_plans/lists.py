"""A table with a row for each sammanträde: the columns `instans` and `datum`, in any order.

Pure. A column that is not asked for (status, anmärkning) may still say that the meeting is not held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from calendars.meeting_plans.entries import Reading, WrittenMeeting
from calendars.meeting_plans.legend import is_explanation
from calendars.meeting_plans.one_day import Around, WrittenDay, weekday_of
from calendars.meeting_plans.wording import IF_NEEDED, Said, Standing, said_in_prose, standing_in
from calendars.meeting_plans.written_days import LONGEST, PartError, days_in, in_a_row, written_day
from calendars.tables.cells import Cell, Row, Table, filled
from models.errors import said_by
from models.text import Text

_BODY = {
    *("instans", "beslutsinstans", "organ", "nämnd", "politiskt organ", "sammanträde", "möte"),
    *("nämnd/styrelse", "styrelse/nämnd", "forum"),
}
_TITLE = {"rubrik", "ämne", "titel", "subject", "händelse", "benämning", "aktivitet", "summary"}
_KIND = {"typ", "mötestyp", "sammanträdestyp", "avser", "moment", *_TITLE}
_DAY = {
    *("datum", "sammanträdesdatum", "sammanträdesdag", "startdatum", "mötesdatum", "start date"),
    *(
        "sammanträdesdagar",
        "sammanträdesdatum",
        "datumen",
        "mötesdag",
        "mötesdagar",
        "när",
        "startdag",
    ),
}
_END = {"slutdatum", "till", "t.o.m.", "t.o.m", "tom", "end date", "slutdag"}
_YES = {"ja", "j", "x", "*", "1", "true", "sant", IF_NEEDED}
_NO = {"", "nej", "n", "-", "0", "false", "falskt"}
_OF_A_HEADING = (Standing.CANCELLED, Standing.MOVED_AWAY, Standing.MOVED_HERE, Standing.PRELIMINARY)
_SEARCHED = 30
"""Rows from the top in which the heading is looked for."""


class ListHeading(NamedTuple):
    """Where the columns are; None where there is no such column."""

    row: int
    body: int
    day: int
    end: int | None
    weekday: int | None
    if_needed: int | None
    kind: int | None

    @property
    def width(self) -> int:
        return 2


def list_heading(table: Table) -> ListHeading | None:
    """The first row that names both a body's column and a day's."""
    for number, row in enumerate(table.rows[:_SEARCHED]):
        names = [cell.text.casefold().rstrip(":") for cell in row]
        body = _first(names, _BODY)
        kind = _first(names, _KIND)
        if body is None:
            body, kind = _first(names, _TITLE), None
        day = _first(names, _DAY)
        if body is not None and day is not None:
            return ListHeading(
                number,
                body,
                day,
                _first(names, _END),
                _first(names, {"veckodag"}),
                _first(names, {IF_NEEDED}),
                kind,
            )
    return None


def read_list(table: Table, heading: ListHeading, year: int | None, into: Reading) -> None:
    """Every row below the heading, into the reading; an empty row and a footnote are passed over."""
    titles = table.rows[heading.row]
    for row in table.rows[heading.row + 1 :]:
        cells = filled(row)
        if not cells or _is_footnote(row, heading):
            continue
        if len(row) <= max(heading.body, heading.day):
            into.fault(row[0].where, "raden har för få kolumner. Fyll i både instans och datum")
            continue
        _read_row(row, heading, titles, year, into)


def _is_footnote(row: Row, heading: ListHeading) -> bool:
    """Text that stands alone, of several words or after a mark; `around.py` reads it."""
    cells = filled(row)
    if is_explanation(row):
        return True
    return (
        len(cells) == 1 and cells[0] is not _at(row, heading.day) and len(cells[0].text.split()) > 3
    )


def _read_row(row: Row, heading: ListHeading, titles: Row, year: int | None, into: Reading) -> None:
    who, when = row[heading.body], row[heading.day]
    said = [*_said(row, heading, titles)]
    text = " ".join(filter(None, (who.text.replace("~~", ""), _text(row, heading.kind))))
    if _is_cancelled(when, said) and (
        into.names.read(text).gathering is None or not re.search(r"\d", when.text)
    ):
        into.note(who.where, f"{text!r} är inställt och togs inte med.")
        return
    title = into.whose(who.where, text)
    if title is None and into.passes_over:
        return
    said.append(Said(title.standing if title else Standing.HELD, text))
    for day in _days(row, heading, Around(year, legend=into.legend)):
        if isinstance(day, ValueError):
            into.fault(when.where, _why(when, day))
        elif title is not None and title.gathering is not None:
            into.take(WrittenMeeting(when.where, when.text, title.gathering, day), *said)


def _is_cancelled(when: Cell, said: Iterable[Said]) -> bool:
    standings = [standing_in(when.text), *(one.standing for one in said)]
    return Standing.CANCELLED in standings


def _why(when: Cell, day: ValueError) -> Text:
    """Why the row's day, or one of its days, cannot be read."""
    if not when.text:
        return Text.of("datum saknas. Fyll i det")
    if isinstance(day, PartError):
        return Text.of(f"{day.part!r} ", said_by(day.why))
    return Text.of(f"{when.text!r} ", said_by(day))


def _said(row: Row, heading: ListHeading, titles: Row) -> Iterator[Said]:
    """What the row says of the meeting outside the columns that are asked for."""
    read = {
        heading.day,
        heading.body,
        heading.weekday,
        heading.if_needed,
        heading.kind,
        heading.end,
    }
    for column, cell in enumerate(row):
        yield from map(said_in_prose, cell.beside)
        if column == heading.body and "~~" in cell.text:
            yield Said(Standing.CANCELLED)
        if column in read or cell.is_empty:
            continue
        title = titles[column].text if column < len(titles) else ""
        answer = cell.text.casefold()
        of_title = standing_in(title)
        if of_title in _OF_A_HEADING:
            if answer not in _NO:
                yield Said(of_title, cell.text)
        elif answer not in _YES | _NO:
            yield said_in_prose(cell.text)


def _days(row: Row, heading: ListHeading, around: Around) -> list[WrittenDay | ValueError]:
    """The row's day, or days, with what the columns for the end, the weekday and `vid behov` say."""
    when = row[heading.day]
    if isinstance(when.value, date):
        found: list[WrittenDay | ValueError] = [WrittenDay(when.value)]
    elif isinstance(when.value, str) and when.value:
        found = days_in(when.value, around)
    else:
        found = []
    if not found:
        return [ValueError("går inte att läsa som datum. Skriv 2027-03-15")]
    try:
        return [
            day if isinstance(day, ValueError) else one
            for day in found
            for one in ([day] if isinstance(day, ValueError) else _marked(day, row, heading))
        ]
    except ValueError as error:
        return [PartError(when.text, error)]


def _marked(written: WrittenDay, row: Row, heading: ListHeading) -> list[WrittenDay]:
    """With what the other columns say; several days where it ends on another than it begins."""
    if (word := _text(row, heading.weekday)) and written.weekday is None:
        weekday = weekday_of(word)
        if weekday is None:
            raise ValueError(f"har veckodagen {word!r}, som inte finns. Rätta den")
        written = replace(written, weekday=weekday)
    answer = _text(row, heading.if_needed).casefold()
    if answer not in _YES | _NO:
        raise ValueError(f"har {answer!r} i kolumnen vid behov. Skriv ja eller nej")
    written = replace(written, if_needed=written.if_needed or answer in _YES)
    return in_a_row(written, _length(written, row, heading))


def _length(written: WrittenDay, row: Row, heading: ListHeading) -> int:
    """How many days the meeting lasts."""
    end = _at(row, heading.end)
    if end is None or end.is_empty or not re.search(r"\d{1,4}[-/ ]", f"{end.text} "):
        return 1
    try:
        last = (
            end.value
            if isinstance(end.value, date)
            else written_day(end.text, written.day.year).day
        )
    except ValueError:  # a time, which is no day
        return 1
    days = (last - written.day).days + 1
    if not 1 <= days <= LONGEST:
        raise ValueError(f"slutar {last}. Skriv en rad för varje dag som det sammanträds")
    return days


def _at(row: Row, column: int | None) -> Cell | None:
    return row[column] if column is not None and column < len(row) else None


def _text(row: Row, column: int | None) -> str:
    cell = _at(row, column)
    return cell.text if cell else ""


def _first(names: list[str], wanted: set[str]) -> int | None:
    return next((column for column, name in enumerate(names) if name in wanted), None)
