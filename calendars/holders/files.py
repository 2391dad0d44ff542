"""A file that says who holds which role, or who is away: TOML, CSV or Excel.

All or nothing: DefinitionError tells every fault with file, place, value and way out. Reads the file;
knows no database and no clock.

    roll;enhet;namn;adress;fran;till;utskick      the holders
    adress;fran;till;ersattare                    who is away; in Excel a sheet of its own
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from calendars.definition import HOLDERS_FILE, validated_in
from calendars.holders.rows import (
    AbsenceEntry,
    Fault,
    HolderEntry,
    absence_faults,
    deputy_mailboxes,
    holder_faults,
)
from calendars.holders.sheets import Heading, Sheet, find_heading, read_rows
from calendars.tables.cells import Table
from calendars.tables.content import ZIP, read_content
from calendars.tables.text import text_tables
from calendars.tables.toml import read_toml
from calendars.tables.workbook import excel_tables
from models.errors import DefinitionError
from models.plan import Absence, RoleHolder, Staff, mailbox
from models.process import Definition, Entry

NOBODY = Staff()


@dataclass(frozen=True, slots=True)
class StaffFile:
    """What a file holds: None for what it says nothing about. `notes` are what was passed over."""

    holders: tuple[RoleHolder, ...] | None
    absences: tuple[Absence, ...] | None
    notes: tuple[str, ...] = ()
    vacant: tuple[tuple[str, str | None], ...] = ()
    """The roles, with their units, that the file says nobody holds."""


class HoldersFile(Entry):
    """`rollinnehavare.toml`."""

    example: bool = Field(False, alias="exempel")
    holders: tuple[HolderEntry, ...] | None = Field(None, alias="innehavare")
    absences: tuple[AbsenceEntry, ...] | None = Field(None, alias="franvaro")


def load_staff(directory: Path, definition: Definition) -> Staff:
    """The holders and absences of a definition directory; none where it has no such file."""
    path = directory / HOLDERS_FILE
    if not path.exists():
        return Staff()
    found = _read_toml(path, definition, NOBODY, True)
    return Staff(found.holders or (), found.absences or ())


def load_holders(directory: Path, definition: Definition) -> tuple[RoleHolder, ...]:
    return load_staff(directory, definition).holders


def read_staff_file(
    path: Path, definition: Definition, known: Staff = NOBODY, *, replaces_all: bool = False
) -> StaffFile:
    """What the file holds, sound in every row. `known` is the staff that there is already, whom the
    absences may be about; `replaces_all` says that none of them stays a holder when the file has holders.
    """
    if path.suffix.lower() == ".toml":
        found = _read_toml(path, definition, known, replaces_all)
    else:
        found = _read_tables(path, definition, known, replaces_all)
    if not found.holders and found.absences is None and not found.vacant:
        raise DefinitionError(
            [f"{path.name}: innehåller inga rollinnehavare. Kontrollera att det är rätt fil."]
        )
    return found


def _read_toml(path: Path, definition: Definition, known: Staff, replaces_all: bool) -> StaffFile:
    file = validated_in(HoldersFile, read_toml(path), path.name)
    rows = file.holders or ()
    away = file.absences or ()
    names = _names(rows, _staying(known, rows, replaces_all))
    told = (
        *_told(rows, "innehavare", holder_faults(rows, definition)),
        *_told(away, "franvaro", absence_faults(away, names, _deputies(known))),
    )
    if told:
        raise DefinitionError([f"{path.name}: {fault}" for fault in told])
    holders = tuple(row.holder(example=file.example) for row in rows)
    absences = tuple(row.absence(names, example=file.example) for row in away)
    return StaffFile(
        None if file.holders is None else holders, None if file.absences is None else absences
    )


def _told(rows: Sequence[object], table: str, faults: Iterable[Fault]) -> Iterator[str]:
    """The faults of a table's rows, each with the number of its row, and with its holder's name."""
    for number, field, text in faults:
        row = rows[number]
        name = f" ({row.name})" if isinstance(row, HolderEntry) else ""
        yield f"{table} nr {number + 1}{name}{f', {field}' if field else ''}: {text}"


def _read_tables(path: Path, definition: Definition, known: Staff, replaces_all: bool) -> StaffFile:
    notes: list[str] = []
    headed = _headed(path, read_content(path), notes)
    holders, away = _read_sheets(headed, definition)
    names = _names(holders.rows, _staying(known, holders.rows, replaces_all))
    # a row that cannot be read has its own fault, and makes nobody unknown to the other rows
    of_all = {mailbox(text): text for text in holders.written("adress") if text} | names
    deputies = {*_deputies(known), *deputy_mailboxes(away.written("ersattare"))}
    faults = [
        *holders.faults,
        *map(holders.told, holder_faults(holders.rows, definition)),
        *away.faults,
        *map(away.told, absence_faults(away.rows, of_all, deputies)),
    ]
    if faults:
        raise DefinitionError([f"{path.name}: {fault.text}" for fault in sorted(faults)])
    kinds = {heading.model for _, heading in headed}
    found = tuple(row.holder(example=False) for row in holders.rows)
    absences = tuple(row.absence(names, example=False) for row in away.rows)
    return StaffFile(
        found if HolderEntry in kinds else None,
        absences if AbsenceEntry in kinds else None,
        (*notes, *map(_told_vacant, holders.vacant)),
        tuple(holders.vacant),
    )


def _told_vacant(role: tuple[str, str | None]) -> str:
    return f"{':'.join(filter(None, role))} är vakant: ingen läses in, och de tidigare tas bort."


def _read_sheets(
    headed: Sequence[tuple[Table, Heading]], definition: Definition
) -> tuple[Sheet[HolderEntry], Sheet[AbsenceEntry]]:
    """The rows of holders and those of absences."""
    holders: Sheet[HolderEntry] = Sheet()
    away: Sheet[AbsenceEntry] = Sheet()
    for number, (table, heading) in enumerate(headed):
        if heading.model is HolderEntry:
            read_rows(number, table, heading, HolderEntry, definition, holders)
        else:
            read_rows(number, table, heading, AbsenceEntry, definition, away)
    return holders, away


def _headed(path: Path, content: bytes, notes: list[str]) -> list[tuple[Table, Heading]]:
    """The tables of the file that have the headings: of text, as the kind of table that has most."""
    is_excel = content.startswith(ZIP)
    tables = (
        excel_tables(content, path.name, notes) if is_excel else text_tables(content, path.name)
    )
    found = [
        (table, heading)
        for table in tables
        if not table.aligned and (heading := find_heading(table)) is not None
    ]
    if not is_excel:
        found = sorted(found, key=lambda one: len(one[1].columns), reverse=True)[:1]
    if not found:
        raise DefinitionError(
            [
                f"{path.name}: hittar inte rubrikerna. Skriv roll;enhet;namn;adress;fran;till på en "
                "rad överst, eller adress;fran;till;ersattare för frånvaro."
            ]
        )
    return found


def _staying(
    known: Staff, rows: Sequence[HolderEntry], replaces_all: bool
) -> tuple[RoleHolder, ...]:
    """The holders there are already whose roles the file's rows leave alone."""
    if not rows:
        return known.holders
    read = {(row.role, row.unit) for row in rows}
    return () if replaces_all else tuple(h for h in known.holders if (h.role, h.unit) not in read)


def _deputies(known: Staff) -> set[str]:
    return {mailbox(absence.deputy_address) for absence in known.absences}


def _names(rows: Sequence[HolderEntry], known: Sequence[RoleHolder]) -> dict[str, str]:
    people: list[RoleHolder | HolderEntry] = [*known, *rows]
    return {mailbox(one.address): one.name for one in people}
