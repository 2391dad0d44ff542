"""A file with a year's sammanträden, in whatever form it comes: TOML, CSV, Excel, .ics, or the grid.

All or nothing: DefinitionError tells every fault with file, place, value and way out. Reads the file;
knows no database and no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calendars.definition import MeetingsFile, read_meetings_toml
from calendars.meeting_plans.entries import Reading, WrittenMeeting, faults_of, remarks_of
from calendars.meeting_plans.events import read_events
from calendars.meeting_plans.grid import GridHeading, grid_heading, read_grid, years_in, years_named
from calendars.meeting_plans.lists import ListHeading, list_heading, read_list
from calendars.meeting_plans.names import Names
from calendars.meeting_plans.tables import NO_WORKBOOK, Table, decoded, excel_tables, text_tables
from calendars.meeting_plans.written_days import WrittenDay
from models.errors import DefinitionError
from models.plan import Meeting
from models.process import Definition
from models.text import Text, give, mention

LARGEST = 5_000_000
"""Bytes; no municipality's year of sammanträden comes near."""
_FOREIGN = {
    b"%PDF": "är en PDF. Kopiera tabellen till en textfil, eller spara den som Excel eller CSV.",
    b"\xd0\xcf\x11\xe0": "är ett äldre Context-format. Spara om filen som .xlsx.",
}
_Recognised = tuple[Table, ListHeading | GridHeading]


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """What a file holds, sound in every day. `notes` are what was passed over on purpose, and
    what is worth a second look."""

    year: int
    meetings: tuple[Meeting, ...]
    notes: tuple[str, ...] = ()


def read_meeting_file(path: Path, definition: Definition, year: int | None = None) -> MeetingFile:
    """The file's sammanträden in date order; DefinitionError with every fault.

    `year` is the calendar year that all days must lie in; without it the file must tell it.
    """
    content = read_content(path)
    names, found = Names(definition), Reading()
    if path.suffix.lower() == ".toml":
        year = _read_toml(path, names, year, found)
    elif content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR":
        read_events(decoded(content, path.name), path.name, names, found)
    else:
        year = _read_tables(path, content, names, year, found)
    year = year or _year_of(found.entries)
    faults = _faults(found, year)
    if faults or year is None:
        raise DefinitionError([Text.of(f"{path.name}: ", fault) for fault in faults])
    meetings = sorted(
        (entry.meeting for entry in found.entries), key=lambda m: (m.day, str(m.body))
    )
    remarks = (f"{path.name}: {remark}" for remark in remarks_of(found.entries))
    return MeetingFile(year, tuple(meetings), (*found.notes, *remarks))


def _faults(found: Reading, year: int | None) -> list[str | Text]:
    """What was wrong when it was read, and what is wrong with its days in the year."""
    if not found.entries and not found.faults:
        return ["filen innehåller inga sammanträden. Kontrollera att det är rätt fil."]
    if year is None and not found.faults:
        return [Text.of("filen säger inte vilket år den gäller. Ange det ", give("year"), ".")]
    return [*found.faults, *(faults_of(found.entries, year) if year else ())]


def read_content(path: Path) -> bytes:
    """The file's bytes; DefinitionError where there are none, or too many, or of a foreign kind."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise DefinitionError([f"{path}: filen finns inte. Kontrollera sökvägen."]) from None
    except IsADirectoryError:
        raise DefinitionError([f"{path}: är en mapp. Ange en fil."]) from None
    except OSError as error:
        raise DefinitionError([f"{path}: går inte att läsa: {error.strerror}."]) from None
    if len(content) > LARGEST:
        raise DefinitionError([f"{path.name}: är större än 5 MB. Kontrollera att det är rätt fil."])
    for start, what in _FOREIGN.items():
        if content.startswith(start):
            raise DefinitionError([f"{path.name}: {what}"])
    if path.suffix.lower() in {".xlsx", ".xlsm"} and not content.startswith(b"PK\x03\x04"):
        raise DefinitionError([f"{path.name}: {NO_WORKBOOK}"])
    return content


def _read_toml(path: Path, names: Names, year: int | None, into: Reading) -> int:
    """The same format as in a definition directory."""
    file = read_meetings_toml(path)
    marked = {(names.find(body), day) for body, days in file.other_weekday.items() for day in days}
    for table, name, days, if_needed in _rows(file):
        gathering = names.find(name)
        if gathering is None:
            into.fault(f"{table}, {name}", names.unknown(name))
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


def _rows(file: MeetingsFile) -> Iterator[tuple[str, str, tuple[date, ...], bool]]:
    """The table, the name, the days, and whether they are held only if needed."""
    for body, days in file.meetings.items():
        yield "sammantraden", body, days, False
    for body, days in file.if_needed.items():
        yield "vid_behov", body, days, True
    for step, day in file.informal.items():
        yield "moten", step, (day,), False


def _read_tables(
    path: Path, content: bytes, names: Names, year: int | None, into: Reading
) -> int | None:
    """Excel sheets, or the text as the kind of table of which most columns are recognised."""
    if content.startswith(b"PK\x03\x04"):
        found = _recognised(excel_tables(content, path.name, into.notes))
    else:
        candidates = _recognised(text_tables(content, path.name))
        found = sorted(candidates, key=lambda one: one[1].width, reverse=True)[:1]
    if not found:
        into.faults.append(
            "hittar varken rubrikerna instans och datum eller en rad med månader. Skriv rubrikerna "
            "på en rad överst, och kontrollera att varje citattecken har ett slut."
        )
    years = [_read_table(path, table, heading, names, year, into) for table, heading in found]
    told = {one for one in years if one is not None}
    if len(told) > 1:
        into.faults.append(f"bladen gäller {_listed(told)}. Spara varje år i en egen fil.")
    return year or min(told, default=None)


def _read_table(
    path: Path,
    table: Table,
    heading: ListHeading | GridHeading,
    names: Names,
    year: int | None,
    into: Reading,
) -> int | None:
    """The table's rows, into the reading; the year that a grid is for, None where it does not tell."""
    if isinstance(heading, ListHeading):
        read_list(table, heading, names, year, into)
        return None
    named = years_named(table, heading) or years_in(path.stem)
    if year and named and year not in named:
        into.faults.append(
            Text.of(
                f"{_of(table)} gäller {_listed(named)}, men ",
                mention("year"),
                f" säger {year}. Rätta det ena.",
            )
        )
        return None
    if year is None and len(named) != 1:
        into.faults.append(
            Text.of(
                f"{_of(table)} säger {_listed(named) or 'inte vilket år den gäller'}. Ange året ",
                give("year"),
                ".",
            )
        )
        return None
    of_grid = year or min(named)
    read_grid(table, heading, names, of_grid, into)
    return of_grid


def _of(table: Table) -> str:
    return f"blad {table.title}:" if table.title else "tabellen"


def _listed(years: Iterable[int]) -> str:
    return " och ".join(map(str, sorted(years)))


def _recognised(tables: Iterable[Table]) -> list[_Recognised]:
    return [
        (table, heading)
        for table in tables
        if (heading := list_heading(table) or grid_heading(table)) is not None
    ]


def _year_of(entries: Sequence[WrittenMeeting]) -> int | None:
    """The year of more than half of the days: the others are then slips of the pen."""
    years = Counter(entry.written.day.year for entry in entries)
    for year, count in years.most_common(1):
        return year if count * 2 > years.total() else None
    return None
