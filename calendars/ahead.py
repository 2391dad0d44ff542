"""What is to be done ahead of each meeting of a body (`startas_av = { infor = "KF" }`): which occasions that
raises on a day, when each is due, and which fall because their meeting is not held. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from calendars.meeting_dates import MeetingDates, dates_of
from models.events import Event, Raised, SetAside
from models.occasions import next_number
from models.plan import Meeting
from models.points import MONTHS
from models.process import Step
from models.state import Status, YearState

BY = str(SetAside.model_fields["by"].default)


def ahead_of_meetings(
    state: YearState,
    budget_year: int,
    meetings: Iterable[Meeting],
    today: date,
    log: Sequence[Event],
    started_on: date,
) -> Iterator[Raised | SetAside]:
    """What falls because its meeting is not held; then one for each meeting of the year in which the budget
    is made, from its manusstopp to the day before it, but for those that the log has. Of a meeting that is
    moved the new day raises a new one, also where it is moved back to where it was. Of one whose work should
    have begun before the year was started here it is asked whether it is done."""
    held = [one for one in meetings if not one.if_needed]
    yield from _fallen(state, held, today, log)
    raised: Counter[str] = Counter()
    coming = [one for one in held if one.day.year == budget_year - 1 and today < one.day]
    for occasion in state.definition.occasions:
        for meeting in _of_body(occasion, coming):
            dates = dates_of(state.definition, str(meeting.body), meeting.day)
            begins = next(one.day for one in dates.before if one.slug == "manusstopp")
            token = _new_token(occasion, meeting, log)
            if token and begins <= today:
                number = next_number(state, occasion) + raised[occasion.slug]
                raised[occasion.slug] += 1
                found = _raised(occasion, meeting, dates, token, number, today)
                yield found.model_copy(
                    update={"asked": today <= started_on and begins < started_on}
                )


def _fallen(
    state: YearState, held: Sequence[Meeting], today: date, log: Sequence[Event]
) -> Iterator[SetAside]:
    """Of those that are not done, each whose meeting has been moved or cancelled."""
    days = {_token(str(one.body), one.day) for one in held}
    ahead = {one.slug for one in state.definition.occasions if one.starts and one.starts.ahead_of}
    for event in log:
        if not isinstance(event, Raised) or event.step not in ahead or _meeting_of(event) in days:
            continue
        own, step = state[event.slug], state.definition.step(event.slug)
        if own.status is not Status.COMPLETED:
            reason = f"{step.title}: sammanträdet hålls inte den dagen."
            yield SetAside(step=event.slug, on=today, by=BY, round=max(own.round, 1), reason=reason)


def _of_body(occasion: Step, meetings: Iterable[Meeting]) -> Iterator[Meeting]:
    """The meetings that the occasion is ahead of."""
    body = occasion.starts.ahead_of if occasion.starts else None
    return (one for one in meetings if body is not None and one.body == body)


def _new_token(occasion: Step, meeting: Meeting, log: Sequence[Event]) -> str:
    """That of what the meeting raises now; empty where it has raised it already. What fell with the meeting
    is raised again when that is held after all; what somebody has left out is not."""
    token = _token(str(meeting.body), meeting.day)
    before = list(_raised_before(occasion, token, log))
    fallen = {one.step for one in log if isinstance(one, SetAside) and one.by == BY}
    if any(one.slug not in fallen for one in before):
        return ""
    return f"{token}/{len(before) + 1}" if before else token


def _raised_before(occasion: Step, token: str, log: Sequence[Event]) -> Iterator[Raised]:
    for one in log:
        if isinstance(one, Raised) and (one.step, _meeting_of(one)) == (occasion.slug, token):
            yield one


def _token(body: str, day: date) -> str:
    return f"{body}/{day}"


def _meeting_of(event: Raised) -> str:
    """Its token without the count of those that fell."""
    return "/".join(event.token.split("/")[:2])


def _raised(
    occasion: Step, meeting: Meeting, dates: MeetingDates, token: str, number: int, today: date
) -> Raised:
    """Due by the notice of fullmäktige (KL 5 kap. 13 §); ahead of another body by its papers."""
    day = meeting.day
    return Raised(
        step=occasion.slug,
        on=today,
        by=BY,
        number=number,
        token=token,
        title=f"{occasion.title}: {meeting.body} {day.day} {MONTHS[day.month - 1]} {day.year}",
        due=max(today, dates.notice_by or dates.dispatch_by),
    )
