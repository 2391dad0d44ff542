"""The plan of a budget year: windows, meetings and limits as dates.

Pure. `calendars.choosing` says which meeting each link gets; here windows, limits and deadlines become
days, counted back from those meetings, and what does not fit is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from calendars.carrying import Chosen, Frame, Place
from calendars.choosing import choose_meetings, is_overtaken, missing_after, starts_on
from calendars.meeting_dates import dates_of, days_before
from calendars.workdays import WORKDAYS
from models.plan import Latest, LimitPlan, LinkPlan, Meeting, StepPlan, YearPlan
from models.points import PointInYear, days_of
from models.process import Definition, Limit, Step
from models.results import amounts
from models.state import Status, StepState, YearState

REGISTER_WITHIN = 3
"""Working days after its meeting within which a decision should be registered (our default)."""
SHORTEST_WORK = 4
"""Working days that a part gets at least, where its deadline is counted from a meeting (our
default): the reminder three days before it then comes after the opening."""

FIRST_YEAR_OF_A_TERM = 2023
"""The year after the general election of 2022; every fourth one (KL 5 kap. 9 §, vallagen 1 kap. 3 §)."""
_BEFORE = {
    "kungorelse": "Klart när sammanträdet kungörs:",
    "utskick": "Klart till utskicket inför",
    "dagen-fore": "Klart dagen före",
}


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
    today: date | None = None,
) -> YearPlan:
    """The dates of every step. Without a state: of the year as planned before anything has happened. As
    they are today: what misses its meeting goes to the next, from the day after."""
    gaps: list[str] = []
    frames = {step.slug: _frame(step, budget_year) for step in definition.steps}
    found = choose_meetings(definition, frames, meetings, state, today)
    chosen = found.days
    started = {
        step.slug: starts_on(definition, step, frames, chosen, state)
        for step in definition.steps
        if step.starts is not None
    }
    for step in definition.steps:
        if step.kind == "mbl":
            limits = (*frames[step.slug].limits, *_negotiation_limits(definition, step, chosen))
            frames[step.slug] = replace(frames[step.slug], limits=limits)
    steps = {
        step.slug: _plan_step(
            definition,
            step,
            frames[step.slug],
            meetings,
            state,
            gaps,
            found,
            starts=started.get(step.slug),
            before=_before(definition, step, chosen),
            dormant=is_dormant(step, budget_year, frames, chosen, state),
        )
        for step in definition.steps
    }
    return YearPlan(budget_year, steps, tuple(gaps))


def is_dormant(
    step: Step,
    budget_year: int,
    frames: Mapping[str, Frame],
    chosen: Mapping[str, list[date | None]],
    state: YearState | None,
) -> bool:
    """Whether a step that something starts is not to be done as things stand: its year of the term of
    office is another, no figure lies under its threshold, or what was to be missing is done in time;
    where nothing has happened yet, is planned to be."""
    starts, own = step.starts, state[step.slug] if state else None
    if starts is None or (own is not None and own.status is not Status.PLANNED):
        return False
    if starts.term_year is not None and term_year(budget_year - 1) != starts.term_year:
        return True
    if starts.amount is not None and not _is_under(step, state):
        return True
    if starts.step and starts.missing_by:
        latest = missing_after(starts.missing_by, frames[starts.step])
        if state is not None:
            before = state[starts.step]
            return before.status is Status.COMPLETED and (before.completed_on or latest) <= latest
        days = chosen[starts.step] or [frames[starts.step].end]
        return days[-1] is not None and days[-1] <= latest
    return False


def term_year(year: int) -> int:
    """Which year of fullmäktige's term a calendar year is: 1 after an election year, 4 the election year."""
    return (year - FIRST_YEAR_OF_A_TERM) % 4 + 1


def _is_under(step: Step, state: YearState | None) -> bool:
    starts = step.starts
    if state is None or starts is None or starts.below is None:
        return False
    asked = [starts.step] if starts.step else list(state.steps)
    return any(
        name == starts.amount and amount < starts.below
        for slug in asked
        for kind, value in state[slug].results.items()
        for _, name, amount, _ in amounts(kind, value)
    )


