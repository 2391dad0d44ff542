"""`kommunplan uppdrag`: what has been assigned, in every budget year, with who answers for it and until when.

Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import EVENT, Raised
from models.occasions import ASSIGNMENT
from models.plan import Meeting, Staff
from models.process import Step, TaskKey
from models.state import Status, YearState, is_late
from models.tables import CycleRow, EventRow
from notifications.recipients import holders_of
from tasks.database import Database
from tasks.log import stored_state
from tasks.people.store import stored_staff
from tasks.views.labels import label, sentence
from tasks.year import Advance, cycles, find_cycle, meetings


def register(database: Database, today: date, *, completed: bool = False) -> dict[str, Any]:
    """Every assignment that is open, over all years, by its last day; with `completed` the others too."""
    with database.read() as session:
        known, staff = meetings(session), stored_staff(session)
        rows = [
            row
            for cycle in cycles(session)
            for row in _of_year(session, cycle, known, staff, today)
            if completed or row["klart"] is None
        ]
    return {
        "dag": today.isoformat(),
        "uppdrag": sorted(rows, key=lambda row: (row["klart"] is not None, row["senast"])),
    }


def raised_by(database: Database, done: Advance) -> list[tuple[str, str]]:
    """Slug and title of the steps that something became in what was just done."""
    with database.read() as session:
        cycle = find_cycle(session, done.budget_year)
        state = stored_state(session, cycle)
        events = [event for event in _raised(session, cycle) if event.key in done.events]
    steps = [state.definition.step_by_slug[event.slug] for event in events]
    return [(step.slug, step.title) for step in steps]


def _of_year(
    session: Session, cycle: CycleRow, known: Sequence[Meeting], staff: Staff, today: date
) -> list[dict[str, Any]]:
    events = [event for event in _raised(session, cycle) if event.step == ASSIGNMENT]
    if not events:
        return []
    state = stored_state(session, cycle)
    plan = plan_year(state.definition, cycle.budget_year, known, state, today)
    rows = []
    for event in events:
        step = state.definition.step_by_slug[event.slug]
        own, last = state[step.slug], step.window.days(cycle.budget_year)[1]
        is_done = own.status is Status.COMPLETED
        rows.append(
            {
                "budgetar": cycle.budget_year,
                "plan": state.definition.plan_of(cycle.budget_year),
                "slug": step.slug,
                "titel": event.title,
                "beskrivning": step.description,
                "ansvariga": [
                    _part(state, step, key, staff, today) for key in state.definition.tasks_of(step)
                ],
                "senast": last.isoformat(),
                "arbetsdagar_kvar": None if is_done else WORKDAYS.between(today, last),
                "sent": is_late(state, step, plan[step.slug], today)
                or (not is_done and today > last),
                "aterrapport": list(step.chain),
                "lage": "utgår" if own.set_aside else own.status.value,
                "visning": label(state, step, plan[step.slug], today),
                "forklaring": sentence(state, step, plan[step.slug]),
                "klart": own.completed_on.isoformat() if own.completed_on else None,
                "infort": event.on.isoformat(),
                "infort_av": event.by,
            }
        )
    return rows


def _part(state: YearState, step: Step, key: TaskKey, staff: Staff, today: date) -> dict[str, Any]:
    return {
        "roll": key.role,
        "enhet": key.unit,
        "namn": state.definition.title_of(key),
        "innehavare": [holder.name for holder in holders_of(staff, key, today)],
        "klart": key in state[step.slug].reported,
    }


def _raised(session: Session, cycle: CycleRow) -> list[Raised]:
    rows = session.exec(
        select(EventRow.content)
        .where(EventRow.cycle_id == cycle.id, col(EventRow.kind) == "anmalt")
        .order_by(col(EventRow.number))
    )
    events = [EVENT.validate_json(content) for content in rows]
    return [event for event in events if isinstance(event, Raised)]
