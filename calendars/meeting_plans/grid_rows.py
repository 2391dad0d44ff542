"""The rows of a grid, each a body's; the days of a cell. Pure.

Text around the grid (a title above, the footnotes below) stands alone on its row: `around.py` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from calendars.meeting_plans.entries import Reading, WrittenMeeting
from calendars.meeting_plans.grid import Block, Month
from calendars.meeting_plans.legend import is_explanation
from calendars.meeting_plans.names import Gathering, Names
from calendars.meeting_plans.one_day import Around, WrittenDay
from calendars.meeting_plans.wording import Said, Standing, is_about, said_in_prose, standing_in
from calendars.meeting_plans.written_days import PartError, days_in, parts_of
from calendars.tables.cells import Cell, Row, filled
from models.text import Text

SILENT = re.compile(
    r"(?:mötes|sammanträdes|start)?tid(?:er|punkt)?|klockslag|kl|(?:mötes)?plats|lokal|vecko?dag|dag|vecka|v|"
    r"anmärkning(?:ar)?|anm|kommentar(?:er)?|notering(?:ar)?|ordförande|sekreterare|antal|summa|förvaltning|dagar|nr",
    re.IGNORECASE,
)
_BODIES = re.compile(
    r"instans|beslutsinstans|organ|politiskt organ|nämnd(?:er)?|nämnd/styrelse|styrelse/nämnd|forum|månad",
    re.IGNORECASE,
)


def read_rows(block: Block, year: int, into: Reading) -> None:
    """Every row below the heading, into the reading; `year` is that of the months which have none."""
    width = len(block.titles)
    for row in block.rows:
        if is_explanation(row) or is_text(block, row):
            continue
        if has_width(block, row):
            _read_row(block, row, year, into)
        else:
            into.fault(
                row[0].where,
                f"{row[0].text!r} har {len(row)} kolumner, men rubriken {width}. Skriv - där inget "
                "sammanträde är, och citattecken kring flera dagar i en cell",
            )


def is_text(block: Block, row: Row) -> bool:
    """Whether the row is text around the grid; a day whose body is missing is none."""
    has_days = any(not cell.is_empty for column, cell in enumerate(row) if column in block.columns)
    return len(filled(row)) < 2 and not has_days


def has_width(block: Block, row: Row) -> bool:
    width = len(block.titles)
    return not (block.is_aligned and len(row) != width) and all(c.is_empty for c in row[width:])


class _Half(NamedTuple):
    """A body's cells in one part of the row, where the halves of the year stand beside each other."""

    label: Cell
    cells: list[tuple[int, Cell]]

    def days(self, block: Block) -> int:
        return sum(count(cell) for column, cell in self.cells if column in block.columns)


def _read_row(block: Block, row: Row, year: int, into: Reading) -> None:
    for half in _halves(block, row, into.names):
        extra = [*half.label.beside]
        for column, cell in half.cells:
            if column not in block.columns:
                extra += _extra(block.titles[column], cell)
        if extra or any(column in block.columns for column, _ in half.cells):
            _read_half(block, half, extra, year, into)


def _halves(block: Block, row: Row, names: Names) -> list[_Half]:
    halves = [_Half(row[0], [])]
    for column, cell in enumerate(row[1:], 1):
        if cell.is_empty:
            continue
        if _is_label(block, column, cell, names):
            halves.append(_Half(cell, []))
        else:
            halves[-1].cells.append((column, cell))
    return halves


def _is_label(block: Block, column: int, cell: Cell, names: Names) -> bool:
    """Whether a column in the midst of the months has bodies, as the first has."""
    if column in block.columns or max(block.columns) < column:
        return False
    title = block.titles[column].text
    is_headed = _BODIES.fullmatch(title) or title.casefold() == block.titles[0].text.casefold()
    return bool(is_headed) or names.find(cell.text) is not None


def _read_half(block: Block, half: _Half, extra: Sequence[str], year: int, into: Reading) -> None:
    label = half.label
    title = into.whose(label.where, label.text.replace("~~", ""), days=half.days(block))
    if title is None and (into.passes_over or _is_about(label, extra)):
        return
    standing = Standing.CANCELLED if "~~" in label.text else Standing.HELD
    said = [*map(said_in_prose, extra), Said(standing)]
    if title is not None:
        said.append(Said(title.standing, label.text))
    gathering = title.gathering if title else None
    for column, cell in half.cells:
        if isinstance(month := block.columns.get(column), Month):
            around = Around(month.year or year, month.number, legend=into.legend)
            read_cell(cell, around, gathering, said, into)
        else:
            _check_place(block.titles[column], cell, into)


def _check_place(heading: Cell, cell: Cell, into: Reading) -> None:
    if _is_misplaced(heading, cell):
        into.fault(
            cell.where,
            f"{cell.text!r} står i kolumnen {heading.text!r}, som inte är en månad. Rätta rubriken",
        )


def count(cell: Cell) -> int:
    return len(parts_of(cell.text)) if re.search(r"\d", cell.text) else 0


def _is_about(label: Cell, extra: Sequence[str]) -> bool:
    return is_about(label.text) or any(standing_in(text) is Standing.ABOUT for text in extra)


def _extra(heading: Cell, cell: Cell) -> Iterator[str]:
    """What a column that is no month says of the row's meetings."""
    yield from cell.beside
    if not _is_misplaced(heading, cell) and not re.fullmatch(r"[\d\W]*(?:kl)?[\d\W]*", cell.text):
        yield cell.text


def _is_misplaced(heading: Cell, cell: Cell) -> bool:
    """Whether there are days in a column that is not known to be of something else."""
    is_silent = SILENT.fullmatch(heading.text.rstrip(".:"))
    return not is_silent and not cell.is_widened and bool(re.search(r"\d", cell.text))


def read_cell(
    cell: Cell, around: Around, gathering: Gathering | None, said: Sequence[Said], into: Reading
) -> None:
    """The days of one cell; what is wrong is told also where nobody knows whose they are."""
    if isinstance(cell.value, float):  # what Excel makes of 18,25; and 18,30 it has made 18,3
        into.fault(
            cell.where,
            f"{cell.text!r} är ett decimaltal. Skriv dagarna som text, till exempel 18 och 25",
        )
        return
    if cell.is_widened:
        if re.search(r"\d", cell.text):
            into.fault(
                cell.where,
                f"{cell.text!r} står i en cell som är sammanslagen över flera månader. Dela den",
            )
        return
    said = [*said, *map(said_in_prose, cell.beside)]
    for day in _days(cell, around):
        if isinstance(day, ValueError):
            part = day.part if isinstance(day, PartError) else cell.text
            into.fault(cell.where, Text.of(f"{part!r} ", str(day)))
        elif gathering is not None:
            text = cell.text if len(cell.text) < 30 else str(day.day)
            into.take(WrittenMeeting(cell.where, _part(text, day), gathering, day), *said)


def _part(text: str, day: WrittenDay) -> str:
    """How one of several days in a cell is written."""
    if not re.search(r"[,;&+\n]|\boch\b|\bsamt\b", text):
        return text
    return f"{day.day.day}"


def _days(cell: Cell, around: Around) -> list[WrittenDay | ValueError]:
    if isinstance(cell.value, str):
        return days_in(cell.value, around)
    day = cell.value
    if isinstance(day, date) and (day.year, day.month) != (around.year, around.month):
        month = f"{around.year}-{around.month or 0:02}"
        return [ValueError(f"ligger inte i kolumnens månad ({month}). Flytta eller rätta den")]
    return [WrittenDay(day)] if isinstance(day, date) else []
