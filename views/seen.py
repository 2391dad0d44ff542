"""A started year as the pages look at it: its sheet, and what that was drawn from. Pure values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.events import Event
from models.plan import Meetings, YearPlan
from models.process import Definition
from models.state import YearState
from views.sheet import YearSheet


@dataclass(frozen=True, slots=True)
class SeenYear:
    """A year, read once for all that a page says of it."""

    sheet: YearSheet
    state: YearState
    plan: YearPlan
    log: Sequence[Event]
    meetings: Meetings

    @property
    def budget_year(self) -> int:
        return self.sheet.budget_year

    @property
    def definition(self) -> Definition:
        return self.state.definition
