"""Where a step stands, and the way out of that, in the words of refusals. Pure."""

from __future__ import annotations

from models.errors import RefusedError, UnknownError
from models.process import Definition, Step, TaskKey
from models.state import Status, YearState
from models.text import ActPointer, Text, ViewPointer, ask, give


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


def way_out(state: YearState, step: Step) -> Text:
    """What can be done with the step as it stands, as a sentence."""
    if state[step.slug].asked_on is not None:
        return Text.of(
            "Svara först om det redan var gjort: ", ask("redan-gjort", step=step.slug), "."
        )
    match state[step.slug].status:
        case Status.PLANNED:
            return Text.of("Vänta tills steget öppnas; ", ViewPointer("status"), " visar när.")
        case Status.COMPLETED:
            return Text.of("Ska det göras om: ", rerun(step), ".")
        case Status.AWAITING:
            return Text.of(f"Nästa: registrera beslutet i {state.awaited_body(step)}.")
    if missing := state.missing(step):
        return Text.of("Nu saknas: " + "; ".join(map(state.definition.title_of, missing)) + ".")
    return Text.of("Först måste bli klart: " + ", ".join(state.blocked_by(step)) + ".")


def rerun(step: Step) -> ActPointer:
    """How a completed step is begun anew."""
    return ask("kor-om", occasion=step.occasion_of or "", step=step.slug, reason="…")


def require_reason(reason: str, what: str, attribute: str = "reason") -> None:
    """RefusedError where there is none."""
    if not reason.strip():
        raise RefusedError(f"Det krävs ett skäl för {what}. Ange det ", give(attribute), ".")


def task_key(definition: Definition, step: Step, role: str, unit: str | None) -> TaskKey:
    """The part that a role (and unit) has in the step; UnknownError with the parts there are."""
    keys = definition.tasks_of(step)
    wanted = TaskKey(role=role, unit=unit)
    if wanted in keys:
        return wanted
    raise UnknownError(f"Uppgiften i {step.slug} för", str(wanted), keys)
