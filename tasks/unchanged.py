"""That nothing has happened to a step, or the meetings, since a page was made. Asked before it is acted on.

A page carries the number of the newest thing that it shows. The step's is asked within the act's own
transaction, so that nothing can come between.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from models.act import YearAct
from models.errors import KommunplanError
from models.events import Event
from models.state import YearState
from models.tables import MeetingChangeRow
from models.text import Text
from tasks.context import Guard, now_of
from tasks.database import Database
from tasks.year import OpenYear
from views.history import HistoryLine, lines_of_log


class ChangedMeanwhileError(KommunplanError):
    """Something has happened since the page was made, and what is asked for would do something more."""

    def __init__(self, lines: Sequence[HistoryLine]) -> None:
        self.lines = tuple(lines)
        super().__init__(Text.of("Något har hänt sedan sidan öppnades."))


def newest_event(state: YearState, log: Sequence[Event], step: str) -> int:
    """The number of the newest event that is about the step; 0 where nothing has happened."""
    return max((number for number, _ in _lines(state, log, step)), default=0)


def unchanged(act: YearAct, step: str, seen: int) -> Guard:
    """Refuses with ChangedMeanwhileError where the step has a newer event than the one that was seen, unless
    the act is done already: then nothing is overwritten by doing nothing."""

    def guard(session: Session, year: OpenYear) -> None:
        newer = [line for number, line in _lines(year.state, year.log, step) if number > seen]
        if newer and act.rule(now_of(year)).events:
            raise ChangedMeanwhileError(newer)

    return guard


def _lines(state: YearState, log: Sequence[Event], step: str) -> list[tuple[int, HistoryLine]]:
    found = lines_of_log(state.definition, log)
    return [(number, line) for slug, number, line in found if slug == step]


def newest_change(database: Database) -> int:
    """The number of the newest change of the meetings; 0 where there is none."""
    with database.read() as session:
        return session.exec(select(func.max(MeetingChangeRow.id))).one() or 0


def changes_after(database: Database, seen: int) -> list[HistoryLine]:
    """What has been done to the meetings since, oldest first."""
    with database.read() as session:
        rows = session.exec(
            select(MeetingChangeRow)
            .where(col(MeetingChangeRow.id) > seen)
            .order_by(col(MeetingChangeRow.id))
        ).all()
    return [_change(row) for row in rows]


def _change(row: MeetingChangeRow) -> HistoryLine:
    days = " → ".join(str(day) for day in (row.day_before, row.day_after) if day)
    return HistoryLine(
        day=row.happened_on,
        source="möte",
        kind=row.change,
        what=f"{row.name} {days}: {row.change}",
        who=row.by,
        said=row.reason,
    )
