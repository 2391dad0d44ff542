"""The SEQUENCE of every calendar entry: kept in the database, so that it is right whatever happens.

What an entry says follows from state and plan; here it is compared with what it said last. A number is given
once: whatever is another than before, or is gone, or comes back, gets the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col

from models.tables import CalendarEntryRow
from notifications.calendar_entry import Appointment, CalendarEntry, Standing
from notifications.calendar_file import Revision

Revisions = dict[str, Revision]


def stored_revisions(session: Session, cycle_id: int) -> Revisions:
    """The entries of a year as they were last settled."""
    found: Revisions = {}
    # plain rows: it is asked at every transaction
    rows = session.connection().execute(_STORED, {"cycle": cycle_id})
    for name, day, summary, description, categories, sequence, changed_at, cancelled in rows:
        says = Appointment(day, summary, description, tuple(categories.split(",")))
        found[name] = Revision(name, says, sequence, changed_at, cancelled)
    return found


def revised(
    known: Mapping[str, Revision], found: Iterable[CalendarEntry], now: datetime
) -> Revisions:
    """The entries as they are now. Those that say what they said keep their number."""
    by_name = {entry.name: entry for entry in found}
    revisions = {name: _ended(one, now) for name, one in known.items() if name not in by_name}
    for name, entry in by_name.items():
        if (revision := _revised(known.get(name), entry, now)) is not None:
            revisions[name] = revision
    return revisions


def settle(
    session: Session, cycle_id: int, found: Iterable[CalendarEntry], now: datetime
) -> Revisions:
    """The entries as they are now, kept as such; a second time changes nothing."""
    known = stored_revisions(session, cycle_id)
    revisions = revised(known, found, now)
    keep(session, cycle_id, (one for name, one in revisions.items() if known.get(name) != one))
    return revisions


def keep(session: Session, cycle_id: int, revisions: Iterable[Revision]) -> None:
    rows = [_values(cycle_id, one) for one in revisions]
    if rows:
        statement = insert(CalendarEntryRow)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={name: statement.excluded[name] for name in rows[0] if name != "name"},
            ),
            rows,
        )


def _revised(known: Revision | None, entry: CalendarEntry, now: datetime) -> Revision | None:
    says = entry.appointment
    stands = entry.standing in (Standing.AHEAD, Standing.HELD) and says is not None
    if known is None:
        # what was over before anybody could have heard of it is no news
        is_new = entry.standing is Standing.AHEAD and says is not None
        return Revision(entry.name, says, 0, now) if is_new and says else None
    if not stands or says is None:
        return _ended(known, now)
    if known.cancelled or known.appointment != says:
        return Revision(entry.name, says, known.sequence + 1, now)
    return known


def _ended(known: Revision, now: datetime) -> Revision:
    if known.cancelled:
        return known
    return replace(known, sequence=known.sequence + 1, changed_at=now, cancelled=True)


def _values(cycle_id: int, one: Revision) -> dict[str, object]:
    says = one.appointment
    return {
        "name": one.name,
        "cycle_id": cycle_id,
        "day": says.day,
        "summary": says.summary,
        "description": says.description,
        "categories": ",".join(says.categories),
        "sequence": one.sequence,
        "cancelled": one.cancelled,
        "changed_at": one.changed_at,
    }


_STORED = select(
    col(CalendarEntryRow.name),
    col(CalendarEntryRow.day),
    col(CalendarEntryRow.summary),
    col(CalendarEntryRow.description),
    col(CalendarEntryRow.categories),
    col(CalendarEntryRow.sequence),
    col(CalendarEntryRow.changed_at),
    col(CalendarEntryRow.cancelled),
).where(col(CalendarEntryRow.cycle_id) == bindparam("cycle"))
