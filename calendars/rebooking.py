"""Where an item goes when it cannot be taken up on the day that was planned for it.

Pure. A meeting that is moved carries its items along. Those of one that is cancelled go on to the body's
next; parts that come in after their meeting wait for the next one too. The bodies after that in the chain
then meet after it. What somebody already works on never gets a day that had passed when it was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from calendars.bookings import Booking, Chain, first_after, in_order, next_meeting
from calendars.frames import Frame
from calendars.meeting_dates import dates_of
from models.plan import Gone, Meeting, gone_days
from models.process import Definition, Step
from models.state import StepState, YearState


def lost_to(own: StepState | None, gone: Iterable[Gone]) -> tuple[Gone, ...]:
    """The days that are gone since the work on an open step began."""
    if own is None or not own.status.is_open or own.round_began is None:
        return ()
    began = own.round_began
    return tuple(one for one in gone if one.on >= began)


def as_they_were(meetings: Sequence[Meeting], lost: Iterable[Gone]) -> Sequence[Meeting]:
    """The meetings with those that are lost: the plan of an open step starts from them, so that one which
    is cancelled later on does not make another day the best from the beginning."""
    before = [_as_it_stood(one) for one in lost]
    return (*meetings, *before) if before else meetings


def _as_it_stood(one: Gone) -> Meeting:
    moved_from = None if one.day == one.original_day else one.original_day
    return Meeting(one.body, None, one.day, moved_from=moved_from)


def held_links(own: StepState | None) -> frozenset[int]:
    """The links whose decisions stand: they keep their day."""
    return frozenset(decision.link for decision in own.standing) if own else frozenset()


def rebook(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    chain: Chain,
    own: StepState | None,
) -> Chain:
    """From the days first planned to those that hold: moving a meeting back, or adding the one that was
    cancelled again, restores every date."""
    now: dict[tuple[str | None, date], date] = {(m.body, m.original_day): m.day for m in meetings}
    gone = {(one.body, one.original_day): one for one in lost_to(own, gone_days(meetings))}
    held, found, gave_way = held_links(own), list[Booking](), False
    for index, (body, one) in enumerate(zip(step.chain, chain, strict=True)):
        if one.day is None or index in held:
            found.append(one)
        elif (lost := gone.get((body, one.day))) and (body, one.day) not in now:
            gave_way = True
            earliest = first_after(definition, body, found) if found else frame.start
            day = _instead_of(definition, lost, frame, meetings, earliest)
            found.append(replace(one, day=day, told=lost.on, not_before=lost.day))
        else:
            found.append(replace(one, day=now.get((body, one.day), one.day)))
    if tuple(found) == chain:
        return chain
    return in_order(definition, step, frame, meetings, tuple(found), held, spaced=gave_way)


def wait_for_parts(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    chain: Chain,
    state: YearState,
    *,
    missing_on: date | None = None,
) -> Chain:
    """Parts that came in, or were done without, after the meeting which they were to feed wait for the body's
    next one; so do those that are missing on a day after it."""
    own = state[step.slug]
    if not own.status.is_open or own.link >= len(chain):
        return chain
    if any(decision.round == own.round for decision in own.decisions):
        return chain
    came = missing_on if state.missing(step) else _came(own)
    one = chain[own.link]
    if came is None or one.day is None or one.day >= came:
        return chain
    body = step.chain[own.link]
    later = next_meeting(meetings, body, came, frame.in_time(body))
    waits = replace(one, day=later, missed=one.day, not_before=came)
    found = (*chain[: own.link], waits, *chain[own.link + 1 :])
    return in_order(definition, step, frame, meetings, found, held_links(own), spaced=True)


def _came(own: StepState) -> date | None:
    """When the last of the parts came in, or was done without."""
    waived = () if own.overridden_on is None else (own.overridden_on,)
    return max((*own.reported.values(), *waived), default=None)


def _instead_of(
    definition: Definition, lost: Gone, frame: Frame, meetings: Sequence[Meeting], earliest: date
) -> date | None:
    """The body's next meeting after the one that is gone. Where that comes too late, an earlier one that
    was put in in its place, or that keeps the statute; but none whose papers had gone when it was told."""
    in_time = frame.in_time(lost.body)
    ahead = next_meeting(meetings, lost.body, max(lost.day, earliest), in_time)
    if ahead is not None and ahead.year > frame.end.year:
        ahead = None  # a year without a plan of meetings is not filled with the next one's
    if ahead is not None and ahead <= in_time:
        return ahead
    breaks = _breaks_a_limit(frame, lost.body, ahead)
    first = max(earliest, frame.start)
    earlier = (m for m in meetings if m.body == lost.body and first <= m.day <= in_time)
    return max(
        (m.day for m in earlier if _can_take_its_place(definition, m, lost, breaks=breaks)),
        default=ahead,
    )


def _breaks_a_limit(frame: Frame, body: str, day: date | None) -> bool:
    """Whether a body that has a statutory limit misses it on this day, or without a day."""
    limits = (limit.last_day for limit in frame.limits if limit.body == body)
    return any(day is None or day > limit for limit in limits)


def _can_take_its_place(
    definition: Definition, meeting: Meeting, lost: Gone, *, breaks: bool
) -> bool:
    """Whether an earlier meeting may have the lost one's items: one that was put in since, or any where the
    next one `breaks` a statute; and its papers had not gone when both were known."""
    if not breaks and (meeting.since is None or meeting.since < lost.on):
        return False
    papers = dates_of(definition, lost.body, meeting.day).dispatch_by
    return papers > max(lost.on, meeting.since or lost.on)
