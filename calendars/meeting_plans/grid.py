"""The grid that municipalities publish: bodies down and months across, or months down and bodies across.

Pure. `18, 25*` in a cell is two sammanträden, the second only if needed; `-` is none. A year may be two
halves, below each other (each with its heading) or beside each other. Here the headings are found;
`grid_rows.py` and `turned_rows.py` read what stands below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from calendars.meeting_plans.names import Gathering, Names
from calendars.meeting_plans.one_day import month_of
from calendars.meeting_plans.wording import Standing
from calendars.tables.cells import Cell, Row, Table, filled

_SEARCHED = 30
"""Rows from the top in which the first heading is looked for."""
_A_YEAR = 16
"""Rows below a heading of bodies: a row for each month, and some of times or notes."""


class Month(NamedTuple):
    number: int
    year: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with the rows below it. `columns` says what each stands for: a month, or who meets."""

    rows: tuple[Row, ...]
    titles: Row
    columns: Mapping[int, Month | Gathering]
    years: frozenset[int]
    """The years that the heading, or the text above it, names."""
    is_aligned: bool = False

    @property
    def is_turned(self) -> bool:
        """Whether the months go down."""
        return any(isinstance(what, Gathering) for what in self.columns.values())


@dataclass(frozen=True, slots=True)
class Grid:
    blocks: tuple[Block, ...]

    @property
    def width(self) -> int:
        """How many columns are recognised."""
        return max(len(block.columns) for block in self.blocks)


def find_grid(table: Table, names: Names) -> Grid | None:
    """The blocks of the table; None where it is no grid."""
    headings = [*_headings(table, names)]
    blocks: list[Block] = []
    start, years = 0, frozenset(years_in(table.title))
    for (number, columns), end in zip(
        headings, [*(number for number, _ in headings[1:]), len(table.rows)], strict=False
    ):
        titles, below = table.rows[number], table.rows[number + 1 : end]
        years = _years(table.rows[start:number], titles, columns) or years
        blocks.append(Block(below, titles, columns, years, table.aligned))
        start = number + 1
    return Grid(tuple(blocks)) if blocks else None


def _headings(table: Table, names: Names) -> Iterator[tuple[int, Mapping[int, Month | Gathering]]]:
    """Each row that is a heading, with what its columns stand for."""
    is_found = False
    for number, row in enumerate(table.rows):
        if number >= _SEARCHED and not is_found:
            return
        if columns := _months(row) or _bodies(table, number, names):
            is_found = True
            yield number, columns


def _months(row: Row) -> Mapping[int, Month | Gathering]:
    """The columns that are months, where those after the first mostly are; none else."""
    months: dict[int, Month | Gathering] = {
        column: month
        for column, cell in enumerate(row)
        if column > 0 and (month := month_in(cell)) is not None
    }
    others = sum(not cell.is_empty for cell in row[1:]) - len(months)
    return months if months and others <= len(months) else {}


def _bodies(table: Table, number: int, names: Names) -> Mapping[int, Month | Gathering]:
    """The columns that are bodies, where the rows below begin with months."""
    known: dict[int, Month | Gathering] = {}
    for column, cell in enumerate(table.rows[number]):
        title = names.read(cell.text) if column > 0 and not cell.is_empty else None
        if title and title.gathering and title.standing is Standing.HELD:
            known[column] = title.gathering
    if not known or not _begins_with_months(table.rows[number + 1 : number + _A_YEAR]):
        return {}
    return known


def _begins_with_months(rows: Sequence[Row]) -> bool:
    below = [row[0] for row in rows if row and len(filled(row)) > 1]
    months = sum(month_in(cell) is not None for cell in below)
    return months * 2 > len(below)


def _years(
    above: tuple[Row, ...], heading: Row, columns: Mapping[int, Month | Gathering]
) -> frozenset[int]:
    """The years in the heading's months; without any, those in its first cell or in the text above."""
    if of_months := {
        what.year for what in columns.values() if isinstance(what, Month) and what.year
    }:
        return frozenset(of_months)
    if own := years_in(heading[0].text):
        return frozenset(own)
    alone = [row for row in above if len(filled(row)) < 3]
    return frozenset(years_in(*(cell.text for row in alone for cell in row)))


def years_in(*texts: str) -> set[int]:
    """The years that the texts are about: not that of a day in them, as of a decision."""
    plain = (re.sub(r"20\d\d-\d\d?-\d\d?|\d\d?[/.]\d\d?[-/ .]*20\d\d", " ", text) for text in texts)
    return {int(year) for text in plain for year in re.findall(r"(?<!\d)20\d\d(?!\d)", text)}


def month_in(cell: Cell) -> Month | None:
    """`jan`, `Januari 2027`, `jan -27`, or the first of the month as a real date."""
    if isinstance(cell.value, date):
        return Month(cell.value.month, cell.value.year)
    match = re.fullmatch(r"([^\W\d]+\.?)\s*[-']?\s*(\d{4}|\d{2})?:?", cell.text)
    month = month_of(match[1]) if match else None
    if match is None or month is None:
        return None
    year = int(match[2]) if match[2] else None
    return Month(month, year + 2000 if year and year < 100 else year)
