"""Which mail each notice goes in: one of its own, the handover of a role, or the collected one.

Pure. An item is a notice for one person; an envelope is a mail to be. The keys make sure, in the
database, that each item is told once and that nobody gets a second collected mail in a day. What has
to wait is not kept here: it is asked for again by tomorrow's check, or put in again by it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.mail_choices import Pace
from models.plan import WorkingDays
from notifications.changed_dates import Rescheduling
from notifications.items import Item
from notifications.notices import Kind, Notice, is_news
from notifications.recipients import Recipient
from notifications.urgency import is_statutory, no_day_for_mail
from notifications.wishes import is_held, is_of_event, pace_of, why_no_mail

TOGETHER = "tillsammans"
"""How the key begins of a mail that holds what goes at once and belongs together."""


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
        if begins == TOGETHER:
            return cls.COLLECTED
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
        """One item for each thing that they say. Of a part its new dates, where it has; that it is late,
        where it is; else the first that there is of it. Of a decision what it completed, where it did. Who is
        waited for in a step is not told of it as the process owner too."""
        chosen: dict[object, Item] = {}
        for item in self.items:
            about = item.says
            if about not in chosen or _weight(item.notice) > _weight(chosen[about].notice):
                chosen[about] = item
        asked = {item.about_step for item in chosen.values() if not item.only_tells}
        return tuple(item for item in chosen.values() if not _is_said(item, asked))


def _is_said(item: Item, asked: Container[tuple[int, str]]) -> bool:
    """Whether it only tells the new dates of a step that its reader is `asked` about in the same mail."""
    return item.notice.kind is Kind.MOVED and item.only_tells and item.about_step in asked


def _weight(notice: Notice) -> int:
    """Which of several notices of one thing says it all: the newer dates, or that they have passed; and that
    the step is done."""
    if notice.kind in (Kind.MOVED, Kind.COMPLETED):
        return 2
    return int(_is_overdue(notice))


def _is_overdue(notice: Notice) -> bool:
    return notice.kind is Kind.OVERDUE or (
        notice.kind is Kind.RECONSIDER and notice.rung > notice.due
    )


def sort_items(
    items: Iterable[Item], days: WorkingDays, today: date, taken: Container[str]
) -> list[Envelope]:
    """The mails of today, in the order in which the notices came about, handovers last. `taken` are the
    keys of the collected mails that have gone already: what is new since then does not wait. Whatever is
    about a step that one change has given other dates goes in one mail about the change. A handover waits
    whole for an ordinary day, or, when a statutory limit in it is near, goes whole today. What one event
    makes known to one person at once is one mail."""
    items = [one for one in items if is_to_be_told(one, days, today)]
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


def is_to_be_told(item: Item, days: WorkingDays, today: date) -> bool:
    """Whether a mail goes about it today, if none of its own has gone already and it is no quiet day."""
    return not (why_no_mail(item, days, today) or is_held(item, days, today))


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
    """The key of the mail that the item goes in: its own, or its event's, where it does not wait; None where
    it does."""
    pace = pace_of(item, days, today)
    of_day, of_week = (f"{prefix}{item.recipient.mailbox}" for prefix in collected_prefixes(today))
    if pace is Pace.AT_ONCE:
        return _together(item) or item.key
    if pace is Pace.WEEKLY:
        first = _first_ordinary_day(item, days, today)
        since = item.came_on if is_of_event(item) and item.came_on else item.notice.rung
        in_time = first is not None and since <= first <= today
        return of_week if in_time and of_week not in taken else None
    if of_day not in taken:
        return of_day
    if is_of_event(item):
        return None
    return item.key if is_news(item.notice, item.state) else None


def _together(item: Item) -> str:
    """What is told at once goes with what else its event makes known, and a body's ärenden that are to be
    registered by the same day with each other: the key of that mail, which is one transaction's alone."""
    notice = item.notice
    if notice.on_request:
        return ""
    if notice.kind in (Kind.DECISION, Kind.COMPLETED):
        return f"{TOGETHER}/{item.of_event}/{item.recipient.mailbox}"
    if notice.body and notice.kind in (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE):
        about = f"{item.of_event}/{notice.body}/{notice.due}/{notice.rung}"
        return f"{TOGETHER}/{about}/{item.recipient.mailbox}"
    return ""


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
