"""The stored role holders and absences, and whose they are; inside somebody else's transaction.

The definition directory, or a file that was read in, says who they are; of holders, for each role and
unit on its own. What a file has said is not taken back by reading the directory anew, unless the
directory's own file is the one that is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from models.mail_choices import read_choices, written
from models.plan import Absence, RoleHolder, Staff
from models.tables import AbsenceRow, HolderRow
from tasks.chain import bind_table

Of = tuple[str, str]
"""A role and its unit, the unit empty where the role has none."""
Source = Literal["katalog", "fil", "fil-alla"]
"""What says who they are; after `fil-alla` it is files alone, whatever role they name."""


def stored_staff(session: Session) -> Staff:
    # plain rows: it is asked at every transaction
    holders, absences = session.execute(_HOLDERS), session.execute(_ABSENCES)
    return _staff(tuple(map(tuple, holders)), tuple(map(tuple, absences)))


def load_directory_staff(session: Session, staff: Staff) -> tuple[str, ...]:
    """Makes the stored ones those of the directory; a Swedish sentence for each kind that was left
    alone, because it comes from a file."""
    left: list[str] = []
    read, others = _roles_of(session, "fil"), _roles_of(session, "katalog")
    if _roles_of(session, "fil-alla"):
        left.append("rollinnehavarna")
    elif not read:
        _replace_holders(session, staff.holders, "katalog")
    else:
        own = [holder for holder in staff.holders if _of(holder) not in read]
        _replace_holders(session, own, "katalog", others)
        roles = ", ".join(f"{role}:{unit}" if unit else role for role, unit in sorted(read))
        left.append(f"rollinnehavare för {roles}")
    if _absences_are_from_file(session):
        left.append("frånvaron")
    else:
        _replace_absences(session, staff.absences, "katalog")
    return tuple(f"{what} kommer ur en fil och gäller fortfarande." for what in left)


def replace_staff(
    session: Session,
    source: Source,
    holders: Iterable[RoleHolder] | None,
    absences: Iterable[Absence] | None,
    *,
    all_holders: bool,
    vacant: Iterable[tuple[str, str | None]] = (),
) -> None:
    """Makes the stored ones these, of each kind that is given: the holders of all roles, or only of
    those, or their units, that are among the given or are `vacant`."""
    if holders is not None:
        holders = tuple(holders)
        vacated = {(role, unit or "") for role, unit in vacant}
        only = None if all_holders else {_of(holder) for holder in holders} | vacated
        if source == "fil" and (all_holders or _roles_of(session, "fil-alla")):
            source = "fil-alla"
        _replace_holders(session, holders, source, only)
    if absences is not None:
        _replace_absences(session, absences, source)


@lru_cache(maxsize=4)
def _staff(holders: tuple[tuple[Any, ...], ...], absences: tuple[tuple[Any, ...], ...]) -> Staff:
    return Staff(
        tuple(
            RoleHolder(role, unit or None, name, address, first, last, example, *read_choices(pace))
            for role, unit, name, address, first, last, example, pace in holders
        ),
        tuple(Absence(*one) for one in absences),
    )


_HOLDERS = sa.select(
    col(HolderRow.role),
    col(HolderRow.unit),
    col(HolderRow.name),
    col(HolderRow.address),
    col(HolderRow.first_day),
    col(HolderRow.last_day),
    col(HolderRow.example),
    col(HolderRow.pace),
).order_by(col(HolderRow.id))
_ABSENCES = sa.select(
    col(AbsenceRow.address),
    col(AbsenceRow.first_day),
    col(AbsenceRow.last_day),
    col(AbsenceRow.deputy_name),
    col(AbsenceRow.deputy_address),
    col(AbsenceRow.example),
).order_by(col(AbsenceRow.id))


def _of(holder: RoleHolder) -> Of:
    return holder.role, holder.unit or ""


def _roles_of(session: Session, source: Source) -> set[Of]:
    rows = session.exec(select(HolderRow).where(HolderRow.source == source)).all()
    return {(row.role, row.unit) for row in rows}


def _absences_are_from_file(session: Session) -> bool:
    found = session.exec(select(AbsenceRow.id).where(AbsenceRow.source == "fil").limit(1))
    return found.first() is not None


def _replace_holders(
    session: Session,
    holders: Iterable[RoleHolder],
    source: Source,
    only: Collection[Of] | None = None,
) -> None:
    """Of every role, or of those alone."""
    for row in session.exec(select(HolderRow)).all():
        if only is None or (row.role, row.unit) in only:
            session.delete(row)
    session.flush()  # before the same rows come anew
    session.add_all(
        HolderRow(
            role=holder.role,
            unit=holder.unit or "",
            name=holder.name,
            address=holder.address,
            first_day=holder.first_day,
            last_day=holder.last_day,
            example=holder.example,
            pace=written(holder.pace, holder.choices),
            source=source,
        )
        for holder in holders
    )
    bind_table(session, "holder")


def _replace_absences(session: Session, absences: Iterable[Absence], source: Source) -> None:
    session.exec(delete(AbsenceRow))
    session.add_all(
        AbsenceRow(
            address=absence.address,
            first_day=absence.first_day,
            last_day=absence.last_day,
            deputy_name=absence.deputy_name,
            deputy_address=absence.deputy_address,
            example=absence.example,
            source=source,
        )
        for absence in absences
    )
    bind_table(session, "absence")
