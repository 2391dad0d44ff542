"""What one transaction did to a year, in words: the log of a flow's run tells it. Reads only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import raiseload
from sqlmodel import col, select

from models.errors import UnknownError
from models.events import EVENT
from models.process import Definition
from models.tables import EventRow, MailRow
from tasks.database import Database
from tasks.log import find_cycle, stored_state
from tasks.year import Advance
from views.event_words import author, happened


def events_in_words(database: Database, advance: Advance) -> list[str]:
    """`K12 Kommunplan i KS: Kommunstyrelsen: bifall, KS § 74/2027 (Petra)`, for each event that it added."""
    if not advance.events:
        return []
    with database.read() as session:
        cycle = find_cycle(session, advance.budget_year)
        definition = stored_state(session, cycle).definition
        numbers = col(EventRow.number)
        rows = session.exec(
            select(EventRow)
            .where(EventRow.cycle_id == cycle.id, numbers.in_(advance.numbers))
            .order_by(numbers)
        ).all()
    return [_line(definition, row, advance.budget_year) for row in rows]


def mailed_since(database: Database, moment: datetime) -> list[str]:
    """The names of those to whom mails about a year have been written since then, each once."""
    with database.read() as session:
        rows = session.exec(
            select(MailRow)
            .options(raiseload(MailRow.stored))  # type: ignore[arg-type]
            .where(col(MailRow.queued_at) >= moment, col(MailRow.cycle_id).is_not(None))
            .order_by(col(MailRow.id))
        ).all()
    return list(dict.fromkeys(row.name or row.address for row in rows))


def _line(definition: Definition, row: EventRow, budget_year: int) -> str:
    event = EVENT.validate_json(row.content)
    what, said = happened(definition, event)
    try:
        step = definition.step(event.step)
        what = f"{step.id} {step.title_for(budget_year)}: {what}"
    except UnknownError:  # an ärende, an occasion as a kind, or a step that there is no more
        what = f"{event.step}: {what}" if event.step else what
    by = f" ({author(event.by)})" if event.by else ""
    return f"{what}{by}. {said}".removesuffix(". ")
