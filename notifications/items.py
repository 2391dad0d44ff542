"""One notice for one person, with the year as it stood: what mails are made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.plan import YearPlan
from models.process import TaskKey
from models.state import YearState, reconsider_from
from notifications.notices import Kind, Notice
from notifications.recipients import Recipient

HANDED_OVER = "sänds när någon får en roll som har öppna uppgifter"
_ASKING = {
    Kind.OPENED,
    Kind.REMINDER,
    Kind.OVERDUE,
    Kind.RECONSIDER,
    Kind.ALREADY_DONE,
    Kind.RETURNED,
}


class Part(NamedTuple):
    """What somebody is waited for with: a role's part in a round, a body's turn, or the answer whether
    a completed round stands."""

    step: str
    round: int
    role: str
    body: str
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One notice for one person, with the year as it stood when it came about."""

    notice: Notice
    recipient: Recipient
    state: YearState
    plan: YearPlan
    had_by: tuple[str, ...] = ()
    """Who had the part until now, where it is handed over with this notice."""
    waits: bool = False
    """Whether today is no day for it, unless it is handed over together with what cannot wait."""
    after_event: int = 0
    """The number of the year's newest event then."""
    came_on: date | None = None
    """Of what waited for the letter of a later day: when it came about."""

    @property
    def key(self) -> str:
        return f"{self.plan.budget_year}/{self.notice.key}/{self.recipient.mailbox}"

    @property
    def of_event(self) -> str:
        """The event after which it came about, in the whole database."""
        return f"{self.plan.budget_year}.{self.after_event}"

    @property
    def about_step(self) -> tuple[int, str]:
        return self.plan.budget_year, self.notice.step

    @property
    def due(self) -> date:
        """The day by which to act."""
        if self.notice.kind is Kind.RETURNED:
            return self.plan[self.notice.step].due
        return self.notice.due

    @property
    def only_tells(self) -> bool:
        """Whether nothing is to be done: what has been decided or is done, a day to take part in, a step that
        will be asked about once its ground is done anew, and what others are waited for."""
        notice, state = self.notice, self.state
        match notice.kind:
            case Kind.DECISION | Kind.COMPLETED | Kind.INVITED:
                return True
            case Kind.MOVED:
                return notice.to not in _waited_for(notice, state)
            case Kind.CORRECTED:
                return notice.to not in (
                    *_waited_for(notice, state),
                    *_clerk_in_turn(notice, state),
                )
            case Kind.RECONSIDER | Kind.RETURNED:
                return part_of(notice, state) is None
        return False

    @property
    def says(self) -> object:
        """What it is about, the same for all that would say the same to its reader: a part; a decision, with
        the step that it completed, whatever role its reader is told it for; else itself."""
        notice = self.notice
        if part := part_of(notice, self.state):
            return (self.plan.budget_year, part)
        if notice.kind in (Kind.DECISION, Kind.COMPLETED):
            return (*self.about_step, notice.round, notice.decision or notice.kind)
        if self.only_tells:
            return (*self.about_step, notice.kind, notice.round, notice.rung, notice.token)
        return self.key

    @property
    def is_late(self) -> bool:
        """Whether its day had passed: also of one that opened too late for it."""
        return self.notice.kind is Kind.OVERDUE or self.due < self.notice.rung

    @property
    def rule(self) -> str:
        return HANDED_OVER if self.had_by else self.notice.rule


def part_of(notice: Notice, state: YearState) -> Part | None:
    """The part that the notice is about; None for one that only tells."""
    step = state.definition.step(notice.step)
    match notice.kind:
        case Kind.OPENED | Kind.REMINDER | Kind.OVERDUE | Kind.MOVED:
            return Part(step.slug, notice.round, str(notice.to), notice.body or "")
        case Kind.RETURNED if notice.to in state.definition.tasks_of(step):
            return Part(step.slug, notice.round, str(notice.to), "")
        case Kind.ALREADY_DONE:
            return Part(step.slug, notice.round, str(notice.to), "", stands=True)
        case Kind.RECONSIDER if reconsider_from(state, step) is not None:
            return Part(step.slug, notice.round, str(notice.to), "", stands=True)
    return None


def _waited_for(notice: Notice, state: YearState) -> tuple[TaskKey, ...]:
    """Whom the step waits for: the clerk of the body whose turn it is, or those with parts left."""
    if notice.body is not None:
        return (state.definition.body(notice.body).clerk,)
    step = state.definition.step(notice.step)
    return state.missing(step) if state[step.slug].status.is_open else ()


def _clerk_in_turn(notice: Notice, state: YearState) -> tuple[TaskKey, ...]:
    """The clerk of the body that the step awaits."""
    body = state.awaited_body(state.definition.step(notice.step))
    return (state.definition.body(body).clerk,) if body else ()


def asks_for_a_part(notice: Notice, state: YearState) -> bool:
    """Whether the notice asks its reader to do something: what is handed over with a role."""
    return notice.kind in _ASKING and part_of(notice, state) is not None
