"""The days that links get before any meeting is moved: from the last link back, each the latest that fits.

Pure. That leaves every body the most time, and finds a chain wherever there is one. What has been decided
keeps its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from calendars.frames import Frame
from models.plan import Meeting
from models.process import Definition, Step
from models.state import StepState, YearState

Days = tuple[date | None, ...]
"""A day for each link of a chain, None where no meeting fits."""


def first_planned(
    definition: Definition,
    frames: Mapping[str, Frame],
    meetings: Sequence[Meeting],
    state: YearState | None,
) -> Mapping[str, Days]:
    """The days of every step, no step's last word before those of the steps that it hard-requires."""
    found: dict[str, Days] = {}
    for step in reversed(definition.in_dependency_order):
        frame, own = frames[step.slug], state[step.slug] if state else None
        latest, hurried = _bounds(definition, step, frame, found)
        days = days_for(definition, step, frame, meetings, latest, own)
        if None in days:  # the time between bodies is practice: rather less of it than no meeting
            days = days_for(definition, step, frame, meetings, hurried, own)
        found[step.slug] = days
    return found


def _bounds(
    definition: Definition, step: Step, frame: Frame, found: Mapping[str, Days]
) -> tuple[date, date]:
    """The last day for the step's last word, by the steps that hard-require it: with the time between
    bodies, and without."""
    latest = hurried = frame.end
    for later in definition.successors(step.slug):
        # what follows from a step never hurries it
        waits = later.starts is None and step.slug in later.hard and step.chain and later.chain
        last = found[later.slug][-1] if waits else None
        if last is not None:
            latest = min(latest, last - lead_between(definition, step, later))
            same = step.chain[-1] == later.chain[-1]
            hurried = min(hurried, last if same else last - timedelta(days=1))
    return latest, hurried


def lead_between(definition: Definition, earlier: Step, later: Step) -> timedelta:
    """The time from one step's last decision to the next one's; none within one sammanträde."""
    same = earlier.chain[-1] == later.chain[-1]
    return timedelta(days=0 if same else definition.body(later.chain[-1]).lead)


def days_for(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    latest: date,
    own: StepState | None,
) -> Days:
    """A day for each link, the last one by `latest`; of meetings held only if needed as few as can be."""
    # the first of the best has the fewest
    return min(
        (
            _days_among(definition, step, frame, allowed, latest, own)
            for allowed in _with_those_if_needed(step, frame, meetings, latest)
        ),
        key=lambda days: (days.count(None), _too_late(step, frame, days)),
    )


def _with_those_if_needed(
    step: Step, frame: Frame, meetings: Sequence[Meeting], latest: date
) -> Iterator[Sequence[Meeting]]:
    """The ordinary meetings, then with those that one body holds if needed, with those of two, and so on."""
    extra = {m.body for m in meetings if m.if_needed and frame.start <= m.day <= latest}
    bodies = tuple(filter(extra.__contains__, step.chain))
    for count in range(len(bodies) + 1):
        for allowed in combinations(bodies, count):
            yield [m for m in meetings if not m.if_needed or m.body in allowed]


def _too_late(step: Step, frame: Frame, days: Days) -> int:
    """How many statutory limits the days come after."""
    on = dict(zip(step.chain, days, strict=True))
    deciding = ((on.get(limit.body or ""), limit.warn_on) for limit in frame.limits)
    return sum(day is not None and day > warn_on for day, warn_on in deciding)


def _days_among(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    latest: date,
    own: StepState | None,
) -> Days:
    """The links' days among these meetings. After a return or a deferral, or where a body has decided later
    than planned, the open links meet after that; decided ones keep the day of the decision."""
    if own is None:
        return _backwards(definition, step, frame, meetings, latest, {})
    held = {decision.link: decision.on for decision in own.standing}
    if own.link < len(step.chain) and is_overtaken(own):
        return _forwards(definition, step, meetings, own, held)
    days = _backwards(definition, step, frame, meetings, latest, held)
    last = max(held.values(), default=date.min)
    if any(day is not None and day < last for day in days[own.link :]):
        return _forwards(definition, step, meetings, own, held)
    return days


def _backwards(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    latest: date,
    held: Mapping[int, date],
) -> Days:
    """Each link's latest day, from the last link back."""
    found: list[date | None] = []
    lead = 0
    for index, body in reversed(tuple(enumerate(step.chain))):
        if index in held:
            found.append(held[index])
            continue
        latest -= timedelta(days=lead)
        day = _latest_meeting(body, frame, meetings, latest)
        found.append(day)
        latest, lead = day or latest, definition.body(body).lead
    return tuple(reversed(found))


def _latest_meeting(
    body: str, frame: Frame, meetings: Sequence[Meeting], latest: date
) -> date | None:
    """The body's last meeting within the window by `latest`, and by the statute where there is one."""
    days = (m.original_day for m in meetings if m.body == body)
    fits = [day for day in days if frame.start <= day <= latest]
    bound = min([latest, *(limit.warn_on for limit in frame.limits if limit.body == body)])
    # rather late by the statute, by as little as can be and said so, than not at all
    return max((day for day in fits if day <= bound), default=min(fits, default=None))


def is_overtaken(own: StepState) -> bool:
    """Whether a return, a deferral or a re-run has made the first plan of the open links void."""
    return own.round > 1 or len(own.standing) < len(own.decisions)


def _forwards(
    definition: Definition,
    step: Step,
    meetings: Sequence[Meeting],
    own: StepState,
    held: Mapping[int, date],
) -> Days:
    """The next body's next meeting, then each following one when it may."""
    earliest = _after_what_happened(own)
    found: list[date | None] = []
    for index, body in enumerate(step.chain):
        if index in held:
            found.append(held[index])
            continue
        if index > 0:
            before = held.get(index - 1, earliest)
            earliest = max(earliest, before + timedelta(days=definition.body(body).lead))
        ahead = [m for m in meetings if m.body == body and m.day >= earliest]
        best = min(ahead, key=lambda meeting: meeting.day, default=None)
        earliest = best.day if best else earliest
        found.append(best.original_day if best else None)
    return tuple(found)


def _after_what_happened(own: StepState) -> date:
    """The first day on which the body whose turn it is may meet."""
    last = max([own.round_began or date.min, *(decision.on for decision in own.decisions)])
    stands = own.decisions and own.standing[-1:] == own.decisions[-1:]
    # the body that sent it back or deferred it has met that day
    return last if stands else last + timedelta(days=1)
