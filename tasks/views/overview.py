"""The state of a started year, from the tables of the present. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.events import EVENT, Decided, Outcome
from models.process import TaskKey
from models.redefinition import definition_after
from models.state import Mark, Status, StepState, YearState
from models.tables import ArendeRow, CycleRow, DecisionRow, EventRow, ResultRow, StepRow, TaskRow
from tasks.year import STEP_FIELDS, stored_definition


def stored_state(session: Session, cycle: CycleRow) -> YearState:
    """The state as the step, task and decision tables hold it: the same as the fold of the log."""
    grown = session.exec(
        select(EventRow.content)
        .where(EventRow.cycle_id == cycle.id, col(EventRow.kind).in_(["anmalt", "ny-definition"]))
        .order_by(col(EventRow.number))
    )
    definition = definition_after(
        stored_definition(cycle.definition), [EVENT.validate_json(content) for content in grown]
    )
    results: dict[str, dict[str, Any]] = {}
    for found in session.exec(select(ResultRow).where(ResultRow.cycle_id == cycle.id)):
        results.setdefault(found.step, {})[found.kind] = json.loads(found.content)
    numbers = {
        row.slug: row.diarienummer
        for row in session.exec(select(ArendeRow).where(ArendeRow.cycle_id == cycle.id))
    }
    steps = {
        row.slug: StepState(
            slug=row.slug,
            **{n: getattr(row, n) for n in STEP_FIELDS} | {"status": Status(row.status)},
            results=results.get(row.slug, {}),
            marks=tuple(_mark(text) for text in row.marks.split(",") if text),
        )
        for row in session.exec(select(StepRow).where(StepRow.cycle_id == cycle.id))
    }
    reported: dict[str, dict[TaskKey, date]] = {slug: {} for slug in steps}
    for task in session.exec(select(TaskRow).where(TaskRow.cycle_id == cycle.id)):
        if task.reported_on is not None:
            reported[task.step][TaskKey(role=task.role, unit=task.unit or None)] = task.reported_on
    decisions: dict[str, list[tuple[Decided, bool]]] = {slug: [] for slug in steps}
    for row in session.exec(
        select(DecisionRow)
        .where(DecisionRow.cycle_id == cycle.id, col(DecisionRow.corrected_by).is_(None))
        .order_by(col(DecisionRow.place))
    ):
        if row.step in decisions:  # not of a step that a new definition has done away with
            decisions[row.step].append((decided_of(row), row.standing))
    return YearState(
        definition,
        {slug: _with(state, reported[slug], decisions[slug]) for slug, state in steps.items()},
        numbers,
    )


def decided_of(row: DecisionRow) -> Decided:
    """The decision as the log has it, from the table of the present."""
    return Decided(
        step=row.step,
        on=row.decided_on,
        by=row.by,
        round=row.round,
        link=row.link,
        body=row.body,
        outcome=Outcome(row.outcome),
        paragraph=row.paragraph,
        reason=row.reason,
        changes=row.changes,
        diarienummer=row.diarienummer,
        note=row.note,
        minutes=row.minutes,
        minority=row.minority,
        signed_at_once=row.signed_at_once,
        attempt=row.attempt,
        back_step=row.back_step,
        back_link=row.back_link,
    )


def _mark(text: str) -> Mark:
    step, number, on = text.split("/")
    return Mark(step, int(number), date.fromisoformat(on))


def _with(
    state: StepState, reported: Mapping[TaskKey, date], decisions: list[tuple[Decided, bool]]
) -> StepState:
    return replace(
        state,
        reported=reported,
        decisions=tuple(decided for decided, _ in decisions),
        standing=tuple(decided for decided, standing in decisions if standing),
    )
