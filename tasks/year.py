"""A budget year inside one transaction: read, folded, added to, and stored with what it makes known.

`OpenYear` is the only way to a year. What is appended to it and what that makes known are stored together or
not at all; what else follows comes after (`tasks.follow_up`), and then the letters (`tasks.mail.writing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from calendars.ahead import ahead_of_meetings
from calendars.law.case import Finding, Severity
from calendars.workdays import WORKDAYS
from models.claims import ClaimChange, claim_change
from models.errors import UnknownError
from models.events import Corrected, Decided, Event, Postponed, Resulted
from models.fold import after
from models.occasions import begun_there, left_behind, raised_by
from models.opening import found_at_start, open_step
from models.plan import Meeting, Meetings, StepPlan, YearPlan
from models.process import Definition
from models.state import Status, YearState
from models.tables import CycleRow, MovedDateRow
from models.text import Text
from notifications.announcements import announcements
from notifications.changed_dates import Rescheduling
from notifications.notices import Notice
from notifications.rescheduling import PUT_OFF, MovedDate, moved_dates, moved_notices
from notifications.urgency import due_today, waiting_today
from tasks.log import (
    Announcement,
    announce,
    append,
    claim,
    cycles,
    last_shown,
    stored_definition,
    stored_state,
    stored_year,
)
from tasks.meetings.stored import held_meetings, meetings
from tasks.planned import law_findings, plan_to_tell
from tasks.settings import Settings
from tasks.watch.journal import journal_after
from views.event_words import author
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
    numbers: tuple[int, ...] = ()
    """The number of each of the events in the year's log."""
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


class _Stored(NamedTuple):
    """Where a year stands in the database, and after how many events."""

    state: YearState
    events: int


