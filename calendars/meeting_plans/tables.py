"""A file as tables of cells, each cell knowing where it stands: Excel sheets, CSV, pasted text.

Reads bytes; knows neither bodies nor days.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO

from models.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is text, a real date of Excel's, or a number that is no whole one."""

    where: str
    value: str | date | float

    @property
    def text(self) -> str:
        return str(self.value)

    @property
    def is_empty(self) -> bool:
        return self.value == ""


@dataclass(frozen=True, slots=True)
class Table:
    """`title` is the sheet's name. In a table that is `aligned` with spaces an empty cell cannot be
    seen, so each row must have as many cells as the heading."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    aligned: bool = False


NO_WORKBOOK = (
    "är ingen läsbar Excel-arbetsbok. Öppna den i Excel och spara om den som .xlsx, eller som CSV."
)
_SEPARATORS = (";", "\t", ",", "|")


def text_tables(content: bytes, name: str) -> Iterator[Table]:
    """The text as each kind of table that it could be; which one it is, its heading tells."""
    text = decoded(content, name)
    for separator in _SEPARATORS:
        yield Table("", tuple(_separated(text, separator)))
    rows = tuple(
        _cells(number, re.split(r"\s{2,}", line.strip()))
        for number, line in enumerate(text.splitlines(), 1)
    )
    yield Table("", rows, aligned=True)


def decoded(content: bytes, name: str) -> str:
    """UTF-8 with or without a mark, Excel's "Unicode-text", or the Windows code page of older files."""
    encodings = (
        ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    )
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DefinitionError([f"{name}: går inte att läsa som text. Spara filen som CSV (UTF-8)."])


def _separated(text: str, separator: str) -> list[tuple[Cell, ...]]:
    """The rows; none at all where a quotation mark is not closed, since it would swallow the rest."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, number = [], 1
    try:
        for values in reader:
            if separator == "|":  # a pasted table may have its frame: | KS | 18 |
                values = _unframed(values)
            rows.append(_cells(number, values))
            number = reader.line_num + 1
    except csv.Error:
        return []
    return rows


def _unframed(values: list[str]) -> list[str]:
    inner = (
        values[1:-1] if len(values) > 2 and not values[0].strip() + values[-1].strip() else values
    )
    return [] if all(re.fullmatch(r"\s*:?-{3,}:?\s*", value) for value in inner) else inner


def _cells(row: int, values: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(
        Cell(f"rad {row}, kolumn {column}", value.strip()) for column, value in enumerate(values, 1)
    )


def excel_tables(content: bytes, name: str, notes: list[str]) -> Iterator[Table]:
    """The visible sheets of a workbook; DefinitionError where it is none."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which nobody here needs
            values, formulas = (load_workbook(BytesIO(content), data_only=d) for d in (True, False))
    except Exception:  # a broken workbook raises whatever its inside provokes
        raise DefinitionError([f"{name}: {NO_WORKBOOK}"]) from None
    for sheet in values.worksheets:
        where = f"blad {sheet.title}, cell"
        if sheet.sheet_state != "visible":
            notes.append(f"{name}: bladet {sheet.title} är dolt och lästes inte.")
            continue
        yield Table(
            sheet.title,
            tuple(
                tuple(
                    Cell(f"{where} {cell.coordinate}", _value(cell.value, written.value))
                    for cell, written in zip(row, under, strict=True)
                )
                for row, under in zip(
                    sheet.iter_rows(), formulas[sheet.title].iter_rows(), strict=True
                )
            ),
        )


def _value(value: object, written: object) -> str | date | float:
    match value:
        case None:
            # a formula that no program has computed yet: its text is refused where a day is read
            return "" if written is None else str(written)
        case datetime():
            return value.date()
        case date():
            return value
        case float() if not value.is_integer():
            return value
        case float():
            return str(int(value))
    return str(value).strip()
