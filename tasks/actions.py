"""What can be done to a year: one function, one transaction, harmless to repeat.

The flows, the command line and the tests all come this way; none of it knows Prefect.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, delete, select

from calendars.definition import load_definition, load_holders, load_meetings
from models.commands import affected, decide, override, reopen, report, set_aside
from models.events import Outcome
from models.process import Definition
from models.tables import CycleRow, HolderRow, StepRow
from tasks import clock
from tasks.database import Database
from tasks.labels import sentence
from tasks.meeting_store import load_directory
from tasks.settings import Settings
from tasks.year import (
    Advance,
    OpenYear,
    chosen_year,
    cycles,
    find_cycle,
    refuse_other_municipality,
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many meetings and holders the definition directory gave, and what it did not change."""

    meetings: int
    holders: int
    left_alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine on one database, on one day."""

    database: Database
    settings: Settings
    today: date

    def start_year(self, budget_year: int | None = None) -> Advance:
        """Begins the cycle of a budget year, or the one that is in progress today; again changes nothing.

        Steps whose window has passed are registered as completed before start, without mail.
        """
        definition = load_definition(self.settings.definition)
        year = chosen_year(definition, budget_year, self.today)
        with self.database.write() as session:
            self._load(session, definition)
            known = session.exec(select(CycleRow).where(CycleRow.budget_year == year)).first()
            is_new = known is None
            if known is None:
                known = CycleRow(
                    budget_year=year, definition=definition.model_dump_json(by_alias=True),
                    started_on=self.today, started_at=clock.now(),
                )  # fmt: skip
                session.add(known)
                session.flush()
                opened = OpenYear(session, known, self.settings, self.today)
                opened.register_past()
            else:
                opened = OpenYear(session, known, self.settings, self.today)
            opened.advance()
            opened.store()
            return replace(opened.done, is_new=is_new)

    def load(self) -> Loaded:
        """Reads meetings and role holders anew from the definition directory."""
        definition = load_definition(self.settings.definition)
        with self.database.write() as session:
            return self._load(session, definition)

    def check(self) -> tuple[Advance, ...]:
        """The deadline check: brings every year up to date, whatever was missed and however often."""
        with self.database.write() as session:
            done = []
            for cycle in cycles(session):
                year = OpenYear(session, cycle, self.settings, self.today)
                year.advance()
                year.store()
                done.append(year.done)
            return tuple(done)

    def report(
        self, slug: str, role: str, unit: str | None, *, by: str, comment: str = "",
        budget_year: int | None = None,
    ) -> Advance:  # fmt: skip
        """A role's part is done."""
        with self._year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(
                report(year.state, step, role, unit, today=self.today, by=by, comment=comment)
            )
        return year.done

    def override(
        self, slug: str, *, by: str, reason: str, budget_year: int | None = None
    ) -> Advance:
        """The process owner lets the step go on without the parts that are missing."""
        with self._year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(override(year.state, step, today=self.today, by=by, reason=reason))
        return year.done

    def decide(
        self, slug: str, body: str, outcome: Outcome, *, by: str, on: date | None = None,
        paragraph: str = "", reason: str = "", budget_year: int | None = None,
    ) -> Advance:  # fmt: skip
        """A body's decision on its meeting day; without a day, on the planned one."""
        with self._year(budget_year) as year:
            step = year.definition.step(slug)
            plan = year.plan[step.slug]
            own = year.state[step.slug]
            planned = plan.links[own.link].meeting if own.link < len(plan.links) else None
            event = decide(
                year.state, step, body, outcome, on=on or planned or self.today,
                today=self.today, by=by, paragraph=paragraph, reason=reason,
                not_before=plan.window_start,
            )  # fmt: skip
            year.happens(event)
        return year.done

    def rerun(
        self, slug: str, *, by: str, reason: str, token: str, budget_year: int | None = None
    ) -> tuple[Advance, tuple[str, ...]]:
        """A new round of a completed step, and the completed steps that rest on it (left as they are).

        The same token again changes nothing: a run that is retried reopens once.
        """
        with self._year(budget_year) as year:
            step = year.definition.step(slug)
            if not year.has(f"{step.slug}/ateroppnat/{token}"):
                year.happens(
                    reopen(year.state, step, today=self.today, by=by, reason=reason, token=token)
                )
            resting = tuple(later.slug for later in affected(year.state, step))
        return year.done, resting

    def set_aside(
        self, slug: str, *, by: str, reason: str, budget_year: int | None = None
    ) -> Advance:
        """The process owner says that an optional step is not done this year."""
        with self._year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(set_aside(year.state, step, today=self.today, by=by, reason=reason))
        return year.done

    def show(self, slug: str, *, budget_year: int | None = None) -> tuple[Advance, str, str]:
        """Brings the year up to date; what that did, and the step's state as Prefect should show it."""
        with self._year(budget_year) as year:
            step = year.definition.step(slug)
        return year.done, year.label(step.slug), sentence(year.state, step, year.plan[step.slug])

    def mark_shown(self, slug: str, name: str, budget_year: int) -> None:
        """Notes what Prefect shows for a step. To be called when its run has ended, not before: a run
        that dies on the way leaves the step to be shown by the next check."""
        with self.database.write() as session:
            cycle = find_cycle(session, budget_year)
            session.get_one(StepRow, (cycle.id, slug)).shown = name

    def look(self, slug: str, *, budget_year: int | None = None) -> tuple[str, str]:
        """The step's state and what it means, as it stands; changes nothing."""
        with self.database.read() as session:
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            step = year.definition.step(slug)
            return year.label(step.slug), sentence(year.state, step, year.plan[step.slug])

    @contextmanager
    def _year(self, budget_year: int | None) -> Iterator[OpenYear]:
        """The year in one transaction; what follows from what is done inside is done with it."""
        with self.database.write() as session:
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            year.open_due()  # nobody is refused because no check has run yet today
            yield year
            year.advance()
            year.store()

    def _load(self, session: Session, definition: Definition) -> Loaded:
        refuse_other_municipality(session, definition)
        meetings = load_meetings(self.settings.definition, definition)
        holders = load_holders(self.settings.definition, definition)
        count, left_alone = load_directory(session, meetings, self.today)
        session.exec(delete(HolderRow))
        session.add_all(
            HolderRow(
                role=holder.role, unit=holder.unit or "", name=holder.name,
                address=holder.address, first_day=holder.first_day, last_day=holder.last_day,
                example=holder.example,
            )
            for holder in holders
        )  # fmt: skip
        session.flush()
        return Loaded(count, len(holders), left_alone)
