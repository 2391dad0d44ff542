"""The visible sheets of an Excel workbook, at the cost of what is in them.

A sheet claims an extent: a row that somebody touched far down, a merged square over all columns. What is
read is first measured, in the file as it lies, and refused where no plan is so large; then only the cells
that hold something are looked at. Reads bytes; knows neither bodies nor days.
"""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter, range_boundaries

from calendars.tables.cells import Cell, Row, Table
from calendars.tables.content import NO_WORKBOOK
from calendars.tables.limits import CELLS, COLUMNS, PARTS, TEXT, UNPACKED, too_much
from models.characters import seen, struck_marked
from models.errors import DefinitionError


def excel_tables(content: bytes, name: str, notes: list[str]) -> Iterator[Table]:
    """The sheets; DefinitionError where it is no workbook, or a larger one than is read."""
    try:
        has_formulas = _measured(content, name)
        book = _loaded(content, values=True)
        formulas = _loaded(content, values=False) if has_formulas else book
    except DefinitionError:
        raise
    except Exception:  # a broken workbook raises whatever its inside provokes
        raise DefinitionError([f"{name}: {NO_WORKBOOK}"]) from None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(f"{name}: bladet {seen(sheet.title)} är dolt och lästes inte.")
        else:
            yield _table(sheet, formulas[sheet.title], name, notes)


def _loaded(content: bytes, *, values: bool) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations, which nobody here needs
        return load_workbook(BytesIO(content), data_only=values, rich_text=True, keep_links=False)


# --- Measured before it is unpacked ---


