"""Who is told what, and in which mail: of what years make known, gathered and stored.

Nothing is worded here: the letters are written afterwards, by `tasks.mail.writing`. Which mail each notice
goes in is settled here, so that it is the same whoever writes it and when. The unique keys, not a look
beforehand, are what makes it impossible to tell somebody the same thing twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import insert
from sqlmodel import Session, and_, col, or_, select

from calendars.workdays import WORKDAYS
from models.plan import Staff
from models.tables import MailRow, NoticeRow
from notifications.changed_dates import Rescheduling
from notifications.items import Item, asks_for_a_part, part_of
from notifications.notices import Notice
from notifications.recipients import Recipient, recipients
from notifications.sorting import Envelope, Form, collected_prefixes, sort_items
from notifications.wishes import is_of_event, why_no_mail
from tasks.log import Announcement
from tasks.mail.already_told import AT_A_TIME, EXERCISE, handed_over_by, known_keys
from tasks.people.store import stored_staff
from tasks.settings import Settings
from tasks.year import FoldedYear, OpenYear

LAST = "\U0010ffff"
"""After everything that a key may go on with; so compared, an index finds them."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter needs to know of a notice besides the year: kept as JSON until it is written."""

    notice: Notice
    recipient: Recipient
    had_by: tuple[str, ...]
    change: Rescheduling | None
    """The change that the mail tells of, where it is about one."""


class Held(NamedTuple):
    """What a year made known on a day, after so many of its events, and a later day's letter tells."""

    cycle_id: int
    day: date
    after_event: int
    notice: Notice


CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


