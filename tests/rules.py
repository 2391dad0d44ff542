"""The rules of acts asked of a state alone, as tests of the rules do: no log, no meetings, no plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from calendars.workdays import WORKDAYS
from models.act import Happening, Now, YearAct
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.figures import Record
from models.acts.occasions import Raise
from models.acts.parts import AskForTime, Disclaim, GoOn, ReportPart
from models.acts.rounds import LeaveOut, Rerun, Uphold
from models.events import (
    AskedForTime,
    Corrected,
    Decided,
    Disclaimed,
    Event,
    Numbered,
    Overridden,
    Raised,
    Reopened,
    Reported,
    Resulted,
    SetAside,
    Upheld,
)
from models.minutes import Minutes
from models.outcomes import Outcome
from models.plan import StepPlan, WorkingDays, YearPlan
from models.process import Step, TaskKey
from models.state import YearState
from tests.worded import at_the_terminal


def ruled(
    act: YearAct,
    state: YearState,
    today: date,
    *,
    plan: Mapping[str, Any] | None = None,
    log: Sequence[Event] = (),
    days: WorkingDays = WORKDAYS,
) -> Happening:
    """What the act makes of the state on the day. A refusal is worded as the command line has it."""
    now = Now(
        budget_year=2028,
        first_definition=state.definition,
        state=state,
        planned=lambda: cast(YearPlan, plan or {}),
        log=log,
        held=tuple,
        days=days,
        today=today,
    )
    with at_the_terminal(type(act)):
        return act.rule(now)


def _only(happening: Happening) -> Any:
    return happening.events[-1] if happening.events else None


def report(
    state: YearState, step: Step, role: str, unit: str | None, *, today: date, **more: Any
) -> Reported | None:
    found = _only(ruled(ReportPart(step=step.slug, role=role, unit=unit, **more), state, today))
    return cast(Reported | None, found)


def override(state: YearState, step: Step, *, today: date, **more: Any) -> Overridden:
    return cast(Overridden, _only(ruled(GoOn(step=step.slug, **more), state, today)))


def set_aside(state: YearState, step: Step, *, today: date, **more: Any) -> SetAside | None:
    return cast(SetAside | None, _only(ruled(LeaveOut(step=step.slug, **more), state, today)))


def reopen(state: YearState, step: Step, *, today: date, **more: Any) -> Reopened:
    return cast(Reopened, _only(ruled(Rerun(step=step.slug, **more), state, today)))


def uphold(state: YearState, step: Step, *, today: date, **more: Any) -> Upheld | None:
    return cast(Upheld | None, _only(ruled(Uphold(step=step.slug, **more), state, today)))


def record(
    state: YearState, step: Step, values: Mapping[str, object], *, today: date, **more: Any
) -> Resulted | None:
    act = Record(step=step.slug, results=values, **more)
    return cast(Resulted | None, _only(ruled(act, state, today)))


def decide(
    state: YearState,
    step: Step,
    body: str,
    outcome: Outcome,
    *,
    on: date,
    today: date,
    by: str,
    not_before: date | None = None,
    back_to: str = "",
    **minutes: Any,
) -> Decided | None:
    plan = {step.slug: SimpleNamespace(window_start=not_before or today, links=())}
    act = Decide(
        step=step.slug,
        body=body,
        outcome=outcome,
        on=on,
        by=by,
        back_to=back_to,
        minutes=Minutes(**minutes),
    )
    return cast(Decided | None, _only(ruled(act, state, today, plan=plan)))


def correct(
    state: YearState,
    log: Sequence[Event],
    key: str,
    *,
    today: date,
    by: str,
    why: str,
    **changed: Any,
) -> Corrected:
    """The decision whose event has the key, with what is changed in it; `withdraw`: it was never made."""
    number = next(number for number, event in enumerate(log, 1) if event.key == key)
    said = {name: changed.pop(name) for name in Minutes.model_fields if name in changed}
    act = Correct(event_number=number, why=why, by=by, minutes=Minutes(**said), **changed)
    return cast(Corrected, _only(ruled(act, state, today, log=log)))


def number(
    state: YearState,
    step: Step,
    diarienummer: str,
    *,
    today: date,
    by: str,
    log: Sequence[Event] = (),
) -> Numbered | None:
    act = GiveNumber(step=step.slug, diarienummer=diarienummer, by=by)
    return cast(Numbered | None, _only(ruled(act, state, today, log=log)))


def ask_for_time(
    state: YearState, step: Step, plan: StepPlan, task: TaskKey, *, today: date, **more: Any
) -> AskedForTime:
    act = AskForTime(step=step.slug, role=task.role, unit=task.unit, **more)
    return cast(AskedForTime, _only(ruled(act, state, today, plan={step.slug: plan})))


def disclaim(
    state: YearState, step: Step, task: TaskKey, *, today: date, **more: Any
) -> Disclaimed:
    act = Disclaim(step=step.slug, role=task.role, unit=task.unit, **more)
    return cast(Disclaimed, _only(ruled(act, state, today)))


def raise_occasion(
    state: YearState,
    slug: str,
    title: str,
    *,
    today: date,
    days: WorkingDays = WORKDAYS,
    **more: Any,
) -> Raised:
    act = Raise(occasion=slug, heading=title, **more)
    return cast(Raised, _only(ruled(act, state, today, days=days)))
