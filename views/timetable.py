"""The days of every step for programs, taken from the year's sheet: `gantt --json`. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from views.sheet import StepLine, Tone, YearSheet
from views.shown import Sentence, Shown, Slug, key


class DecisionDay(Shown):
    """A body's turn."""

    body: Annotated[str, key("instans", "The body")]
    day: Annotated[
        date | None, key("datum", "When it decided or is planned to; null where no meeting fits")
    ]


class TimetableStep(Shown):
    """A step with its days."""

    id: Annotated[str, key("id", "Its row in the governance model")]
    slug: Annotated[Slug, key("slug", "The step")]
    title: Annotated[
        str, key("titel", "Its title, with the year that it is about where that is another")
    ]
    tone: Annotated[
        Tone,
        key(
            "lage",
            "At a glance: `lagrisk`, `sent`, `omprövas`, `väntar på beslut`, `pågår`, `planerat`, `vilar`, "
            "`utgår` or `klart`",
        ),
    ]
    label: Annotated[str, key("visning", "Where it stands, as in `status`")]
    window_start: Annotated[date, key("fran", "The first day of its window")]
    window_end: Annotated[date, key("till", "The last day of its window")]
    opens: Annotated[
        date, key("oppnas", "The working day on which work opens: with the window or before it")
    ]
    due: Annotated[date, key("senast", "The last day for the responsible roles' parts")]
    meeting_day: Annotated[
        date | None, key("motesdag", "The day of a step that is a meeting of its own")
    ]
    decisions: Annotated[tuple[DecisionDay, ...], key("beslut", "The bodies, in order")]
    limit_day: Annotated[date | None, key("lagfrist", "Its first statutory limit")]
    advice: Annotated[
        Sentence | None,
        key(
            "rad",
            "What to do about it, in Swedish, where it is late, at risk or to be reconsidered",
        ),
    ]


class Timetable(Shown):
    """`gantt --json`: the days of every step, in the order of the year."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    plan_name: Annotated[str, key("plan", "What the municipality calls it: `Kommunplan 2028`")]
    municipality: Annotated[str, key("kommun", "The municipality")]
    today: Annotated[date, key("dag", "Today")]
    steps: Annotated[tuple[TimetableStep, ...], key("steg", "The steps")]


def timetable(sheet: YearSheet) -> Timetable:
    """The days that the sheet has."""
    return Timetable(
        budget_year=sheet.budget_year,
        plan_name=sheet.plan_name,
        municipality=sheet.municipality,
        today=sheet.today,
        steps=tuple(map(_step, sheet.lines)),
    )


def _step(line: StepLine) -> TimetableStep:
    return TimetableStep(
        id=line.id,
        slug=line.slug,
        title=line.title,
        tone=line.tone,
        label=line.label,
        window_start=line.window_start,
        window_end=line.window_end,
        opens=line.opens,
        due=line.due,
        meeting_day=line.meeting_day,
        decisions=tuple(DecisionDay(body=link.body, day=link.day) for link in line.links),
        limit_day=line.limit_day,
        advice=line.advice or None,
    )
