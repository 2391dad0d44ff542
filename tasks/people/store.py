"""The stored role holders and absences, and whose they are; inside somebody else's transaction.

The definition directory, or a file that was read in, says who they are. What a file has said is not
taken back by reading the directory anew, unless the directory's own file is the one that is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlmodel import Session, col, delete, select

from models.plan import Absence, Pace, RoleHolder, Staff
from models.tables import AbsenceRow, HolderRow

Source = Literal["katalog", "fil"]


def stored_staff(session: Session) -> Staff:
    return Staff(_holders(session), _absences(session))


def load_directory_staff(session: Session, staff: Staff) -> tuple[str, ...]:
    """Makes the stored ones those of the directory; a Swedish sentence for each kind that was left
    alone, because it comes from a file."""
    of_file = [_is_from_file(session, HolderRow), _is_from_file(session, AbsenceRow)]
    replace_staff(
        session, "katalog",
        None if of_file[0] else staff.holders, None if of_file[1] else staff.absences,
    )  # fmt: skip
    kinds = ("rollinnehavarna", "frånvaron")
    return tuple(
        f"{kind} kommer ur en fil och gäller fortfarande."
        for kind, is_of_file in zip(kinds, of_file, strict=True)
        if is_of_file
    )


def replace_staff(
    session: Session,
    source: Source,
    holders: Iterable[RoleHolder] | None,
    absences: Iterable[Absence] | None,
) -> None:
    """Makes the stored ones these, of each kind that is given."""
    if holders is not None:
        _replace_holders(session, holders, source)
    if absences is not None:
        _replace_absences(session, absences, source)


def _holders(session: Session) -> tuple[RoleHolder, ...]:
    rows = session.exec(select(HolderRow).order_by(col(HolderRow.id))).all()
    return tuple(
        RoleHolder(
            row.role, row.unit or None, row.name, row.address, row.first_day, row.last_day,
            row.example, Pace(row.pace),
        )
        for row in rows
    )  # fmt: skip


def _absences(session: Session) -> tuple[Absence, ...]:
    rows = session.exec(select(AbsenceRow).order_by(col(AbsenceRow.id))).all()
    return tuple(
        Absence(
            row.address, row.first_day, row.last_day, row.deputy_name, row.deputy_address,
            row.example,
        )
        for row in rows
    )  # fmt: skip


def _is_from_file(session: Session, table: type[HolderRow] | type[AbsenceRow]) -> bool:
    return session.exec(select(table.id).where(table.source == "fil").limit(1)).first() is not None


def _replace_holders(session: Session, holders: Iterable[RoleHolder], source: Source) -> None:
    session.exec(delete(HolderRow))
    session.add_all(
        HolderRow(
            role=holder.role, unit=holder.unit or "", name=holder.name, address=holder.address,
            first_day=holder.first_day, last_day=holder.last_day, example=holder.example,
            pace=holder.pace.value, source=source,
        )
        for holder in holders
    )  # fmt: skip
    session.flush()


def _replace_absences(session: Session, absences: Iterable[Absence], source: Source) -> None:
    session.exec(delete(AbsenceRow))
    session.add_all(
        AbsenceRow(
            address=absence.address, first_day=absence.first_day, last_day=absence.last_day,
            deputy_name=absence.deputy_name, deputy_address=absence.deputy_address,
            example=absence.example, source=source,
        )
        for absence in absences
    )  # fmt: skip
    session.flush()
