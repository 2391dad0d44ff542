"""Stand-in until the history is written: the same signatures, the events alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlmodel import col, select

from calendars.schedule import plan_year
from models.events import EVENT
from models.tables import EventRow
from tasks.database import Database
from tasks.labels import label, sentence
from tasks.overview import stored_state
from tasks.year import find_cycle, meetings


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened. `said` is the comment or the reason; `who` said it, or for a mail got it."""

    day: date
    source: Literal["händelse", "möte", "mejl"]
    kind: str
    what: str
    who: str = ""
    said: str = ""
    number: int | None = None
    corrected_by: int | None = None


@dataclass(frozen=True, slots=True)
class StepHistory:
    budget_year: int
    municipality: str
    plan_name: str
    today: date
    slug: str
    id: str
    title: str
    label: str
    sentence: str
    lines: tuple[HistoryLine, ...]


def step_histories(database: Database, today: date, budget_year: int) -> list[StepHistory]:
    """That of every step of the year, read once."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year)
        state = stored_state(session, cycle)
        definition = state.definition
        plan = plan_year(definition, cycle.budget_year, meetings(session), state)
        rows = session.exec(
            select(EventRow).where(EventRow.cycle_id == cycle.id).order_by(col(EventRow.number))
        ).all()
        log = [(row.number, EVENT.validate_json(row.content)) for row in rows]
        return [
            StepHistory(
                budget_year, definition.municipality.name, definition.plan_of(budget_year), today,
                step.slug, step.id, step.title_for(budget_year),
                label(state, step, plan[step.slug], today),
                sentence(state, step, plan[step.slug]),
                tuple(
                    HistoryLine(
                        event.on, "händelse", event.kind, event.kind, event.by,
                        getattr(event, "reason", ""), number,
                    )
                    for number, event in log
                    if step.slug in (event.step, getattr(event, "slug", ""))
                ),
            )
            for step in definition.steps
        ]  # fmt: skip