def _measured(content: bytes, name: str) -> bool:
    """Whether there are formulas that no program has computed; DefinitionError where it is too large."""
    with ZipFile(BytesIO(content)) as book:
        parts = [part for part in book.infolist() if part.filename.endswith((".xml", ".rels"))]
        if len(book.infolist()) > PARTS:
            raise too_much(name, "innehåller fler än", PARTS, "filer")
        if sum(part.file_size for part in parts) > UNPACKED:
            raise too_much(name, "blir uppackad större än", UNPACKED // 1_000_000, "MB")
        size = _Size(name)
        for part in parts:
            _measure(book, part, size)
    return size.uncomputed > 0


class _Size:
    """What has been counted so far in all the workbook's parts."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells = self.uncomputed = self.others = self.letters = 0
        self.inside = ""

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "c":
                self.cells += 1
                self.inside = ""
            case "f":
                self.inside = "f"
                self.uncomputed += 1
            case "v" if self.inside == "f":
                self.inside = "v"
            case "mergeCell" | "hyperlink":
                self.cells += _area(attributes.get("ref", "A1"))
            case _:
                self.others += 1
        if self.cells > CELLS:
            raise too_much(self.name, "har fler än", CELLS, "celler")
        if self.others > 4 * CELLS:
            raise too_much(self.name, "har fler än", 4 * CELLS, "rader, format och texter")

    def read(self, text: str) -> None:
        self.letters += len(text)
        if self.inside == "v" and text.strip():  # the formula's value, when it was last computed
            self.uncomputed -= 1
            self.inside = ""
        if self.letters > TEXT:
            raise too_much(self.name, "har fler än", TEXT, "tecken")


def _area(reference: str) -> int:
    left, top, right, bottom = (one or 0 for one in range_boundaries(reference))
    return (int(right) - int(left) + 1) * (int(bottom) - int(top) + 1)


def _measure(book: ZipFile, part: ZipInfo, size: _Size) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = size.opened
    parser.CharacterDataHandler = size.read
    parser.EntityDeclHandler = _refuse_entities
    with book.open(part) as file:
        while chunk := file.read(1 << 16):
            parser.Parse(chunk, False)


def _refuse_entities(*_: object) -> None:
    raise BadZipFile  # no program writes entities into a workbook; they are there to grow


# --- Read ---


class _Hidden(NamedTuple):
    rows: set[int]
    columns: set[int]

    def told(self) -> Iterator[str]:
        if self.rows:
            yield _listed("rad", "raderna", map(str, sorted(self.rows)))
        if self.columns:
            yield _listed("kolumn", "kolumnerna", map(get_column_letter, sorted(self.columns)))


def _listed(one: str, many: str, names: Iterable[str]) -> str:
    """`raderna 4, 5 är dolda`"""
    shown = list(names)
    if len(shown) == 1:
        return f"{one} {shown[0]} är dold"
    more = f" och {len(shown) - 10} till" if len(shown) > 10 else ""
    return f"{many} {', '.join(shown[:10])}{more} är dolda"


def _table(sheet: Any, formulas: Any, name: str, notes: list[str]) -> Table:
    """The cells that hold something, in rows that end with the last of them."""
    where = f"blad {seen(sheet.title)}, cell"
    hidden = _Hidden(set(), set())
    rows: dict[int, dict[int, Cell]] = defaultdict(dict)
    # not `iter_rows`: that makes every cell of the claimed extent
    for (row, column), under in sorted(sheet._cells.items()):
        cell = _cell(f"{where} {under.coordinate}", under, formulas._cells.get((row, column)))
        if cell.is_empty and not cell.comment:
            continue
        if (what := _hiding(sheet, row, column)) is not None:
            (hidden.rows if what == "row" else hidden.columns).add(row if what == "row" else column)
            continue
        if column > COLUMNS:
            raise too_much(name, f"har text i cell {under.coordinate}, bortom", COLUMNS, "kolumner")
        rows[row][column] = cell
    _spread(sheet, rows)
    for what in hidden.told():
        notes.append(f"{name}: blad {seen(sheet.title)}: {what} och lästes inte.")
    return Table(seen(sheet.title), tuple(_row(where, *one) for one in sorted(rows.items())))


def _row(where: str, number: int, cells: Mapping[int, Cell]) -> Row:
    return tuple(
        cells.get(column) or Cell(f"{where} {get_column_letter(column)}{number}", "")
        for column in range(1, max(cells) + 1)
    )


def _spread(sheet: Any, rows: dict[int, dict[int, Cell]]) -> None:
    """A merged cell stands in each row that it covers and that has something else: a body whose days fill
    several rows. In each column that it covers it is `is_widened`: a month over two columns."""
    for area in sheet.merged_cells.ranges:
        first = rows.get(area.min_row, {}).get(area.min_col)
        if first is None:
            continue
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, min(area.max_col, COLUMNS) + 1):
                if row in rows:
                    rows[row].setdefault(column, replace(first, is_widened=column > area.min_col))


def _hiding(sheet: Any, row: int, column: int) -> str | None:
    """Whether it is the row or the column that hides the cell."""
    of_row = sheet.row_dimensions.get(row)
    if (of_row is None and sheet.sheet_format.zeroHeight) or _is_hidden(of_row, "ht"):
        return "row"
    if any(
        (of_column.min or 0) <= column <= (of_column.max or of_column.min or 0)
        and _is_hidden(of_column, "width")
        for of_column in sheet.column_dimensions.values()
    ):
        return "column"
    return None


def _is_hidden(dimension: Any, size: str) -> bool:
    return dimension is not None and (dimension.hidden or getattr(dimension, size) == 0)


def _cell(where: str, under: Any, formula: Any) -> Cell:
    value = _value(under.value, formula.value if formula is not None else None)
    is_struck = bool(under.font and under.font.strike) and value != ""
    if is_struck and isinstance(value, str):
        value = f"~~{value.replace('~~', '')}~~"
    comment = seen(under.comment.text) if under.comment and under.comment.text else ""
    return Cell(where, value, comment, is_struck)


def _value(value: object, written: object) -> str | date | float:
    match value:
        case None:
            # a formula that no program has computed yet: its text is refused where a day is read
            return "" if written is None else seen(str(written)).strip()
        case datetime():
            return value.date()
        case date():
            return value
        case time():
            return f"kl. {value:%H:%M}"
        case float() if not value.is_integer():
            return value
        case float():
            return str(int(value))
        case CellRichText():
            return seen("".join(map(_run, value))).strip()
    return re.sub(r"[ \t]+", " ", seen(struck_marked(str(value)))).strip()


def _run(run: str | TextBlock) -> str:
    """A piece of a cell's text, between `~~` where it is struck through."""
    if isinstance(run, str):
        return run
    text = str(run.text)
    return f"~~{text.strip()}~~ " if run.font and run.font.strike and text.strip() else text
