"""The meetings as a person sees them: weekday, week, and the steps that rest on each. Pure values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from views.shown import Shown, Slug, key


class RestingStep(Shown):
    """A step of a budget year that is to be decided, or held, on the day of a meeting."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    slug: Annotated[Slug, key("slug", "The step")]
    is_started: Annotated[bool, key("startat", "Whether that year has been started")]
    is_done: Annotated[
        bool,
        key(
            "klart",
            "Whether the step no longer needs the meeting: that body has decided, or the step is completed",
        ),
    ]


class MeetingLine(Shown):
    """A meeting of a body, or the day of an informal one."""

    body: Annotated[str | None, key("instans", "The body; null for an informal meeting")]
    step: Annotated[
        Slug | None, key("mote", "The step that is a meeting with participants; null for a body's")
    ]
    day: Annotated[date, key("datum", "The day")]
    weekday: Annotated[str, key("veckodag", "`måndag` … `söndag`")]
    week: Annotated[int, key("vecka", "The ISO week")]
    if_needed: Annotated[bool, key("vid_behov", "Whether it is held only if needed")]
    example: Annotated[bool, key("exempel", "Whether it is an invented example")]
    source: Annotated[
        str,
        key(
            "kalla",
            "Where it comes from: `katalog` (the definition directory), `fil` (a file read in) or `hand`",
        ),
    ]
    steps: Annotated[tuple[RestingStep, ...], key("steg", "The steps that rest on it")]


class MeetingChangeLine(Shown):
    """A change that somebody made by hand."""

    name: Annotated[str, key("namn", "The body, or the slug of an informal meeting")]
    change: Annotated[str, key("andring", "Such as `flyttat`, `tillagt`, `inställt`, `ändrat`")]
    before: Annotated[
        date | None, key("fran", "The day before the change; null where it was added")
    ]
    after: Annotated[date | None, key("till", "The day after it; null where it was cancelled")]
    reason: Annotated[str, key("skal", "The reason, empty where none was given")]
    by: Annotated[str, key("av", "Who made it")]
    made_on: Annotated[date, key("dag", "The day it was made")]


class MeetingList(Shown):
    """`sammantraden lista --json`: the meetings of a time, and what was changed by hand."""

    meetings: Annotated[
        tuple[MeetingLine, ...], key("sammantraden", "The meetings, in the order of the days")
    ]
    changes: Annotated[
        tuple[MeetingChangeLine, ...],
        key("andringar", "The changes made by hand to meetings of the time, oldest first"),
    ]
