"""What a step has come to, as the `--json` formats have it: its decisions and its figures."""

from __future__ import annotations

from typing import Any

from models.comparisons import compared
from models.events import Effect
from models.minutes import told
from models.process import Step
from models.registered import Registered
from models.results import NAMES, in_words
from models.state import Status, YearState


def decision_json(one: Registered) -> dict[str, Any]:
    """A decision with all that the minutes say of it, under the number by which it can be corrected."""
    decision = one.decision
    passed = decision.outcome.effect is Effect.PASS
    return {
        "instans": decision.body,
        "datum": decision.on.isoformat(),
        "utfall": decision.outcome.value,
        "paragraf": decision.paragraph,
        "ersatt": one.corrected_by is not None or (passed and not one.standing),
        "nummer": one.number,
        **{field.name: value for field, value in told(decision)},
        "registrerat_av": decision.by,
        "rattat_av": one.corrected_by,
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
