"""What became of each day, from the log of the changes: what was first planned, came later, or is gone.

Pure, and without SQLModel, which costs more to import than all the rest of a review. The meetings that
are held stand in their own table; this is what only the log knows of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from models.plan import Gone, Meeting, Meetings

Day = tuple[str, str, date]
"""Kind, name and day: what makes a meeting one and the same."""


class DayChange(NamedTuple):
    """What of a row of `meeting_change` the history follows from."""

    kind: str
    name: str
    day_before: date | None
    day_after: date | None
    source: str
    happened_on: date


@dataclass(slots=True)
class DayHistory:
    """The log so far. A day that comes with the first plan of its body's year is known from the start."""

    original: dict[Day, date] = field(default_factory=dict)
    """Of a meeting that is held, the day first planned for it."""
    since: dict[Day, date] = field(default_factory=dict)
    """When a meeting came to its day, where that was after the first plan."""
    lost: dict[Day, Gone] = field(default_factory=dict)
    """By the day first planned, what has been cancelled or taken away and not come back."""
    _planned: dict[tuple[str, str, int], date] = field(default_factory=dict)
    _left: dict[Day, tuple[date, date | None]] = field(default_factory=dict)

    def add(self, change: DayChange) -> None:
        """The next change of the log."""
        on, original = change.happened_on, change.day_after
        if change.day_before is not None:
            before = (change.kind, change.name, change.day_before)
            original = self.original.pop(before, change.day_before)
            self._left[before] = on, self.since.pop(before, None)
            if change.day_after is None:
                gone = Gone(change.name, original, change.day_before, on)
                self.lost[change.kind, change.name, original] = gone
        elif (change.kind, change.name, change.day_after) in self.original:
            return  # only whether it is held if needed is another: it neither came nor went
        if change.day_after is not None and original is not None:
            self._arrive((change.kind, change.name, change.day_after), original, change)

    def _arrive(self, day: Day, original: date, change: DayChange) -> None:
        on = change.happened_on
        self.original[day] = original
        for back in (day, (*day[:2], original)):
            self.lost.pop(back, None)
        first = self._planned.setdefault((*day[:2], day[2].year), on)
        left, since = self._left.pop(day, (None, None))
        if left == on:  # away and back within a day: nobody had planned for another
            if since is not None:
                self.since[day] = since
        elif change.source == "hand" or on > first:
            self.since[day] = on

    def of(self, held: Iterable[Meeting]) -> Meetings:
        """The meetings that are held, each with what the log knows of it, and what is gone beside them."""
        return Meetings((replace(one, since=self.since.get(_day(one))) for one in held), self.gone)

    @property
    def gone(self) -> tuple[Gone, ...]:
        """The days on which a body was to meet and does not any more."""
        return tuple(one for (kind, _, _), one in self.lost.items() if kind == "instans")


def _day(meeting: Meeting) -> Day:
    kind = "instans" if meeting.body else "steg"
    return kind, meeting.body or str(meeting.step), meeting.day


def day_history_of(changes: Iterable[DayChange]) -> DayHistory:
    """What the changes, oldest first, have made of the days."""
    found = DayHistory()
    for change in changes:
        found.add(change)
    return found