def _prepared(definition: Definition, step: Step) -> Place | None:
    """Where the body before in the ärende has its say, if that is another step's."""
    way = definition.arende_of(step).steps
    earlier = way[: way.index(step.slug)]
    chain = definition.step(earlier[-1]).chain if earlier else ()
    return (earlier[-1], len(chain) - 1) if chain else None


def _before(
    definition: Definition, step: Step, chosen: Mapping[str, list[date | None]]
) -> LimitPlan | None:
    """The last day of a step that is to be done ahead of another's last meeting; None without one."""
    if step.before is None or not chosen[step.before.step]:
        return None
    later = definition.step(step.before.step)
    meeting = chosen[later.slug][-1]
    if meeting is None:
        return None
    dates = dates_of(definition, later.chain[-1], meeting)
    day = {
        "kungorelse": dates.notice_by or dates.dispatch_by,
        "utskick": dates.dispatch_by,
        "dagen-fore": meeting - timedelta(days=1),
    }[step.before.day]
    return LimitPlan(
        what=f"{_BEFORE[step.before.day]} {later.chain[-1]} {meeting}",
        citation=step.before.citation or "praxis",
        body=None,
        statute_day=day,
        last_day=day,
        warn_on=WORKDAYS.back(day),
    )


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
    meetings: Sequence[Meeting],
    state: YearState | None,
    gaps: list[str],
    found: Chosen,
    *,
    starts: date | None,
    before: LimitPlan | None,
    dormant: bool,
) -> StepPlan:
    own, chosen = state[step.slug] if state else None, found.days[step.slug]
    opens = WORKDAYS.forward(frame.start)
    if starts is not None:
        opens = WORKDAYS.forward(starts)
    within = step.starts.within if step.starts else None
    last_working_day = max(WORKDAYS.back(frame.end), opens)
    if within is not None:  # at once: from the day it was opened, or is expected to be
        last_working_day = WORKDAYS.add((own and own.opened_on) or opens, within)
    if before is not None:
        last_working_day = max(min(last_working_day, before.warn_on), opens)
        if before.citation != "praxis":
            frame = replace(frame, limits=(*frame.limits, before))
    done = dormant or (own is not None and own.status is Status.COMPLETED)
    links = []
    for index, (body, day) in enumerate(zip(step.chain, chosen, strict=True)):
        late = day is not None and (step.slug, index) in found.missed
        if not (done or late) and (gap := _gap(definition, step, body, day, frame, meetings, own)):
            gaps.append(gap)
        missed = found.missed.get((step.slug, index))
        links.append(_link(definition, body, day, last_working_day, missed))
    meeting_day = next(
        (m.day for m in meetings if m.step == step.slug and frame.start <= m.day <= frame.end), None
    )
    if step.kind == "mote" and meeting_day is None and not done:
        gaps.append(f"{step.slug}: ingen dag är bestämd {frame}.")
    if step.kind == "mbl":
        last_working_day = min([last_working_day, *(limit.warn_on for limit in frame.limits)])
    in_time = min(last_working_day, before.warn_on) if before else last_working_day
    if in_time < opens and not done and (own is None or own.status is Status.PLANNED):
        gaps.append(f"{step.slug}: ska vara klart {in_time} men öppnas {opens}.")
    otherwise = meeting_day or last_working_day
    told = _told(definition, step, found)
    if told is not None and own is not None and own.round_began and own.round_began <= told:
        otherwise = max(otherwise, WORKDAYS.forward(told))
    due = _due(definition, step, links, own, opens, otherwise, found)
    latest = _latest(definition, links, own, frame.limits, before)
    return StepPlan(
        slug=step.slug,
        window_start=frame.start,
        window_end=frame.end,
        opens=opens,
        due=_put_off(due, own, latest),
        meeting_day=meeting_day,
        links=tuple(links),
        limits=frame.limits,
        dormant=dormant,
        latest=latest,
    )


def _link(
    definition: Definition, body: str, day: date | None, otherwise: date, missed: date | None
) -> LinkPlan:
    if day is None:
        return LinkPlan(body, None, otherwise, missed)
    register_by = WORKDAYS.add(day, REGISTER_WITHIN)
    return LinkPlan(body, day, register_by, missed, days_before(definition, body, day))


