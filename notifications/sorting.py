"""Which mail each notice goes in: one of its own, the handover of a role, or the collected one.

Pure. An item is a notice for one person; an envelope is a mail to be. The keys make sure, in the
database, that each item is told once and that nobody gets a second collected mail in a day. What has
to wait is not kept here: it is asked for again by tomorrow's check.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from models.plan import Pace, WorkingDays, YearPlan
from models.process import TaskKey
from models.state import YearState, reconsider_from
from notifications.changed_dates import Rescheduling
from notifications.notices import Kind, Notice, is_news
from notifications.recipients import Recipient
from notifications.urgency import is_statutory, no_day_for_mail

HANDED_OVER = "sänds när någon får en roll som har öppna uppgifter"
_CAN_WAIT = {Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.RECONSIDER, Kind.ALREADY_DONE}
_ASKING = _CAN_WAIT | {Kind.RETURNED}


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

    @property
    def key(self) -> str:
        return f"{self.plan.budget_year}/{self.notice.key}/{self.recipient.mailbox}"

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
        """Whether nothing is to be done: a step that will be asked about, once its ground is done anew,
        and new dates of what others are waited for."""
        notice, state = self.notice, self.state
        if notice.kind is Kind.MOVED:
            return notice.to not in _waited_for(notice, state)
        return notice.kind is Kind.RECONSIDER and part_of(notice, state) is None

    @property
    def is_late(self) -> bool:
        """Whether its day had passed: also of one that opened too late for it."""
        return self.notice.kind is Kind.OVERDUE or self.due < self.notice.rung

    @property
    def rule(self) -> str:
        return HANDED_OVER if self.had_by else self.notice.rule


class Form(StrEnum):
    """How a mail came to hold what it holds; all but the first are also the kind of the mail."""

    SINGLE = "enskilt"
    HANDOVER = "overlamning"
    COLLECTED = "uppgifter"
    MOVED = "flyttat"

    @classmethod
    def of_key(cls, key: str) -> Form:
        """The form of the mail that has this key."""
        begins = key.partition("/")[0]
        return cls(begins) if begins in tuple(cls) else cls.SINGLE


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail to be, to one person; its items are in the order in which they are to be read."""

    key: str
    form: Form
    items: tuple[Item, ...]
    rescheduled: Rescheduling | None = None
    """The change that it tells of, where it is about one."""

    @property
    def recipient(self) -> Recipient:
        return self.items[0].recipient

    @property
    def is_letter(self) -> bool:
        """Whether it holds one thing only, and is the plain letter about it."""
        return self.form is not Form.HANDOVER and len(self.sections) == 1

    @property
    def kind(self) -> str:
        return self.sections[0].notice.kind.value if self.is_letter else self.form.value

    @property
    def rule(self) -> str:
        if self.form is Form.COLLECTED and not self.is_letter:
            return "samlas i ett mejl"
        if self.rescheduled and not self.is_letter:
            return self.rescheduled.rule
        return self.sections[0].rule

    @property
    def sections(self) -> tuple[Item, ...]:
        """One item for each part: its new dates, where it has; that it is late, where it is; else the first
        that there is of it. Who is waited for in a step is not told of it as the process owner too."""
        chosen: dict[object, Item] = {}
        for item in self.items:
            about = (item.plan.budget_year, part_of(item.notice, item.state) or item.key)
            if about not in chosen or _weight(item.notice) > _weight(chosen[about].notice):
                chosen[about] = item
        asked = {item.about_step for item in chosen.values() if not item.only_tells}
        return tuple(item for item in chosen.values() if not _is_said(item, asked))


def _is_said(item: Item, asked: Container[tuple[int, str]]) -> bool:
    """Whether it only tells the new dates of a step that its reader is `asked` about in the same mail."""
    return item.notice.kind is Kind.MOVED and item.only_tells and item.about_step in asked


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


def _weight(notice: Notice) -> int:
    """Which of several notices of one part says it all: the newer dates, or that they have passed."""
    return 2 if notice.kind is Kind.MOVED else int(_is_overdue(notice))


def _is_overdue(notice: Notice) -> bool:
    return notice.kind is Kind.OVERDUE or (
        notice.kind is Kind.RECONSIDER and notice.rung > notice.due
    )


