"""What somebody with a part may answer besides that it is done: a question to the process owner.

Pure: `today` is an argument and nothing is written. A question changes no status and no deadline.
"""

from __future__ import annotations

from datetime import date, timedelta

from models.errors import RefusedError
from models.events import AskedForTime, Disclaimed
from models.plan import LinkPlan, StepPlan
from models.process import Step, TaskKey
from models.state import Status, YearState

LONGEST = timedelta(days=366)
"""How far ahead a day may be asked for; what lies beyond is a slip of the pen."""


class MissesMeetingError(RefusedError):
    """The day asked for comes after the next meeting; may be asked for all the same, knowingly."""


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


def ask_for_time(
    state: YearState,
    step: Step,
    plan: StepPlan,
    task: TaskKey,
    *,
    until: date,
    today: date,
    by: str,
    reason: str,
    knowingly: bool = False,
) -> AskedForTime:
    """The question whether the part may come later. A day that misses the next meeting is refused with
    MissesMeetingError, unless it is asked for `knowingly`."""
    own = state[step.slug]
    _require_open(state, step, task)
    _require_reason(reason, "Skriv varför det behövs mer tid.")
    if until < today:
        raise RefusedError(f"{until} har redan varit. Välj i dag ({today}) eller en senare dag.")
    if until > today + LONGEST:
        raise RefusedError(f"{until} ligger mer än ett år bort. Kontrollera årtalet.")
    if until <= plan.due:
        raise RefusedError(f"Delen ska vara klar först {plan.due}. Välj en senare dag än så.")
    link = next_link(state, step, plan)
    if link and link.meeting and until >= link.meeting and not knowingly:
        body = state.definition.body(link.body).name
        raise MissesMeetingError(
            f"{body} tar upp {step.title} {link.meeting}. Kommer delen först {until} missas det "
            "sammanträdet."
        )
    return AskedForTime(
        step=step.slug, on=today, by=by, round=own.round, task=task, until=until, reason=reason
    )


def disclaim(
    state: YearState, step: Step, task: TaskKey, *, today: date, by: str, reason: str
) -> Disclaimed:
    """Somebody's word that the part is not theirs; whose it is instead, or why, is required."""
    _require_open(state, step, task)
    _require_reason(reason, "Skriv varför uppgiften inte är din, och vems den är om du vet det.")
    own = state[step.slug]
    return Disclaimed(step=step.slug, on=today, by=by, round=own.round, task=task, reason=reason)


def _require_open(state: YearState, step: Step, task: TaskKey) -> None:
    if reason := why_closed(state, step, task, state[step.slug].round):
        raise RefusedError(reason)


def _require_reason(reason: str, message: str) -> None:
    if not reason.strip():
        raise RefusedError(message)
