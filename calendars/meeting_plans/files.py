"""A file with a year's sammanträden, in whatever form it comes: TOML, CSV, Excel, .ics, a grid, text.

All or nothing: DefinitionError tells every fault with file, place, value and way out. Reads the file;
knows no database and no clock.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calendars.definition import MeetingsFile, read_meetings_toml
from calendars.meeting_plans.around import read_around
from calendars.meeting_plans.entries import Reading, WrittenMeeting, faults_of, remarks_of
from calendars.meeting_plans.events import is_calendar, read_events, unfolded
from calendars.meeting_plans.grid import Block, Grid, find_grid, years_in
from calendars.meeting_plans.grid_rows import read_rows
from calendars.meeting_plans.lines import Lines, find_lines, read_lines
from calendars.meeting_plans.lists import ListHeading, list_heading, read_list
from calendars.meeting_plans.names import Names
from calendars.meeting_plans.one_day import WrittenDay
from calendars.meeting_plans.turned_rows import read_turned_rows
from calendars.meeting_plans.wording import Standing, standing_in
from calendars.tables.cells import Table, filled
from calendars.tables.content import PDF, ZIP, read_content
from calendars.tables.pdf import NOT_SEEN, pdf_tables
from calendars.tables.text import decoded, text_tables
from calendars.tables.workbook import excel_tables
from models.characters import seen
from models.errors import DefinitionError
from models.plan import Meeting
from models.process import Definition
from models.text import Text, give, mention

_A_YEAR = 3
"""Days; of one year beside another fewer are a slip of the pen."""
_Layout = ListHeading | Grid | Lines
_Recognised = tuple[Table, _Layout]


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """What a file holds, sound in every day. `notes` are what was passed over on purpose, and
    what is worth a second look."""

    years: tuple[int, ...]
    meetings: tuple[Meeting, ...]
    notes: tuple[str, ...] = ()

    @property
    def year(self) -> int:
        """The first of its years."""
        return self.years[0]


def read_meeting_file(
    path: Path, definition: Definition, year: int | None = None, *, passes_over: bool = False
) -> MeetingFile:
    """The file's sammanträden in date order; DefinitionError with every fault.

    `year` is the calendar year that is wanted, of all that the file has. Bodies that are not in the
    definition are faults, unless it `passes_over` them.
    """
    content = read_content(path)
    into = Reading(Names(definition), year, passes_over)
    years: Collection[int]
    if path.suffix.lower() == ".toml":
        years = [_read_toml(path, content, year, into)]
    elif is_calendar(content):
        read_events(decoded(unfolded(content), path.name), path.name, into)
        into.settle_moved()
        years = _chosen(year, {entry.written.day.year for entry in into.entries}, into)
    else:
        years = _read_tables(path, content, year, into)
        into.settle_moved()
        years = _chosen(year, years or _years_of(into.entries), into)
    faults = _faults(into, years)
    if faults:
        raise DefinitionError([Text.of(f"{path.name}: ", fault) for fault in faults])
    meetings = sorted((entry.meeting for entry in into.entries), key=lambda m: (m.day, str(m.body)))
    notes = [*into.notes, *_passed_over(into), *remarks_of(into.entries)]
    named = [
        note if note.startswith(f"{path.name}: ") else f"{path.name}: {note}" for note in notes
    ]
    return MeetingFile(tuple(sorted(years)), tuple(meetings), tuple(named))


def _chosen(year: int | None, years: Collection[int], into: Reading) -> Collection[int]:
    """The years that are read: the one asked for, or all; the days of the others are told."""
    if year is None:
        return years
    others = Counter(e.written.day.year for e in into.entries if e.written.day.year != year)
    into.entries = [entry for entry in into.entries if entry.written.day.year == year]
    for other, count in sorted(others.items()):
        days = "dag" if count == 1 else "dagar"
        into.notes.append(f"{count} {days} {other} togs inte med, eftersom {year} är valt.")
    return {year}


def _passed_over(into: Reading) -> Iterator[str]:
    if into.passed_over:
        named = ", ".join(f"{name} ({count})" for name, count in into.passed_over.items())
        yield f"inte i definitionen, och hoppades över: {named}."


def _faults(found: Reading, years: Collection[int]) -> list[str | Text]:
    """What was wrong when it was read, and what is wrong with its days in the years."""
    faults = list(found.faults)
    if not found.entries and not faults:
        passed = (
            "de sammanträden som filen har togs inte med"
            if found.notes
            else "filen innehåller inga sammanträden"
        )
        told = [f"{passed}. Kontrollera att det är rätt fil."]
        return [*told, *(note for note in found.notes)]
    if not years and not faults:
        return [Text.of("filen säger inte vilket år den gäller. Ange det ", give("year"), ".")]
    faults += faults_of(found.entries, years) if years else ()
    if found.has_unknown and not found.passes_over:
        others = "Instanser som inte är med i processen kan hoppas över: ange "
        faults.append(Text.of(others, mention("passes_over"), "."))
    return faults


def _read_toml(path: Path, content: bytes, year: int | None, into: Reading) -> int:
    """The same format as in a definition directory."""
    file, names = read_meetings_toml(path), into.names
    _read_comments(content, into)
    marked = {(names.find(body), day) for body, days in file.other_weekday.items() for day in days}
    for table, name, days, if_needed in _days_of(file):
        gathering = names.find(name)
        if gathering is None:
            into.unknown(f"{table}, {name}", name, len(days))
            continue
        for day in days:
            written = WrittenDay(day, if_needed, other_weekday=(gathering, day) in marked)
            marked.discard((gathering, day))
            into.entries.append(
                WrittenMeeting(f"{table}, {name}", str(day), gathering, written, file.example)
            )
    for gathering, day in sorted(marked, key=str):
        into.fault(
            f"annan_veckodag, {gathering or 'okänd instans'}",
            f"{day} står varken i sammantraden eller vid_behov. Lägg till eller ta bort dagen",
        )
    return year or file.year


def _days_of(file: MeetingsFile) -> Iterator[tuple[str, str, tuple[date, ...], bool]]:
    """The table, the name, the days, and whether they are held only if needed."""
    for body, days in file.meetings.items():
        yield "sammantraden", body, days, False
    for body, days in file.if_needed.items():
        yield "vid_behov", body, days, True
    for step, day in file.informal.items():
        yield "moten", step, (day,), False


def _read_comments(content: bytes, into: Reading) -> None:
    """A day whose comment says that it is not held, or not decided, is no day that is."""
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        before, _, comment = line.partition("#")
        if re.search(r"\d{4}-\d\d-\d\d", before):
            standing = standing_in(seen(comment))
            if standing in (Standing.CANCELLED, Standing.PRELIMINARY):
                into.fault(
                    f"rad {number}",
                    f"kommentaren {seen(comment).strip()!r} säger att dagen {standing.value}. "
                    "Ta bort det ena",
                )


def _read_tables(path: Path, content: bytes, year: int | None, into: Reading) -> Collection[int]:
    """Excel sheets, or the text as the kind of table of which most columns are recognised; the years
    that the tables name."""
    tables = _tables(path, content, into)
    found = _recognised(tables, into.names)
    if not found:
        into.faults.append(
            "hittar varken rubrikerna instans och datum eller en rad med månader. Skriv rubrikerna "
            "på en rad överst, och kontrollera att varje citattecken har ett slut."
        )
    others: list[Table] = []
    if content.startswith(ZIP):
        others = _unread(tables, found, into)
    else:
        found = sorted(found, key=lambda one: one[1].width, reverse=True)[:1]
    if standing_in(re.sub(r"[_-]", " ", path.stem)) is Standing.PRELIMINARY:
        into.notes.append("filens namn säger att planen är preliminär.")
    are_lines = any(isinstance(layout, Lines) for _, layout in found)
    read_around([table for table, _ in found], others, into, are_lines=are_lines)
    return _read_found(path, found, year, into)


def _unread(tables: Sequence[Table], found: Sequence[_Recognised], into: Reading) -> list[Table]:
    """The sheets without a table of meetings, which are told."""
    known = [table for table, _ in found]
    others = [table for table in tables if table.rows and table not in known]
    for table in others:
        if found:
            into.notes.append(f"bladet {table.title} har ingen sammanträdestabell och lästes inte.")
    return others


def _tables(path: Path, content: bytes, into: Reading) -> list[Table]:
    if content.startswith(ZIP):
        return list(excel_tables(content, path.name, into.notes))
    if content.startswith(PDF):
        into.notes.append(NOT_SEEN)
        return list(pdf_tables(content, path.name))
    return list(text_tables(content, path.name))


def _read_found(
    path: Path, found: Sequence[_Recognised], year: int | None, into: Reading
) -> Collection[int]:
    told: set[int] = set()
    for table, layout in found:
        match layout:
            case Grid():
                told |= _read_grid(path, table, layout, year, into)
            case Lines():
                read_lines(layout, year, into)
            case ListHeading():
                read_list(table, layout, year or _only_year(path, table, layout), into)
    return told


def _only_year(path: Path, table: Table, heading: ListHeading) -> int | None:
    """The year above a list, or in the file's name, for the days that are written without; None where there
    are none or two."""
    above = years_in(*(cell.text for row in table.rows[: heading.row] for cell in row))
    named = above or years_in(table.title) or years_in(path.stem)
    return min(named) if len(named) == 1 else None


def _read_grid(path: Path, table: Table, grid: Grid, year: int | None, into: Reading) -> set[int]:
    """Each block, in its year; the years that there are."""
    of_file = frozenset(years_in(path.stem))
    named = frozenset().union(*(block.years or of_file for block in grid.blocks))
    if year and named and year not in named:
        into.faults.append(
            Text.of(
                f"{_of(table)} gäller {_listed(named)}, men ",
                mention("year"),
                f" säger {year}. Rätta det ena.",
            )
        )
        return set()
    read: set[int] = set()
    for block in grid.blocks:
        years = block.years or of_file
        if year and years and year not in years:
            into.notes.append(
                f"{_of(table)} {_listed(years)} togs inte med, eftersom {year} är valt."
            )
        else:
            read |= _read_block(table, block, years, year, into)
    return read


def _read_block(
    table: Table, block: Block, years: Collection[int], year: int | None, into: Reading
) -> set[int]:
    """Every row, and the years that it has; a fault where it does not tell which."""
    if year is not None:
        _read_rows(block, year, into)
        return {year}
    has_own = all(getattr(what, "year", None) for what in block.columns.values())
    if len(years) != 1 and not has_own and not _tells_as_it_goes(block):
        into.faults.append(
            Text.of(
                f"{_of(table)} säger {_listed(years) or 'inte vilket år den gäller'}. Ange året ",
                give("year"),
                ".",
            )
        )
        return set()
    before = len(into.entries)
    _read_rows(block, min(years, default=0), into)
    return set(years) or {entry.written.day.year for entry in into.entries[before:]}


def _read_rows(block: Block, year: int, into: Reading) -> None:
    (read_turned_rows if block.is_turned else read_rows)(block, year, into)


def _tells_as_it_goes(block: Block) -> bool:
    """Whether the first row below a heading of bodies is a year."""
    return (
        block.is_turned
        and bool(block.rows)
        and bool(years_in(*(c.text for c in filled(block.rows[0])[:1])))
    )


def _of(table: Table) -> str:
    return f"blad {table.title}:" if table.title else "tabellen"


def _listed(years: Iterable[int]) -> str:
    return " och ".join(map(str, sorted(years)))


def _recognised(tables: Iterable[Table], names: Names) -> list[_Recognised]:
    return [
        (table, layout)
        for table in tables
        if (layout := list_heading(table) or find_grid(table, names) or find_lines(table, names))
    ]


def _years_of(entries: Sequence[WrittenMeeting]) -> Collection[int]:
    """The years of the days: where one has more than half and another a day or two, those are slips of the
    pen; none where it is not plain."""
    years = Counter(entry.written.day.year for entry in entries)
    whole = {year for year, count in years.items() if count >= _A_YEAR}
    if len(whole) == len(years):
        return whole
    for year, count in years.most_common(1):
        if count * 2 > years.total():
            return whole | {year}
    return ()
