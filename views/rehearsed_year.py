"""The rehearsal as it is shown: the planned dates of each step, and every notice with its day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import SerializerFunctionWrapHandler, model_serializer

from calendars.meeting_dates import dates_of
from models.plan import LinkPlan, YearPlan
from models.process import Definition, Step
from views.rehearsal import Rehearsal, in_year_order
from views.shown import NOT_PRINTED, Shown, Slug, key


class PlannedDecision(Shown):
    """A body that decides, and when it is planned to."""

    body: Annotated[str, key("instans", "The body")]
    day: Annotated[date | None, key("datum", "The sammanträde chosen for it; null where none fits")]


class MeetingDays(Shown):
    """The same, with the days that the meeting brings with it."""

    body: Annotated[str, key("instans", "The body")]
    day: Annotated[date | None, key("datum", "Its sammanträde; null where none fits")]
    manuscripts_by: Annotated[
        date | None,
        key("manusstopp", "Last day for the manuscripts, a working day; null as `datum`"),
    ] = None
    preparation_by: Annotated[
        date | None, key("beredning", "Last day for the preparation, a working day")
    ] = None
    notice_by: Annotated[
        date | None,
        key(
            "kungorelse",
            "Last day for the notice of a fullmäktige (KL 5:13); null for other bodies",
        ),
    ] = None
    dispatch_by: Annotated[
        date | None, key("utskick", "Last day for the papers to go out, a working day")
    ] = None
    signed_by: Annotated[
        date | None, key("justering", "The latest day the minutes may be signed (KL 5:69)")
    ] = None
    posted_by: Annotated[
        date | None, key("anslag", "The latest day they may then be posted (KL 8:12)")
    ] = None
    appeal_ends: Annotated[
        date | None,
        key(
            "overklagas_till",
            "End of the appeal period if signed and posted that late (KL 13:5); null where the decision "
            "cannot be appealed",
        ),
    ] = None
    more: Annotated[Mapping[str, date | None], NOT_PRINTED] = MappingProxyType({})
    """The day counts that the definition adds, by their slugs: they are printed last, under those."""

    @model_serializer(mode="wrap")
    def _with_more(self, own: SerializerFunctionWrapHandler) -> dict[str, object]:
        printed: dict[str, object] = own(self)
        return printed | {slug: day and day.isoformat() for slug, day in self.more.items()}


class Requirement(Shown):
    """What a step rests on."""

    step: Annotated[Slug, key("steg", "The step that this one rests on")]
    strength: Annotated[
        str, key("slag", "`hard`: cannot be completed before it; `mjuk`: is warned of it")
    ]
    source: Annotated[str, key("kalla", "Where that is said, or that it is an assumption")]


class PlannedStep(Shown):
    """A step as the definition plans it."""

    id: Annotated[str, key("id", "The row in the governance model")]
    slug: Annotated[str, key("slug", "The step's name")]
    name: Annotated[str, key("titel", "Its title")]
    window_start: Annotated[date, key("fran", "First day of the window")]
    window_end: Annotated[date, key("till", "Last day of the window")]
    opens: Annotated[
        date, key("oppnas", "The working day on which work opens: with the window or before it")
    ]
    due: Annotated[date, key("senast", "The last day for the responsible roles' parts")]
    roles: Annotated[tuple[str, ...], key("ansvariga", "The responsible roles")]
    decisions: Annotated[
        tuple[PlannedDecision, ...],
        key("beslut", "The decision chain in order; empty where nothing is decided"),
    ]
    meetings: Annotated[
        tuple[MeetingDays, ...],
        key("sammantraden", "The same chain with the days that each meeting brings with it"),
    ]
    limit_day: Annotated[
        date | None, key("lagfrist", "The earliest statutory last day of the step")
    ]
    requires: Annotated[
        tuple[Slug, ...], key("kraver", "The steps that it rests on, hard and soft")
    ]
    requirements: Annotated[
        tuple[Requirement, ...], key("beroenden", "The same, with strength and source")
    ]
    assumption: Annotated[
        str | None,
        key("antagande", "Why our assumption was made, where the governance model is silent"),
    ]


class PlannedNotice(Shown):
    """What one role is told on a day."""

    day: Annotated[date, key("datum", "The day it goes")]
    slug: Annotated[str, key("slug", "The step")]
    kind: Annotated[
        str,
        key(
            "slag",
            "One of `oppnat`, `paminnelse`, `forsenat`, `eskalering`, `beslut`, `klart`, `aterremiss`",
        ),
    ]
    role: Annotated[str, key("roll", "The role it goes to")]
    unit: Annotated[str | None, key("enhet", "The unit, where the role has one holder for each")]
    body: Annotated[
        str | None, key("instans", "The body whose decision it is about, or whose clerk is told")
    ]
    rule: Annotated[str, key("regel", "The rule behind it, in Swedish")]


class RehearsedYear(Shown):
    """`provkor --json`: the year as it goes when everybody keeps to the plan."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    municipality: Annotated[str, key("kommun", "The municipality's name")]
    steps: Annotated[tuple[PlannedStep, ...], key("steg", "The steps, in the order of the year")]
    notices: Annotated[
        tuple[PlannedNotice, ...],
        key("utskick", "Every notice of the year in the order they go, one for each role and unit"),
    ]
    unplanned: Annotated[
        tuple[str, ...], key("luckor", "What could not be planned, a Swedish sentence each")
    ]
    plan_name: Annotated[str, key("plan", "What the municipality calls it: `Kommunplan 2028`")]
    short_of_time: Annotated[
        tuple[str, ...],
        key(
            "kort_om_tid",
            "The steps whose parts get fewer working days than they should, or are due after manusstopp, and "
            "why: a Swedish sentence each",
        ),
    ]


