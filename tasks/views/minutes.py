"""What a step has come to, as the `--json` formats have it: its decisions and its figures."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from models.comparisons import compared
from models.events import Effect, Outcome
from models.process import Step
from models.results import NAMES, in_words
from models.state import Status, YearState
from models.tables import CycleRow, DecisionRow


def decision_rows_of(session: Session, cycle: CycleRow) -> dict[str, list[DecisionRow]]:
    """Every decision that has been registered, by step, each correction right after what it corrects."""
    rows: dict[str, list[DecisionRow]] = {}
    for row in session.exec(
        select(DecisionRow)
        .where(DecisionRow.cycle_id == cycle.id)
        .order_by(col(DecisionRow.place), col(DecisionRow.number))
    ):
        rows.setdefault(row.step, []).append(row)
    return rows


def decision_json(row: DecisionRow) -> dict[str, Any]:
    """A decision with all that the minutes say of it, under the number by which it can be corrected."""
    passed = Outcome(row.outcome).effect is Effect.PASS
    return {
        "instans": row.body,
        "datum": row.decided_on.isoformat(),
        "utfall": row.outcome,
        "paragraf": row.paragraph,
        "ersatt": row.corrected_by is not None or (passed and not row.standing),
        "nummer": row.number,
        "skal": row.reason,
        "andring": row.changes,
        "diarienummer": row.diarienummer,
        "anteckning": row.note,
        "protokoll": row.minutes,
        "minoritet": row.minority,
        "omedelbart_justerad": row.signed_at_once,
        "registrerat_av": row.by,
        "rattat_av": row.corrected_by,
    }


def results_json(state: YearState, step: Step) -> list[dict[str, Any]]:
    """The step's figures, each beside the nearest earlier one of its kind."""
    own = state[step.slug].results
    return [_result(state, step, kind) for kind in NAMES if kind in own]


def _result(state: YearState, step: Step, kind: str) -> dict[str, Any]:
    value = state[step.slug].results[kind]
    beside = compared(state, step, kind)
    return {
        "slag": kind,
        "varde": value,
        "text": in_words(kind, value),
        "jamfort_med": beside
        and {"steg": beside.step, "text": beside.text, "skillnad": beside.difference},
    }


def missing_kinds(state: YearState, step: Step) -> list[str]:
    """The kinds of figures that the step, begun here, should give and has not given yet."""
    own = state[step.slug]
    if own.status is Status.PLANNED or own.before_start or own.set_aside:
        return []
    return [kind for kind in step.results if kind not in own.results]
