"""Fills in a year's sheet from where the year stands and what is planned: every date and every word once.

Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from calendars.law.case import ExceptionDecided, Finding, Severity, running_case
from calendars.law.review import by_statute
from calendars.workdays import WORKDAYS
from models.plan import LinkPlan, Meeting, Staff, StepPlan, YearPlan
from models.process import Definition, Step, TaskKey
from models.state import Status, YearState, deadline, is_late
from notifications.recipients import holders_of
from views.advice import advice
from views.decisions import DecisionLine
from views.figures import figures_of, given_figures, missing_kinds
from views.labels import label, sentence, status_word
from views.law_changes import law_of
from views.legal_risk import legal_risk, state_in_prefect
from views.rehearsal import in_year_order
from views.sheet import FailedMail, LinkLine, MailCounts, MeetingTick, StepLine, Tone, YearSheet


def sheet_of(
    state: YearState,
    plan: YearPlan,
    known: Sequence[Meeting],
    today: date,
    *,
    decisions: Mapping[str, Sequence[DecisionLine]] | None = None,
    vacant: tuple[str, ...] = (),
    mails: MailCounts | None = None,
    failed_mails: tuple[FailedMail, ...] = (),
    exercise: bool = False,
    exceptions: Sequence[ExceptionDecided] = (),
) -> YearSheet:
    """The year's sheet; `decisions` are all that have been registered, by step. What breaks the law is what
    `granska` finds, with the same exceptions."""
    definition, budget_year = state.definition, plan.budget_year
    told = decisions or {}
    found = by_statute(running_case(state, plan, known, today, exceptions=exceptions))
    broken = [one for one in found if one.severity is Severity.BREACH]
    law = law_of(found)
    sheet = YearSheet(
        budget_year=budget_year,
        municipality=definition.municipality.name,
        today=today,
        lines=tuple(
            _line(
                state,
                step,
                plan,
                today,
                tuple(told.get(step.slug, ())),
                [one for one in broken if one.step == step.slug],
            )
            for step in in_year_order(definition, plan)
        ),
        unplanned=plan.gaps,
        vacant=vacant,
        invented=any(m.example for m in known if m.day.year == budget_year - 1),
        mails=mails or MailCounts(),
        failed_mails=failed_mails,
        plan_name=definition.plan_of(budget_year),
        meetings=(),
        example=False,
        exercise=exercise,
        breaches=tuple(law.breaches),
        risks=tuple(law.risks),
    )
    return _with_meetings(sheet, known)


def _with_meetings(sheet: YearSheet, known: Sequence[Meeting]) -> YearSheet:
    """The sheet with the meetings of the months that its steps touch."""
    first, last = sheet.first_month, sheet.last_month
    own = [m for m in known if m.body and first <= m.day and m.day.replace(day=1) <= last]
    example = any(one.example for one in own)
    return sheet.model_copy(update={"meetings": _ticks(sheet, own), "example": example})


def vacant_roles(definition: Definition, staff: Staff, today: date) -> tuple[str, ...]:
    """The roles, and units of roles, that have something to do in the year and nobody who holds them."""
    return tuple(
        definition.title_of(key)
        for key in all_keys(definition)
        if not holders_of(staff, key, today)
    )


def all_keys(definition: Definition) -> list[TaskKey]:
    """Every role, or unit of a role, that has something to do in the year."""
    keys = [key for step in definition.steps for key in definition.tasks_of(step)]
    clerks = [body.clerk for body in definition.bodies]
    reading = [
        key
        for step in definition.steps
        for key in (*definition.attending(step), *definition.told_of(step))
        if not key.is_address
    ]
    chiefs = [TaskKey(role=role.superior) for role in definition.roles if role.superior]
    owner = TaskKey(role=definition.municipality.owner)
    return list(dict.fromkeys([owner, *keys, *clerks, *chiefs, *reading]))


def _ticks(sheet: YearSheet, held: Iterable[Meeting]) -> tuple[MeetingTick, ...]:
    """The meetings of the span, and the days of the shown steps' turns, with the steps of each."""
    items: dict[tuple[date, str], list[str]] = defaultdict(list)
    for line in sheet.shown:
        for link in line.links:
            if link.day:
                items[link.day, link.body].append(line.slug)
    for meeting in held:
        items.setdefault((meeting.day, str(meeting.body)), [])
    return tuple(
        MeetingTick(body=body, day=day, steps=tuple(slugs))
        for (day, body), slugs in sorted(items.items())
    )


