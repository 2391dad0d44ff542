"""The year as it goes when everybody keeps to the plan: `kommunplan provkor`.

Pure. Day for day the same rules as the engine's decide what opens and who is told; every part is
reported on its last day and every body decides at its planned meeting. Nothing is stored or sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.ahead import ahead_of_meetings
from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.act import Now, YearAct
from models.acts.decisions import Decide
from models.acts.parts import ReportPart
from models.events import Event, Raised
from models.fold import apply
from models.opening import open_step
from models.outcomes import Outcome
from models.plan import Meeting, YearPlan
from models.process import Definition, Step
from models.state import Status, YearState, not_started
from notifications.announcements import announcements
from notifications.notices import Notice
from notifications.urgency import due_today, is_for_the_morning, next_day_for_mail

BY = "provkörning"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A simulated year: the plan, every notice with the day it goes to who has chosen nothing else, and the
    state it ended in."""

    plan: YearPlan
    notices: tuple[tuple[date, Notice], ...]
    state: YearState


def rehearse(definition: Definition, budget_year: int, meetings: Sequence[Meeting]) -> Rehearsal:
    """From the day on which the first step opens until every step is completed, or a year past the last."""
    plan = plan_year(definition, budget_year, meetings)
    year = _Rehearsing(definition, plan, meetings)
    day = min(step.opens for step in plan.steps.values())
    last = max(step.window_end for step in plan.steps.values()) + timedelta(days=365)
    while day <= last and not year.is_over:
        year.morning(day)
        year.people_act(day)
        day += timedelta(days=1)
    told = tuple(sorted(year.notices, key=lambda one: one[0]))
    return Rehearsal(year.plan, told, year.state)


def in_year_order(definition: Definition, plan: YearPlan) -> list[Step]:
    """The steps by window; those with the same window as the definition has them."""
    return sorted(
        definition.steps,
        key=lambda step: (plan[step.slug].window_start, plan[step.slug].window_end),
    )


def usual_outcome(step: Step, body: str) -> Outcome:
    """What a body does with an item when all goes as planned."""
    if body in step.discussing:
        return Outcome.OVERLAGT
    if body != step.deciding[-1]:
        return Outcome.FORESLAR
    return Outcome.BEVILJAR if "ansvarsfrihet" in step.concerns else Outcome.BIFALL


class _Rehearsing:
    def __init__(self, definition: Definition, plan: YearPlan, meetings: Sequence[Meeting]) -> None:
        self.first_definition, self.plan, self._meetings = definition, plan, meetings
        self.state = not_started(definition)
        self.notices: list[tuple[date, Notice]] = []
        self._sent: set[str] = set()
        self._log: list[Event] = []

    @property
    def definition(self) -> Definition:
        """With the steps that the meetings have raised."""
        return self.state.definition

    @property
    def is_over(self) -> bool:
        return all(
            step.status is Status.COMPLETED or self.plan[step.slug].dormant
            for step in self.state.steps.values()
        )

    def morning(self, day: date) -> None:
        """What the deadline check does."""
        year = self.plan.budget_year
        for event in ahead_of_meetings(self.state, year, self._meetings, day, self._log, date.min):
            self._log.append(event)
            self._happens(event, day)
        self._open_due(day)
        self._tell(due_today(self.state, self.plan, WORKDAYS, day), day)

    def people_act(self, day: date) -> None:
        for step in self.definition.in_dependency_order:
            for key in self.state.missing(step):
                if day >= self.plan[step.slug].due:
                    self._do(ReportPart(step=step.slug, role=key.role, unit=key.unit, by=BY), day)
            while body := self.state.awaited_body(step):
                link = self.plan[step.slug].links[self.state[step.slug].link]
                if day < (link.meeting or link.register_by):
                    break
                outcome = usual_outcome(step, body)
                if not self._do(
                    Decide(step=step.slug, body=body, outcome=outcome, on=day, by=BY), day
                ):
                    break

    def _do(self, act: YearAct, day: date) -> bool:
        """Whether the act made anything happen."""
        now = Now(
            budget_year=self.plan.budget_year,
            first_definition=self.first_definition,
            state=self.state,
            planned=lambda: self.plan,
            log=(),
            held=tuple,  # none is known, so that every day is one to decide on
            days=WORKDAYS,
            today=day,
        )
        events = act.rule(now).events
        for event in events:
            self._happens(event, day)
        return bool(events)

    def _open_due(self, day: date) -> None:
        for step in self.definition.steps:
            if event := open_step(self.state, step, self.plan[step.slug], day):
                self._happens(event, day)

    def _happens(self, event: Event, day: date) -> None:
        before, self.state = self.state, apply(self.state, event)
        if isinstance(event, Raised):
            self.plan = plan_year(self.definition, self.plan.budget_year, self._meetings)
        told = announcements(before, self.state, event, day)
        self._tell(told, next_day_for_mail(self.state, WORKDAYS, day))
        self._open_due(day)  # what this one starts begins the same day
        self._tell(due_today(self.state, self.plan, WORKDAYS, day), day)

    def _tell(self, notices: Iterator[Notice], day: date) -> None:
        for notice in notices:
            if notice.key not in self._sent:
                self._sent.add(notice.key)
                waits = is_for_the_morning(notice, self.state, self.plan, WORKDAYS, day)
                goes = next_day_for_mail(self.state, WORKDAYS, day) if waits else day
                self.notices.append((goes, notice))
