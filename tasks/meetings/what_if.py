"""What a moved or a cancelled meeting would do, told and not done: `flytta` and `stall-in` with `--prov`."""

from __future__ import annotations

from datetime import date

from calendars.definition import load_definition
from models.acts.meetings import CancelMeeting, MoveMeeting
from models.errors import RefusedError
from models.plan import Staff
from models.state import not_started
from tasks.review import review_case
from tasks.settings import Settings
from tasks.started_year import budget_years, started_year
from views.meeting_preview import MeetingPreview, YearAfterMeeting, year_after_meeting
from views.what_if import what_if


def try_meeting(chosen: Settings, today: date, act: MoveMeeting | CancelMeeting) -> MeetingPreview:
    """Every date that would move, every rule that would break, and who would get which mail. A meeting that
    is not held lets its items go on to the body's next.

    Of each started year, or, where none rests on the meeting, of the year that is planned for it.
    """
    day = act.day
    to = act.to if isinstance(act, MoveMeeting) else None
    if day == to:
        raise RefusedError(f"{act.body} {day} är redan den dagen; ange en annan.")
    slug = load_definition(chosen.definition).body(act.body).slug
    years = budget_years(chosen.database) or [day.year + 1]
    tried = [_try(chosen, year, slug, day, to, today) for year in years]
    resting = [one for one in tried if one.rests_on_it] or tried[-1:]
    return MeetingPreview(body=slug, day=day, to=to, years=tuple(resting))


def _try(
    chosen: Settings, budget_year: int, body: str, day: date, to: date | None, today: date
) -> YearAfterMeeting:
    case = review_case(chosen, budget_year, today)
    started = started_year(chosen.database, budget_year)
    state = started.state if started else None
    staff = Staff(tuple(case.holders), started.absences if started else ())
    found = what_if(case, state, body, day, to, today)
    return year_after_meeting(found, state or not_started(case.definition), staff, today)
