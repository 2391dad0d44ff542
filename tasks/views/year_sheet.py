"""Fills in a year's sheet from the database: the same state, plan and words that status shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.plan import LinkPlan, Meeting, StepPlan, YearPlan
from models.process import Definition, Step
from models.state import Status, StepState, YearState, deadline, is_late
from models.tables import CycleRow, MailRow
from models.year_sheet import LinkLine, MeetingTick, StepLine, Tone, YearSheet
from notifications.recipients import holders_of
from tasks.database import Database
from tasks.log import stored_state
from tasks.people.store import stored_staff
from tasks.settings import Settings
from tasks.views.advice import advice
from tasks.views.labels import label, sentence
from tasks.views.overview import all_keys
from tasks.views.step_status import legal_risk, state_in_prefect
from tasks.year import cycles, find_cycle, meetings
from views.rehearsal import in_year_order


def year_sheets(database: Database, today: date, budget_year: int | None = None) -> list[YearSheet]:
    """Every started year, or one."""
    with database.read() as session:
        chosen = [find_cycle(session, budget_year)] if budget_year is not None else cycles(session)
        return [_sheet(session, cycle, today) for cycle in chosen]


def current_sheet(
    database: Database, chosen: Settings, today: date, budget_year: int | None = None
) -> YearSheet:
    """The sheet of a budget year, or of the one in progress; RefusedError where none is started."""
    with database.read() as session:
        sheet = _sheet(session, find_cycle(session, budget_year, today), today)
    return replace(sheet, exercise=chosen.clock_file is not None)


def _sheet(session: Session, cycle: CycleRow, today: date) -> YearSheet:
    state = stored_state(session, cycle)
    known = meetings(session)
    plan = plan_year(state.definition, cycle.budget_year, known, state, today)
    staff = stored_staff(session)
    unsent = session.exec(
        select(func.count())
        .select_from(MailRow)
        .where(MailRow.cycle_id == cycle.id, col(MailRow.status) == "misslyckad")
    ).one()
    vacant = tuple(
        state.definition.title_of(key)
        for key in all_keys(state.definition)
        if not holders_of(staff, key, today)
    )
    return sheet_of(state, plan, known, today, vacant=vacant, unsent=unsent)


def sheet_of(
    state: YearState,
    plan: YearPlan,
    known: Iterable[Meeting],
    today: date,
    *,
    vacant: tuple[str, ...] = (),
    unsent: int = 0,
) -> YearSheet:
    """The year's sheet. Pure."""
    definition = state.definition
    lines = tuple(_line(state, step, plan, today) for step in in_year_order(definition, plan))
    gaps = tuple(_titled(gap, definition, plan.budget_year) for gap in plan.gaps)
    sheet = YearSheet(
        plan.budget_year,
        definition.municipality.name,
        definition.plan_of(plan.budget_year),
        today,
        lines,
        (),
        gaps,
        vacant,
        unsent,
    )
    first, last = sheet.first_month, sheet.last_month
    items: dict[tuple[str, date], list[str]] = defaultdict(list)
    for line in sheet.shown:
        for link in line.links:
            if link.day:
                items[link.body, link.day].append(line.slug)
    own = [m for m in known if m.body and first <= m.day and m.day.replace(day=1) <= last]
    for meeting in own:
        items.setdefault((str(meeting.body), meeting.day), [])
    ticks = tuple(
        MeetingTick(body, day, tuple(slugs))
        for (body, day), slugs in sorted(items.items(), key=lambda item: (item[0][1], item[0][0]))
    )
    return YearSheet(
        sheet.budget_year,
        sheet.municipality,
        sheet.plan_name,
        today,
        lines,
        ticks,
        gaps,
        vacant,
        unsent,
        any(meeting.example for meeting in own),
    )


def _titled(gap: str, definition: Definition, budget_year: int) -> str:
    """What the year lacks, with its step named as in every other view: the plan has its slug."""
    slug, colon, what = gap.partition(": ")
    step = definition.step_by_slug.get(slug)
    return f"{step.id} {step.title_for(budget_year)}{colon}{what}" if step else gap


def _line(state: YearState, step: Step, plan: YearPlan, today: date) -> StepLine:
    own, dates = state[step.slug], plan[step.slug]
    late = is_late(state, step, dates, today)
    risk = legal_risk(state, step, dates, today)
    due = None if dates.dormant else deadline(state, step, dates)
    name, message = state_in_prefect(state, step, dates, today)
    links = _links(state, step, dates)
    return StepLine(
        step=step,
        title=step.title_for(plan.budget_year),
        tone=_tone(state, step, dates, late=late, risk=risk),
        label=label(state, step, dates, today),
        sentence=str(sentence(state, step, dates)),
        round=own.round,
        window_start=dates.window_start,
        window_end=dates.window_end,
        opens=dates.opens,
        due=dates.due,
        meeting_day=dates.meeting_day,
        links=links,
        limit=dates.first_limit,
        risk=risk,
        deadline=due,
        days_left=WORKDAYS.between(today, due) if due else None,
        awaited=_awaited(state, step),
        advice=advice(state, step, dates, today, late=late, risk=risk),
        last_decision=_last_decision(own),
        late=late,
        opened_on=own.opened_on,
        completed_on=own.completed_on,
        decisions=own.decisions,
        diarienummer=state.number_of(step),
        parts=tuple(map(state.definition.title_of, state.definition.tasks_of(step))),
        state_name=name,
        state_message=str(message),
    )


def _tone(state: YearState, step: Step, dates: StepPlan, *, late: bool, risk: str | None) -> Tone:
    own = state[step.slug]
    if risk:
        return Tone.RISK
    if late:
        return Tone.LATE
    if own.marks:
        return Tone.RECONSIDERED
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
        name = state.definition.body(link.body).name
        if (decided := standing.get(number)) is None:
            return LinkLine(link.body, name, link.meeting, link.register_by, number == turn)
        return LinkLine(
            link.body,
            name,
            link.meeting,
            link.register_by,
            number == turn,
            decided.on,
            decided.outcome.label,
            decided.paragraph,
        )

    return tuple(line(number, link) for number, link in enumerate(dates.links))


def _awaited(state: YearState, step: Step) -> tuple[str, ...]:
    if body := state.waits_for(step):
        return (body,)
    return tuple(map(state.definition.title_of, state.missing(step)))


def _last_decision(own: StepState) -> str:
    if not own.decisions:
        return ""
    last = own.decisions[-1]
    paragraph = f" {last.paragraph}" if last.paragraph else ""
    return f"{last.body} {last.on}{paragraph}: {last.outcome.label}"


def timetable_json(sheet: YearSheet) -> dict[str, Any]:
    """The days of every step, as `gantt --json` prints them; docs/json.md explains the keys."""
    return {
        "budgetar": sheet.budget_year,
        "plan": sheet.plan_name,
        "kommun": sheet.municipality,
        "dag": sheet.today.isoformat(),
        "steg": [_line_json(line) for line in sheet.lines],
    }


def _line_json(line: StepLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "slug": line.slug,
        "titel": line.title,
        "lage": line.tone.value,
        "visning": line.label,
        "fran": line.window_start.isoformat(),
        "till": line.window_end.isoformat(),
        "oppnas": line.opens.isoformat(),
        "senast": line.due.isoformat(),
        "motesdag": line.meeting_day.isoformat() if line.meeting_day else None,
        "beslut": [
            {"instans": link.body, "datum": link.day.isoformat() if link.day else None}
            for link in line.links
        ],
        "lagfrist": line.limit.last_day.isoformat() if line.limit else None,
        "rad": line.advice or None,
    }
