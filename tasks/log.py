"""The log of a year as the database has it, and where the year stands by it.

Reads only. Whoever adds to a year does so through `tasks.year.OpenYear`.
"""

from __future__ import annotations

import json
from functools import lru_cache

from sqlmodel import Session, col, select

from calendars.definition import parse_definition
from models.events import EVENT, Event
from models.fold import fold
from models.process import Definition
from models.registered import Registered, by_step, registered
from models.state import YearState
from models.tables import CycleRow, EventRow


@lru_cache(maxsize=8)
def stored_definition(content: str) -> Definition:
    """The definition as the cycle keeps it: the one that the year was started with."""
    return parse_definition(json.loads(content), "definitionen i databasen")


def stored_log(session: Session, cycle: CycleRow) -> list[Event]:
    """Everything that has happened in the year, in order: the event with number n in place n - 1."""
    contents = session.exec(
        select(EventRow.content).where(EventRow.cycle_id == cycle.id).order_by(col(EventRow.number))
    )
    return [EVENT.validate_json(content) for content in contents]


def stored_state(session: Session, cycle: CycleRow) -> YearState:
    """Where the year stands: the fold of its log."""
    return fold(stored_definition(cycle.definition), stored_log(session, cycle))


def registered_decisions(
    session: Session, cycle: CycleRow
) -> tuple[YearState, dict[str, list[Registered]]]:
    """Where the year stands, and by the slug of its step every decision that has been registered, in order,
    each correction right after what it corrects."""
    log = stored_log(session, cycle)
    state = fold(stored_definition(cycle.definition), log)
    return state, by_step(registered(state, log))
