"""Text with many days in a line: `Kommunstyrelsen: 1 februari, 15 mars och 12 april 2027`.

Pure. The days may also stand below their body, a line each. A line without days is text, or names the body
of the lines that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from calendars.meeting_plans.entries import Reading, WrittenMeeting
from calendars.meeting_plans.grid import years_in
from calendars.meeting_plans.names import Names, Title
from calendars.meeting_plans.one_day import Around, weekday_of
from calendars.meeting_plans.wording import A_DAY, Said, Standing, is_about
from calendars.meeting_plans.written_days import PartError, days_in
from calendars.tables.cells import Row, Table, filled
from models.errors import said_by
from models.text import Text

_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}\.\s+(?=[^\d\W]))")


class Lines(NamedTuple):
    """The lines, of which at least one has a known body with its days."""

    table: Table
    width: int


class _Line(NamedTuple):
    where: str
    name: str
    days: str

    @property
    def has_a_day(self) -> bool:
        return A_DAY.search(self.days) is not None


def find_lines(table: Table, names: Names) -> Lines | None:
    """The table as lines; None where no body that is known has days in it, or where there are headings,
    of which nobody has said what they mean."""
    lines = _lines(table)
    before = takewhile(lambda line: not line.has_a_day, lines)
    headings = any(re.search(r"[;,|]", line.name) and not line.days for line in before)
    if headings or re.search(r"[;|\"]", "".join(line.name for line in lines)):
        return None
    known = [name for name in _names_above(lines) if names.read(name).gathering is not None]
    return Lines(table, 1) if known else None


def _names_above(lines: Sequence[_Line]) -> Iterator[str]:
    """The name that stands at each line of days, or above it."""
    name = ""
    for line in lines:
        name = line.name or name
        if line.has_a_day:
            yield name


def read_lines(lines: Lines, year: int | None, into: Reading) -> None:
    """Every line, into the reading."""
    named = _years(lines.table)
    around = Around(year or (min(named) if len(named) == 1 else None), legend=into.legend)
    title: Title | None = None
    is_told = True
    for line in _lines(lines.table):
        if line.name:
            title, is_told = _whose(line, into)
        if title is not None and line.days:
            _take(line, title, around, into)
        elif line.has_a_day and not is_told:
            into.fault(
                line.where, f"{line.days!r} är dagar, men det framgår inte vems. Skriv instansen"
            )


def _years(table: Table) -> set[int]:
    return years_in(*(cell.text for row in table.rows for cell in row), table.title)


def _whose(line: _Line, into: Reading) -> tuple[Title | None, bool]:
    """Whose the days of the line are, and of those that follow; and whether it is told that nobody's."""
    read = into.names.read(line.name)
    if line.has_a_day:
        return into.whose(line.where, line.name), True
    if read.gathering is not None and read.standing is not Standing.UNCLEAR:
        return read, False
    return None, is_about(line.name)


def _take(line: _Line, title: Title, around: Around, into: Reading) -> None:
    if title.gathering is None:
        return
    for day in days_in(line.days, around):
        if isinstance(day, PartError):
            into.fault(line.where, Text.of(f"{day.part!r} ", said_by(day.why)))
        elif isinstance(day, ValueError):
            into.fault(line.where, Text.of(f"{line.days!r} ", said_by(day)))
        else:
            into.take(
                WrittenMeeting(line.where, str(day.day), title.gathering, day),
                Said(title.standing, line.name),
            )


def _lines(table: Table) -> list[_Line]:
    return [_line(row) for row in table.rows if filled(row)]


def _line(row: Row) -> _Line:
    """The name before the first colon or day, and the days after it."""
    cells = filled(row)
    text = _BULLET.sub("", ", ".join(cell.text for cell in cells))
    match = re.search(r"\d", text)
    place = match.start() if match else len(text)
    if (year := re.match(r"(.*?20\d\d)\s*(?::|$)", text)) and year.end(1) == place + 4:
        place = year.end(1)  # `Kommunstyrelsens sammanträden 2027: 1/2, 15/3`
    before, after = text[:place], text[place:]
    words = before.strip(" ,;-(").split()
    days = [after.strip(" ,;.")]
    while words and (weekday_of(words[-1]) is not None or words[-1].casefold() == "den"):
        days.insert(0, words.pop())  # `KS måndag 15 mars`
    return _Line(cells[0].where, " ".join(words).strip(" ,;-"), " ".join(filter(None, days)))
