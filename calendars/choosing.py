"""Which meeting each link of each decision chain is planned for.

Pure. From the last link backwards, each the latest that still fits: that leaves every body the most
time, and finds a chain wherever there is one. What has been decided keeps its day; a meeting that is
moved carries its items with it; where nothing fits, the next one after all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from calendars.carrying import (
    Chosen,
    Frame,
    as_they_were,
    carry,
    lost_to,
    next_in_time,
    wait_for_parts,
)
from models.plan import Gone, Meeting, gone_days
from models.points import PointInYear, days_of
from models.process import Definition, Step
from models.state import Status, StepState, YearState


def choose_meetings(
    definition: Definition,
    frames: Mapping[str, Frame],
    meetings: Sequence[Meeting],
    state: YearState | None,
    today: date | None = None,
) -> Chosen:
    """The meetings of every step, no step's last word before the steps that it hard-requires."""
    order, gone = definition.in_dependency_order, gone_days(meetings)
    planned: dict[tuple[Gone, ...], dict[str, list[date | None]]] = {}
    chosen = Chosen({})
    for step in order:
        lost = lost_to(state[step.slug] if state else None, gone)
        if lost not in planned:
            before = as_they_were(meetings, lost)
            planned[lost] = _first_planned(definition, frames, before, state)
        chosen.days[step.slug] = planned[lost][step.slug]
    for step in order:
        own = state[step.slug] if state else None
        carry(definition, step, frames[step.slug], meetings, gone, chosen, own)
    frames = dict(frames)
    for step in order:
        if step.chain and step.starts is not None:
            _choose_after_start(definition, step, frames, meetings, chosen, state)
        if step.chain and not (state and state[step.slug].status is Status.COMPLETED):
            own = state[step.slug] if state else None
            if state is not None:
                wait_for_parts(definition, step, frames[step.slug], meetings, chosen, state)
            if own is None or not is_overtaken(own):
                first = own.link if own else 0
                _late_instead(definition, step, frames[step.slug], meetings, chosen, first)
            _push(definition, step, frames[step.slug], meetings, chosen.days)
    chosen.but_for_today = {slug: list(days) for slug, days in chosen.days.items()}
    if state is not None and today is not None:
        # last: that one step is late takes no day from those that come after it, nor their reminders
        for step in order:
            wait_for_parts(
                definition, step, frames[step.slug], meetings, chosen, state, missing_on=today
            )
    _tell(definition, meetings, chosen)
    return chosen


def _tell(definition: Definition, meetings: Sequence[Meeting], chosen: Chosen) -> None:
    """Also of the meetings that came to their day later than the others, when that was made known."""
    since = {(m.body, m.day): m.since for m in meetings if m.since is not None}
    for step in definition.steps if since else ():
        for index, (body, day) in enumerate(zip(step.chain, chosen.days[step.slug], strict=True)):
            link = step.slug, index
            day = chosen.missed.get(link, day)
            told = since.get((body, day)) if day else None
            if told is not None:
                chosen.told[link] = max(told, chosen.told.get(link, told))


def _first_planned(
    definition: Definition,
    frames: Mapping[str, Frame],
    meetings: Sequence[Meeting],
    state: YearState | None,
) -> dict[str, list[date | None]]:
    """The days as they are planned before any meeting is moved."""
    chosen: dict[str, list[date | None]] = {}
    for step in reversed(definition.in_dependency_order):
        frame, own = frames[step.slug], state[step.slug] if state else None
        latest = hurried = frame.end
        for later in definition.successors(step.slug):
            if later.starts is not None:
                continue  # what follows from a step never hurries it
            last = chosen[later.slug][-1] if step.slug in later.hard and later.chain else None
            if last and step.chain:
                latest = min(latest, last - _lead(definition, step, later))
                same = step.chain[-1] == later.chain[-1]
                hurried = min(hurried, last if same else last - timedelta(days=1))
        days = _choose_for_step(definition, step, frame, meetings, latest, own)
        if None in days:  # the time between bodies is practice: rather less of it than no meeting
            days = _choose_for_step(definition, step, frame, meetings, hurried, own)
        chosen[step.slug] = days
    return chosen


def starts_on(
    definition: Definition,
    step: Step,
    frames: Mapping[str, Frame],
    chosen: Mapping[str, list[date | None]],
    state: YearState | None,
    *,
    ready_after: int = 0,
) -> date:
    """The day on which a step that something starts begins, or is expected to, or so many days after what
    starts it: never before its window, unless it is to be done at once."""
    own_start, starts = frames[step.slug].start, step.starts
    if starts is None or starts.step is None:
        return own_start
    frame = frames[starts.step]
    if starts.missing_by is not None:
        day = missing_after(starts.missing_by, frame) + timedelta(days=1)
    else:
        done = state[starts.step].completed_on if state else None
        last = chosen[starts.step][-1] if chosen[starts.step] else None
        day = (done or last or frame.end) + timedelta(days=ready_after)
    return day if starts.within is not None else max(own_start, day)


def missing_after(point: PointInYear, frame: Frame) -> date:
    """The day after which a step with this frame is missing: in the year in which it was to be done."""
    return days_of(point, frame.end.year)[1]


