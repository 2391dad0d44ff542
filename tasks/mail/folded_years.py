"""Years as they stood after one of their events: what a letter is written from, however much later.

As the transaction that has just ended had them, where nothing has come in between; else folded anew from the
log, which never changes what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path

from sqlmodel import Session

from models.fold import fold
from models.plan import Meetings
from models.tables import CycleRow
from tasks.log import StoredYear, stored_definition, stored_year
from tasks.meetings.stored import meetings
from tasks.planned import plan_to_tell
from tasks.year import FoldedYear


class FoldedYears:
    """The started years; `known` are those that need not be folded anew, `directory` is where the definition
    is, with the särskilda skäl that are kept in a file."""

    def __init__(
        self,
        session: Session,
        today: date,
        directory: Path | None,
        known: Iterable[FoldedYear] = (),
    ) -> None:
        self._session, self._today, self._directory = session, today, directory
        self._known = {(one.cycle_id, one.after_event, one.day): one for one in known}
        self._years: dict[int, StoredYear] = {}

    def then(self, cycle_id: int, after_event: int, day: date) -> FoldedYear:
        """As it stood after so many events, for that day; with the meetings as they stand now, where it is
        not known."""
        key = cycle_id, after_event, day
        if key not in self._known:
            self._known[key] = self._planned(cycle_id, self._then(cycle_id, after_event), day)
        return self._known[key]

    def now(self, cycle_id: int) -> FoldedYear:
        """As it stands today."""
        return self._planned(cycle_id, self._stored(cycle_id), self._today)

    def _planned(self, cycle_id: int, year: StoredYear, day: date) -> FoldedYear:
        cycle = self._session.get_one(CycleRow, cycle_id)
        plan = plan_to_tell(cycle.budget_year, self._meetings, year.state, day, self._directory)
        return FoldedYear(cycle_id, len(year.log), day, year.state, plan)

    def _then(self, cycle_id: int, after_event: int) -> StoredYear:
        log = self._stored(cycle_id).log[:after_event]
        cycle = self._session.get_one(CycleRow, cycle_id)
        return StoredYear(log, fold(stored_definition(cycle.definition), log))

    def _stored(self, cycle_id: int) -> StoredYear:
        if cycle_id not in self._years:
            cycle = self._session.get_one(CycleRow, cycle_id)
            self._years[cycle_id] = stored_year(self._session, cycle)
        return self._years[cycle_id]

    @cached_property
    def _meetings(self) -> Meetings:
        return meetings(self._session)