def _line(
    state: YearState,
    step: Step,
    plan: YearPlan,
    today: date,
    decisions: tuple[DecisionLine, ...],
    broken: Sequence[Finding],
) -> StepLine:
    own, dates, definition = state[step.slug], plan[step.slug], state.definition
    late = is_late(state, step, dates, today)
    risk = legal_risk(state, step, dates, today, broken)
    due = deadline(state, step, dates)
    limit = dates.first_limit
    name, message = state_in_prefect(state, step, dates, today, broken)
    body = state.waits_for(step)
    missing = () if body else state.missing(step)
    return StepLine(
        id=step.id,
        slug=step.slug,
        name=step.title,
        status=status_word(state, step),
        label=label(state, step, dates, today),
        sentence=sentence(state, step, dates),
        round=own.round,
        window_start=dates.window_start,
        window_end=dates.window_end,
        next_day=due,
        days_to_next=WORKDAYS.between(today, due) if due else None,
        late=late,
        blocked_by=state.blocked_by(step) if own.status.is_open else (),
        waits_for=(body,) if body else tuple(map(str, missing)),
        limit_day=limit.last_day if limit else None,
        citation=limit.citation if limit else None,
        risk=risk,
        decisions=decisions,
        arende=definition.arende_of(step).slug,
        diarienummer=state.number_of(step) or None,
        about=plan.budget_year + step.about,
        version=own.version,
        dormant=dates.dormant,
        marked_by=tuple(mark.step for mark in own.marks),
        figures=figures_of(state, step),
        missing_figures=missing_kinds(state, step),
        given_figures=given_figures(state, step),
        occasion_of=step.occasion_of,
        against_law=bool(broken),
        step=step,
        title=step.title_for(plan.budget_year),
        tone=_tone(state, step, dates, late=late, risk=risk),
        opens=dates.opens,
        due=dates.due,
        meeting_day=dates.meeting_day,
        links=_links(state, step, dates),
        limit=limit,
        awaited=(body,) if body else tuple(map(definition.title_of, missing)),
        advice=advice(state, step, dates, today, late=late, risk=risk),
        opened_on=own.opened_on,
        completed_on=own.completed_on,
        parts=tuple(map(definition.title_of, definition.tasks_of(step))),
        state_name=name,
        state_message=message,
    )


def _tone(state: YearState, step: Step, dates: StepPlan, *, late: bool, risk: str | None) -> Tone:
    own = state[step.slug]
    if risk:
        return Tone.RISK
    if late:
        return Tone.LATE
    if own.marks:
        return Tone.RECONSIDERED
    if own.asked_on is not None:
        return Tone.ASKED
    if own.set_aside:
        return Tone.LEFT_OUT
    if own.status is Status.COMPLETED:
        return Tone.DONE
    if own.status is Status.PLANNED:
        return Tone.DORMANT if dates.dormant else Tone.PLANNED
    return Tone.AWAITING if state.waits_for(step) else Tone.OPEN


def _links(state: YearState, step: Step, dates: StepPlan) -> tuple[LinkLine, ...]:
    own = state[step.slug]
    standing = {decision.link: decision for decision in own.standing}
    turn = own.link if state.waits_for(step) else None

    def line(number: int, link: LinkPlan) -> LinkLine:
        decided = standing.get(number)
        return LinkLine(
            body=link.body,
            body_name=state.definition.body(link.body).name,
            meeting=link.meeting,
            register_by=link.register_by,
            awaited=number == turn,
            decided_on=decided.on if decided else None,
            outcome=decided.outcome.label if decided else "",
            paragraph=decided.paragraph if decided else "",
        )

    return tuple(line(number, link) for number, link in enumerate(dates.links))