class Notices:
    """The notices of one transaction, of however many years, on a day. What is put in is only gathered
    until it is stored, so that it can also be looked at and left."""

    def __init__(self, session: Session, chosen: Settings, today: date) -> None:
        self._session, self._chosen, self._today = session, chosen, today
        self._exercise = chosen.mail_to is not None
        self._cycles: dict[int, int] = {}
        self._items: dict[str, Item] = {}

    @cached_property
    def _staff(self) -> Staff:
        return stored_staff(self._session)

    def gather(self, year: OpenYear, told: Iterable[Announcement]) -> None:
        """Gathers what the year makes known and has not stored: it is told at once."""
        for (after_event, waits), some in groupby(
            told, key=lambda one: (one.after_event, one.waits)
        ):
            self.put(year.as_it_stood(after_event), [one.notice for one in some], waiting=waits)

    def put(self, then: FoldedYear, notices: Iterable[Notice], *, waiting: bool = False) -> None:
        """Gathers the notices for everyone who answers for their roles today and was not told them; of those
        that are `waiting` for another day, only what is handed over, which may have to go with the rest.
        `then` is the year as it stood when they came about."""
        state, plan = then.state, then.plan
        self._cycles[plan.budget_year] = then.cycle_id
        wanted: dict[str, tuple[Item, frozenset[str]]] = {}
        for notice in notices:
            group = recipients(
                self._staff, state.definition, notice.to, self._today, self._chosen.process_owner
            )
            mailboxes = frozenset(one.mailbox for one in group)
            for recipient in group:
                item = Item(
                    notice,
                    recipient,
                    state,
                    plan,
                    waits=waiting,
                    after_event=then.after_event,
                    came_on=then.day,
                )
                wanted.setdefault(item.key, (item, mailboxes))
        known = known_keys(self._session, list(wanted), exercise=self._exercise)
        for key, (item, mailboxes) in wanted.items():
            if key not in known and key not in self._items:
                had_by = self._had_by(item, mailboxes)
                if had_by or not waiting:
                    self._items[key] = replace(item, had_by=had_by)

    def held(self) -> Sequence[Held]:
        """What was made known by events and does not go today to everybody whom it is for, each once."""
        going = {item.key for envelope in self.envelopes() for item in envelope.items}
        found = {
            (item.plan.budget_year, item.after_event, item.notice.key): Held(
                self._cycles[item.plan.budget_year],
                item.came_on or self._today,
                item.after_event,
                item.notice,
            )
            for item in self._items.values()
            if item.key not in going
            and is_of_event(item)
            and not why_no_mail(item, WORKDAYS, self._today)
        }
        return tuple(found.values())

    def gathered(self) -> Sequence[Item]:
        """What was put in to be told today, in order, and is not stored yet."""
        return tuple(
            item
            for item in self._items.values()
            if not item.waits and not why_no_mail(item, WORKDAYS, self._today)
        )

    def envelopes(self) -> list[Envelope]:
        """The mails that what was put in makes today."""
        if not self._items:
            return []
        return sort_items(self._items.values(), WORKDAYS, self._today, self._collected_already())

    def store(self) -> None:
        """Stores what goes today, in the order of the mails to be; what has to wait, also because its mail
        has gone already, is asked for again by the next check."""
        envelopes = self.envelopes()
        gone = self._gone([one.key for one in envelopes])
        rows = [
            self._row(envelope, item)
            for envelope in envelopes
            if envelope.key not in gone
            for item in envelope.items
        ]
        for item in self._items.values():
            if not item.waits and (why := why_no_mail(item, WORKDAYS, self._today)):
                row = self._row(Envelope("", Form.SINGLE, (item,)), item)
                rows.append({**row, "mail_key": "", "because": why, "content": ""})
        if rows:
            self._session.connection().execute(insert(NoticeRow), rows)
        self._items.clear()

    def _had_by(self, item: Item, mailboxes: frozenset[str]) -> tuple[str, ...]:
        """Who had the part until now, where it is handed over to those with these mailboxes."""
        part = part_of(item.notice, item.state)
        if part is None or not asks_for_a_part(item.notice, item.state):
            return ()
        cycle_id = self._cycles[item.plan.budget_year]
        return handed_over_by(self._session, cycle_id, part, mailboxes, exercise=self._exercise)

    def _row(self, envelope: Envelope, item: Item) -> dict[str, Any]:
        notice = item.notice
        content = Content(notice, item.recipient, item.had_by, _named(envelope.rescheduled))
        return {
            "cycle_id": self._cycles[item.plan.budget_year],
            "key": self._own(item.key),
            "kind": notice.kind.value,
            "step": notice.step,
            "round": notice.round,
            "role": str(notice.to),
            "body": body_of(item),
            "name": item.recipient.name,
            "address": item.recipient.mailbox,
            "rule": item.rule,
            "because": item.recipient.because,
            "mail_key": self._own(envelope.key),
            "day": self._today,
            "after_event": item.after_event,
            "content": CONTENT.dump_json(content).decode(),
        }

    def _own(self, key: str) -> str:
        return EXERCISE + key if self._exercise else key

    def _collected_already(self) -> set[str]:
        """The keys of the collected mails that nobody gets a second of today, or this week."""
        prefixes = {
            prefix
            for day_or_week in collected_prefixes(self._today)
            for prefix in (day_or_week, self._own(day_or_week))
        }
        return {
            key.removeprefix(EXERCISE)
            for column, is_there in _MAIL_KEYS
            for key in self._session.exec(
                select(column)
                .where(is_there)
                .where(or_(*(and_(column > one, column < one + LAST) for one in prefixes)))
            )
        }

    def _gone(self, keys: Sequence[str]) -> Collection[str]:
        """Those of the keys whose mails are there already: each is written once."""
        found: set[str] = set()
        for first in range(0, len(keys), AT_A_TIME):
            some = [self._own(key) for key in keys[first : first + AT_A_TIME]]
            for column, is_there in _MAIL_KEYS:
                of_some = select(column).where(is_there, column.in_(some))
                found.update(key.removeprefix(EXERCISE) for key in self._session.exec(of_some))
        return found


_MAIL_KEYS = (
    (col(MailRow.key), col(MailRow.id).is_not(None)),
    (col(NoticeRow.mail_key), col(NoticeRow.mail_id).is_(None)),
)
"""Where the keys of the mails are that are written, and of those that are not yet."""


def body_of(item: Item) -> str:
    """The body that a notice is about as it is stored; where it is about none, nothing."""
    part = part_of(item.notice, item.state)
    return part.body if part else item.notice.body or ""


def _named(change: Rescheduling | None) -> Rescheduling | None:
    """The change without the dates: the notices have them."""
    nothing: Mapping[str, Any] = {}
    return replace(change, was=nothing) if change else None
