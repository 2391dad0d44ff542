"""The plan of a budget year: windows, meetings and limits as dates.

Pure. `calendars.choosing` says which meeting each link gets; here windows, limits and deadlines become
days, counted back from those meetings, and what does not fit is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from calendars.choosing import Frame, choose_meetings, is_overtaken
from calendars.workdays import WORKDAYS
from models.plan import LimitPlan, LinkPlan, Meeting, StepPlan, YearPlan
from models.points import PointInYear, days_of
from models.process import Definition, Limit, Step
from models.state import Status, StepState, YearState

REGISTER_WITHIN = 3
"""Working days after its meeting within which a decision should be registered (our default)."""
SHORTEST_WORK = 4
"""Working days that a part gets at least, where its deadline is counted from a meeting (our
default): the reminder three days before it then comes after the opening."""


def first_day(point: PointInYear, year: int) -> date:
    """`"mars"` → 1 March, `"15 april"` → that day."""
    return days_of(point, year)[0]


def last_day(point: PointInYear, year: int) -> date:
    """`"mars"` → 31 March, `"15 april"` → that day."""
    return days_of(point, year)[1]


def plan_year(
    definition: Definition,
    budget_year: int,
    meetings: Sequence[Meeting],
    state: YearState | None = None,
) -> YearPlan:
    """The dates of every step. Without a state: of the year as planned before anything has happened."""
    gaps: list[str] = []
    frames = {step.slug: _frame(step, budget_year) for step in definition.steps}
    chosen = choose_meetings(definition, frames, meetings, state)
    for step in definition.steps:
        if step.kind == "mbl":
            limits = (*frames[step.slug].limits, *_negotiation_limits(definition, step, chosen))
            frames[step.slug] = replace(frames[step.slug], limits=limits)
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
    # no window begins more than five years before its budget year, or three after it
    years = range(today.year + 5, today.year - 5, -1)
    return next(
        year
        for year in years
        if today >= min(step.window.days(year)[0] for step in definition.steps)
    )


def _frame(step: Step, budget_year: int) -> Frame:
    start, end = step.window.days(budget_year)
    return Frame(start, end, tuple(_plan_limit(limit, budget_year) for limit in step.limits))


def _plan_step(
    definition: Definition,
    step: Step,
    frame: Frame,
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
        if not done and (gap := _gap(definition, step, body, day, frame, meetings, own)):
            gaps.append(gap)
        register_by = WORKDAYS.add(day, REGISTER_WITHIN) if day else last_working_day
        links.append(LinkPlan(body, day, register_by))
    meeting_day = next(
        (m.day for m in meetings if m.step == step.slug and frame.start <= m.day <= frame.end), None
    )
    if step.kind == "mote" and meeting_day is None and not done:
        gaps.append(f"{step.slug}: ingen dag är bestämd {frame}.")
    if step.kind == "mbl":
        last_working_day = min([last_working_day, *(limit.warn_on for limit in frame.limits)])
        if last_working_day < opens and not done:
            gaps.append(f"{step.slug}: ska vara klart {last_working_day} men öppnas {opens}.")
    return StepPlan(
        slug=step.slug, window_start=frame.start, window_end=frame.end, opens=opens,
        due=_due(definition, step, links, own, opens, meeting_day or last_working_day),
        meeting_day=meeting_day, links=tuple(links), limits=frame.limits,
    )  # fmt: skip


def _gap(
    definition: Definition,
    step: Step,
    body: str,
    day: date | None,
    frame: Frame,
    meetings: Sequence[Meeting],
    own: StepState | None,
) -> str | None:
    """What to say of a link that no meeting fits: the nearest ones, and the extra one that solves it."""
    overtaken = own is not None and is_overtaken(own)
    if day is not None:
        original = next((m.original_day for m in meetings if (m.body, m.day) == (body, day)), day)
        if overtaken or original <= frame.end:
            return None
    name = definition.body(body).name
    when = f"efter {own.round_began}" if own and overtaken else str(frame)
    said = f"{step.slug}: inget sammanträde i {body} ({name}) passar {when}."
    if overtaken:
        return said
    days = [m.day for m in meetings if m.body == body]
    before = max((one for one in days if one < frame.start), default=None)
    after = min((one for one in days if one > frame.end), default=None)
    nearest = " och ".join(str(one) for one in (before, after) if one)
    limit = min((lim.warn_on for lim in frame.limits if lim.body == body), default=frame.end)
    extra = WORKDAYS.back(min(limit, frame.end))
    options = f" Närmast: {nearest}." if nearest else ""
    planned = f" Planeras till {day}." if day else ""
    return f"{said}{options}{planned} Ett extra sammanträde i {body} senast {extra} löser det."


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


def _negotiation_limits(
    definition: Definition, step: Step, chosen: Mapping[str, list[date | None]]
) -> Iterator[LimitPlan]:
    """The employer negotiates before it decides (MBL 11 §): the day before at the latest."""
    for later in definition.successors(step.slug):
        day = chosen[later.slug][-1] if later.chain and step.slug in later.hard else None
        if day is not None:
            before = day - timedelta(days=1)
            yield LimitPlan(
                what=f"Förhandlingen är klar före beslutet i {later.chain[-1]} {day}",
                citation="MBL 11 §", body=None, statute_day=before, last_day=before,
                warn_on=WORKDAYS.back(before),
            )  # fmt: skip


def _plan_limit(limit: Limit, budget_year: int) -> LimitPlan:
    day = last_day(limit.latest, budget_year + limit.year)
    return LimitPlan(
        what=limit.what, citation=limit.citation, body=limit.body, statute_day=day,
        last_day=WORKDAYS.forward(day) if limit.moves_forward else day,
        warn_on=WORKDAYS.back(day),
    )  # fmt: skip
