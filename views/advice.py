"""What the process owner can do about a step, in words. Pure."""

from __future__ import annotations

from datetime import date

from calendars.workdays import WORKDAYS
from models.plan import StepPlan
from models.process import Step
from models.state import Status, StepState, YearState, reconsider_from
from models.ways import tool


def advice(
    state: YearState, step: Step, dates: StepPlan, today: date, *, late: bool, risk: str | None
) -> str:
    """What the process owner can do about a step that is late, at risk or to be reconsidered, and with
    what."""
    own = state[step.slug]
    form = step.occasion_of or step.slug
    moves = tool("flytta", "flytta")
    if own.marks:
        if reconsider_from(state, step) is None:
            return "Vänta tills det som steget bygger på är gjort om; säg sedan om det står fast."
        stands = tool(f"star-fast {step.slug}", f"star-fast {step.slug}")
        again = tool(f"{form}, nytt varv", f"kor-om {step.slug}")
        return f"Säg om det står fast{stands}, eller kör om det{again}."
    if not (late or risk):
        return ""
    extra = _in_time(own, dates, today)
    if extra and not late:
        return extra
    if own.status is Status.PLANNED:
        opens = tool(f"oppna {step.slug}", f"oppna {step.slug}")
        checks = tool("kontroll", "kontroll")
        return f"Öppna det nu{opens}, eller kör den dagliga kontrollen{checks}. {extra}".rstrip()
    if body := state.awaited_body(step):
        link = dates.links[own.link]
        if link.meeting is None:
            adds = tool("sammantrade", "sammantraden lagg-till")
            return f"Lägg till ett sammanträde för {body}{adds}, eller flytta ett{moves}."
        if link.meeting > today:
            return f"Se till att ärendet är med när {body} sammanträder {link.meeting}."
        decides = tool("beslut", f"beslut {step.slug} {body}")
        return (
            f"Registrera vad {body} beslutade {link.meeting}{decides}, eller flytta mötet{moves}."
        )
    if missing := state.missing(step):
        names = "; ".join(map(state.definition.title_of, missing))
        reports, goes_on = (
            tool("klar", f"klar {step.slug}"),
            tool("ga-vidare", f"klar {step.slug} --alla"),
        )
        calls = f"Ring {names}. Registrera delen{reports}, eller gå vidare utan den{goes_on}."
        return f"{calls} {extra}".rstrip()
    if blocking := state.blocked_by(step):
        names = ", ".join(state.definition.step(slug).title for slug in blocking)
        return f"Gör först klart {names}."
    return ""


def _in_time(own: StepState, dates: StepPlan, today: date) -> str:
    """Of a body that is to meet after its limit in law: that it, and those before it that meet too late
    for that, must be called to meet in time. Empty where nobody must."""
    decided = {decision.body for decision in own.standing}
    for limit in dates.limits:
        turn = next((n for n, link in enumerate(dates.links) if link.body == limit.body), None)
        if turn is None or limit.body in decided:
            continue
        meets = dates.links[turn].meeting
        if meets is None or meets <= max(limit.last_day, today):
            continue
        late = [
            link
            for link in dates.links[: turn + 1]
            if link.body not in decided and (link.meeting is None or link.meeting > limit.last_day)
        ]
        last = WORKDAYS.back(limit.last_day)
        by = f"senast {last}" if last >= today else "så snart det går"
        bodies = " och ".join(link.body for link in late)
        extra = "ett extra sammanträde" if len(late) == 1 else "extra sammanträden"
        planned = " och ".join(f"{link.body} {link.meeting}" for link in late if link.meeting)
        adds = tool("sammantrade", "sammantraden lagg-till")
        moves = tool("flytta", "flytta")
        return f"Kalla {bodies} till {extra} {by}{adds}, eller flytta {planned} dit{moves}."
    return ""
