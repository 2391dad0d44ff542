"""What the process owner can do about a step, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calendars.workdays import WORKDAYS
from models.plan import LinkPlan, StepPlan
from models.process import Step
from models.state import Status, StepState, YearState, reconsider_from
from models.text import Aside, Text, ask


def advice(
    state: YearState, step: Step, dates: StepPlan, today: date, *, late: bool, risk: str | None
) -> Text:
    """What the process owner can do about a step that is late, at risk or to be reconsidered, and with
    what."""
    own = state[step.slug]
    if own.marks:
        return _answer(state, step)
    if own.asked_on is not None:
        return Text.of(
            "Svara om det redan är gjort", Aside(ask("redan-gjort", step=step.slug)), "."
        )
    if not (late or risk):
        return Text()
    extra = _in_time(own, dates, today)
    return extra if extra and not late else _now(state, step, dates, today, extra)


def _now(state: YearState, step: Step, dates: StepPlan, today: date, extra: Text) -> Text:
    """What is to be done first; `extra` is what else the law asks for."""
    own = state[step.slug]
    if own.status is Status.PLANNED:
        opens, checks = Aside(ask("oppna", step=step.slug)), Aside(ask("kontroll"))
        return _and(
            Text.of("Öppna det nu", opens, ", eller kör den dagliga kontrollen", checks, "."), extra
        )
    if body := state.awaited_body(step):
        return _awaited(step, body, dates.links[own.link].meeting, today)
    if state.missing(step):
        return _and(_parts(state, step), extra)
    names = ", ".join(state.definition.step(slug).title for slug in state.blocked_by(step))
    return Text.of(f"Gör först klart {names}.") if names else Text()


def _parts(state: YearState, step: Step) -> Text:
    """Of a step that waits for parts."""
    names = "; ".join(map(state.definition.title_of, state.missing(step)))
    reports = Aside(ask("klar", step=step.slug))
    goes_on = Aside(ask("ga-vidare", step=step.slug))
    calls = f"Ring {names}. Registrera delen"
    return Text.of(calls, reports, ", eller gå vidare utan den", goes_on, ".")


def _answer(state: YearState, step: Step) -> Text:
    """Of a completed step that rests on something begun anew."""
    if reconsider_from(state, step) is None:
        return Text.of(
            "Vänta tills det som steget bygger på är gjort om; säg sedan om det står fast."
        )
    stands = Aside(ask("star-fast", step=step.slug))
    again = Aside(ask("kor-om", occasion=step.occasion_of or "", step=step.slug))
    return Text.of("Säg om det står fast", stands, ", eller kör om det", again, ".")


def _awaited(step: Step, body: str, meeting: date | None, today: date) -> Text:
    """Of a step that waits for a body, which meets then."""
    moves = Aside(ask("flytta"))
    if meeting is None:
        adds = Aside(ask("sammantraden-lagg-till"))
        return Text.of(
            f"Lägg till ett sammanträde för {body}", adds, ", eller flytta ett", moves, "."
        )
    if meeting > today:
        return Text.of(f"Se till att ärendet är med när {body} sammanträder {meeting}.")
    decides = Aside(ask("beslut", step=step.slug, body=body))
    return Text.of(
        f"Registrera vad {body} beslutade {meeting}", decides, ", eller flytta mötet", moves, "."
    )


def _and(said: Text, more: Text) -> Text:
    return Text.of(said, " ", more) if more else said


def _in_time(own: StepState, dates: StepPlan, today: date) -> Text:
    """Of a body that is to meet after its limit in law: that it, and those before it that meet too late
    for that, must be called to meet in time. Empty where nobody must."""
    decided = {decision.body for decision in own.standing}
    for limit in dates.limits:
        bodies = [link.body for link in dates.links]
        if limit.body not in bodies or limit.body in decided:
            continue
        turns = dates.links[: bodies.index(limit.body) + 1]
        meets = turns[-1].meeting
        if meets is not None and meets > max(limit.last_day, today):
            left = [link for link in turns if link.body not in decided]
            return _call(left, limit.last_day, today)
    return Text()


def _call(turns: Sequence[LinkPlan], last_day: date, today: date) -> Text:
    """That those of the bodies that meet after the day are to be called to meet before it."""
    late = [link for link in turns if link.meeting is None or link.meeting > last_day]
    last = WORKDAYS.back(last_day)
    by = f"senast {last}" if last >= today else "så snart det går"
    bodies = " och ".join(link.body for link in late)
    extra = "ett extra sammanträde" if len(late) == 1 else "extra sammanträden"
    planned = " och ".join(f"{link.body} {link.meeting}" for link in late if link.meeting)
    adds, moves = Aside(ask("sammantraden-lagg-till")), Aside(ask("flytta"))
    calls = f"Kalla {bodies} till {extra} {by}"
    return Text.of(calls, adds, f", eller flytta {planned} dit", moves, ".")