def _choose_after_start(
    definition: Definition,
    step: Step,
    frames: dict[str, Frame],
    meetings: Sequence[Meeting],
    chosen: Chosen,
    state: YearState | None,
) -> None:
    """A step that another one starts meets after that one has had its last word."""
    own = state[step.slug] if state else None
    if own is not None and (own.decisions or own.round > 1):
        return
    frame = frames[step.slug]
    # the papers are not written the same evening
    start = starts_on(definition, step, frames, chosen.days, state, ready_after=1)
    frames[step.slug] = frame = replace(frame, start=start, end=max(frame.end, start))
    gone = gone_days(meetings)
    before = as_they_were(meetings, lost_to(own, gone))
    chosen.days[step.slug] = _choose_for_step(definition, step, frame, before, frame.end, own)
    carry(definition, step, frame, meetings, gone, chosen, own)


def _late_instead(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    chosen: Chosen,
    first_open: int,
) -> None:
    """Where no meeting fits a link, its next one that calendar year after all: late and said to be so,
    and what the law makes of it can be seen. Those after it in the chain then meet after it. A year
    without a plan of meetings is not filled with the next one's."""
    days = chosen.days[step.slug]
    meetings = [m for m in meetings if m.day.year <= frame.end.year]
    if None not in days[first_open:]:
        return
    before = [chosen.days[slug][-1] for slug in step.hard if chosen.days[slug]]
    earliest = max([frame.start, *(day for day in (*before, *days[:first_open]) if day)])
    for index in range(first_open, len(days)):
        day, body = days[index], step.chain[index]
        earliest = max(earliest, chosen.not_before.get((step.slug, index), earliest))
        if day is None or day < earliest:
            days[index] = day = next_in_time(meetings, body, earliest)
        if day is not None and index + 1 < len(days):
            earliest = day + timedelta(days=definition.body(step.chain[index + 1]).lead)


def _push(
    definition: Definition,
    step: Step,
    frame: Frame,
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
        in_time = min([frame.end, *bounds])
        later = next_in_time(meetings, body, last + _lead(definition, earlier, step), in_time)
        in_order = day > last or (day == last and earlier.chain[-1] == body)
        if not in_order or (later is not None and later <= in_time):
            days[-1] = later


def _lead(definition: Definition, earlier: Step, later: Step) -> timedelta:
    """The time from one step's last decision to the next one's; none within one sammanträde."""
    same = earlier.chain[-1] == later.chain[-1]
    return timedelta(days=0 if same else definition.body(later.chain[-1]).lead)


def _choose_for_step(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    latest: date,
    own: StepState | None,
) -> list[date | None]:
    """A day for each link, None where no meeting fits; of those held only if needed as few as can be."""
    extra = {m.body for m in meetings if m.if_needed and frame.start <= m.day <= latest}
    bodies = [body for body in step.chain if body in extra]

    def lacking(days: Sequence[date | None]) -> tuple[int, int]:
        on = dict(zip(step.chain, days, strict=True))
        late = [
            lim for lim in frame.limits if (day := on.get(lim.body or "")) and day > lim.warn_on
        ]
        return days.count(None), len(late)

    # the first of the best has the fewest
    return min(
        (
            _latest_meetings(
                definition,
                step,
                frame,
                [m for m in meetings if not m.if_needed or m.body in allowed],
                latest,
                own,
            )
            for count in range(len(bodies) + 1)
            for allowed in combinations(bodies, count)
        ),
        key=lacking,
    )


def _latest_meetings(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    latest: date,
    own: StepState | None,
) -> list[date | None]:
    """Each link's latest day, from the last link back. Decided links keep the day of the decision."""
    held = {decision.link: decision.on for decision in own.standing} if own else {}
    chosen: list[date | None] = [None] * len(step.chain)
    if own and own.link < len(chosen) and is_overtaken(own):
        return _next_meetings(definition, step, meetings, own, held)
    lead = 0
    for index in reversed(range(len(chosen))):
        body = step.chain[index]
        if index in held:
            chosen[index] = held[index]
            continue
        latest -= timedelta(days=lead)
        bound = min([latest, *(limit.warn_on for limit in frame.limits if limit.body == body)])
        days = [m.original_day for m in meetings if m.body == body]
        fits = [day for day in days if frame.start <= day <= latest]
        # rather late by the statute, and said so, than not at all
        chosen[index] = max([day for day in fits if day <= bound] or fits, default=None)
        latest, lead = chosen[index] or latest, definition.body(body).lead
    if own and any(day and day < max(held.values(), default=day) for day in chosen[own.link :]):
        # a body decided later than planned: those after it meet after that
        return _next_meetings(definition, step, meetings, own, held)
    return chosen


def is_overtaken(own: StepState) -> bool:
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
            before = held.get(index - 1, earliest)
            earliest = max(earliest, before + timedelta(days=definition.body(body).lead))
        found = [m for m in meetings if m.body == body and m.day >= earliest]
        best = min(found, key=lambda meeting: meeting.day, default=None)
        earliest = best.day if best else earliest
        chosen.append(best.original_day if best else None)
    return chosen
