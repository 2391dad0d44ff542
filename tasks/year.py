"""A budget year inside one transaction: read, folded, added to, and stored with its notices.

`OpenYear` is the only way to a year. What is appended to it and the notices that follow are stored
together or not at all; their letters are written when the transaction is over (`tasks.mail.writing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from calendars.schedule import cycle_in_progress, plan_year
from calendars.workdays import WORKDAYS
from models.claims import ClaimChange, claim_change
from models.errors import RefusedError, UnknownError
from models.events import CompletedBeforeStart, Corrected, Decided, Event, Resulted
from models.fold import after, fold
from models.occasions import begun_there, left_behind, raised_by
from models.opening import open_step
from models.plan import Meeting, Meetings, YearPlan
from models.process import Definition
from models.state import YearState
from models.tables import CycleRow, MeetingChangeRow, MeetingRow, MovedDateRow
from models.text import Text, ask
from notifications.announcements import announcements
from notifications.notices import Notice
from notifications.rescheduling import MovedDate, moved_dates
from notifications.sorting import Item
from notifications.urgency import due_today, waiting_today
from tasks.log import append, claim, last_shown, stored_definition, stored_log, stored_state
from tasks.mail.notices import Notices
from tasks.meetings.fates import Fates, Logged, fates_of
from tasks.settings import Settings
from tasks.watch.journal import journal_after
from views.labels import label
from views.legal_risk import state_in_prefect


@dataclass(frozen=True, slots=True)
class Advance:
    """What was done to a year. `stale` are the steps whose state Prefect does not show yet."""

    budget_year: int
    events: tuple[str, ...]
    mails: int
    stale: tuple[str, ...]
    is_new: bool = False
    """Whether the year was started just now."""
    plan: str = ""
    """What the municipality calls the year's plan: `Kommunplan 2028`."""
    first_number: int = 0
    """The number of the first of the events in the year's log."""
    notes: tuple[str, ...] = ()
    """What whoever did it should give a second look: Swedish sentences."""


@dataclass(frozen=True, slots=True)
class FoldedYear:
    """A year as it stood after so many of its events, on a day."""

    cycle_id: int
    after_event: int
    day: date
    state: YearState
    plan: YearPlan
    meeting_change: int = 0
    """The number of the newest change of the meetings that the plan knows."""


