"""What can be done to a year: one function, one transaction, harmless to repeat.

The flows, the command line and the tests all come this way; none of it knows Prefect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Unpack

from sqlmodel import Session, select

from calendars.definition import load_definition, load_meetings
from calendars.holders.files import load_staff
from calendars.workdays import WORKDAYS
from models.answers import ask_for_time, disclaim
from models.commands import (
    open_early,
    override,
    record,
    reopen,
    report,
    set_aside,
    task_key,
    uphold,
)
from models.decisions import Minutes, Said, correct, decide, number
from models.errors import RefusedError
from models.events import Corrected, Decided, Effect, Numbered, Outcome
from models.meeting_days import check_meeting_day
from models.occasions import Particulars, raise_occasion
from models.process import Definition
from models.tables import CycleRow, ShownRow
from tasks import clock
from tasks.calendars.years import settle_all
from tasks.database import Database
from tasks.mail.outbox import Outbox
from tasks.meetings.store import last_change, load_directory
from tasks.people.store import load_directory_staff, stored_staff
from tasks.settings import Settings
from tasks.start import refuse_far_year, undo_start
from tasks.watch.check_log import failures_noted, note_ran
from tasks.year import Advance, OpenYear, chosen_year, cycles, find_cycle, refuse_other_municipality
from views.labels import sentence


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many meetings the definition directory gave, how many holders there are now, and what it did
    not change."""

    meetings: int
    holders: int
    left_alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine on one database, on one day."""

    database: Database
    settings: Settings
    today: date
    guard: Callable[[Session, OpenYear], None] | None = None
    """Asked inside the transaction, before anything is done to the year; what it raises undoes it all."""

    def start_year(self, budget_year: int | None = None, *, knowingly: bool = False) -> Advance:
        """Begins the cycle of a budget year, or the one that is in progress today; again changes nothing.
        Another year than that and the next is refused, unless it is knowingly.

        Steps whose window has passed are registered as completed before start, without mail.
        """
        definition = load_definition(self.settings.definition)
        year = chosen_year(definition, budget_year, self.today)
        with self.database.write() as session:
            known = session.exec(select(CycleRow).where(CycleRow.budget_year == year)).first()
            if known is None and not knowingly:
                refuse_far_year(definition, year, self.today)
            self._load(session, definition)
            is_new = known is None
            if known is None:
                known = CycleRow(
                    budget_year=year,
                    definition=definition.model_dump_json(by_alias=True),
                    started_on=self.today,
                    started_at=clock.now(),
                )
                session.add(known)
                session.flush()
                opened = OpenYear(session, known, self.settings, self.today)
                opened.register_past()
            else:
                opened = OpenYear(session, known, self.settings, self.today)
            opened.advance()
            opened.store()
            return replace(opened.done, is_new=is_new)

    def undo_start(self, budget_year: int) -> str:
        """Takes back a start that was a mistake; what the plan of the year is called. RefusedError, with
        what to do instead, where anything else has happened in the year or its mails have gone."""
        with self.database.write() as session:
            return undo_start(session, find_cycle(session, budget_year))

    def load(self) -> Loaded:
        """Reads meetings and role holders anew from the definition directory."""
        definition = load_definition(self.settings.definition)
        with self.database.write() as session:
            return self._load(session, definition)

    def check(self) -> tuple[Advance, ...]:
        """The deadline check: brings every year up to date, whatever was missed and however often."""
        with failures_noted(self.database, self.today), self.database.write() as session:
            outbox = Outbox(session, self.settings, self.today)
            years = []
            for cycle in cycles(session):
                year = OpenYear(session, cycle, self.settings, self.today, outbox)
                year.advance()
                year.keep()  # the next year may begin with what this one has left behind
                years.append(year)
            for year in years:
                year.store()
            done = tuple(year.done for year in years)
            note_ran(
                session,
                self.today,
                sum(len(one.events) for one in done),
                sum(one.mails for one in done),
            )
            return done

    def report(
        self,
        slug: str,
        role: str,
        unit: str | None,
        *,
        by: str,
        comment: str = "",
        results: Mapping[str, object] | None = None,
        budget_year: int | None = None,
    ) -> Advance:
        """A role's part is done, with the figures that the step came to if they are known now."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            part = report(year.state, step, role, unit, today=self.today, by=by, comment=comment)
            if results:
                year.happens(record(year.state, step, results, today=self.today, by=by))
            year.happens(part)
        return year.done

    def open_early(
        self, slug: str, *, by: str, reason: str, budget_year: int | None = None
    ) -> Advance:
        """The process owner opens a step before its time."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(open_early(year.state, step, today=self.today, by=by, reason=reason))
        return year.done

    def ask_for_time(
        self,
        slug: str,
        role: str,
        unit: str | None,
        *,
        until: date,
        by: str,
        reason: str,
        knowingly: bool = False,
        budget_year: int | None = None,
    ) -> Advance:
        """A role asks to be given until another day; the process owner is told. The same day again
        changes nothing."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            event = ask_for_time(
                year.state,
                step,
                year.plan[step.slug],
                task_key(year.definition, step, role, unit),
                until=until,
                today=self.today,
                by=by,
                reason=reason,
                knowingly=knowingly,
            )
            year.happens(None if year.has(event.key) else event)
        return year.done

    def disclaim(
        self,
        slug: str,
        role: str,
        unit: str | None,
        *,
        by: str,
        reason: str,
        budget_year: int | None = None,
    ) -> Advance:
        """Somebody says that the part is not theirs; the process owner is told. Twice is harmless."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            task = task_key(year.definition, step, role, unit)
            event = disclaim(year.state, step, task, today=self.today, by=by, reason=reason)
            year.happens(None if year.has(event.key) else event)
        return year.done

    def override(
        self, slug: str, *, by: str, reason: str, budget_year: int | None = None
    ) -> Advance:
        """The process owner lets the step go on without the parts that are missing."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(override(year.state, step, today=self.today, by=by, reason=reason))
        return year.done

    def decide(
        self,
        slug: str,
        body: str,
        outcome: Outcome,
        *,
        by: str,
        on: date | None = None,
        results: Mapping[str, object] | None = None,
        outside_meeting: bool = False,
        budget_year: int | None = None,
        **minutes: Unpack[Minutes],
    ) -> Advance:
        """A body's decision on its meeting day; without a day, on the planned one: the one that was without
        the parts, where the next is still ahead. `outside_meeting`: it was made between the meetings, and the
        note says how."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            plan = year.plan[step.slug]
            own = year.state[step.slug]
            planned = (
                plan.links[own.link].latest(self.today) if own.link < len(plan.links) else None
            )
            event = decide(
                year.state,
                step,
                body,
                outcome,
                on=on or planned or self.today,
                today=self.today,
                by=by,
                not_before=plan.window_start,
                **minutes,
            )
            while event is not None and year.has(event.key):  # registered before, and struck out
                event = event.model_copy(update={"attempt": event.attempt + 1})
            said = _day_checked(year, event, outside_meeting) if event is not None else ()
            if results and event is not None:
                year.happens(record(year.state, step, results, today=self.today, by=by))
            year.happens(event)
        return replace(year.done, notes=said)

    def correct(
        self,
        event_number: int,
        *,
        by: str,
        why: str,
        withdraw: bool = False,
        outcome: Outcome | None = None,
        on: date | None = None,
        outside_meeting: bool = False,
        budget_year: int | None = None,
        **minutes: Unpack[Said],
    ) -> Advance:
        """A decision that was registered wrongly, by the number of its event, as it was in truth: what is
        not given stays as it was. `withdraw`: it was never made. The wrong one stays in the log."""
        with self.year(budget_year) as year:
            key, wrong = _decision_to_correct(year, event_number)
            changed: dict[str, object] = {**minutes, "by": by}
            changed |= {"outcome": outcome} if outcome else {}
            changed |= {"on": on} if on else {}
            if outcome and outcome.effect is not Effect.RETURN and "reason" not in minutes:
                changed["reason"] = ""  # it was the return's
            right = None if withdraw else wrong.model_copy(update=changed)
            if right is not None and right.model_copy(update={"by": wrong.by}) == wrong:
                right = wrong
            event = correct(year.state, wrong, key, right, today=self.today, by=by, reason=why)
            corrected = event.decision
            moved = corrected is not None and (corrected.on != wrong.on or outside_meeting)
            said = _day_checked(year, corrected, outside_meeting) if corrected and moved else ()
            year.happens(event)
        return replace(year.done, notes=said)

    def number(
        self, slug: str, diarienummer: str, *, by: str, budget_year: int | None = None
    ) -> Advance:
        """The diarienummer of the ärende that the step is a part of."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            arende = year.definition.arende_of(step).slug
            before = [e for e in year.log if isinstance(e, Numbered) and e.arende == arende]
            year.happens(
                number(
                    year.state,
                    step,
                    diarienummer,
                    today=self.today,
                    by=by,
                    given_before=len(before),
                )
            )
        return year.done

    def record(
        self,
        slug: str,
        results: Mapping[str, object],
        *,
        by: str,
        reason: str = "",
        budget_year: int | None = None,
    ) -> Advance:
        """The figures that a step came to; what they raise, such as a deviation, is raised at once."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(record(year.state, step, results, today=self.today, by=by, reason=reason))
        return year.done

    def raise_occasion(
        self,
        occasion: str,
        title: str,
        *,
        by: str,
        token: str,
        budget_year: int | None = None,
        **told: Unpack[Particulars],
    ) -> tuple[Advance, str]:
        """Something that can happen any number of times has happened; the slug of the step it became.
        The same token again changes nothing."""
        with self.year(budget_year) as year:
            event = raise_occasion(
                year.state,
                occasion,
                title,
                days=WORKDAYS,
                today=self.today,
                by=by,
                token=token,
                **told,
            )
            known = next((e for e in year.log if e.key == event.key), None)
            if known is None:
                year.happens(event)
            slug = getattr(known or event, "slug", "")
        return year.done, slug

    def uphold(
        self, slug: str, *, by: str, reason: str = "", budget_year: int | None = None
    ) -> Advance:
        """A completed step stands although something that it rests on was begun anew."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(uphold(year.state, step, today=self.today, by=by, reason=reason))
        return year.done

    def rerun(
        self,
        slug: str,
        *,
        by: str,
        reason: str,
        token: str,
        results: Mapping[str, object] | None = None,
        budget_year: int | None = None,
    ) -> tuple[Advance, tuple[str, ...]]:
        """A new round of a completed step, and the completed steps that rest on it: they stay completed,
        and their owners are asked whether they stand. With figures, if the new round has come to them.

        The same token again changes nothing: a run that is retried reopens once.
        """
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            if not year.has(f"{step.slug}/ateroppnat/{token}"):
                year.happens(
                    reopen(year.state, step, today=self.today, by=by, reason=reason, token=token)
                )
            if results:
                year.happens(record(year.state, step, results, today=self.today, by=by))
            resting = tuple(later.slug for later in year.state.resting_on(step.slug))
        return year.done, resting

    def set_aside(
        self, slug: str, *, by: str, reason: str, budget_year: int | None = None
    ) -> Advance:
        """The process owner says that an optional step is not done this year."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
            year.happens(set_aside(year.state, step, today=self.today, by=by, reason=reason))
        return year.done

    def show(self, slug: str, *, budget_year: int | None = None) -> tuple[Advance, str, str]:
        """Brings the year up to date; what that did, and the step's state as Prefect should show it."""
        with self.year(budget_year) as year:
            step = year.definition.step(slug)
        return year.done, *year.state_in_prefect(step.slug)

    def mark_shown(self, slug: str, name: str, budget_year: int) -> None:
        """Notes what Prefect shows for a step. To be called when its run has ended, not before: a run
        that dies on the way leaves the step to be shown by the next check."""
        with self.database.write() as session:
            cycle = find_cycle(session, budget_year)
            session.merge(ShownRow(cycle_id=cycle.id or 0, step=slug, name=name))

    def look(self, slug: str, *, budget_year: int | None = None) -> tuple[str, str]:
        """The step's state and what it means, as it stands; changes nothing."""
        with self.database.read() as session:
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            step = year.definition.step(slug)
            return year.label(step.slug), sentence(year.state, step, year.plan[step.slug])

    @contextmanager
    def trying(self, budget_year: int | None) -> Iterator[OpenYear]:
        """The year, brought up to date, to try something on: nothing of it is kept."""
        with self.database.write() as session:
            savepoint = session.begin_nested()
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            year.advance()
            yield year
            savepoint.rollback()

    @contextmanager
    def year(self, budget_year: int | None) -> Iterator[OpenYear]:
        """The year in one transaction; what follows from what is done inside is done with it."""
        with self.database.write() as session:
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            year.open_due()  # nobody is refused because no check has run yet today
            if self.guard is not None:
                self.guard(session, year)
            yield year
            year.advance()
            year.store()

    def _load(self, session: Session, definition: Definition) -> Loaded:
        refuse_other_municipality(session, definition)
        meetings = load_meetings(self.settings.definition, definition)
        staff = load_staff(self.settings.definition, definition)
        before = [OpenYear(session, cycle, self.settings, self.today) for cycle in cycles(session)]
        known = last_change(session)
        count, left_alone = load_directory(session, meetings, self.today)
        if (last := last_change(session)) != known:
            for was, cycle in zip(before, cycles(session), strict=True):
                OpenYear(session, cycle, self.settings, self.today).moved(was.plan, last)
        also_left = load_directory_staff(session, staff)
        settle_all(session, self.today)
        held = len(stored_staff(session).holders)
        return Loaded(count, held, (*left_alone, *also_left))


