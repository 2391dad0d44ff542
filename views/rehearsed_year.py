"""The rehearsal as it is shown: the planned dates of each step, and every notice with its day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import SerializerFunctionWrapHandler, model_serializer

from calendars.meeting_dates import dates_of
from calendars.workdays import days_off_among
from models.plan import LinkPlan, Meeting, Staff, YearPlan
from models.process import Definition, Step, Trigger
from notifications.notices import Notice
from notifications.recipients import Recipient, recipients
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


class StepStart(Shown):
    """What starts a step besides its window; everything that is given must hold."""

    step: Annotated[Slug | None, key("steg", "The step whose completion starts it")]
    missing_by: Annotated[
        str | None,
        key("saknas", "Instead: when that step is not completed by then, as `31 oktober`"),
    ]
    within: Annotated[
        int | None, key("inom", "At once: to be done within so many working days of its opening")
    ]
    term_year: Annotated[
        int | None, key("mandatar", "Only in that year of the term of office, 1 to 4")
    ]
    amount: Annotated[str | None, key("belopp", "When this amount of a step's figures")]
    below: Annotated[int | None, key("under", "lies under this, tkr")]


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
    discussing: Annotated[
        tuple[str, ...],
        key("utan_beslut", "The bodies of the chain that take it up without deciding anything"),
    ]
    optional: Annotated[bool, key("valfri", "Whether it need not be done: it is never late")]
    dormant: Annotated[
        bool,
        key(
            "vilar",
            "Whether it rests as things stand: nothing has started it, and nobody gets mail",
        ),
    ]
    as_of: Annotated[
        date | None, key("periodslut", "The day that its figures are of; null where none is said")
    ]
    starts: Annotated[
        StepStart | None,
        key("startas_av", "What starts it besides its window; null where only that does"),
    ]
    participants: Annotated[
        tuple[str, ...], key("deltagare", "Who takes part, in the definition's words")
    ]
    attending: Annotated[
        tuple[str, ...],
        key("deltar", "Who takes part and gets mail: roles, `role:unit`, or e-mail addresses"),
    ]
    told: Annotated[
        tuple[str, ...],
        key("far_veta", "Who is told when it is completed: roles, `role:unit`, or addresses"),
    ]


class PlannedNotice(Shown):
    """What one role is told on a day."""

    day: Annotated[date, key("datum", "The day it goes")]
    slug: Annotated[str, key("slug", "The step")]
    kind: Annotated[
        str,
        key(
            "slag",
            "One of `oppnat`, `inbjudan`, `paminnelse`, `forsenat`, `eskalering`, `beslut`, `klart`, "
            "`aterremiss`",
        ),
    ]
    role: Annotated[str, key("roll", "The role it goes to")]
    unit: Annotated[str | None, key("enhet", "The unit, where the role has one holder for each")]
    body: Annotated[
        str | None, key("instans", "The body whose decision it is about, or whose clerk is told")
    ]
    rule: Annotated[str, key("regel", "The rule behind it, in Swedish")]
    recipients: Annotated[
        tuple[str, ...],
        key(
            "mottagare",
            "The addresses it goes to, by the role holders of the definition directory on that day",
        ),
    ]


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
    remarks: Annotated[
        tuple[str, ...],
        key(
            "anmarkningar",
            "What is worth a second look, a Swedish sentence each: a role without a holder, a "
            "sammanträde on a day off",
        ),
    ]
    short_of_time: Annotated[
        tuple[str, ...],
        key(
            "kort_om_tid",
            "The steps whose parts get fewer working days than they should, or are due after manusstopp, and "
            "why: a Swedish sentence each",
        ),
    ]


def rehearsed_year(
    rehearsed: Rehearsal, staff: Staff, meetings: Iterable[Meeting], fallback: str
) -> RehearsedYear:
    """What is shown of a rehearsal, with the `staff` of the directory; `fallback` is the address of who gets
    what is nobody's."""
    plan, definition = rehearsed.plan, rehearsed.state.definition
    told = [
        (day, notice, recipients(staff, definition, notice.to, day, fallback))
        for day, notice in rehearsed.notices
    ]
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
                recipients=tuple(one.address for one in people),
            )
            for day, notice, people in told
        ),
        unplanned=plan.gaps,
        plan_name=definition.plan_of(plan.budget_year),
        remarks=(*_without_a_holder(told, known=bool(staff.holders)), *days_off_among(meetings)),
        short_of_time=plan.short_of_time,
    )


def _without_a_holder(
    told: Iterable[tuple[date, Notice, Sequence[Recipient]]], *, known: bool
) -> Iterator[str]:
    """The roles that nobody holds on a day on which they are told something, each once."""
    if not known:
        yield (
            "Inga rollinnehavare är kända, så alla mejl går till processägarens adress. Lägg till dem i "
            "rollinnehavare.toml."
        )
        return
    found: dict[str, str] = {}
    for day, notice, people in told:
        role = people[0].vacant_role
        if role is not None:
            found.setdefault(
                role,
                f"{role} har ingen innehavare {day}, när mejl om {notice.step} ska gå; processägaren får "
                "det. Lägg till rollen i rollinnehavare.toml.",
            )
    yield from found.values()


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
        discussing=step.discussing,
        optional=step.optional,
        dormant=dates.dormant,
        as_of=step.as_of(dates.window_end),
        starts=_start(step.starts) if step.starts else None,
        participants=step.participants,
        attending=tuple(map(str, definition.attending(step))),
        told=tuple(map(str, definition.told_of(step))),
    )


def _start(starts: Trigger) -> StepStart:
    return StepStart(
        step=starts.step,
        missing_by=starts.missing_by,
        within=starts.within,
        term_year=starts.term_year,
        amount=starts.amount,
        below=starts.below,
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
