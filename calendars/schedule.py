"""The plan of a budget year: windows, meetings and limits as dates.

Pure. Meetings are chosen from the last link backwards, each the latest that still fits: that leaves
every body the most time, and finds a chain wherever there is one. What has already been decided
keeps its date, and what comes after it is planned anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pendulum

from calendars.workdays import WORKDAYS
from models.plan import LimitPlan, LinkPlan, Meeting, StepPlan, YearPlan
from models.process import Definition, Limit, PointInYear, Step, month_and_day
from models.state import Status, StepState, YearState

REGISTER_WITHIN = 3
"""Working days after its meeting within which a decision should be registered (our default)."""
SHORTEST_WORK = 4
"""Working days that a part gets at least, where its deadline is counted from a meeting (our
default): the reminder three days before it then comes after the opening."""


def first_day(point: PointInYear, year: int) -> date:
    """`"mars"` → 1 March, `"15 april"` → that day; 29 February becomes 28 where there is none."""
    month, day = month_and_day(point)
    return _day(year, month, day or 1)


def last_day(point: PointInYear, year: int) -> date:
    """`"mars"` → 31 March, `"15 april"` → that day; 29 February becomes 28 where there is none."""
    month, day = month_and_day(point)
    return _day(year, month, day or 31)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, pendulum.date(year, month, 1).days_in_month))


def plan_year(
    definition: Definition,
    budget_year: int,
    meetings: Sequence[Meeting],
    state: YearState | None = None,
) -> YearPlan:
    """The dates of every step. Without a state: of the year as planned before anything has happened."""
    gaps: list[str] = []
    frames = {step.slug: _frame(step, budget_year) for step in definition.steps}
    chosen = _choose_for_all(definition, frames, meetings, state)
    steps = {
        step.slug: _plan_step(
            definition, step, frames[step.slug], chosen[step.slug], meetings,
            state[step.slug] if state else None, gaps,
        )
        for step in definition.steps
    }  # fmt: skip
    return YearPlan(budget_year, steps, tuple(gaps))


def cycle_in_progress(definition: Definition, today: date) -> int:
    """The budget year whose cycle began last: the one that a municipality works on today."""
    first = min(step.window.key()[0] for step in definition.steps)
    year = today.year - first[0]
    return year if today >= _day(today.year, first[1], first[2]) else year - 1


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the calendar alone says of a step: its window and its statutory limits as dates."""

    start: date
    end: date
    limits: tuple[LimitPlan, ...]

    def __str__(self) -> str:
        return f"mellan {self.start} och {self.end}"


def _frame(step: Step, budget_year: int) -> _Frame:
    window = step.window
    end_year = window.year if window.end_year is None else window.end_year
    return _Frame(
        first_day(window.start, budget_year + window.year),
        last_day(window.end, budget_year + end_year),
        tuple(_plan_limit(limit, budget_year) for limit in step.limits),
    )


def _plan_step(
    definition: Definition,
    step: Step,
    frame: _Frame,
    chosen: Sequence[date | None],
    meetings: Sequence[Meeting],
    own: StepState | None,
    gaps: list[str],
) -> StepPlan:
    opens = WORKDAYS.forward(frame.start)
    last_working_day = max(WORKDAYS.back(frame.end), opens)
    done = own is not None and own.status is Status.COMPLETED
    links = []
    for body, day in zip(step.chain, chosen, strict=True):
        if day is None and not done:
            name = definition.body(body).name
            when = f"efter {own.round_began}" if own and _overtaken(own) else str(frame)
            gaps.append(f"{step.slug}: inget sammanträde i {body} ({name}) passar {when}.")
        register_by = WORKDAYS.add(day, REGISTER_WITHIN) if day else last_working_day
        links.append(LinkPlan(body, day, register_by))
    meeting_day = next(
        (m.day for m in meetings if m.step == step.slug and frame.start <= m.day <= frame.end), None
    )
    if step.kind == "mote" and meeting_day is None and not done:
        gaps.append(f"{step.slug}: ingen dag är bestämd {frame}.")
    return StepPlan(
        slug=step.slug, window_start=frame.start, window_end=frame.end, opens=opens,
        due=_due(definition, step, links, own, opens, meeting_day or last_working_day),
        meeting_day=meeting_day, links=tuple(links), limits=frame.limits,
    )  # fmt: skip


def _due(
    definition: Definition,
    step: Step,
    links: Sequence[LinkPlan],
    own: StepState | None,
    opens: date,
    otherwise: date,
) -> date:
    """The last day for the parts. Ahead of a meeting: its manusstopp; where the window opens too late
    for that, beredning, then utskick, then the working day before; never before the work began."""
    again = own is not None and own.round > 1
    began = own.round_began if again and own and own.round_began else opens
    turn = links[own.link if own else 0 :]
    link = next((link for link in turn if link.meeting is not None), None)
    if link is None or link.meeting is None:
        if began <= WORKDAYS.back(otherwise):
            return WORKDAYS.back(otherwise)
        # a new round that no meeting waits for gets the time that the reminders need
        return WORKDAYS.add(began, max(definition.ladder.before, default=SHORTEST_WORK))
    body = definition.body(link.body)
    earliest = WORKDAYS.add(began, SHORTEST_WORK)
    for days_before in (body.manuscripts, body.preparation, body.dispatch):
        day = WORKDAYS.back(link.meeting - timedelta(days=days_before))
        if day >= earliest:
            return day
    return max(WORKDAYS.add(link.meeting, -1), WORKDAYS.forward(began))