def _day_checked(year: OpenYear, decided: Decided, outside_meeting: bool) -> tuple[str, ...]:
    """What is worth a second look about the day of a decision; RefusedError where the body did not meet."""
    warning = check_meeting_day(year.definition, decided, year.meetings, outside=outside_meeting)
    return (warning,) if warning else ()


def _decision_to_correct(year: OpenYear, event_number: int) -> tuple[str, Decided]:
    """The decision of an event, or what an earlier correction made of it; RefusedError for anything else."""
    log = year.log
    event = log[event_number - 1] if 0 < event_number <= len(log) else None
    decided = event.decision if isinstance(event, Corrected) else event
    if event is None or not isinstance(event, Decided | Corrected):
        known = [
            f"{number} ({e.step} {e.body} {e.on})"
            for number, e in enumerate(log, 1)
            if isinstance(e, Decided)
        ]
        raise RefusedError(
            f"Händelse {event_number} är inget beslut. "
            f"Besluten i {year.definition.plan_of(year.budget_year)}: "
            f"{', '.join(known[-8:]) or 'inga än'}."
        )
    if later := next(
        (e for e in log if isinstance(e, Corrected) and e.corrects == event.key), None
    ):
        raise RefusedError(
            f"Beslut {event_number} är redan rättat {later.on} (händelse {log.index(later) + 1}). "
            "Rätta rättelsen i stället."
        )
    if not isinstance(decided, Decided):
        raise RefusedError(
            f"Beslut {event_number} är struket och kan inte rättas. Registrera beslutet på nytt."
        )
    return event.key, decided
