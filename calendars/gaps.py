"""What to say of a step that cannot be planned as it should: a Swedish sentence for each lack. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from calendars.basis import Basis
from calendars.bookings import Booking
from calendars.first_booking import is_overtaken
from calendars.frames import Frame
from calendars.meeting_dates import dates_of
from calendars.workdays import WORKDAYS
from models.process import Step
from models.state import Status


def gaps_of(
    basis: Basis,
    step: Step,
    frame: Frame,
    meeting_day: date | None,
    floor: date | None,
    in_time: date,
) -> Iterator[str]:
    """Each link without a meeting that fits, a day of its own that is not set, and a last day (`in_time`)
    that comes before the first (`floor`). Nothing of what is done, or may be, or waits for
    the next meeting."""
    own = basis.own(step)
    if own is not None and (own.status is Status.COMPLETED or own.asked_on):
        return
    yield from _links_without_a_meeting(basis, step, frame)
    if step.kind == "mote" and meeting_day is None:
        yield f"{step.slug}: ingen dag är bestämd {frame}."
    if floor and in_time < floor and (own is None or own.status is Status.PLANNED):
        yield f"{step.slug}: ska vara klart {in_time} men öppnas {floor}."


def _links_without_a_meeting(basis: Basis, step: Step, frame: Frame) -> Iterator[str]:
    for body, one in zip(step.chain, basis.chain(step.slug), strict=True):
        if one.day is None or one.missed is None:
            yield from _without_a_meeting(basis, step, body, one, frame)


def _without_a_meeting(
    basis: Basis, step: Step, body: str, one: Booking, frame: Frame
) -> Iterator[str]:
    """Of a link that no meeting fits: the nearest ones, and the extra one that solves it."""
    own = basis.own(step)
    overtaken = own is not None and is_overtaken(own)
    if one.day is not None and (overtaken or _first_planned(basis, body, one.day) <= frame.end):
        return
    name = basis.definition.body(body).name
    when = f"efter {own.round_began}" if own and overtaken else str(frame)
    said = f"{step.slug}: inget sammanträde i {body} ({name}) passar {when}."
    if overtaken:
        yield said
        return
    planned = f" Planeras till {one.day}." if one.day else ""
    extra = _extra(basis, body, frame)
    if one.waits_for:
        said, solves = _held_up(basis, step, one.waits_for, extra)
        yield f"{said}{planned}{solves}"
        return
    solves = f" Ett extra sammanträde i {body} senast {extra} löser det." if extra else ""
    yield f"{said}{_nearest(basis, body, frame)}{planned}{solves}"


def _held_up(basis: Basis, step: Step, required: str, extra: date | None) -> tuple[str, str]:
    """Of a step that waits for another: for which, until when, and what solves it."""
    first = basis.definition.step(required)
    said = f"{step.slug}: väntar på {first.slug}"
    body = step.chain[-1]
    if not first.chain:
        begins = basis.frames[first.slug].start
        solves = f" Ett extra sammanträde i {body} senast {extra} löser det."
        return f"{said}, som öppnas {begins}.", solves if extra and begins <= extra else ""
    day = basis.last_word(first.slug)
    until = f"som beslutas i {first.chain[-1]} {day}" if day else "som saknar sammanträde"
    if extra is None:
        return f"{said}, {until}.", ""
    where = body if first.chain[-1] == body else f"{first.chain[-1]} och sedan i {body}"
    return f"{said}, {until}.", f" Ett extra sammanträde i {where} senast {extra} löser det."


def _extra(basis: Basis, body: str, frame: Frame) -> date | None:
    """The last day on which an extra meeting would keep both the window and the statute; None where it
    cannot be held any more, or not be made known in time."""
    latest, today = _latest_extra(body, frame), basis.today
    if today is None:
        return latest
    notice_by = dates_of(basis.definition, body, latest).notice_by
    return latest if (notice_by or latest) >= today else None


def _first_planned(basis: Basis, body: str, day: date) -> date:
    """The day first planned for the body's meeting on a day."""
    held = (m.original_day for m in basis.meetings if (m.body, m.day) == (body, day))
    return next(held, day)


def _nearest(basis: Basis, body: str, frame: Frame) -> str:
    days = [m.day for m in basis.meetings if m.body == body]
    before = max((one for one in days if one < frame.start), default=None)
    after = min((one for one in days if one > frame.end), default=None)
    nearest = " och ".join(str(one) for one in (before, after) if one)
    return f" Närmast: {nearest}." if nearest else ""


def _latest_extra(body: str, frame: Frame) -> date:
    """The last day on which an extra meeting would keep both the window and the statute."""
    limit = min((lim.warn_on for lim in frame.limits if lim.body == body), default=frame.end)
    return WORKDAYS.back(min(limit, frame.end))
