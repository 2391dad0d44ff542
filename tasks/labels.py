"""The state of a step in words, as Prefect's states, the status table and the log show it. Pure."""

from __future__ import annotations

from datetime import date

from models.plan import StepPlan
from models.process import Step
from models.state import Status, YearState, is_late


def label(state: YearState, step: Step, plan: StepPlan, today: date) -> str:
    """`Väntar på KS`, and `Sent: väntar på KS` once somebody should have acted."""
    words = _words(state, step)
    late = is_late(state, step, plan, today)
    return f"Sent: {words[0].lower()}{words[1:]}" if late else words


def _words(state: YearState, step: Step) -> str:
    own = state[step.slug]
    if body := state.awaited_body(step):
        return f"Väntar på {body}"
    if own.before_start:
        return "Klart före start"
    if own.set_aside:
        return "Utgår i år"
    blocking = state.blocked_by(step)
    if own.status.is_open and blocking and not state.missing(step):
        return "Väntar på " + ", ".join(state.definition.step(slug).id for slug in blocking)
    return {
        Status.PLANNED: "Planerat",
        Status.IN_PROGRESS: "Pågår",
        Status.REOPENED: "Återöppnat",
        Status.COMPLETED: "Klart",
    }[own.status]


def sentence(state: YearState, step: Step, plan: StepPlan) -> str:
    """What the state means for somebody who reads it in a list: who is waited for, and until when."""
    own = state[step.slug]
    definition = state.definition
    if own.status is Status.PLANNED:
        return f"Öppnas {plan.opens}."
    if own.set_aside:
        return f"Utgår i år sedan {own.completed_on}: {own.reason}"
    if own.before_start:
        return f"Togs som klart när året startades här, {own.completed_on}."
    if own.status is Status.COMPLETED:
        decision = own.standing[-1] if own.standing else None
        decided = f" {decision.body} {decision.on}: {decision.outcome.label}." if decision else ""
        return f"Klart {own.completed_on}.{decided}"
    if body := state.awaited_body(step):
        link = plan.links[own.link]
        when = (
            f"sammanträder {link.meeting}" if link.meeting else "har inget sammanträde som passar"
        )
        return (
            f"{definition.body(body).name} {when}. Registrera beslutet senast {link.register_by}."
        )
    if missing := state.missing(step):
        names = "; ".join(map(definition.title_of, missing))
        return f"Saknas (senast {plan.due}): {names}."
    blocking = ", ".join(definition.step(slug).title for slug in state.blocked_by(step))
    return f"Alla delar är inne. Först måste bli klart: {blocking}."
