"""The started years as the views show them: each read in one transaction, and handed to a view as values.

Reads only; what is shown of a year is worked out in `views`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, func, select

from calendars.definition import load_definition, load_meetings
from calendars.holders.files import load_staff
from calendars.next_year.examples import with_years_that_follow
from models.events import Event, Raised
from models.plan import Meetings, YearPlan
from models.registered import by_step, registered
from models.state import YearState
from models.tables import CycleRow, MailRow, NoticeRow
from tasks.database import Database
from tasks.exceptions import decided_exceptions
from tasks.log import chosen_year, cycles, find_cycle, stored_state, stored_year
from tasks.meetings.stored import meetings
from tasks.people.store import stored_staff
from tasks.planned import plan_year
from tasks.settings import Settings
from tasks.year import Advance
from views.arenden import ArendeList, arende_list
from views.assignments import AssignmentList, assignment_list, assignments_of
from views.carried_out import (
    DecisionsOfTheYear,
    assigned,
    decisions_of_the_year,
    decisions_to_carry_out,
)
from views.decisions import DecisionLine, decision_line
from views.figures import StepFigures, step_figures
from views.rehearsal import rehearse
from views.rehearsed_year import RehearsedYear, rehearsed_year
from views.seen import SeenYear
from views.sheet import FailedMail, MailCounts, YearSheet
from views.sheet_of_year import sheet_of, vacant_roles
from views.to_do import StepStory, ToDo, story_of, to_do_in


@dataclass(frozen=True, slots=True)
class ReadYear:
    """A started year as it stands on a day, and what is planned of it."""

    log: Sequence[Event]
    state: YearState
    plan: YearPlan
    meetings: Meetings
    day: date | None = None

    @property
    def decisions(self) -> dict[str, list[DecisionLine]]:
        """Every decision that has been registered, by step, each correction right after what it corrects."""
        told = by_step(registered(self.state, self.log))
        return {
            slug: [decision_line(one, self.state, self.day) for one in found]
            for slug, found in told.items()
        }


def read_year(session: Session, cycle: CycleRow, today: date | None) -> ReadYear:
    """The year of the cycle; without a day, planned as if no day had passed."""
    year, known = stored_year(session, cycle), meetings(session)
    plan = plan_year(year.state.definition, cycle.budget_year, known, year.state, today)
    return ReadYear(year.log, year.state, plan, known, today)


def year_sheets(database: Database, today: date, budget_year: int | None = None) -> list[YearSheet]:
    """Every started year, or one."""
    with database.read() as session:
        chosen = [find_cycle(session, budget_year)] if budget_year is not None else cycles(session)
        return [_sheet(session, cycle, today, database.definition) for cycle in chosen]


def current_sheet(
    database: Database, chosen: Settings, today: date, budget_year: int | None = None
) -> YearSheet:
    """The sheet of a budget year, or of the one in progress; RefusedError where none is started."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year, today)
        sheet = _sheet(session, cycle, today, chosen.definition)
    return sheet.model_copy(update={"exercise": chosen.clock_file is not None})


def _sheet(session: Session, cycle: CycleRow, today: date, directory: Path | None) -> YearSheet:
    return _sheet_of(session, cycle, read_year(session, cycle, today), today, directory)


def seen_years(
    database: Database, today: date, budget_year: int | None = None
) -> tuple[SeenYear, ...]:
    """Every started year as the pages look at it, oldest first, or one; UnknownError for one that is not
    started."""
    with database.read() as session:
        chosen = [find_cycle(session, budget_year)] if budget_year is not None else cycles(session)
        return tuple(_seen(session, cycle, today, database.definition) for cycle in chosen)


def _seen(session: Session, cycle: CycleRow, today: date, directory: Path | None) -> SeenYear:
    year = read_year(session, cycle, today)
    sheet = _sheet_of(session, cycle, year, today, directory)
    return SeenYear(sheet, year.state, year.plan, year.log, year.meetings)


