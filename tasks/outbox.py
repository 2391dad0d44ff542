"""The outbox: notices become finished mails for everyone who answers for the role they are for.

Used inside the transaction that stores the events. The unique keys, not a look beforehand, are what
makes a second copy impossible; of the notices at hand, those that were told already are looked up only
so as not to write letters in vain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, and_, col, or_, select

from calendars.workdays import WORKDAYS
from models.notices import Kind, Notice
from models.plan import YearPlan
from models.recipients import recipients
from models.sorting import (
    Envelope,
    Item,
    asks_for_a_part,
    collected_prefixes,
    part_of,
    sort_items,
)
from models.state import YearState
from models.tables import CycleRow, MailContentRow, MailNoticeRow, MailRow
from notifications.calendar_entry import calendar_entry
from notifications.collected import Collected, collect
from notifications.letters import Letter, compose
from notifications.message import build
from tasks import clock
from tasks.answer_links import AnswerLinks
from tasks.settings import Settings
from tasks.staff_store import stored_staff
from tasks.told import handed_over_by, known_keys

ASKING = (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.RETURNED, Kind.MOVED)
"""The mails that ask somebody to do their part, and so can be answered."""

LAST = "\U0010ffff"
"""After everything that a key may go on with; so compared, an index finds them."""


class Outbox:
    """The mails of one transaction, of however many years. What is put in is only gathered until it
    is posted, so that it can also be looked at and left."""

    def __init__(self, session: Session, chosen: Settings, today: date) -> None:
        self._session, self._chosen, self._today = session, chosen, today
        self._staff = stored_staff(session)
        self._links = AnswerLinks(session, chosen, today)
        self._cycles: dict[int, int] = {}
        self._items: dict[str, Item] = {}
        self.added: Counter[int] = Counter()
        """How many mails were posted, by budget year."""

    def put(
        self, cycle: CycleRow, notices: Iterable[Notice], state: YearState, plan: YearPlan
    ) -> None:
        """Gathers the notices for everyone who answers for their roles today and was not told them."""
        self._cycles[cycle.budget_year] = cycle.id or 0
        wanted: dict[str, tuple[Item, frozenset[str]]] = {}
        for notice in notices:
            group = recipients(
                self._staff, state.definition, notice.to, self._today, self._chosen.process_owner
            )
            addresses = frozenset(one.address for one in group)
            for recipient in group:
                item = Item(notice, recipient, state, plan)
                wanted.setdefault(item.key, (item, addresses))
        known = known_keys(self._session, list(wanted))
        for key, (item, addresses) in wanted.items():
            if key not in known and key not in self._items:
                self._items[key] = replace(item, had_by=self._had_by(item, addresses))

    def _had_by(self, item: Item, addresses: frozenset[str]) -> tuple[str, ...]:
        """Who had the part until now, where it is handed over to those with these addresses."""
        part = part_of(item.notice, item.state)
        if part is None or not asks_for_a_part(item.notice, item.state):
            return ()
        cycle_id = self._cycles[item.plan.budget_year]
        return handed_over_by(self._session, cycle_id, part, addresses)

    def gathered(self) -> Sequence[Item]:
        """What was put in, in order, and is not posted yet."""
        return tuple(self._items.values())

    def envelopes(self) -> list[Envelope]:
        """The mails that what was put in makes today."""
        if not self._items:
            return []
        return sort_items(self._items.values(), WORKDAYS, self._today, self._collected_already())

    def post(self) -> None:
        """Writes the mails; one whose key is there already tells nothing, and is asked for again."""
        for envelope in self.envelopes():
            self._write(envelope)
        self._items.clear()

    def _write(self, envelope: Envelope) -> None:
        row, content = self._mail(envelope)
        values = row.model_dump(exclude={"id"})
        mail_id = self._session.scalar(
            insert(MailRow).values(values).on_conflict_do_nothing().returning(col(MailRow.id))
        )
        if mail_id is None:
            return
        self.added[envelope.items[0].plan.budget_year] += 1
        self._session.add(MailContentRow(mail_id=mail_id, content=content))
        self._session.add_all(self._notices(envelope, mail_id))
        self._session.flush()

    def _mail(self, envelope: Envelope) -> tuple[MailRow, bytes]:
        recipient, now = envelope.recipient, clock.now()
        exercise = self._chosen.mail_to
        address = exercise or recipient.address
        first = envelope.sections[0]
        alone = envelope.is_letter
        arende = first.state.definition.arende_of(first.state.definition.step(first.notice.step))
        mail = build(
            self._letter(envelope), key=envelope.key,
            thread=f"{first.plan.budget_year}/{arende.slug}" if alone else envelope.key,
            sender=self._chosen.sender, recipient=replace(recipient, address=address),
            before_subject=f"[PROV till {recipient.address}] " if exercise else "",
            reply_to=self._chosen.process_owner, created=now,
            calendars=[
                entry
                for item in envelope.items
                if (entry := calendar_entry(
                    item.notice, item.state, item.plan, created=now,
                    domain=self._chosen.sender.rpartition("@")[2],
                ))
            ],
        )  # fmt: skip
        row = MailRow(
            cycle_id=self._cycles[first.plan.budget_year], key=envelope.key,
            message_id=mail.message_id, step=first.notice.step if alone else "",
            kind=envelope.kind, role=str(first.notice.to) if alone else "", rule=envelope.rule,
            name=recipient.name, address=address, subject=mail.subject,
            queued_on=self._today, queued_at=now, next_attempt_at=now,
        )  # fmt: skip
        return row, mail.content

    def _letter(self, envelope: Envelope) -> Letter | Collected:
        alone = envelope.is_letter
        sections = [
            (item, compose(
                item.notice, item.state, item.plan, item.recipient, self._chosen.process_owner,
                self._answer_url(item), within=not alone,
            ))
            for item in envelope.sections
        ]  # fmt: skip
        if alone:
            return sections[0][1]
        return collect(envelope.form, sections, self._chosen.process_owner)

    def _answer_url(self, item: Item) -> str | None:
        """The recipient's own link, where the mail asks for a part. Made once, as the mail is."""
        notice, state = item.notice, item.state
        step = state.definition.step(notice.step)
        asks = notice.kind in ASKING and (notice.kind is Kind.RETURNED or notice.body is None)
        waits = notice.to in state.missing(step)
        if not (asks and waits and self._chosen.page_is_reachable):
            return None
        cycle_id = self._cycles[item.plan.budget_year]
        return self._links.make(cycle_id, notice, item.recipient, item.plan[step.slug].due)

    def _notices(self, envelope: Envelope, mail_id: int) -> Iterator[MailNoticeRow]:
        for item in envelope.items:
            notice, part = item.notice, part_of(item.notice, item.state)
            yield MailNoticeRow(
                mail_id=mail_id, cycle_id=self._cycles[item.plan.budget_year], key=item.key,
                kind=notice.kind.value, step=notice.step, round=notice.round, role=str(notice.to),
                body=part.body if part else notice.body or "", name=item.recipient.name,
                address=item.recipient.address, rule=item.rule, because=item.recipient.because,
            )  # fmt: skip

    def _collected_already(self) -> set[str]:
        """The keys of the collected mails that nobody gets a second of today, or this week."""
        of_today = (
            and_(col(MailRow.key) > prefix, col(MailRow.key) < prefix + LAST)
            for prefix in collected_prefixes(self._today)
        )
        return set(self._session.exec(select(MailRow.key).where(or_(*of_today))))
