"""Years as they stood after one of their events: what a letter is written from, however much later.

As the transaction that has just ended had them, where nothing has come in between; else folded anew from the
log, which never changes what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from sqlmodel import Session, col, func, select

from calendars.schedule import plan_year
from models.events import EVENT, Event
from models.fold import fold
from models.plan import Meetings
from models.tables import CycleRow, EventRow
from tasks.log import stored_definition
from tasks.year import FoldedYear, last_meeting_change, meetings


class FoldedYears:
    """The started years; `known` are those that need not be folded anew."""

    def __init__(self, session: Session, today: date, known: Iterable[FoldedYear] = ()) -> None:
        self._session, self._today = session, today
        self._known = {(one.cycle_id, one.after_event, one.day): one for one in known}
        self._logs: dict[int, list[Event]] = {}
        self._newest: dict[int, FoldedYear] = {}

    def then(self, cycle_id: int, after_event: int, day: date) -> FoldedYear:
        """As it stood after so many events, for that day; with the meetings as they stand now, where it is
        not known."""
        key = cycle_id, after_event, day
        if key not in self._known:
            self._known[key] = self._folded(cycle_id, self._log(cycle_id)[:after_event], day)
        return self._known[key]

    def now(self, cycle_id: int) -> FoldedYear:
        """As it stands today."""
        if cycle_id not in self._newest:
            newest = select(func.max(EventRow.number)).where(EventRow.cycle_id == cycle_id)
            number = self._session.exec(newest).one() or 0
            known = self._known.get((cycle_id, number, self._today))
            if known is None or known.meeting_change != last_meeting_change(self._session):
                known = self._folded(cycle_id, self._log(cycle_id), self._today)
            self._newest[cycle_id] = known
        return self._newest[cycle_id]

    def _folded(self, cycle_id: int, log: Sequence[Event], day: date) -> FoldedYear:
        cycle = self._session.get_one(CycleRow, cycle_id)
        state = fold(stored_definition(cycle.definition), log)
        plan = plan_year(state.definition, cycle.budget_year, self._meetings, state, day)
        return FoldedYear(cycle_id, len(log), day, state, plan)

    def _log(self, cycle_id: int) -> list[Event]:
        if cycle_id not in self._logs:
            rows = self._session.exec(
                select(EventRow.content)
                .where(EventRow.cycle_id == cycle_id)
                .order_by(col(EventRow.number))
            )
            self._logs[cycle_id] = [EVENT.validate_json(content) for content in rows]
        return self._logs[cycle_id]

    @cached_property
    def _meetings(self) -> Meetings:
        return meetings(self._session)
