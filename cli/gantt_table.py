"""The Gantt chart in a terminal: a row for each step, a column for each third, half or whole month.

Told by signs as well as colours, so that it can be read in black and white and in a file.
"""

from __future__ import annotations

from datetime import date, timedelta

from rich.text import Text

from cli.console import Console
from models.points import MONTHS
from views.sheet import StepLine, Tone, YearSheet
from views.step_dates import by_process, day_words, link_day, process_name

STYLES = {
    Tone.RISK: ("bold red", "§"),
    Tone.LATE: ("red", "!"),
    Tone.RECONSIDERED: ("magenta", "?"),
    Tone.ASKED: ("magenta", "¿"),
    Tone.AWAITING: ("bold blue", "▒"),
    Tone.OPEN: ("blue", "█"),
    Tone.PLANNED: ("", "░"),
    Tone.LEFT_OUT: ("dim", "·"),
    Tone.DONE: ("green", "="),
    Tone.DORMANT: ("dim", "·"),
}
"""Colour and sign of a bar, by the state of its step."""
MEETING, LIMIT, TODAY = "o", "#", "|"
DAYS_WIDE = 130
"""Columns from which there is room for the days in words."""


def print_gantt(console: Console, sheet: YearSheet) -> None:
    """The chart, as wide as the terminal."""
    months = _months(sheet)
    words = 40 if console.width >= DAYS_WIDE else 0
    name = min(max(console.width - words - 4 * len(months) - 8, 14), 34)
    room = console.width - 6 - name - words - 2
    per_month = max(room // len(months), 1)
    grid = _Grid(months, min(per_month, 8))
    console.print(
        Text(f"{sheet.plan_name}, {sheet.municipality}, {sheet.today}", style="bold"),
        Text(sheet.headline),
        sep="\n",
        soft_wrap=False,
    )
    for header in (_years(grid, name), _names(grid, name)):
        console.print(header, no_wrap=True, crop=True)
    for process, lines in by_process(sheet.shown).items():
        console.print(Text(process_name(process), style="bold underline"))
        for line in lines:
            console.print(_row(sheet, grid, line, name, words), no_wrap=True, crop=True)
    _legend(console, sheet)


class _Grid:
    """Where a day stands: so many columns for each month."""

    def __init__(self, months: list[date], width: int) -> None:
        self.months, self.width = months, width

    @property
    def columns(self) -> int:
        return len(self.months) * self.width

    def column(self, day: date) -> int:
        month = self.months.index(day.replace(day=1))
        after = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        length = (after - day.replace(day=1)).days
        return month * self.width + (day.day - 1) * self.width // length


def _months(sheet: YearSheet) -> list[date]:
    found = [sheet.first_month]
    while found[-1] < sheet.last_month:
        found.append((found[-1] + timedelta(days=31)).replace(day=1))
    return found


def _years(grid: _Grid, name: int) -> Text:
    line = Text(" " * (6 + name))
    cells = [" "] * (grid.columns + 4)
    for number, month in enumerate(grid.months):
        if number == 0 or month.month == 1:
            cells[number * grid.width : number * grid.width + 4] = str(month.year)
    return line + Text("".join(cells).rstrip(), style="bold")


def _names(grid: _Grid, name: int) -> Text:
    short = min(grid.width - 1, 3) or 1
    cells = (MONTHS[month.month - 1][:short].ljust(grid.width) for month in grid.months)
    return Text(" " * (6 + name)) + Text("".join(cells), style="bold")


def _row(sheet: YearSheet, grid: _Grid, line: StepLine, name: int, words: int) -> Text:
    title = line.title if len(line.title) < name else line.title[: name - 2] + "…"
    row = Text(f"{line.id:<5} {title:<{name}}", style="bold" if line.needs_care else "")
    for sign, style in _cells(sheet, grid, line):
        row.append(sign, style=style)
    if words:
        row.append(f"  {_days(sheet, line)}")
    return row


def _cells(sheet: YearSheet, grid: _Grid, line: StepLine) -> list[tuple[str, str]]:
    """The bar, and over it the marks of the days: each sign with its colour."""
    style, sign = STYLES[line.tone]
    cells = [("·" if n % grid.width == 0 else " ", "dim") for n in range(grid.columns)]
    for column in range(grid.column(line.first_day), grid.column(line.last_day) + 1):
        cells[column] = (sign, style)
    marks = [(sheet.today, TODAY, "bold magenta")]
    marks += [(line.limit_day, LIMIT, "bold")] if line.limit_day else []
    meets = [*(link.day for link in line.links), line.meeting_day]
    marks += [(day, MEETING, "bold") for day in meets if day]
    for day, mark, colour in marks:
        if day.replace(day=1) in grid.months:
            cells[grid.column(day)] = (mark, colour)
    return cells


def _days(sheet: YearSheet, line: StepLine) -> str:
    days = [link_day(sheet, link) for link in line.links]
    if line.meeting_day:
        days.append(day_words(sheet, line.meeting_day))
    return ", ".join(days) or f"senast {day_words(sheet, line.due)}"


def _legend(console: Console, sheet: YearSheet) -> None:
    """A line never ends within a sign and its word."""
    signs = [
        Text.assemble((sign * 2, style), f" {tone.value}")
        for tone, (style, sign) in ((tone, STYLES[tone]) for tone, _ in sheet.counts())
        if tone is not Tone.DORMANT
    ]
    signs += [
        Text(f"{sign} {word}")
        for sign, word in ((MEETING, "beslut eller möte"), (LIMIT, "lagfrist"), (TODAY, "i dag"))
    ]
    line = Text()
    for told in signs:
        if line and len(line) + 2 + len(told) > console.width:
            console.print(line)
            line = Text()
        line = Text("  ").join([line, told]) if line else told
    console.print(line)
