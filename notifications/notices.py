"""A notice: one thing to tell one role. Pure.

There are two sorts. *Announcements* (`notifications.announcements`) follow from an event and are made with
it. *Obligations* (`notifications.obligations`) follow from the state, and are asked for again at every check.
Every notice has a key; the database refuses a second one with the same key for the same person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.events import Decided, Question
from models.process import TaskKey
from models.state import YearState, reconsider_from
from notifications.changed_dates import Rescheduling


class Kind(StrEnum):
    """The values are the `slag` of `kommunplan provkor --json`."""

    OPENED = "oppnat"
    REMINDER = "paminnelse"
    OVERDUE = "forsenat"
    ESCALATION = "eskalering"
    DECISION = "beslut"
    COMPLETED = "klart"
    RETURNED = "aterremiss"
    MOVED = "flyttat"
    RECONSIDER = "omprovning"
    CORRECTED = "rattelse"
    MORE_TIME = "mer-tid"
    NOT_MINE = "inte-min"
    INVITED = "inbjudan"
    ALREADY_DONE = "redan-gjort"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one role. `due` is the day by which to act, or the day of what happened;
    `rule` is the Swedish sentence that says why this goes today."""

    kind: Kind
    step: str
    round: int
    to: TaskKey
    due: date
    rule: str
    rung: date
    """The day the rule pointed at; the day of sending is later after downtime."""
    body: str | None = None
    """The body whose decision this is about, or whose clerk is told."""
    decision: Decided | None = None
    wrong: Decided | None = None
    """Of a correction: the decision as it was registered. `decision` is then the right one, None where
    it was never made, and `reason` says why it was put right."""
    reason: str = ""
    on_request: bool = False
    """Whether somebody asked for it to be sent, so that it waits for no collected mail."""
    question: Question | None = None
    """What somebody with a part asks the process owner."""
    missing: tuple[TaskKey, ...] = ()
    reminded_on: date | None = None
    """Of an escalation: when those who are missing were last reminded; None where not all of them were."""
    token: str = ""
    """What tells two notices apart that are else alike: the change of a meeting that a notice is about."""
    rescheduled: Rescheduling | None = None
    """What gave the step other dates, and which it had."""
    by: str = ""
    """Who did what an announcement tells, as the log has it."""
    because: tuple[str, ...] = ()
    """Steps that this one rests on and that were begun anew, where it is about whether it stands."""

    @property
    def key(self) -> str:
        """Unique in a year, but for the recipient. An opening notice and an invitation go once a round,
        whatever their day becomes; the others once for each day they are about."""
        parts = [self.step, str(self.round), self.kind.value, str(self.to), self.body or "-"]
        if self.kind not in (Kind.OPENED, Kind.INVITED):
            parts += [str(self.due), str(self.rung)]
        if self.token:
            parts.append(self.token)
        if self.decision is not None:
            parts.append(self.decision.outcome.value)
        if self.because:
            parts.append("+".join(self.because))
        if self.question is not None:
            parts.append(self.question.key)
        return "/".join(parts)


def is_news(notice: Notice, state: YearState) -> bool:
    """Whether it is the first that its reader hears of what it asks or tells: not a reminder of it."""
    if notice.kind is Kind.RECONSIDER:
        asked = reconsider_from(state, state.definition.step(notice.step))
        return asked is None or notice.rung == asked
    if notice.kind is Kind.ALREADY_DONE:
        return notice.rung == state[notice.step].asked_on
    return notice.kind not in (Kind.REMINDER, Kind.OVERDUE, Kind.ESCALATION)


def about_decision(event: Decided, to: TaskKey, round_: int, *, returned: bool) -> Notice:
    """What a body did with the item, told to somebody."""
    what = "behandlat ärendet"
    if returned:
        what = event.outcome.row.perfect
    return Notice(
        kind=Kind.RETURNED if returned else Kind.DECISION,
        step=event.step,
        round=round_,
        to=to,
        due=event.on,
        rung=event.on,
        rule=f"sänds när {event.body} har {what}",
        body=event.body,
        decision=event,
        token=again(event),
    )


def again(decision: Decided | None) -> str:
    """What tells a decision from the same one that was registered and struck out before it."""
    return str(decision.attempt) if decision and decision.attempt else ""
