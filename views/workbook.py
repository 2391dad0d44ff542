"""The year as an Excel workbook: real dates, filters, a frozen heading, and A4 landscape when printed.

Pure. Whatever somebody has written is a text cell, also where it begins with = or +: never a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from notifications.wording import one_line
from views.report import YearReport
from views.sheet import StepLine, YearSheet
from views.tone_styles import LOOKS

Value = str | int | date | None
DAY = "yyyy-mm-dd"
NARROWEST, WIDEST = 8, 36
LINE = 15
"""Height of a line of text, in points."""
A4_WIDE = 190
"""Characters that a printed page has room for, still to be read; wider sheets take two beside each other."""
_TOP = Alignment(vertical="top", horizontal="left", wrap_text=True)


def workbook(report: YearReport) -> bytes:
    """The sheets Översikt, Steg, Sammanträden, Beslut and Att göra."""
    book = Workbook()
    sheet = report.sheet
    book.properties.title = one_line(report.title)
    book.properties.creator = one_line(sheet.municipality)
    del book["Sheet"]
    _overview(book.create_sheet("Översikt"), report)
    _table(book.create_sheet("Steg"), sheet, STEP_HEADINGS, map(_step, sheet.lines))
    _tint(book["Steg"], sheet.lines)
    _table(
        book.create_sheet("Sammanträden"),
        sheet,
        ("Dag", "Instans", "Steg"),
        (
            (
                tick.day,
                tick.body,
                ", ".join(f"{sheet[one].id} {sheet[one].title}" for one in tick.steps),
            )
            for tick in sheet.meetings
        ),
    )
    _table(
        book.create_sheet("Beslut"),
        sheet,
        ("Dag", "Instans", "Id", "Steg", "Beslut", "Gäller", "Paragraf", "Diarienummer"),
        (
            (
                row.day,
                row.body,
                row.line.id,
                row.line.title,
                row.outcome,
                "ja" if row.stands else "nej",
                row.paragraph,
                row.diarienummer,
            )
            for row in report.decisions
        ),
    )
    _table(
        book.create_sheet("Att göra"),
        sheet,
        ("Id", "Steg", "Läge", "Väntar på", "Senast", "Dagar kvar", "Varför", "Vad som kan göras"),
        (
            (
                task.line.id,
                task.line.title,
                task.line.tone.value,
                task.awaited,
                task.line.deadline,
                task.line.days_left,
                task.why,
                task.advice,
            )
            for task in (*report.care, *report.waiting)
        ),
    )
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


STEP_HEADINGS = (
    "Id",
    "Steg",
    "Läge",
    "Visning",
    "Från",
    "Till",
    "Öppnas",
    "Delar senast",
    "Mötesdag",
    "Beslutas",
    "Sista sammanträde",
    "Lagfrist",
    "Lagrum",
    "Väntar på",
    "Nästa sista dag",
    "Arbetsdagar kvar",
    "Senaste beslut",
    "I kommandon",
)


def _step(line: StepLine) -> tuple[Value, ...]:
    links = ", ".join(f"{link.body} {link.day or 'utan dag'}" for link in line.links)
    days = [link.day for link in line.links if link.day]
    return (
        line.id,
        line.title,
        line.tone.value,
        line.label,
        line.window_start,
        line.window_end,
        line.opens,
        line.due,
        line.meeting_day,
        links,
        days[-1] if days else None,
        line.limit.last_day if line.limit else None,
        line.limit.citation if line.limit else None,
        "; ".join(line.awaited),
        line.deadline,
        line.days_left,
        line.last_decision,
        line.slug,
    )


def _overview(page: Worksheet, report: YearReport) -> None:
    sheet = report.sheet
    rows: list[tuple[Value, ...]] = [
        (report.title,),
        ("Kommun", sheet.municipality),
        ("Dag", sheet.today),
        ("Budgetår", sheet.budget_year),
        (None,),
        ("Läge", "Antal steg"),
        *((tone.value, number) for tone, number in sheet.counts()),
        ("alla", len(sheet.lines)),
        (None,),
        *((remark,) for remark in report.remarks),
    ]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            _put(page, number, column, value)
    page["A1"].font = Font(bold=True, size=16)
    page.row_dimensions[1].height = 2 * LINE
    for cell in page[6]:
        cell.font = Font(bold=True)
    page.column_dimensions["A"].width = 24
    page.column_dimensions["B"].width = 30
    for row_cells in page.iter_rows():
        for cell in row_cells:
            cell.alignment = Alignment(vertical="top", horizontal="left")
    _print_setup(page, sheet, landscape=False)


def _table(
    page: Worksheet, sheet: YearSheet, headings: Sequence[str], rows: Iterable[Sequence[Value]]
) -> None:
    _heading_row(page, headings)
    widths = [len(heading) + 4 for heading in headings]  # room for the filter's arrow
    last = 1
    for last, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            _put(page, last, column, value).alignment = _TOP
            widths[column - 1] = max(widths[column - 1], len(str(value or "")) + 2)
    widths = [min(max(width, NARROWEST), WIDEST) for width in widths]
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    for number, cells in enumerate(page.iter_rows(), 1):
        # said, for not every program finds out by itself how high folded text is
        lines = max(_lines(cell.value, width) for cell, width in zip(cells, widths, strict=True))
        page.row_dimensions[number].height = LINE * lines
    page.freeze_panes = "C2" if headings[0] == "Id" else "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{last}"
    page.print_title_rows = "1:1"
    _print_setup(page, sheet, landscape=True)
    if sum(widths) > A4_WIDE:
        page.page_setup.fitToWidth, page.print_title_cols = 2, "A:B"


def _heading_row(page: Worksheet, headings: Sequence[str]) -> None:
    for column, heading in enumerate(headings, 1):
        cell = page.cell(1, column, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6EAEE")
        cell.alignment = _TOP


def _lines(value: object, width: int) -> int:
    """The lines that a text takes in a column, at most: digits, which its width is told in, are wide."""
    words = str(value or "").split()
    lines, used = 1, 0
    for word in words:
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
    return lines


def _put(page: Worksheet, row: int, column: int, value: Value) -> Cell:
    cell = cast(Cell, page.cell(row, column))  # no cells are merged
    if isinstance(value, str):
        cell.value = one_line(value)
        cell.data_type = "s"  # not what openpyxl makes of a text that begins with =
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@")
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = DAY
    return cell


def _tint(page: Worksheet, lines: Iterable[StepLine]) -> None:
    """The state's colour, in its own cell."""
    for row, line in enumerate(lines, 2):
        look = LOOKS[line.tone]
        cell = page.cell(row, 3)
        cell.fill = PatternFill("solid", fgColor=look.fill.removeprefix("#").upper())
        cell.font = Font(color=look.ink.removeprefix("#").upper())


def _print_setup(page: Worksheet, sheet: YearSheet, *, landscape: bool) -> None:
    page.page_setup.paperSize = 9  # A4
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    # an ampersand begins a code in a footer
    left = one_line(f"{sheet.municipality}, {sheet.plan_name}").replace("&", "&&")
    for part, text in (
        ("left", left),
        ("center", f"Läget {sheet.today}"),
        ("right", "Sida &P av &N"),
    ):
        getattr(page.oddFooter, part).text = text
