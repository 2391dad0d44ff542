"""What a year of general elections brings to a proposed year of meetings. Pure.

The newly elected fullmäktige sit from 15 October (KL 5 kap. 9 §) and adopt the budget (11 kap. 10 §).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from calendars.law.case import election_day, new_fullmaktige_from
from calendars.meeting_dates import STATUTORY_NOTICE
from calendars.next_year.habits import usual_weekday
from calendars.next_year.proposal import Proposal, ProposedDay, dated
from calendars.next_year.quiet_days import why_quiet
from calendars.schedule import plan_year
from models.plan import Meeting
from models.process import Body, Definition


def with_election(
    definition: Definition, body: Body, meetings: Sequence[Meeting], proposal: Proposal
) -> Proposal:
    """A first meeting of the newly elected before the one that adopts the budget, and what to know."""
    year, begins = proposal.year, new_fullmaktige_from(proposal.year)
    election, notes = election_day(year), [*proposal.notes]
    own = sorted(m.day for m in proposal.meetings if m.body == body.slug)
    of_newly_elected = [day for day in own if day >= begins]
    if election is None:
        if election_day(year - 1) and of_newly_elected and of_newly_elected[0].month == 10:
            notes.append(
                f"{body.slug} {dated(of_newly_elected[0])}: {year - 1} var valår. Pröva om "
                "sammanträdet behövs, om det då hölls för nyvalda fullmäktiges val."
            )
        return replace(proposal, notes=tuple(notes))
    said = f"Valår ({election}): nyvalda fullmäktige sitter från {begins} (KL 5 kap. 9 §)"
    adopting = _adopts_budget(definition, body, meetings, proposal)
    before = adopting or date(year, 12, 31)
    days = proposal.days
    first = next((day for day in of_newly_elected if day < before), None)
    if first is None:
        first = _first_of_newly_elected(own, begins, before - STATUTORY_NOTICE)
        if first is None:
            notes.append(
                f"{said}. Ingen dag passar för ett sammanträde före {body.slug} {dated(before)}, "
                "som fastställer budgeten; deras första val får göras då."
            )
            return replace(proposal, notes=tuple(notes))
        why = "valår: nyvalda fullmäktiges första, före det som fastställer budgeten"
        example = all(meeting.example for meeting in proposal.meetings)
        added = ProposedDay(Meeting(body.slug, None, first, example), None, why, moved=True)
        days = tuple(sorted((*days, added), key=lambda day: day.meeting.day))
    notes.append(
        f"{said}. {body.slug} {dated(first)} är deras första sammanträde; budgeten fastställs "
        f"av dem{f', {dated(adopting)}' if adopting else ''} (KL 11 kap. 10 §)."
    )
    return replace(proposal, days=days, notes=tuple(notes))


def _adopts_budget(
    definition: Definition, body: Body, meetings: Sequence[Meeting], proposal: Proposal
) -> date | None:
    """The day on which the planner would have the body adopt the year's budget."""
    plan = plan_year(definition, proposal.year + 1, proposal.with_others(meetings))
    days = [
        link.meeting
        for step in definition.steps
        if step.concerns == "budget"
        for link in plan[step.slug].links
        if link.body == body.slug and link.meeting
    ]
    return min(days, default=None)


def _first_of_newly_elected(own: Sequence[date], begins: date, last: date) -> date | None:
    """The first day that can be, of the usual weekday where the body has one."""
    usual = usual_weekday(own)
    days = (begins + timedelta(days=count) for count in range((last - begins).days + 1))
    free = [day for day in days if not why_quiet(day)]
    return next((day for day in free if usual in (None, day.weekday())), None)
