"""What people may do to a year, and when: each function answers with the event, or refuses.

Pure: `today` is an argument and nothing is written. A refusal changes nothing and says the way out.
"""

from __future__ import annotations

from datetime import date

from models.errors import RefusedError, UnknownError
from models.events import (
    Decided,
    Effect,
    Opened,
    Outcome,
    Overridden,
    Reopened,
    Reported,
    SetAside,
)
from models.plan import StepPlan
from models.process import Definition, Step, TaskKey
from models.state import Status, YearState


def status_text(state: YearState, step: Step) -> str:
    """The state in a few words: `pågår`, `väntar på KS`."""
    if state[step.slug].set_aside:
        return "utgår i år"
    body = state.awaited_body(step)
    return f"väntar på {body}" if body else state[step.slug].status.value


def _stands(state: YearState, step: Step) -> str:
    """The step and its state as a clause: `bokslut pågår`, `bokslut är planerat`."""
    own = state[step.slug]
    verb = "" if own.set_aside or own.status in (Status.IN_PROGRESS, Status.AWAITING) else "är "
    return f"{step.slug} {verb}{status_text(state, step)}"


def open_step(state: YearState, step: Step, plan: StepPlan, today: date) -> Opened | None:
    """Opened, once, from the first working day of the step's window; None where it is not to be."""
    if state[step.slug].status is Status.PLANNED and today >= plan.opens:
        return Opened(step=step.slug, on=today)
    return None


def report(
    state: YearState, step: Step, role: str, unit: str | None, *, today: date, by: str, comment: str
) -> Reported | None:
    """A role's part is done. None when it was already reported in this round: twice is harmless."""
    key = task_key(state.definition, step, role, unit)
    own = state[step.slug]
    if key in own.reported:
        return None
    if not own.status.is_open or key not in state.missing(step):
        raise RefusedError(
            f"{_stands(state, step)}; {state.definition.title_of(key)} har ingen öppen uppgift där. "
            f"{_way_out(state, step)}"
        )
    return Reported(step=step.slug, on=today, by=by, round=own.round, task=key, comment=comment)


def override(state: YearState, step: Step, *, today: date, by: str, reason: str) -> Overridden:
    """The process owner lets the step go on without the missing parts; a reason is required."""
    _require_reason(reason, f"att låta {step.slug} gå vidare utan alla delar")
    if not state.missing(step):
        raise RefusedError(f"{_stands(state, step)}; inga delar saknas. {_way_out(state, step)}")
    return Overridden(step=step.slug, on=today, by=by, round=state[step.slug].round, reason=reason)


def decide(
    state: YearState,
    step: Step,
    body: str,
    outcome: Outcome,
    *,
    on: date,
    today: date,
    by: str,
    paragraph: str = "",
    reason: str = "",
    not_before: date | None = None,
) -> Decided | None:
    """A body's decision on its meeting day. None when this very decision is already registered."""
    slug = state.definition.body(body).slug
    own = state[step.slug]
    for known in own.decisions:
        same = (known.body, known.on, known.outcome) == (slug, on, outcome)
        if same and (known in own.standing or known.outcome.effect is not Effect.PASS):
            return None
    if slug not in step.chain:
        chain = " → ".join(step.chain) or "ingen instans"
        raise RefusedError(f"{slug} beslutar inte i {step.slug}; där beslutar {chain}.")
    if own.status is not Status.AWAITING:
        raise RefusedError(
            f"{_stands(state, step)}; {slug} kan inte besluta än. {_way_out(state, step)}"
            if own.status is not Status.COMPLETED
            else f"{_stands(state, step)}; inget beslut i {slug} väntas. {_way_out(state, step)}"
        )
    if slug != step.chain[own.link]:
        raise RefusedError(
            f"{step.slug} väntar på {step.chain[own.link]}; {slug} står inte i tur att besluta. "
            f"Registrera först beslutet i {step.chain[own.link]}."
        )
    if on > today:
        raise RefusedError(
            f"Beslutsdatum {on} ligger i framtiden (i dag är {today}). "
            "Registrera beslutet när sammanträdet har hållits."
        )
    # a check that was late opens the step late: its window counts, where that is known
    began = min(own.opened_on or own.round_began or today, not_before or today)
    if on < began:
        raise RefusedError(
            f"Beslutsdatum {on} ligger före den dag då {step.slug} öppnades ({began}). "
            "Kontrollera datumet."
        )
    if own.decisions and on < own.decisions[-1].on:
        last = own.decisions[-1]
        raise RefusedError(
            f"Beslutsdatum {on} ligger före beslutet i {last.body} ({last.on}). "
            "Kontrollera datumet."
        )
    if outcome.effect is Effect.RETURN:
        _require_reason(reason, f"{outcome.label} i {step.slug}")
    return Decided(
        step=step.slug, on=on, by=by, round=own.round, link=own.link, body=slug,
        outcome=outcome, paragraph=paragraph, reason=reason,
    )  # fmt: skip


