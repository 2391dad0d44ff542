"""The meeting that a link of a decision chain is planned for, as a value that each pass makes anew. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from calendars.frames import Frame
from models.plan import Meeting
from models.process import Definition, Step


@dataclass(frozen=True, slots=True)
class Booking:
    """The meeting of one link, None where none fits, with what became of the one that it had before."""

    day: date | None
    told: date | None = None
    """When it was made known that the meeting is another than at first, or on another day."""
    missed: date | None = None
    """The meeting that had been when the parts came in."""
    not_before: date | None = None
    """Of a link that lost its meeting: no earlier one takes its place."""
    waits_for: str = ""
    """Of a link that goes to a later meeting for want of what the step requires: the slug of that step."""


Chain = tuple[Booking, ...]
"""The bookings of a step, one for each link of its chain in order."""
Chains = Mapping[str, Chain]
"""The bookings of every step, by its slug."""


def days_in(chain: Iterable[Booking]) -> list[date]:
    """The days of those that have one."""
    return [one.day for one in chain if one.day is not None]


def first_after(definition: Definition, body: str, before: Iterable[Booking]) -> date:
    """The first day on which a body may meet after those before it in the chain."""
    last = max(days_in(before), default=None)
    return date.min if last is None else last + timedelta(days=definition.body(body).lead)


def next_meeting(
    meetings: Sequence[Meeting], body: str, earliest: date, in_time: date = date.min
) -> date | None:
    """The body's next meeting. One that is held only if needed is taken where there is no ordinary one, or
    where it comes in time and no ordinary one does."""
    ahead = [m for m in meetings if m.body == body and m.day >= earliest]
    any_kind = min((m.day for m in ahead), default=None)
    ordinary = min((m.day for m in ahead if not m.if_needed), default=None)
    if any_kind is None or ordinary is None:
        return any_kind
    return any_kind if any_kind <= in_time < ordinary else ordinary


def in_order(
    definition: Definition,
    step: Step,
    frame: Frame,
    meetings: Sequence[Meeting],
    chain: Chain,
    held: Container[int],
    *,
    spaced: bool,
) -> Chain:
    """The chain with each body after the one before it, save for the links that are `held`, by what has been
    decided. The time between bodies is practice: where it is asked for (`spaced`), it is kept if neither
    window nor statute suffers."""
    found: list[Booking] = []
    for index, (body, one) in enumerate(zip(step.chain, chain, strict=True)):
        before = found[-1].day if found else None
        if before is not None and index not in held:
            earliest = first_after(definition, body, found)
            in_time = frame.in_time(body)
            later = next_meeting(meetings, body, earliest, in_time)
            one = _moved_on(one, before, earliest, later, in_time if spaced else None)
        found.append(one)
    return tuple(found)


def _moved_on(
    one: Booking, before: date, earliest: date, later: date | None, in_time: date | None
) -> Booking:
    """The booking at a later meeting if it comes before the one that it follows, or, where that can be had
    `in_time`, with less time between them than there should be."""
    if one.day is None or one.day >= earliest:
        return one
    has_time = in_time is not None and later is not None and later <= in_time
    return replace(one, day=later, not_before=earliest) if one.day < before or has_time else one
