"""Whether a part waits for an answer, and what it feeds. Pure."""

from __future__ import annotations

from models.plan import LinkPlan, StepPlan
from models.process import Step, TaskKey
from models.state import Status, YearState


def why_closed(state: YearState, step: Step, task: TaskKey, round_: int) -> str | None:
    """Why the part waits for no answer in this round, for the person whose part it is; None when it does."""
    own = state[step.slug]
    title = step.title
    if own.round > round_:
        return f"{title} har börjat om sedan länken skickades. Använd länken i det senaste mejlet."
    if own.set_aside:
        return f"{title} utgår i år, så inget svar behövs."
    if own.status is Status.COMPLETED:
        return f"{title} är klart, så inget svar behövs."
    if task in own.reported:
        return f"Delen är redan rapporterad som klar, {own.reported[task]}."
    if own.overridden:
        return f"{title} har gått vidare utan de delar som saknades, så inget svar behövs."
    if task not in state.missing(step):
        return f"{title} väntar inte på den här delen just nu."
    return None


def next_link(state: YearState, step: Step, plan: StepPlan) -> LinkPlan | None:
    """What the step's parts feed; None where no body decides."""
    link = plan.links[state[step.slug].link : state[step.slug].link + 1]
    return link[0] if link else None