class OpenYear:
    """A year that is being worked on; `today` is the day for which it is brought up to date. Years of
    one transaction share their notices, so that one person gets one mail for them all."""

    def __init__(
        self,
        session: Session,
        cycle: CycleRow,
        chosen: Settings,
        today: date,
        notices: Notices | None = None,
    ) -> None:
        self._session, self._cycle, self.today = session, cycle, today
        self.first_definition = stored_definition(cycle.definition)
        self.meetings = meetings(session)
        self._log = stored_log(session, cycle)
        self._known = self._kept = len(self._log)
        self._claims: list[ClaimChange] = []
        self.state = fold(self.first_definition, self._log)
        self._notices = notices or Notices(session, chosen, today)
        self._plan: YearPlan | None = None
        self._stood: dict[int, FoldedYear] = {}
        self._meeting_change = 0
        self._shown: dict[str, str] | None = None
        self._mails, self._notes = 0, ""

    @property
    def cycle_id(self) -> int:
        return self._cycle.id or 0

    @property
    def budget_year(self) -> int:
        return self._cycle.budget_year

    @property
    def definition(self) -> Definition:
        """The cycle's own as it is now, with what has been raised in it."""
        return self.state.definition

    @property
    def log(self) -> Sequence[Event]:
        return self._log

    @property
    def plan(self) -> YearPlan:
        if self._plan is None:
            self._plan = plan_year(
                self.definition, self.budget_year, self.meetings, self.state, self.today
            )
        return self._plan

    def happens(self, event: Event | None) -> None:
        """Appends an event with the notices that it makes; None, for what was done already, does nothing."""
        if event is None:
            return
        before = self.state
        self.state = after(self.first_definition, before, self._log, event)
        self._plan = None
        self._log.append(event)
        self._claims.append(claim_change(before, self.state, len(self._log)))
        self.tell(announcements(before, self.state, event, self.today))
        if isinstance(event, Resulted):
            for raised in raised_by(self.state, event, WORKDAYS):
                self.happens(raised)

    def open_due(self) -> None:
        """Opens what is due, also where no check has run since."""
        for raised in left_behind(
            self.state, self.budget_year, self._left_by_earlier_years(), today=self.today
        ):
            if not self.has(raised.key):
                self.happens(raised)
        for step in self.definition.steps:
            self.happens(open_step(self.state, step, self.plan[step.slug], self.today))

    def _left_by_earlier_years(self) -> Sequence[tuple[int, str]]:
        """Budget year and step of what earlier years have begun, and not set aside, that this one follows."""
        followed = {o.starts.follows or "" for o in self.definition.occasions if o.starts} - {""}
        if not followed:
            return []
        earlier = [one for one in cycles(self._session) if one.budget_year < self.budget_year]
        return [
            (cycle.budget_year, slug)
            for cycle in earlier
            for slug in begun_there(stored_state(self._session, cycle), followed)
        ]

    def advance(self) -> None:
        """Opens what is due and tells everyone who is waited for. As often as you like."""
        self.open_due()
        self.tell(due_today(self.state, self.plan, WORKDAYS, self.today))
        waiting = waiting_today(self.state, self.plan, WORKDAYS, self.today)
        self._put(waiting, waiting=True)

    def tell(self, notices: Iterable[Notice]) -> None:
        """Gathers the notices: of an event, of a day, or of something else such as a moved meeting."""
        if some := list(notices):
            self._put(some)

    def _put(self, notices: Iterable[Notice], *, waiting: bool = False) -> None:
        self._stood[len(self._log)] = now = self.as_it_stands()
        self._notices.put(
            self._cycle, notices, now.state, now.plan, after_event=now.after_event, waiting=waiting
        )

    def as_it_stands(self) -> FoldedYear:
        """The year as it is now, with all that has happened to it here."""
        return FoldedYear(self.cycle_id, len(self._log), self.today, self.state, self.plan)

    @property
    def stood(self) -> Sequence[FoldedYear]:
        """As it stood whenever something was told, and as it was stored: what letters are written from."""
        return [replace(one, meeting_change=self._meeting_change) for one in self._stood.values()]

    def register_past(self, new: Set[str] | None = None) -> None:
        """Steps whose window had passed when the year was started here, or when these new ones came to it,
        are taken as done, unmailed."""
        for step in self.definition.in_dependency_order:
            if new is not None and step.slug not in new:
                continue
            dates = self.plan[step.slug]
            if dates.window_end < self.today and not dates.dormant:
                self.happens(
                    CompletedBeforeStart(step=step.slug, on=self.today, by="start av året")
                )

    def moved(self, before: YearPlan, change: int) -> tuple[MovedDate, ...]:
        """Every date that is another than in the plan before a change of the meetings. They are kept as they
        are told here: the only place that works them out."""
        found = moved_dates(self.definition, before, self.plan)
        self._session.add_all(
            MovedDateRow(
                cycle_id=self._cycle.id or 0,
                change_id=change,
                after_event=len(self._log),
                step=one.step,
                what=one.what,
                day_before=one.before,
                day_after=one.after,
            )
            for one in found
        )
        return found

    def gathered(self) -> Sequence[Item]:
        """What this transaction would tell, and whom, in order."""
        return self._notices.gathered()

    def label(self, slug: str) -> str:
        return label(self.state, self.definition.step(slug), self.plan[slug], self.today)

    def name_of_state(self, slug: str) -> str:
        """What Prefect calls the step's state."""
        return self.state_in_prefect(slug)[0]

    def state_in_prefect(self, slug: str) -> tuple[str, Text]:
        """Its name, and what it says of the step."""
        return state_in_prefect(self.state, self.definition.step(slug), self.plan[slug], self.today)

    def has(self, key: str) -> bool:
        """Whether the log holds the event with this key."""
        return any(event.key == key for event in self._log)

    def keep(self) -> None:
        """Writes the new events with what they claim, for another year of this transaction to read; the
        mails wait."""
        new = self._log[self._kept :]
        append(self._session, self._cycle, self._kept, new)
        for change in self._claims:
            claim(self._session, self._cycle, change)
        for number, event in enumerate(new, self._kept + 1):
            self._journal(number, event)
        self._claims, self._kept = [], len(self._log)

    def _journal(self, number: int, event: Event) -> None:
        decided = event.decision if isinstance(event, Corrected) else event
        facts: dict[str, Any] = {}
        if isinstance(decided, Decided):
            facts = {"body": decided.body, "outcome": decided.outcome, "decided_on": decided.on}
        journal_after(
            self._session,
            "decision" if facts else "step",
            kind=event.kind,
            step=event.step,
            budget_year=self.budget_year,
            number=number,
            **facts,
        )

    def store(self) -> None:
        """Stores what is new, with what is to be told."""
        self.keep()
        self._notices.store()
        self._meeting_change = last_meeting_change(self._session)
        self._shown = last_shown(self._session, self._cycle)

    def told(self, mails: int, note: str = "") -> None:
        """So many mails have been written of what was stored; the note is what went wrong with any."""
        self._mails, self._notes = mails, note

    @property
    def done(self) -> Advance:
        """What was done, once it is stored."""
        if self._shown is None:
            return Advance(self.budget_year, (), 0, ())
        return Advance(
            budget_year=self.budget_year,
            first_number=self._known + 1,
            events=tuple(event.key for event in self._log[self._known :]),
            mails=self._mails,
            stale=tuple(
                step.slug
                for step in self.definition.steps
                if self.name_of_state(step.slug) != self._shown.get(step.slug, "")
            ),
            plan=self.definition.plan_of(self.budget_year),
            notes=(self._notes,) if self._notes else (),
        )