def _sheet_of(
    session: Session, cycle: CycleRow, year: ReadYear, today: date, directory: Path | None
) -> YearSheet:
    counted = dict(
        session.exec(
            select(MailRow.status, func.count())
            .where(MailRow.cycle_id == cycle.id)
            .group_by(MailRow.status)
        ).all()
    )
    failed = session.exec(
        select(MailRow.address, MailRow.subject, MailRow.error)
        .where(MailRow.cycle_id == cycle.id, MailRow.status == "misslyckad")
        .order_by(col(MailRow.id))
    ).all()
    return sheet_of(
        year.state,
        year.plan,
        year.meetings,
        today,
        decisions=year.decisions,
        vacant=vacant_roles(year.state.definition, stored_staff(session), today),
        mails=MailCounts(
            queued=counted.get("köad", 0),
            sent=counted.get("skickad", 0),
            failed=counted.get("misslyckad", 0),
            replaced=counted.get("ersatt", 0),
        ),
        failed_mails=tuple(
            FailedMail(address=address, subject=subject, error=error)
            for address, subject, error in failed
        ),
        exceptions=decided_exceptions(directory, year.state.definition, cycle.budget_year),
    )


def arenden(
    database: Database, today: date, wanted: str | None = None, budget_year: int | None = None
) -> ArendeList:
    """The ärenden of a budget year in which something is decided, or the one that is asked for."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year, today)
        year = read_year(session, cycle, today)
    return arende_list(year.state, year.plan, year.decisions, today, wanted)


def figures_of_step(
    database: Database, today: date, slug: str, budget_year: int | None = None
) -> StepFigures:
    """The figures of one step, and those that it should have given."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year, today)
        state = stored_state(session, cycle)
        return step_figures(state, state.definition.step(slug), cycle.budget_year)


def assignments(database: Database, today: date, *, completed: bool = False) -> AssignmentList:
    """Every assignment that is open, over all years, by its last day; with `completed` the others too."""
    with database.read() as session:
        staff = stored_staff(session)
        years = [read_year(session, cycle, today) for cycle in cycles(session)]
    found = [
        one
        for year in years
        for one in assignments_of(year.state, year.plan, year.log, staff, today)
    ]
    return assignment_list(found, today, completed=completed)


def decisions_to_follow_up(database: Database, today: date, year: int) -> DecisionsOfTheYear:
    """What fullmäktige decided in a calendar year, in whichever budget year it is registered."""
    with database.read() as session:
        staff = stored_staff(session)
        years = [read_year(session, cycle, today) for cycle in cycles(session)]
    found = [
        one
        for read in years
        for one in (
            *decisions_to_carry_out(read.state.definition, read.plan.budget_year, read.decisions),
            *assigned(
                read.state.definition, assignments_of(read.state, read.plan, read.log, staff, today)
            ),
        )
    ]
    return decisions_of_the_year(found, year, today)


def raised_by(database: Database, done: Advance) -> list[tuple[str, str]]:
    """Slug and title of the steps that something became in what was just done."""
    with database.read() as session:
        cycle = find_cycle(session, done.budget_year)
        year = stored_year(session, cycle)
    raised = [one for one in year.log if isinstance(one, Raised) and one.key in done.events]
    steps = [year.state.definition.step_by_slug[event.slug] for event in raised]
    return [(step.slug, step.title) for step in steps]


def to_do(database: Database, budget_year: int, *, also_planned: bool = False) -> list[ToDo]:
    """What the year waits for now; `also_planned` counts the steps that are not open yet, and are to be."""
    with database.read() as session:
        year = read_year(session, find_cycle(session, budget_year), None)
    return list(to_do_in(year.state, year.plan, also_planned=also_planned))


def story(database: Database, budget_year: int) -> Iterator[StepStory]:
    """How each step of the year went, with how many notices it took."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year)
        year = read_year(session, cycle, None)
        counted = session.exec(
            select(NoticeRow.step, func.count())
            .where(NoticeRow.cycle_id == cycle.id)
            .group_by(NoticeRow.step)
        ).all()
    return story_of(year.state, year.plan, dict(counted))


def rehearsal(chosen: Settings, budget_year: int | None, today: date) -> RehearsedYear:
    """The whole year simulated from the definition directory: no database, no Prefect, no SMTP."""
    definition = load_definition(chosen.definition)
    year = chosen_year(definition, budget_year, today)
    written = load_meetings(chosen.definition, definition)
    known = with_years_that_follow(definition, written, year)
    staff = load_staff(chosen.definition, definition)
    rehearsed = rehearse(definition, year, known)
    return rehearsed_year(rehearsed, staff, known, chosen.process_owner)
