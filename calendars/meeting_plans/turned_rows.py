"""The rows of a grid that is turned, each a month's: its columns are the bodies. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calendars.meeting_plans.entries import Reading
from calendars.meeting_plans.grid import Block, month_in, years_in
from calendars.meeting_plans.grid_rows import SILENT, count, has_width, is_text, read_cell
from calendars.meeting_plans.legend import is_explanation
from calendars.meeting_plans.names import Gathering
from calendars.meeting_plans.one_day import Around
from calendars.meeting_plans.wording import is_about, said_in_prose
from calendars.meeting_plans.written_days import days_in
from calendars.tables.cells import Cell, Row


def read_turned_rows(block: Block, year: int, into: Reading) -> None:
    """Every row below the heading, into the reading; a year that stands alone begins there."""
    _tell_others(block, into)
    for row in block.rows:
        if is_explanation(row):
            continue
        if is_text(block, row):
            year = min(years_in(*(cell.text for cell in row)), default=year)
        elif has_width(block, row):
            _read_month(block, row, year, into)
        else:
            width = len(block.titles)
            into.fault(
                row[0].where,
                f"{row[0].text!r} har {len(row)} kolumner, men rubriken {width}. Rätta raden",
            )


def _tell_others(block: Block, into: Reading) -> None:
    """The bodies of the plan that the definition has not, once for each."""
    for column, heading in enumerate(block.titles):
        if column and column not in block.columns and not _is_silent(heading):
            below = [row[column] for row in block.rows if column < len(row)]
            days = sum(map(count, below))
            if days and (title := into.whose(heading.where, heading.text, days=days)) is not None:
                into.fault(
                    heading.where, f"{heading.text!r} {title.standing.value}. Rätta rubriken"
                )


def _is_silent(heading: Cell) -> bool:
    return heading.is_empty or bool(SILENT.fullmatch(heading.text.rstrip(".:")))


def _read_month(block: Block, row: Row, year: int, into: Reading) -> None:
    """The days of one month, for each body."""
    label, cells = row[0], [*_bodies(block, row)]
    month = month_in(label)
    if month is None:
        _tell_unread(label, [cell for _, cell in cells], into)
        return
    said = [*map(said_in_prose, (*label.beside, *_comments(block, row)))]
    around = Around(month.year or year, month.number, legend=into.legend)
    for gathering, cell in cells:
        read_cell(cell, around, gathering, said, into)


def _bodies(block: Block, row: Row) -> Iterator[tuple[Gathering, Cell]]:
    for column, cell in enumerate(row):
        if isinstance(what := block.columns.get(column), Gathering) and not cell.is_empty:
            yield what, cell


def _comments(block: Block, row: Row) -> Iterator[str]:
    """What is said of all the meetings of the month."""
    for title, cell in zip(block.titles[1:], row[1:], strict=False):
        if not cell.is_empty and _is_silent(title):
            yield cell.text


def _tell_unread(label: Cell, cells: Sequence[Cell], into: Reading) -> None:
    """A row that begins with no month: of times, which say nothing here, or of days nobody can place."""
    if not cells or SILENT.fullmatch(label.text.rstrip(".:")):
        return
    if is_about(label.text):
        into.note(label.where, f"raden {label.text!r} är inga sammanträden och togs inte med.")
    elif any(days_in(cell.text, Around(2000, 1)) for cell in cells):
        wrong = f"{label.text!r} är ingen månad. Rätta den, eller ta bort raden"
        into.fault(label.where, wrong if label.text else "månad saknas. Fyll i den")
