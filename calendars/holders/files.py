"""A file that says who holds which role, or who is away: TOML, CSV or Excel.

All or nothing: DefinitionError tells every fault with file, place, value and way out. Reads the file;
knows no database and no clock.

    roll;enhet;namn;adress;fran;till;utskick      the holders
    adress;fran;till;ersattare                    who is away; in Excel a sheet of its own
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from calendars.definition import HOLDERS_FILE, read_toml, validated_in
from calendars.holders.rows import (
    AbsentRow,
    HolderRow,
    absence_faults,
    deputy_mailboxes,
    holder_faults,
)
from calendars.holders.sheets import Heading, Sheet, find_heading, read_rows
from calendars.meeting_plans.files import read_content
from calendars.meeting_plans.tables import Table, excel_tables, text_tables
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


class HoldersFile(Entry):
    """`rollinnehavare.toml`."""

    example: bool = Field(False, alias="exempel")
    holders: tuple[HolderRow, ...] | None = Field(None, alias="innehavare")
    absences: tuple[AbsentRow, ...] | None = Field(None, alias="franvaro")


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
    if not found.holders and found.absences is None:
        raise DefinitionError(
            [f"{path.name}: innehåller inga rollinnehavare. Kontrollera att det är rätt fil."]
        )
    return found


def _read_toml(path: Path, definition: Definition, known: Staff, replaces_all: bool) -> StaffFile:
    file = validated_in(HoldersFile, read_toml(path), path.name)
    rows = file.holders or ()
    away = file.absences or ()
    names = _names(rows, _staying(known, rows, replaces_all))
    faults = [
        f"{path.name}: innehavare nr {row + 1} ({rows[row].name})"
        f"{f', {field}' if field else ''}: {text}"
        for row, field, text in holder_faults(rows, definition)
    ]
    faults += [
        f"{path.name}: franvaro nr {row + 1}{f', {field}' if field else ''}: {text}"
        for row, field, text in absence_faults(away, names, _deputies(known))
    ]
    if faults:
        raise DefinitionError(faults)
    return StaffFile(
        None if file.holders is None else tuple(r.holder(example=file.example) for r in rows),
        None
        if file.absences is None
        else tuple(row.absence(names, example=file.example) for row in away),
    )


def _read_tables(path: Path, definition: Definition, known: Staff, replaces_all: bool) -> StaffFile:
    notes: list[str] = []
    holders: Sheet[HolderRow] = Sheet()
    away: Sheet[AbsentRow] = Sheet()
    headed = _headed(path, read_content(path), notes)
    kinds = {heading.model for _, heading in headed}
    for number, (table, heading) in enumerate(headed):
        if heading.model is HolderRow:
            read_rows(number, table, heading, HolderRow, definition, holders)
        else:
            read_rows(number, table, heading, AbsentRow, definition, away)
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
    return StaffFile(
        tuple(row.holder(example=False) for row in holders.rows) if HolderRow in kinds else None,
        tuple(r.absence(names, example=False) for r in away.rows) if AbsentRow in kinds else None,
        tuple(notes),
    )


def _headed(path: Path, content: bytes, notes: list[str]) -> list[tuple[Table, Heading]]:
    """The tables of the file that have the headings: of text, as the kind of table that has most."""
    is_excel = content.startswith(b"PK\x03\x04")
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


def _staying(known: Staff, rows: Sequence[HolderRow], replaces_all: bool) -> tuple[RoleHolder, ...]:
    """The holders there are already whose roles the file's rows leave alone."""
    if not rows:
        return known.holders
    read = {(row.role, row.unit) for row in rows}
    return () if replaces_all else tuple(h for h in known.holders if (h.role, h.unit) not in read)


def _deputies(known: Staff) -> set[str]:
    return {mailbox(absence.deputy_address) for absence in known.absences}


def _names(rows: Sequence[HolderRow], known: Sequence[RoleHolder]) -> dict[str, str]:
    people: list[RoleHolder | HolderRow] = [*known, *rows]
    return {mailbox(one.address): one.name for one in people}