def set_aside(
    state: YearState, step: Step, *, today: date, by: str, reason: str
) -> SetAside | None:
    """The process owner says that an optional step is not done this year. None when it is said already."""
    own = state[step.slug]
    if own.set_aside:
        return None
    _require_reason(reason, f"att låta {step.slug} utgå i år")
    if not step.optional:
        raise RefusedError(
            f"{step.slug} är inte valfritt och kan inte utgå. "
            "Valfria steg har valfri = true i definitionen."
        )
    if own.status is Status.COMPLETED:
        raise RefusedError(f"{step.slug} är klart och kan inte utgå.")
    return SetAside(step=step.slug, on=today, by=by, round=max(own.round, 1), reason=reason)


def reopen(
    state: YearState, step: Step, *, today: date, by: str, reason: str, token: str
) -> Reopened:
    """A new round of a completed step. What was decided stays in history."""
    _require_reason(reason, f"att köra om {step.slug}")
    own = state[step.slug]
    if own.status is Status.PLANNED:
        raise RefusedError(
            f"{step.slug} är planerat och har aldrig körts; det finns inget att köra om. "
            "Det öppnas av sig självt när dess fönster börjar."
        )
    if own.status is not Status.COMPLETED:
        raise RefusedError(
            f"{_stands(state, step)} och behöver inte köras om. {_way_out(state, step)}"
        )
    return Reopened(
        step=step.slug, on=today, by=by, round=own.round + 1, reason=reason, token=token
    )


def affected(state: YearState, step: Step) -> tuple[Step, ...]:
    """The completed steps that rest on this one, near and far, in the order of the year."""
    reached = {step.slug}
    for later in state.definition.in_dependency_order:
        if any(need.step in reached for need in later.requires):
            reached.add(later.slug)
    return tuple(
        later
        for later in state.definition.steps
        if later.slug in reached - {step.slug} and state[later.slug].status is Status.COMPLETED
    )


def task_key(definition: Definition, step: Step, role: str, unit: str | None) -> TaskKey:
    """The part that a role (and unit) has in the step; UnknownError with the parts there are."""
    keys = definition.tasks_of(step)
    wanted = TaskKey(role=role, unit=unit)
    if wanted in keys:
        return wanted
    raise UnknownError(f"Uppgiften i {step.slug} för", str(wanted), keys)


def _require_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise RefusedError(f"Det krävs ett skäl för {what}. Ange det med --skal.")


def _way_out(state: YearState, step: Step) -> str:
    match state[step.slug].status:
        case Status.PLANNED:
            return "Vänta tills steget öppnas; kommunplan status visar när."
        case Status.COMPLETED:
            return f"Ska det göras om: kommunplan kor-om {step.slug} --skal …"
        case Status.AWAITING:
            return f"Nästa: registrera beslutet i {state.awaited_body(step)}."
    if missing := state.missing(step):
        return "Nu saknas: " + "; ".join(map(state.definition.title_of, missing)) + "."
    return "Först måste bli klart: " + ", ".join(state.blocked_by(step)) + "."
