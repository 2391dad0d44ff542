"""Years as the pages look at them, made of events alone."""

from __future__ import annotations

from typing import Any

from calendars.schedule import plan_year
from models.events import Event
from models.plan import Meetings
from models.registered import by_step, registered
from tests.factories import day, make_year, orsa, orsa_meetings
from views.decisions import decision_line
from views.seen import SeenYear
from views.sheet_of_year import sheet_of


def seen(*events: Event, today: str, **sheet: Any) -> SeenYear:
    """Orsa's year 2028 after these events, on a day."""
    state, on = make_year(*events, definition=orsa()), day(today)
    known = Meetings(orsa_meetings())
    plan = plan_year(state.definition, 2028, known, state, on)
    told = by_step(registered(state, events))
    decisions = {
        slug: [decision_line(one, state, on) for one in found] for slug, found in told.items()
    }
    return SeenYear(
        sheet_of(state, plan, known, on, decisions=decisions, **sheet), state, plan, events, known
    )
