"""The example meetings of the years after those that are written down.

Pure. Whoever tries the program in 2031 meets a sensible year: each year follows from the one before it, as
`propose` has it. Of a municipality's own meetings nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence

from calendars.next_year.propose import propose
from models.plan import Meeting
from models.process import Definition


def with_years_that_follow(
    definition: Definition, meetings: Sequence[Meeting], budget_year: int
) -> tuple[Meeting, ...]:
    """The meetings, in date order; where all of them are examples, also those that follow through the last
    window of the budget year."""
    found = tuple(meetings)
    if not found or not all(meeting.example for meeting in found):
        return found
    last = max(step.window.days(budget_year)[1] for step in definition.steps).year
    for year in range(max(meeting.day.year for meeting in found) + 1, last + 1):
        found = propose(definition, found, year).with_others(found)
    return tuple(sorted(found, key=lambda meeting: meeting.day))
