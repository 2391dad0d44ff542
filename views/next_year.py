"""Next year's meetings as they are proposed: `kommunplan nasta-ar`. Pure values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from calendars.next_year.proposal import Proposal
from views.shown import Shown, Slug, key


class ProposedMeeting(Shown):
    """A meeting as it is proposed."""

    body: Annotated[str | None, key("instans", "The body; null for an informal meeting")]
    step: Annotated[
        Slug | None, key("mote", "The step that is a meeting with participants; null for a body's")
    ]
    day: Annotated[date, key("datum", "The proposed day")]
    before: Annotated[
        date | None, key("fore", "The day of this year's; null for one that is added")
    ]
    if_needed: Annotated[bool, key("vid_behov", "Whether it is held only if needed")]
    moved: Annotated[
        bool, key("flyttat", "Whether it is anywhere but in this year's place in the month")
    ]
    why: Annotated[str, key("skal", "Why that day")]


class NextYear(Shown):
    """`nasta-ar --json`: the meetings proposed for a calendar year, and what they would make of it."""

    municipality: Annotated[str, key("kommun", "The municipality's name")]
    year: Annotated[int, key("ar", "The calendar year")]
    written_to: Annotated[str | None, key("fil", "The file that was written")]
    meetings: Annotated[
        tuple[ProposedMeeting, ...], key("sammantraden", "The meetings, in the order of the days")
    ]
    to_decide: Annotated[
        tuple[str, ...],
        key("att_ta_stallning_till", "What somebody has to decide, a Swedish sentence each"),
    ]
    holders: Annotated[tuple[str, ...], key("rollinnehavare", "Who has to be renewed or replaced")]
    gaps: Annotated[tuple[str, ...], key("luckor", "What could not be planned")]
    breaches: Annotated[tuple[str, ...], key("brott", "What would break a statute")]


def proposed_meetings(proposal: Proposal) -> tuple[ProposedMeeting, ...]:
    """The meetings of a proposal, in the order of the days."""
    return tuple(
        ProposedMeeting(
            body=one.meeting.body,
            step=one.meeting.step,
            day=one.meeting.day,
            before=one.before,
            if_needed=one.meeting.if_needed,
            moved=one.moved,
            why=one.why,
        )
        for one in proposal.days
    )