def chosen_year(definition: Definition, budget_year: int | None, today: date) -> int:
    """The budget year that is asked for, or the one in progress; RefusedError for one out of range."""
    year = cycle_in_progress(definition, today) if budget_year is None else budget_year
    if not 2000 <= year <= 2100:
        raise RefusedError(f"Budgetåret {year} går inte; ange ett år mellan 2000 och 2100.")
    return year


def refuse_other_municipality(session: Session, definition: Definition) -> None:
    """One database is one municipality's; RefusedError where another's years are in it."""
    for cycle in cycles(session):
        owner = stored_definition(cycle.definition).municipality
        if owner.slug != definition.municipality.slug:
            raise RefusedError(
                f"Databasen tillhör {owner.name}, men definitionen gäller {definition.municipality.name}. "
                "Ge varje kommun en egen datamapp med KOMMUNPLAN_DATA."
            )


def find_cycle(session: Session, budget_year: int | None, today: date | None = None) -> CycleRow:
    """The cycle of a budget year; without one, the newest that has begun by today, else the first."""
    started = cycles(session)
    if not started:
        raise RefusedError("Inget budgetår är startat. Kör ", ask("starta-ar"), ".")
    if budget_year is None:
        begun = [c for c in started if today is None or _has_begun(c, today)]
        return (begun or started[:1])[-1]
    for cycle in started:
        if cycle.budget_year == budget_year:
            return cycle
    raise UnknownError("Budgetåret", budget_year, [cycle.budget_year for cycle in started])


def _has_begun(cycle: CycleRow, today: date) -> bool:
    return cycle.budget_year <= cycle_in_progress(stored_definition(cycle.definition), today)


def cycles(session: Session) -> Sequence[CycleRow]:
    return session.exec(select(CycleRow).order_by(col(CycleRow.budget_year))).all()


def meetings(session: Session) -> Meetings:
    """The meetings as they stand, with what the log knows of the days that have changed."""
    rows = session.exec(select(MeetingRow).order_by(col(MeetingRow.day))).all()
    return meeting_fates(session).of(
        Meeting(
            body=row.name if row.kind == "instans" else None,
            step=row.name if row.kind == "steg" else None,
            day=row.day,
            example=row.example,
            if_needed=row.if_needed,
            moved_from=row.moved_from,
        )
        for row in rows
    )


def last_meeting_change(session: Session) -> int:
    """The number of the newest change of the meetings; 0 where there is none."""
    return session.exec(select(func.max(MeetingChangeRow.id))).one() or 0


def meeting_fates(session: Session) -> Fates:
    """What has become of each day that a meeting ever stood on."""
    return fates_of(
        Logged(row.kind, row.name, row.day_before, row.day_after, row.source, row.happened_on)
        for row in session.exec(select(MeetingChangeRow).order_by(col(MeetingChangeRow.id)))
    )