def rehearsed_year(definition: Definition, rehearsed: Rehearsal) -> RehearsedYear:
    """What is shown of a rehearsal."""
    plan = rehearsed.plan
    return RehearsedYear(
        budget_year=plan.budget_year,
        municipality=definition.municipality.name,
        steps=tuple(_step(definition, step, plan) for step in in_year_order(definition, plan)),
        notices=tuple(
            PlannedNotice(
                day=day,
                slug=notice.step,
                kind=notice.kind.value,
                role=notice.to.role,
                unit=notice.to.unit,
                body=notice.body,
                rule=notice.rule,
            )
            for day, notice in rehearsed.notices
        ),
        unplanned=plan.gaps,
        plan_name=definition.plan_of(plan.budget_year),
        short_of_time=plan.short_of_time,
    )


def _step(definition: Definition, step: Step, plan: YearPlan) -> PlannedStep:
    dates = plan[step.slug]
    return PlannedStep(
        id=step.id,
        slug=step.slug,
        name=step.title,
        window_start=dates.window_start,
        window_end=dates.window_end,
        opens=dates.opens,
        due=dates.due,
        roles=step.roles,
        decisions=tuple(PlannedDecision(body=link.body, day=link.meeting) for link in dates.links),
        meetings=tuple(
            _days(definition, link, appealable=step.appealable and link is dates.links[-1])
            for link in dates.links
        ),
        limit_day=dates.first_limit.last_day if dates.first_limit else None,
        requires=tuple(need.step for need in step.requires),
        requirements=tuple(
            Requirement(step=need.step, strength=need.strength.value, source=need.source)
            for need in step.requires
        ),
        assumption=step.assumption.reason if step.assumption else None,
    )


def _days(definition: Definition, link: LinkPlan, *, appealable: bool) -> MeetingDays:
    """A link with the days that its meeting brings with it, each None where it has none."""
    days: dict[str, date | None] = dict.fromkeys(row.slug for row in definition.days)
    if link.meeting is None:
        return MeetingDays(body=link.body, day=None, more=_added(days))
    dates = dates_of(definition, link.body, link.meeting, appealable=appealable)
    days |= {one.slug: one.day for one in dates.before}
    return MeetingDays(
        body=link.body,
        day=link.meeting,
        manuscripts_by=days.get("manusstopp"),
        preparation_by=days.get("beredning"),
        notice_by=dates.notice_by,
        dispatch_by=days.get("utskick"),
        signed_by=dates.signed_by,
        posted_by=dates.posted_by,
        appeal_ends=dates.appeal_ends,
        more=_added(days),
    )


def _added(days: Mapping[str, date | None]) -> dict[str, date | None]:
    """The day counts beside those that every meeting has."""
    usual = ("manusstopp", "beredning", "utskick")
    return {slug: day for slug, day in days.items() if slug not in usual}
