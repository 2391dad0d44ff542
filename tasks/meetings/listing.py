"""The meetings as a person sees them: weekday, week, and the steps that rest on each.

Reads only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, or_, select

from calendars.definition import load_definition
from calendars.meeting_plans.names import Names
from calendars.workdays import WEEKDAYS
from models.plan import YearPlan
from models.process import Definition
from models.state import Status, StepState, YearState
from models.tables import MeetingChangeRow, MeetingRow
from tasks.database import Database
from tasks.log import cycles, stored_state
from tasks.meetings.store import Key
from tasks.meetings.stored import meetings
from tasks.planned import plan_year
from tasks.settings import Settings
from views.meeting_list import MeetingChangeLine, MeetingLine, MeetingList, RestingStep


def list_meetings(
    database: Database,
    chosen: Settings,
    today: date,
    *,
    name: str | None = None,
    year: int | None = None,
) -> MeetingList:
    """One calendar year's meetings, or without a year those from this one on; of all, or of one body.

    UnknownError for a body that there is none of.
    """
    definition = load_definition(chosen.definition)
    first = date(year or today.year, 1, 1)
    last = date(year or 2100, 12, 31)
    with database.read() as session:
        who = str(Names(definition).get(name)) if name else None
        rows = session.exec(
            select(MeetingRow)
            .where(MeetingRow.day >= first, MeetingRow.day <= last)
            .where(or_(who is None, MeetingRow.name == who))
            .order_by(col(MeetingRow.day), col(MeetingRow.name))
        ).all()
        steps = _steps_on(session, definition, today, rows[-1].day.year if rows else today.year)
        changes = session.exec(
            select(MeetingChangeRow)
            .where(MeetingChangeRow.source == "hand")
            .order_by(col(MeetingChangeRow.id))
        )
        return MeetingList(
            meetings=tuple(_line(row, steps[Key(row.kind, row.name, row.day)]) for row in rows),
            changes=tuple(
                _change(change)
                for change in changes
                if who in (None, change.name)
                and any(d and first <= d <= last for d in (change.day_before, change.day_after))
            ),
        )


def resting(plan: YearPlan, state: YearState | None) -> Iterator[tuple[Key, str, bool]]:
    """Every meeting that a step of the year rests on, the step, and whether that is done already. What is not
    to be done as things stand rests on none."""
    for slug, step in plan.steps.items():
        own = state[slug] if state else None
        if step.dormant or _is_no_matter(own):
            continue
        completed = own is not None and own.status is Status.COMPLETED
        for index, link in enumerate(step.links):
            if link.meeting:
                done = completed or (own is not None and index < own.link)
                yield Key("instans", link.body, link.meeting), slug, done
        if step.meeting_day:
            yield Key("steg", slug, step.meeting_day), slug, completed


def _is_no_matter(own: StepState | None) -> bool:
    """Whether the step is not done here: it was done before the start, or is set aside."""
    return own is not None and (own.before_start or own.set_aside)


def _steps_on(
    session: Session, definition: Definition, today: date, last_year: int
) -> Mapping[Key, list[RestingStep]]:
    """The started years as they stand, and those to come as the definition has them."""
    found: dict[Key, list[RestingStep]] = defaultdict(list)
    known = meetings(session)
    started = cycles(session)
    for cycle in started:
        state = stored_state(session, cycle)
        plan = plan_year(state.definition, cycle.budget_year, known, state, today)
        for key, slug, done in resting(plan, state):
            found[key].append(_resting(cycle.budget_year, slug, started=True, done=done))
    newest = max((cycle.budget_year for cycle in started), default=None)
    first = definition.year_in_progress(today) if newest is None else newest + 1
    # no window begins more than three years before its budget year
    for budget_year in range(first, last_year + 4):
        for key, slug, done in resting(plan_year(definition, budget_year, known, None, None), None):
            found[key].append(_resting(budget_year, slug, started=False, done=done))
    return found


def _resting(budget_year: int, slug: str, *, started: bool, done: bool) -> RestingStep:
    return RestingStep(budget_year=budget_year, slug=slug, is_started=started, is_done=done)


def _line(row: MeetingRow, steps: Sequence[RestingStep]) -> MeetingLine:
    return MeetingLine(
        body=row.name if row.kind == "instans" else None,
        step=row.name if row.kind == "steg" else None,
        day=row.day,
        weekday=WEEKDAYS[row.day.weekday()],
        week=row.day.isocalendar().week,
        if_needed=row.if_needed,
        example=row.example,
        source=row.source,
        steps=tuple(steps),
    )


def _change(change: MeetingChangeRow) -> MeetingChangeLine:
    return MeetingChangeLine(
        name=change.name,
        change=change.change,
        before=change.day_before,
        after=change.day_after,
        reason=change.reason,
        by=change.by,
        made_on=change.happened_on,
    )
