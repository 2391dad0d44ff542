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
    election = election_day(proposal.year)
    if election is None:
        return _after_an_election(body, proposal)
    year, begins = proposal.year, new_fullmaktige_from(proposal.year)
    said = f"Valår ({election}): nyvalda fullmäktige sitter från {begins} (KL 5 kap. 9 §)"
    adopting = _adopts_budget(definition, body, meetings, proposal)
    before = adopting or date(year, 12, 31)
    own = _days_of(body, proposal)
    first = next((day for day in own if begins <= day < before), None)
    if first is None:
        first = _first_of_newly_elected(own, begins, before - STATUTORY_NOTICE)
        if first is None:
            return _with_note(
                proposal,
                f"{said}. Ingen dag passar för ett sammanträde före {body.slug} {dated(before)}, "
                "som fastställer budgeten; deras första val får göras då.",
            )
        proposal = _with_day(proposal, body, first)
    return _with_note(
        proposal,
        f"{said}. {body.slug} {dated(first)} är deras första sammanträde; budgeten fastställs "
        f"av dem{f', {dated(adopting)}' if adopting else ''} (KL 11 kap. 10 §).",
    )


def _after_an_election(body: Body, proposal: Proposal) -> Proposal:
    """What to know of a meeting in October that may have been for the newly elected's elections."""
    year, begins = proposal.year, new_fullmaktige_from(proposal.year)
    first = next((day for day in _days_of(body, proposal) if day >= begins), None)
    if first is None or first.month != 10 or not election_day(year - 1):
        return proposal
    return _with_note(
        proposal,
        f"{body.slug} {dated(first)}: {year - 1} var valår. Pröva om "
        "sammanträdet behövs, om det då hölls för nyvalda fullmäktiges val.",
    )


def _days_of(body: Body, proposal: Proposal) -> list[date]:
    return sorted(meeting.day for meeting in proposal.meetings if meeting.body == body.slug)


def _with_note(proposal: Proposal, note: str) -> Proposal:
    return replace(proposal, notes=(*proposal.notes, note))


def _with_day(proposal: Proposal, body: Body, first: date) -> Proposal:
    why = "valår: nyvalda fullmäktiges första, före det som fastställer budgeten"
    example = all(meeting.example for meeting in proposal.meetings)
    added = ProposedDay(Meeting(body.slug, None, first, example), None, why, moved=True)
    return replace(
        proposal, days=tuple(sorted((*proposal.days, added), key=lambda day: day.meeting.day))
    )


def _adopts_budget(
    definition: Definition, body: Body, meetings: Sequence[Meeting], proposal: Proposal
) -> date | None:
    """The day on which the planner would have the body adopt the year's budget."""
    plan = plan_year(definition, proposal.year + 1, proposal.with_others(meetings))
    days = [
        link.meeting
        for step in definition.steps
        if "budget" in step.concerns
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
