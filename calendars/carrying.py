"""Where an item goes when it cannot be taken up on the day that was planned for it.

Pure. A meeting that is moved carries its items along. Those of one that is cancelled go on to the body's
next; parts that come in after their meeting wait for the next one too. The bodies after that in the chain
then meet after it. What somebody already works on never gets a day that had passed when it was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendars.meeting_dates import dates_of
from models.plan import Gone, LimitPlan, Meeting
from models.process import Definition, Step
from models.state import StepState, YearState


@dataclass(frozen=True, slots=True)
class Frame:
    """What the calendar alone says of a step: its window and its statutory limits as dates."""

    start: date
    end: date
    limits: tuple[LimitPlan, ...]

    def __str__(self) -> str:
        return f"mellan {self.start} och {self.end}"

    def in_time(self, body: str) -> date:
        """The last day on which the body keeps both the window and the statute."""
        return min([self.end, *(lim.last_day for lim in self.limits if lim.body == body)])


Place = tuple[str, int]
"""A link of a chain: its step, and which it is."""


@dataclass(slots=True)
class Chosen:
    """The meeting of every link, and what became of the one that it had before."""

    days: dict[str, list[date | None]]
    told: dict[Place, date] = field(default_factory=dict)
    """Of a link whose meeting is another than at first, or on another day: when that was made known."""
    missed: dict[Place, date] = field(default_factory=dict)
    """Of a link whose parts came in too late: the meeting that had been."""
    but_for_today: dict[str, list[date | None]] = field(default_factory=dict)
    """The days without what is missing today: what the others work towards."""
    not_before: dict[Place, date] = field(default_factory=dict)
    """Of a link that lost its meeting: no earlier one takes its place."""


def work_began(own: StepState | None) -> date | None:
    """Since when somebody works on a step that is open; None where nobody does."""
    return own.round_began if own is not None and own.status.is_open else None


def lost_to(own: StepState | None, gone: Iterable[Gone]) -> tuple[Gone, ...]:
    """The days that are gone since the work on an open step began."""
    began = work_began(own)
    return tuple(one for one in gone if began is not None and one.on >= began)


def as_they_were(meetings: Sequence[Meeting], lost: Iterable[Gone]) -> Sequence[Meeting]:
    """The meetings with those that are lost: the plan of an open step starts from them, so that one which
    is cancelled later on does not make another day the best from the beginning."""
    before = [_as_it_stood(one) for one in lost]
    return (*meetings, *before) if before else meetings


def _as_it_stood(one: Gone) -> Meeting:
    moved_from = None if one.day == one.original_day else one.original_day
    return Meeting(one.body, None, one.day, moved_from=moved_from)


def carry(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    gone: Sequence[Gone],
    chosen: Chosen,
    own: StepState | None,
) -> None:
    """From the days first planned to those that hold: moving a meeting back, or adding the one that was
    cancelled again, restores every date."""
    now = {(m.body, m.original_day): m.day for m in meetings}
    lost = {(one.body, one.original_day): one for one in lost_to(own, gone)}
    held = {decision.link for decision in own.standing} if own else set()
    days, changed, gave_way = chosen.days[step.slug], False, False
    for index, body in enumerate(step.chain):
        day = days[index]
        if day is None or index in held:
            continue
        one = lost.get((body, day)) if (body, day) not in now else None
        if one is None:
            days[index] = now.get((body, day), day)
            changed = changed or days[index] != day
            continue
        earliest = _after(definition, step, days, index) if index else frame.start
        days[index] = _instead_of(definition, one, frame, meetings, earliest)
        chosen.told[step.slug, index] = one.on
        chosen.not_before[step.slug, index] = one.day
        gave_way = True
    if changed or gave_way:
        _in_order(definition, step, frame, meetings, chosen, held, spaced=gave_way)


def wait_for_parts(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    chosen: Chosen,
    state: YearState,
    *,
    missing_on: date | None = None,
) -> None:
    """Parts that came in, or were done without, after the meeting which they were to feed wait for the body's
    next one; so do those that are missing on a day after it."""
    own, days = state[step.slug], chosen.days[step.slug]
    index = own.link
    if not own.status.is_open or index >= len(days):
        return
    if any(decision.round == own.round for decision in own.decisions):
        return
    day = days[index]
    in_or_waived = [*own.reported.values(), *filter(None, [own.overridden_on])]
    came = missing_on if state.missing(step) else max(in_or_waived, default=None)
    if came is None or day is None or day >= came:
        return
    days[index] = next_in_time(meetings, step.chain[index], came)
    chosen.missed[step.slug, index] = day
    chosen.not_before[step.slug, index] = came
    held = {decision.link for decision in own.standing}
    _in_order(definition, step, frame, meetings, chosen, held, spaced=True)


def _instead_of(
    definition: Definition, one: Gone, frame: Frame, meetings: Sequence[Meeting], earliest: date
) -> date | None:
    """The body's next meeting after the one that is gone. Where that comes too late, an earlier one that
    was put in in its place, or that keeps the statute; but none whose papers had gone when it was told."""
    in_time = frame.in_time(one.body)
    ahead = next_in_time(meetings, one.body, max(one.day, earliest), in_time)
    if ahead is not None and ahead.year > frame.end.year:
        ahead = None  # a year without a plan of meetings is not filled with the next one's
    if ahead is not None and ahead <= in_time:
        return ahead
    limits = [lim.last_day for lim in frame.limits if lim.body == one.body]
    breaks = bool(limits) and (ahead is None or ahead > min(limits))
    earlier = [
        m.day
        for m in meetings
        if m.body == one.body
        and max(earliest, frame.start) <= m.day <= in_time
        and (breaks or (m.since is not None and m.since >= one.on))
        and dates_of(definition, one.body, m.day).dispatch_by > max(one.on, m.since or one.on)
    ]
    return max(earlier, default=ahead)


def _in_order(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    chosen: Chosen,
    held: set[int],
    *,
    spaced: bool,
) -> None:
    """Each body meets after the one before it in the chain. The time between them is practice: where it
    is asked for, it is kept if neither window nor statute suffers."""
    days = chosen.days[step.slug]
    for index in range(1, len(days)):
        day, before = days[index], days[index - 1]
        if day is None or before is None or index in held:
            continue
        earliest = _after(definition, step, days, index)
        if day >= earliest:
            continue
        in_time = frame.in_time(step.chain[index])
        later = next_in_time(meetings, step.chain[index], earliest, in_time)
        if day < before or (spaced and later is not None and later <= in_time):
            days[index] = later
            chosen.not_before[step.slug, index] = earliest


def _after(definition: Definition, step: Step, days: Sequence[date | None], index: int) -> date:
    """The first day on which a link may meet after those before it in the chain."""
    before = max((day for day in days[:index] if day), default=date.min)
    if before == date.min:
        return before
    return before + timedelta(days=definition.body(step.chain[index]).lead)


def next_in_time(
    meetings: Sequence[Meeting], body: str, earliest: date, in_time: date | None = None
) -> date | None:
    """The body's next meeting; one held only if needed where no ordinary one comes in time."""
    days = [(m.if_needed, m.day) for m in meetings if m.body == body and m.day >= earliest]
    ordinary = min((day for if_needed, day in days if not if_needed), default=None)
    any_kind = min((day for _, day in days), default=None)
    if ordinary and any_kind and not (in_time and any_kind <= in_time < ordinary):
        return ordinary
    return any_kind
