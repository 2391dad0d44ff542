"""An event that gives some parts another last day: those who wait for it are told the new one, and why."""

from __future__ import annotations

from models.events import Event, Postponed
from notifications.changed_dates import Rescheduling
from notifications.rescheduling import PUT_OFF, moved_notices
from tasks.year import OpenYear
from views.event_words import author


def happen(year: OpenYear, event: Event) -> None:
    """The event happens in the year; a new last day is told to who is waited for."""
    if not isinstance(event, Postponed):
        year.happens(event)
        return
    was = year.plan.steps
    year.happens(event)
    why = Rescheduling(
        token=f"{year.budget_year}/{event.key}",
        rule=PUT_OFF,
        by=author(event.by),
        reason=event.reason,
        was=was,
        put_off=event.step,
    )
    year.tell(moved_notices(year.state, year.plan, year.today, why))
