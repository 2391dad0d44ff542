"""The entries of the started years, by where each year stands: for who reads, or has changed
meetings without going through a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from models.tables import CycleRow
from notifications.calendar_entry import CalendarEntry, entries
from notifications.calendar_file import Revision
from tasks import clock
from tasks.calendars.ledger import revised, settle, stored_revisions
from tasks.log import cycles, stored_state
from tasks.meetings.stored import meetings
from tasks.planned import plan_year


def settle_all(session: Session, today: date) -> None:
    """Gives every entry that has changed its next number."""
    for cycle in cycles(session):
        settle(session, cycle.id or 0, _entries(session, cycle, today), clock.now())


def current_entries(session: Session, today: date) -> Iterator[tuple[CalendarEntry, Revision]]:
    """Every entry that has ever stood in a calendar, as it is now; changes nothing."""
    for cycle in cycles(session):
        found = _entries(session, cycle, today)
        revisions = revised(stored_revisions(session, cycle.id or 0), found, clock.now())
        yield from ((one, revisions[one.name]) for one in found if one.name in revisions)


def _entries(session: Session, cycle: CycleRow, today: date) -> list[CalendarEntry]:
    state = stored_state(session, cycle)
    plan = plan_year(state.definition, cycle.budget_year, meetings(session), state, today)
    return list(entries(state, plan))
