"""The deadline as a calendar entry that Outlook takes in, and moves when the same one comes again.

Pure. One entry for each part of a step, or turn of a body: the UID stays, SEQUENCE grows (RFC 5545).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from models.notices import Kind, Notice
from models.plan import YearPlan
from models.state import YearState

ROUND = 100_000
"""So much does a new round add to SEQUENCE: more than the meetings of any municipality move."""


def calendar_entry(
    notice: Notice, state: YearState, plan: YearPlan, *, domain: str, created: datetime
) -> bytes | None:
    """The entry that goes with the notice; None where it asks nobody for anything by a day."""
    step = state.definition.step(notice.step)
    has_part = notice.to in state.definition.tasks_of(step)
    turn = notice.kind is not Kind.RETURNED and notice.body is not None
    is_clerk = turn and state.definition.body(str(notice.body)).clerk == notice.to.role
    if notice.kind not in (Kind.OPENED, Kind.RETURNED, Kind.MOVED) or not (has_part or is_clerk):
        return None
    day = plan[step.slug].due if notice.kind is Kind.RETURNED else notice.due
    whose = f"{plan.budget_year}/{step.slug}/{notice.to}/{notice.body if turn else '-'}"
    what = f"registrera beslutet i {notice.body}" if turn else "din del klar"
    title = f"{state.definition.plan_of(plan.budget_year)} · {step.title_for(plan.budget_year)}"
    entry = Event()
    entry.add("uid", f"{sha256(whose.encode()).hexdigest()[:32]}@{domain}")
    entry.add("sequence", notice.round * ROUND + int(notice.token or 0))
    entry.add("dtstamp", created)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", f"{title}: {what}")
    entry.add("transp", "TRANSPARENT")  # a deadline, not an hour that is taken
    calendar = Calendar()
    calendar.add("prodid", "-//kommunplan//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
