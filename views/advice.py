"""What the process owner can do about a step, in words. Pure."""

from __future__ import annotations

from datetime import date

from calendars.workdays import WORKDAYS
from models.plan import StepPlan
from models.process import Step
from models.state import Status, StepState, YearState, reconsider_from
from models.text import ActPointer, Aside, Text, ask


def advice(
    state: YearState, step: Step, dates: StepPlan, today: date, *, late: bool, risk: str | None
) -> Text:
    """What the process owner can do about a step that is late, at risk or to be reconsidered, and with
    what."""
    own = state[step.slug]
    if own.marks:
        return _answer(state, step)
    if not (late or risk):
        return Text()
    extra = _in_time(own, dates, today)
    if extra and not late:
        return extra
    if own.status is Status.PLANNED:
        opens, checks = _with(ask("oppna", step=step.slug)), _with(ask("kontroll"))
        return _and(
            Text.of("Öppna det nu", opens, ", eller kör den dagliga kontrollen", checks, "."), extra
        )
    if body := state.awaited_body(step):
        return _awaited(step, body, dates.links[own.link].meeting, today)
    if missing := state.missing(step):
        names = "; ".join(map(state.definition.title_of, missing))
        reports = _with(ask("klar", step=step.slug))
        goes_on = _with(ask("ga-vidare", step=step.slug))
        calls = f"Ring {names}. Registrera delen"
        return _and(Text.of(calls, reports, ", eller gå vidare utan den", goes_on, "."), extra)
    if blocking := state.blocked_by(step):
        names = ", ".join(state.definition.step(slug).title for slug in blocking)
        return Text.of(f"Gör först klart {names}.")
    return Text()


def _answer(state: YearState, step: Step) -> Text:
    """Of a completed step that rests on something begun anew."""
    if reconsider_from(state, step) is None:
        return Text.of(
            "Vänta tills det som steget bygger på är gjort om; säg sedan om det står fast."
        )
    stands = _with(ask("star-fast", step=step.slug))
    again = _with(ask("kor-om", occasion=step.occasion_of or "", step=step.slug))
    return Text.of("Säg om det står fast", stands, ", eller kör om det", again, ".")


def _awaited(step: Step, body: str, meeting: date | None, today: date) -> Text:
    """Of a step that waits for a body, which meets then."""
    moves = _with(ask("flytta"))
    if meeting is None:
        adds = _with(ask("sammantraden-lagg-till"))
        return Text.of(
            f"Lägg till ett sammanträde för {body}", adds, ", eller flytta ett", moves, "."
        )
    if meeting > today:
        return Text.of(f"Se till att ärendet är med när {body} sammanträder {meeting}.")
    decides = _with(ask("beslut", step=step.slug, body=body))
    return Text.of(
        f"Registrera vad {body} beslutade {meeting}", decides, ", eller flytta mötet", moves, "."
    )


def _with(act: ActPointer) -> Aside:
    return Aside(act)


def _and(said: Text, more: Text) -> Text:
    return Text.of(said, " ", more) if more else said


def _in_time(own: StepState, dates: StepPlan, today: date) -> Text:
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
        adds, moves = _with(ask("sammantraden-lagg-till")), _with(ask("flytta"))
        calls = f"Kalla {bodies} till {extra} {by}"
        return Text.of(calls, adds, f", eller flytta {planned} dit", moves, ".")
    return Text()
