"""What was already done when a year was started, as a sheet has it: a step and an answer in each row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from calendars.holders.people_words import day_alone
from calendars.meeting_plans.written_days import written_day
from calendars.tables.cells import Cell, Table
from calendars.tables.content import ZIP, read_content
from calendars.tables.text import text_tables
from calendars.tables.workbook import excel_tables
from models.errors import DefinitionError

HEADINGS = ("steg", "svar", "datum", "beslut")
_SEARCHED = 30
"""Rows from the top in which the heading is looked for."""
_ANSWERS = {"klart": "klart", "klar": "klart", "pågår": "pagar", "pagar": "pagar"}


class AnswerRow(NamedTuple):
    """A row: where it stands, which step, `klart` or `pagar`, the day and the decisions as written."""

    where: str
    step: str
    standing: str
    on: date | None
    decisions: str


def read_answers(path: Path) -> tuple[AnswerRow, ...]:
    """The answers of a CSV or Excel file; DefinitionError with every fault. A row without one is
    passed over."""
    content = read_content(path)
    if content.startswith(ZIP):
        tables: Iterable[Table] = excel_tables(content, path.name, [])
    else:
        tables = text_tables(content, path.name)
    for table in tables:
        for number, row in enumerate(table.rows[:_SEARCHED]):
            columns = {cell.text.casefold().strip(): at for at, cell in enumerate(row)}
            if {"steg", "svar"} <= columns.keys():
                return _answers(path.name, table.rows[number + 1 :], columns)
    raise DefinitionError(
        [f"{path.name}: hittar inte rubrikerna. Skriv {';'.join(HEADINGS)} på en rad överst."]
    )


def _answers(
    name: str, rows: Sequence[tuple[Cell, ...]], columns: Mapping[str, int]
) -> tuple[AnswerRow, ...]:
    found: list[AnswerRow] = []
    faults: list[str] = []
    for row in rows:
        cells = {one: row[at] for one, at in columns.items() if at < len(row)}
        if "svar" not in cells or cells["svar"].is_empty:
            continue
        where = cells["svar"].where
        standing = _ANSWERS.get(cells["svar"].text.casefold().strip())
        if standing is None:
            faults.append(f"{where}: svaret {cells['svar'].text!r}. Skriv klart eller pågår.")
            continue
        try:
            on = _day(cells.get("datum"))
        except ValueError:
            faults.append(
                f"{where}: datumet {cells['datum'].text!r} går inte att läsa. Skriv som 2027-03-31."
            )
            continue
        decisions = cells["beslut"].text if "beslut" in cells else ""
        found.append(AnswerRow(where, cells["steg"].text.strip(), standing, on, decisions))
    if not (found or faults):
        faults.append(f"{name}: inga svar. Skriv klart eller pågår i kolumnen svar.")
    if faults:
        raise DefinitionError(faults)
    return tuple(found)


def _day(cell: Cell | None) -> date | None:
    """ValueError for what is no day."""
    if cell is None or cell.is_empty:
        return None
    return cell.value if isinstance(cell.value, date) else written_day(day_alone(cell.text)).day


def sheet_to_fill_in(steps: Iterable[tuple[str, str]]) -> str:
    """CSV with a row for each step and its title, to be filled in and read."""
    out = StringIO()
    rows: Iterator[tuple[str, ...]] = ((slug, "", "", "", title) for slug, title in steps)
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([(*HEADINGS, "titel"), *rows])
    return out.getvalue()