def _choose_for_all(
    definition: Definition,
    frames: Mapping[str, _Frame],
    meetings: Sequence[Meeting],
    state: YearState | None,
) -> dict[str, list[date | None]]:
    """The meetings of every step, no step's last word before the steps that it hard-requires."""
    order = definition.in_dependency_order
    chosen: dict[str, list[date | None]] = {}
    for step in reversed(order):
        frame, own = frames[step.slug], state[step.slug] if state else None
        latest = hurried = frame.end
        for later in definition.successors(step.slug):
            last = chosen[later.slug][-1] if step.slug in later.hard and later.chain else None
            if last and step.chain:
                latest = min(latest, last - _lead(definition, step, later))
                same = step.chain[-1] == later.chain[-1]
                hurried = min(hurried, last if same else last - timedelta(days=1))
        days = _choose_meetings(definition, step, frame, meetings, latest, own)
        if None in days:  # the time between bodies is practice: rather less of it than no meeting
            days = _choose_meetings(definition, step, frame, meetings, hurried, own)
        chosen[step.slug] = days
    for step in order:
        if step.chain and not (state and state[step.slug].link >= len(step.chain)):
            _push(definition, step, frames[step.slug], meetings, chosen)
    return chosen


def _push(
    definition: Definition,
    step: Step,
    frame: _Frame,
    meetings: Sequence[Meeting],
    chosen: Mapping[str, list[date | None]],
) -> None:
    """A step's last word comes after those it hard-requires, also when they were moved from their
    windows. The time between bodies is practice: it is kept where neither window nor statute suffers."""
    days, body = chosen[step.slug], step.chain[-1]
    bounds = [lim.last_day for lim in frame.limits if lim.body == body]
    for earlier in map(definition.step, step.hard):
        last, day = (chosen[earlier.slug][-1] if earlier.chain else None), days[-1]
        if last is None or day is None or day >= last + _lead(definition, earlier, step):
            continue
        in_time = _next(meetings, body, last + _lead(definition, earlier, step))
        in_order = day > last or (day == last and earlier.chain[-1] == body)
        if not in_order or (in_time is not None and in_time <= min([frame.end, *bounds])):
            days[-1] = in_time


def _lead(definition: Definition, earlier: Step, later: Step) -> timedelta:
    """The time from one step's last decision to the next one's; none within one sammanträde."""
    same = earlier.chain[-1] == later.chain[-1]
    return timedelta(days=0 if same else definition.body(later.chain[-1]).lead)


def _next(meetings: Sequence[Meeting], body: str, earliest: date) -> date | None:
    return min((m.day for m in meetings if m.body == body and m.day >= earliest), default=None)


def _choose_meetings(
    definition: Definition,
    step: Step,
    frame: _Frame,
    meetings: Sequence[Meeting],
    latest: date,
    own: StepState | None,
) -> list[date | None]:
    """A day for each link, None where no meeting fits. Decided links keep the day of the decision."""
    held = {decision.link: decision.on for decision in own.standing} if own else {}
    chosen: list[date | None] = [None] * len(step.chain)
    if own and own.link < len(chosen) and _overtaken(own):
        return _next_meetings(definition, step, meetings, own, held)
    lead = 0
    for index in reversed(range(len(chosen))):
        body = step.chain[index]
        if index in held:
            chosen[index] = held[index]
            continue
        latest -= timedelta(days=lead)
        bound = min([latest, *(limit.warn_on for limit in frame.limits if limit.body == body)])
        days = [m.day for m in meetings if m.body == body and frame.start <= m.day <= latest]
        # rather late by the statute, and said so, than not at all
        chosen[index] = max([day for day in days if day <= bound] or days, default=None)
        latest, lead = chosen[index] or latest, definition.body(body).lead
    if own and any(day and day < max(held.values(), default=day) for day in chosen[own.link :]):
        # a body decided later than planned: those after it meet after that
        return _next_meetings(definition, step, meetings, own, held)
    return chosen


def _overtaken(own: StepState) -> bool:
    """Whether a return, a deferral or a re-run has made the first plan of the open links void."""
    return own.round > 1 or len(own.standing) < len(own.decisions)


def _next_meetings(
    definition: Definition,
    step: Step,
    meetings: Sequence[Meeting],
    own: StepState,
    held: Mapping[int, date],
) -> list[date | None]:
    """After a return or deferral: the body's next meeting, then each following one when it may."""
    earliest = max([own.round_began or date.min, *(decision.on for decision in own.decisions)])
    if own.standing[-1:] != own.decisions[-1:] or not own.decisions:
        earliest += timedelta(days=1)  # the body that sent it back or deferred it has met that day
    chosen: list[date | None] = []
    for index, body in enumerate(step.chain):
        if index in held:
            chosen.append(held[index])
            continue
        if index > 0:
            before = chosen[index - 1] or earliest
            earliest = max(earliest, before + timedelta(days=definition.body(body).lead))
        chosen.append(_next(meetings, body, earliest))
    return chosen


def _plan_limit(limit: Limit, budget_year: int) -> LimitPlan:
    day = last_day(limit.latest, budget_year + limit.year)
    return LimitPlan(
        what=limit.what, citation=limit.citation, body=limit.body, statute_day=day,
        last_day=WORKDAYS.forward(day) if limit.moves_forward else day,
        warn_on=WORKDAYS.back(day),
    )  # fmt: skip