def asks_for_a_part(notice: Notice, state: YearState) -> bool:
    """Whether the notice asks its reader to do something: what is handed over with a role."""
    return notice.kind in _ASKING and part_of(notice, state) is not None


def sort_items(
    items: Iterable[Item], days: WorkingDays, today: date, taken: Container[str]
) -> list[Envelope]:
    """The mails of today, in the order in which the notices came about, handovers last. `taken` are the
    keys of the collected mails that have gone already: what is new since then does not wait. Whatever is
    about a step that one change has given other dates goes in one mail about the change. A handover waits
    whole for an ordinary day, or, when a statutory limit in it is near, goes whole today."""
    items = list(items)
    changes = {item.about_step: why for item in items if (why := item.notice.rescheduled)}
    piles: dict[str, list[Item]] = {}
    of_change: dict[str, Rescheduling] = {}
    handed_over: dict[str, list[Item]] = {}
    for item in items:
        if item.had_by:
            handed_over.setdefault(item.recipient.mailbox, []).append(item)
        elif why := changes.get(item.about_step):
            key = f"{Form.MOVED}/{why.token}/{item.recipient.mailbox}"
            of_change.setdefault(key, why)
            piles.setdefault(key, []).append(item)
        elif (own := _pile(item, days, today, taken)) is not None:
            piles.setdefault(own, []).append(item)
    return [*_piled(piles, of_change), *_handovers(handed_over, days, today)]


def _piled(
    piles: Mapping[str, Sequence[Item]], of_change: Mapping[str, Rescheduling]
) -> Iterator[Envelope]:
    for key, theirs in piles.items():
        yield Envelope(key, Form.of_key(key), _by_deadline(theirs), of_change.get(key))


def _handovers(
    handed_over: Mapping[str, Sequence[Item]], days: WorkingDays, today: date
) -> Iterator[Envelope]:
    for mailbox, theirs in handed_over.items():
        if _goes_today(theirs, days, today):
            key = f"{Form.HANDOVER}/{today}/{mailbox}"
            yield Envelope(key, Form.HANDOVER, _by_deadline(theirs))


def collected_prefixes(today: date) -> tuple[str, str]:
    """How the keys of today's, and of this week's, collected mails begin."""
    year, week, _ = today.isocalendar()
    return f"{Form.COLLECTED}/{today}/", f"{Form.COLLECTED}/{year}-v{week:02}/"


def _pile(item: Item, days: WorkingDays, today: date, taken: Container[str]) -> str | None:
    """The key of the mail that the item goes in: its own where it is urgent; None where it waits."""
    if _is_urgent(item, days, today):
        return item.key
    of_day, of_week = (f"{prefix}{item.recipient.mailbox}" for prefix in collected_prefixes(today))
    if item.recipient.pace is Pace.WEEKLY and not item.only_tells:
        first = _first_ordinary_day(item, days, today)
        in_time = first is not None and item.notice.rung <= first <= today
        return of_week if in_time and of_week not in taken else None
    if of_day not in taken:
        return of_day
    return item.key if is_news(item.notice, item.state) else None


def _is_urgent(item: Item, days: WorkingDays, today: date) -> bool:
    return (
        item.notice.on_request
        or item.notice.kind not in _CAN_WAIT
        or item.recipient.pace is Pace.AT_ONCE
        or is_statutory(item.notice, item.state, item.plan, days, today)
    )


def _goes_today(handed_over: Sequence[Item], days: WorkingDays, today: date) -> bool:
    return all(no_day_for_mail(item.state, days, today) is None for item in handed_over) or any(
        is_statutory(item.notice, item.state, item.plan, days, today) for item in handed_over
    )


def _first_ordinary_day(item: Item, days: WorkingDays, today: date) -> date | None:
    """The day of the week's collected mail: the first that is neither off nor quiet."""
    monday = today - timedelta(days=today.weekday())
    quiet = item.state.definition.quiet
    week = (monday + timedelta(days=n) for n in range(5))
    ordinary = (day for day in week if days.is_workday(day) and quiet.reason(day, days) is None)
    return next(ordinary, None)


def _by_deadline(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item.only_tells, item.due)))