def _put_off(due: date, own: StepState | None, latest: Latest | None) -> date:
    """The last day for the parts as the process owner has put it off; never past what stands in the
    way, which may have come nearer since."""
    if own is None or own.postponed_to is None:
        return due
    return max(due, min(own.postponed_to, latest.day) if latest else own.postponed_to)


def _latest(
    definition: Definition,
    links: Sequence[LinkPlan],
    own: StepState | None,
    limits: Sequence[LimitPlan],
    before: LimitPlan | None,
) -> Latest | None:
    """What the parts must come before: the papers of the meeting that they feed, and a statutory limit."""
    found = [
        Latest(limit.warn_on, f"{limit.what} ({limit.citation})")
        for limit in (*limits, *([before] if before else []))
        if limit.body is None
    ]
    turn = links[own.link if own else 0 :][:1]
    for link in turn:
        if link.meeting is not None:
            papers = dates_of(definition, link.body, link.meeting).dispatch_by
            found.append(
                Latest(papers, f"handlingarna till {link.body} {link.meeting} går ut {papers}")
            )
    return min(found, key=lambda one: one.day, default=None)


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
    found: Chosen,
) -> date:
    """The last day for the parts. Ahead of a meeting: the first of its day counts that parts may be due on,
    which is manusstopp. Where the window opens too late for that, or the body before in the ärende meets too
    late, or the day was changed too late: the next one, then the working day before. Never before the work
    began, or the day was told."""
    again = own is not None and own.round > 1
    began = own.round_began if again and own and own.round_began else opens
    # by what the round began with: that some of the bodies have decided since moves no day of the parts
    in_round = [one.link for one in own.decisions if one.round == own.round] if own else []
    turn = links[min([*in_round, own.link]) if own else 0 :]
    link = next((link for link in turn if _planned(link) is not None), None)
    meeting = _planned(link) if link else None
    if link is None or meeting is None:
        if began <= WORKDAYS.back(otherwise):
            return WORKDAYS.back(otherwise)
        # a new round that no meeting waits for gets the time that the reminders need
        return WORKDAYS.add(began, max(definition.ladder.before, default=SHORTEST_WORK))
    earliest = WORKDAYS.add(began, SHORTEST_WORK)
    before = _prepared(definition, step)
    prepared = found.but_for_today[before[0]][before[1]] if before else None
    if prepared is not None and prepared < meeting:
        earliest = max(earliest, WORKDAYS.add(prepared, 1))
    rests_on = ((step.slug, links.index(link)), before)
    told = max((found.told[one] for one in rests_on if one in found.told), default=began)
    earliest = max(earliest, WORKDAYS.add(told, 1))
    for row in definition.days_before(link.body):
        day = WORKDAYS.back(meeting - timedelta(days=row.days))
        if row.parts and day >= earliest:
            return day
    return max(WORKDAYS.add(meeting, -1), WORKDAYS.forward(max(began, told)))


def _planned(link: LinkPlan) -> date | None:
    """The meeting that the parts were to be done for, also where they came in after it."""
    return link.missed or link.meeting


def _told(definition: Definition, step: Step, found: Chosen) -> date | None:
    """When the meetings of others that a step must be done ahead of last came to another day."""
    later = [step.before.step] if step.before else []
    if step.kind == "mbl":
        later += [one.slug for one in definition.successors(step.slug) if step.slug in one.hard]
    links = ((slug, len(definition.step(slug).chain) - 1) for slug in later)
    return max((found.told[link] for link in links if link in found.told), default=None)


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
                citation="MBL 11 §",
                body=None,
                statute_day=before,
                last_day=before,
                warn_on=WORKDAYS.back(before),
            )


def _plan_limit(limit: Limit, budget_year: int) -> LimitPlan:
    day = last_day(limit.latest, budget_year + limit.year)
    return LimitPlan(
        what=limit.what,
        citation=limit.citation,
        body=limit.body,
        statute_day=day,
        last_day=WORKDAYS.forward(day) if limit.moves_forward else day,
        warn_on=WORKDAYS.back(day),
    )