class OpenYear:
    """A year that is being worked on; `today` is the day for which it is brought up to date. The meetings are
    read, and the dates worked out, when they are asked for."""

    def __init__(self, session: Session, cycle: CycleRow, chosen: Settings, today: date) -> None:
        self.session, self._cycle, self._chosen, self.today = session, cycle, chosen, today
        self.cycle_id, self.budget_year = cycle.id or 0, cycle.budget_year
        self.first_definition = stored_definition(cycle.definition)
        stored = stored_year(session, cycle)
        self._log = list(stored.log)
        self._kept = len(self._log)
        self._added: list[int] = []
        self._claims: list[ClaimChange] = []
        self.announced: list[Announcement] = []
        """What it makes known and has not stored: of its events, and of the day."""
        self.state = stored.state
        self._meetings: Meetings | None = None
        self._plan: YearPlan | None = None
        self._judged: tuple[YearPlan, Sequence[Finding]] | None = None
        self._states: dict[int, YearState] = {}
        self._stood: dict[int, FoldedYear] = {}
        self._stored = _Stored(self.state, self._kept)
        self._stale: tuple[str, ...] | None = None
        self._mails, self._notes = 0, ""

    def go_on(self, session: Session) -> None:
        """In another transaction, with what others have done in between."""
        self.session = session
        self._cycle = session.get_one(CycleRow, self.cycle_id)
        self._meetings = self._plan = None
        self._stood.clear()
        stored = stored_year(session, self._cycle)
        self._log, self.state, self._kept = list(stored.log), stored.state, len(stored.log)

    def go_back(self, session: Session) -> None:
        """What was done since it was stored has come to nothing."""
        self.session, self._cycle = session, session.get_one(CycleRow, self.cycle_id)
        self.state, known = self._stored
        del self._log[known:]
        self._added = [number for number in self._added if number <= known]
        self._claims, self._kept, self._meetings, self._plan = [], known, None, None
        self._states = {number: one for number, one in self._states.items() if number <= known}
        self._stood.clear()
        self.announced.clear()
        self.conclude()

    @property
    def definition(self) -> Definition:
        """The cycle's own as it is now, with what has been raised in it."""
        return self.state.definition

    @property
    def log(self) -> Sequence[Event]:
        return self._log

    @property
    def meetings(self) -> Meetings:
        """The meetings as they stand, with what has become of the days that have changed."""
        if self._meetings is None:
            self._meetings = meetings(self.session)
        return self._meetings

    def held_meetings(self) -> Sequence[Meeting]:
        """The meetings that are held, and no more about them."""
        return held_meetings(self.session)

    @property
    def plan(self) -> YearPlan:
        if self._plan is None:
            self._plan = self._planned(self.state)
        return self._plan

    def _planned(self, state: YearState) -> YearPlan:
        return plan_to_tell(
            self.budget_year, self.meetings, state, self.today, self._chosen.definition
        )

    def happens(self, event: Event | None) -> None:
        """Appends an event with the notices that it makes; None, for what was done already, does nothing."""
        if event is None:
            return
        before = self.state
        was = self.plan.steps if isinstance(event, Postponed) else {}
        self.state = after(self.first_definition, before, self._log, event)
        self._plan = None
        self._log.append(event)
        self._added.append(len(self._log))
        self._claims.append(claim_change(before, self.state, len(self._log)))
        self.tell(announcements(before, self.state, event, self.today))
        if isinstance(event, Postponed):
            self._tell_last_day(event, was)
        if isinstance(event, Resulted):
            for raised in raised_by(before, self.state, event, WORKDAYS):
                self.happens(raised)

    def _tell_last_day(self, event: Postponed, was: Mapping[str, StepPlan]) -> None:
        """A new last day for parts is told to who is waited for; `was` are the dates before."""
        why = Rescheduling(
            token=f"{self.budget_year}/{event.key}",
            rule=PUT_OFF,
            by=author(event.by),
            reason=event.reason,
            was=was,
            put_off=event.step,
        )
        self.tell(moved_notices(self.state, self.plan, self.today, why))

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to do."""
        return all(
            own.status is Status.COMPLETED or self.plan[slug].dormant
            for slug, own in self.state.steps.items()
        )

    def is_planned(self, name: str) -> bool:
        """Whether the step by that slug, id or title is not open yet; False where there is no such step."""
        try:
            step = self.definition.step(name)
        except UnknownError:
            return False
        return self.state[step.slug].status is Status.PLANNED

    def open_due(self) -> bool:
        """Opens what is due, also where no check has run since; whether anything was."""
        known = len(self._log)
        for raised in left_behind(
            self.state, self.budget_year, self._left_by_earlier_years(), today=self.today
        ):
            if not self.has(raised.key):
                self.happens(raised)
        for event in self._ahead_of_meetings():
            self.happens(event)
        for step in self.definition.steps:
            dates = self.plan[step.slug]
            self.happens(open_step(self.state, step, dates, self.today, self._cycle.started_on))
        return len(self._log) > known

    def _ahead_of_meetings(self) -> Sequence[Event]:
        """What the coming meetings raise, and what falls with one that is not held, where the definition has
        something to do ahead of them."""
        if not any(one.starts and one.starts.ahead_of for one in self.definition.occasions):
            return ()
        held = self.held_meetings()
        started = self._cycle.started_on
        return tuple(
            ahead_of_meetings(self.state, self.budget_year, held, self.today, self._log, started)
        )

    def _left_by_earlier_years(self) -> Sequence[tuple[int, str]]:
        """Budget year and step of what earlier years have begun, and not set aside, that this one follows."""
        followed = {o.starts.follows or "" for o in self.definition.occasions if o.starts} - {""}
        if not followed:
            return []
        earlier = [one for one in cycles(self.session) if one.budget_year < self.budget_year]
        return [
            (cycle.budget_year, slug)
            for cycle in earlier
            for slug in begun_there(stored_state(self.session, cycle), followed)
        ]

    def advance(self) -> None:
        """Opens what is due and tells everyone who is waited for. As often as you like."""
        self.open_due()
        self.tell(due_today(self.state, self.plan, WORKDAYS, self.today))
        self.tell(waiting_today(self.state, self.plan, WORKDAYS, self.today), waits=True)
        self._stood[len(self._log)] = self.as_it_stands()

    def tell(self, notices: Iterable[Notice], *, waits: bool = False) -> None:
        """Makes the notices known: of an event, of a day, or of something else such as a moved meeting."""
        number = len(self._log)
        for one in notices:
            self._states[number] = self.state
            self.announced.append(Announcement(one, number, waits))

    def take_announced(self) -> Sequence[Announcement]:
        """What it makes known, for who tells it at once: it is not stored."""
        taken, self.announced = self.announced, []
        return taken

    def as_it_stands(self) -> FoldedYear:
        """The year as it is now, with all that has happened to it here."""
        return FoldedYear(self.cycle_id, len(self._log), self.today, self.state, self.plan)

    def as_it_stood(self, after_event: int) -> FoldedYear:
        """The year as it was when something was told, after so many of its events."""
        if after_event not in self._stood:
            state = self._states[after_event]
            plan = self.plan if after_event == len(self._log) else self._planned(state)
            self._stood[after_event] = FoldedYear(
                self.cycle_id, after_event, self.today, state, plan
            )
        return self._stood[after_event]

    def told_so_far(self) -> Sequence[FoldedYear]:
        """As it stood whenever something was told."""
        return [self.as_it_stood(number) for number in self._states]

    @property
    def stood(self) -> Sequence[FoldedYear]:
        """As it stood whenever something was told, and as it was stored: what letters are written from."""
        return tuple(self._stood.values())

    def take_over(self, new: Set[str] | None = None) -> None:
        """Steps whose window had passed when the year was started here, or when these new ones came to it,
        are taken as done, unmailed; of those whose work should have begun it is asked whether they are."""
        for step in self.definition.in_dependency_order:
            if new is None or step.slug in new:
                self.happens(found_at_start(self.state, step, self.plan[step.slug], self.today))

    def moved(self, before: YearPlan, change: int) -> tuple[MovedDate, ...]:
        """Every date that is another than in the plan before a change of the meetings. They are kept as they
        are told here: the only place that works them out."""
        found = moved_dates(self.definition, before, self.plan)
        self.session.add_all(
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

    def label(self, slug: str) -> str:
        return label(self.state, self.definition.step(slug), self.plan[slug], self.today)

    def name_of_state(self, slug: str) -> str:
        """What Prefect calls the step's state."""
        return self.state_in_prefect(slug)[0]

    def state_in_prefect(self, slug: str) -> tuple[str, Text]:
        """Its name, and what it says of the step."""
        step, broken = self.definition.step(slug), self._broken_in(slug)
        return state_in_prefect(self.state, step, self.plan[slug], self.today, broken)

    @property
    def law(self) -> Sequence[Finding]:
        """What the statutes say of the year as it stands."""
        plan = self.plan
        if self._judged is None or self._judged[0] is not plan:
            found = law_findings(
                self.budget_year, self.meetings, self.state, self.today, self._chosen.definition
            )
            self._judged = plan, found
        return self._judged[1]

    def _broken_in(self, slug: str) -> Sequence[Finding]:
        """What the law says is broken in the step, as the year stands."""
        return [one for one in self.law if one.step == slug and one.severity is Severity.BREACH]

    def has(self, key: str) -> bool:
        """Whether the log holds the event with this key."""
        return any(event.key == key for event in self._log)

    def keep(self) -> None:
        """Writes the new events with what they claim, for another year of this transaction to read."""
        new = self._log[self._kept :]
        append(self.session, self._cycle, self._kept, new, self.state)
        for change in self._claims:
            claim(self.session, self._cycle, change)
        for number, event in enumerate(new, self._kept + 1):
            self._journal(number, event)
        self._claims, self._kept = [], len(self._log)

    def _journal(self, number: int, event: Event) -> None:
        decided = event.decision if isinstance(event, Corrected) else event
        facts: dict[str, Any] = {}
        if isinstance(decided, Decided):
            facts = {"body": decided.body, "outcome": decided.outcome, "decided_on": decided.on}
        journal_after(
            self.session,
            "decision" if facts else "step",
            kind=event.kind,
            step=event.step,
            budget_year=self.budget_year,
            number=number,
            **facts,
        )

    def store(self) -> None:
        """Stores what is new, with what it makes known."""
        self.keep()
        exercise = self._chosen.mail_to is not None
        announce(self.session, self._cycle, self.take_announced(), self.today, exercise=exercise)
        self._stored = _Stored(self.state, self._kept)

    def conclude(self) -> None:
        """Notes what is asked for when the transaction is over: which steps Prefect shows otherwise than they
        stand."""
        shown = last_shown(self.session, self._cycle)
        slugs = [step.slug for step in self.definition.steps]
        # where Prefect has shown none, what it would call them is not asked for
        self._stale = tuple(
            slug for slug in slugs if not shown or self.name_of_state(slug) != shown.get(slug)
        )

    def told(self, mails: int, note: str = "") -> None:
        """So many mails have been written of what was stored; the note is what went wrong with any."""
        self._mails, self._notes = mails, note

    @property
    def done(self) -> Advance:
        """What was done, once it is concluded."""
        if self._stale is None:
            return Advance(self.budget_year, (), 0, ())
        return Advance(
            budget_year=self.budget_year,
            numbers=tuple(self._added),
            events=tuple(self._log[number - 1].key for number in self._added),
            mails=self._mails,
            stale=self._stale,
            plan=self.definition.plan_of(self.budget_year),
            notes=(self._notes,) if self._notes else (),
        )
