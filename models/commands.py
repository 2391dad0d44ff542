"""What people may do to a year, and when: each function answers with the event, or refuses.

Pure: `today` is an argument and nothing is written. A refusal changes nothing and says the way out.
What the bodies do stands in `models.decisions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.errors import RefusedError, UnknownError
from models.events import Opened, Overridden, Reopened, Reported, Resulted, SetAside, Upheld
from models.plan import StepPlan
from models.process import Definition, Step, TaskKey
from models.results import amounts, checked
from models.state import Status, YearState, reconsider_from
from models.ways import command, in_field


def status_text(state: YearState, step: Step) -> str:
    """The state in a few words: `pågår`, `väntar på KS`."""
    if state[step.slug].set_aside:
        return "utgår i år"
    body = state.awaited_body(step)
    return f"väntar på {body}" if body else state[step.slug].status.value


def stands(state: YearState, step: Step) -> str:
    """The step and its state as a clause: `bokslut pågår`, `bokslut är planerat`."""
    own = state[step.slug]
    verb = "" if own.set_aside or own.status in (Status.IN_PROGRESS, Status.AWAITING) else "är "
    return f"{step.slug} {verb}{status_text(state, step)}"


def open_step(state: YearState, step: Step, plan: StepPlan, today: date) -> Opened | None:
    """Opened, once, from the first working day of the step's window, and not before what starts it has
    happened; None where it is not to be."""
    if state[step.slug].status is not Status.PLANNED or plan.dormant or today < plan.opens:
        return None
    starts = step.starts
    waits_for = starts.step if starts and starts.missing_by is None else None
    if waits_for is not None and state[waits_for].status is not Status.COMPLETED:
        return None
    return Opened(step=step.slug, on=today)


def open_early(state: YearState, step: Step, *, today: date, by: str, reason: str) -> Opened | None:
    """The process owner opens a step before its time, or one that nothing has started: a body takes the
    item up sooner than the year has it. None when it is open already."""
    own = state[step.slug]
    if own.status.is_open:
        return None
    require_reason(reason, f"att öppna {step.slug} i förtid")
    if own.status is Status.COMPLETED:
        raise RefusedError(f"{stands(state, step)}. {way_out(state, step)}")
    return Opened(step=step.slug, on=today, by=by, reason=reason)


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
            f"{stands(state, step)}; {state.definition.title_of(key)} har ingen öppen uppgift där. "
            f"{way_out(state, step)}"
        )
    return Reported(step=step.slug, on=today, by=by, round=own.round, task=key, comment=comment)


def override(state: YearState, step: Step, *, today: date, by: str, reason: str) -> Overridden:
    """The process owner lets the step go on without the missing parts; a reason is required."""
    require_reason(reason, f"att låta {step.slug} gå vidare utan alla delar")
    if not state.missing(step):
        raise RefusedError(f"{stands(state, step)}; inga delar saknas. {way_out(state, step)}")
    return Overridden(step=step.slug, on=today, by=by, round=state[step.slug].round, reason=reason)


def set_aside(
    state: YearState, step: Step, *, today: date, by: str, reason: str
) -> SetAside | None:
    """The process owner says that an optional step is not done this year. None when it is said already."""
    own = state[step.slug]
    if own.set_aside:
        return None
    require_reason(reason, f"att låta {step.slug} utgå i år")
    # what an amount starts may turn out not to be needed: KL 11 kap. 13 §, synnerliga skäl
    if not (step.optional or step.occasion_of or (step.starts and step.starts.amount)):
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
    require_reason(reason, f"att köra om {step.slug}")
    own = state[step.slug]
    if own.status is Status.PLANNED:
        raise RefusedError(
            f"{step.slug} är planerat och har aldrig körts; det finns inget att köra om. "
            "Det öppnas av sig självt när dess fönster börjar."
        )
    if own.status is not Status.COMPLETED:
        raise RefusedError(
            f"{stands(state, step)} och behöver inte köras om. {way_out(state, step)}"
        )
    return Reopened(
        step=step.slug, on=today, by=by, round=own.round + 1, reason=reason, token=token
    )


def uphold(state: YearState, step: Step, *, today: date, by: str, reason: str) -> Upheld | None:
    """A completed step stands although something that it rests on was begun anew. None when nobody asks."""
    own = state[step.slug]
    if own.status is not Status.COMPLETED:
        raise RefusedError(
            f"{stands(state, step)}; det finns inget att låta stå fast. {way_out(state, step)}"
        )
    if not own.marks:
        return None
    if reconsider_from(state, step) is None:
        again = ", ".join(
            mark.step for mark in own.marks if state[mark.step].status is not Status.COMPLETED
        )
        raise RefusedError(
            f"{step.slug} bygger på {again}, som görs om. Svara när det är klart igen; då frågar vi."
        )
    return Upheld(
        step=step.slug,
        on=today,
        by=by,
        round=own.round,
        reason=reason,
        because=tuple(str(mark) for mark in own.marks),
    )


def record(
    state: YearState,
    step: Step,
    values: Mapping[str, object],
    *,
    today: date,
    by: str,
    reason: str = "",
) -> Resulted | None:
    """The figures that the step came to, checked. None when they stand so already. Once the step is
    completed others may have gone by them, so then another figure needs a reason."""
    own = state[step.slug]
    for kind in values:
        if kind not in step.results:
            known = ", ".join(step.results) or "inga"
            raise RefusedError(f"{step.slug} ger inte resultatet {kind!r}. Steget ger: {known}.")
    if own.status is Status.PLANNED:
        raise RefusedError(
            f"{stands(state, step)}; dess resultat registreras när det pågår. {way_out(state, step)}"
        )
    kept = {kind: checked(kind, value) for kind, value in values.items()}
    for kind, value in kept.items():
        for unit, *_ in amounts(kind, value):
            if unit is not None:
                state.definition.unit(unit)
    if all(own.results.get(kind) == value for kind, value in kept.items()):
        return None
    changed = [kind for kind, value in kept.items() if own.results.get(kind, value) != value]
    if changed and own.status is Status.COMPLETED:
        require_reason(reason, f"att ändra {', '.join(changed)} i {step.slug}, som är klart")
    return Resulted(
        step=step.slug,
        on=today,
        by=by,
        round=own.round,
        number=own.result_count + 1,
        values=kept,
        reason=reason,
    )


def task_key(definition: Definition, step: Step, role: str, unit: str | None) -> TaskKey:
    """The part that a role (and unit) has in the step; UnknownError with the parts there are."""
    keys = definition.tasks_of(step)
    wanted = TaskKey(role=role, unit=unit)
    if wanted in keys:
        return wanted
    raise UnknownError(f"Uppgiften i {step.slug} för", str(wanted), keys)


def require_reason(reason: str, what: str, field: str = "skal", flag: str = "") -> None:
    if not reason.strip():
        raise RefusedError(f"Det krävs ett skäl för {what}. Ange det {in_field(field, flag)}.")


def rerun(step: Step) -> str:
    """How a completed step is begun anew; a sentence's end."""
    form = step.occasion_of or step.slug
    return command(
        f"kor-om {step.slug} --skal …", f"formuläret {form}, med nytt varv i fältet gor."
    )


def way_out(state: YearState, step: Step) -> str:
    match state[step.slug].status:
        case Status.PLANNED:
            shows = command("status", "årets sida")
            return f"Vänta tills steget öppnas; {shows} visar när."
        case Status.COMPLETED:
            return f"Ska det göras om: {rerun(step)}"
        case Status.AWAITING:
            return f"Nästa: registrera beslutet i {state.awaited_body(step)}."
    if missing := state.missing(step):
        return "Nu saknas: " + "; ".join(map(state.definition.title_of, missing)) + "."
    return "Först måste bli klart: " + ", ".join(state.blocked_by(step)) + "."
