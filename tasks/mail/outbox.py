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
from models.plan import YearPlan
from models.process import Definition
from models.state import YearState
from models.tables import CycleRow, MailContentRow, MailNoticeRow, MailRow
from notifications.calendar_file import CalendarFile, entry_files
from notifications.calendar_letter import (
    BECAUSE,
    RULE,
    CalendarChange,
    calendar_letter,
    calendar_lines,
)
from notifications.collected import Collected, collect
from notifications.letters import Letter, compose
from notifications.message import Finished, build
from notifications.moved import moved_letter
from notifications.notices import Kind, Notice
from notifications.recipients import Recipient, recipients, reply_to
from notifications.rescheduled import values
from notifications.sorting import (
    Envelope,
    Form,
    Item,
    asks_for_a_part,
    collected_prefixes,
    part_of,
    sort_items,
)
from tasks import clock
from tasks.calendars.changes import CalendarMail
from tasks.links.issue import AnswerLinks
from tasks.mail.told import EXERCISE, handed_over_by, known_keys, reminded_on
from tasks.mail.withdrawal import Standing, Told, Withdrawal
from tasks.people.store import stored_staff
from tasks.settings import Settings

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
        self._exercise = chosen.mail_to is not None
        self._calendars = CalendarMail(
            session, chosen.process_owner, self._staff, today, exercise=self._exercise
        )
        self._cycles: dict[int, int] = {}
        self._items: dict[str, Item] = {}
        self._standing: dict[int, Standing] = {}
        self.added: Counter[int] = Counter()
        """How many mails were posted, by budget year."""

    def put(
        self,
        cycle: CycleRow,
        notices: Iterable[Notice],
        state: YearState,
        plan: YearPlan,
        *,
        waiting: bool = False,
    ) -> None:
        """Gathers the notices for everyone who answers for their roles today and was not told them; of those
        that are `waiting` for another day, only what is handed over, which may have to go with the rest."""
        self._cycles[cycle.budget_year] = cycle.id or 0
        wanted: dict[str, tuple[Item, frozenset[str]]] = {}
        for notice in notices:
            group = recipients(
                self._staff, state.definition, notice.to, self._today, self._chosen.process_owner
            )
            mailboxes = frozenset(one.mailbox for one in group)
            for recipient in group:
                item = Item(notice, recipient, state, plan, waits=waiting)
                wanted.setdefault(item.key, (item, mailboxes))
        known = known_keys(self._session, list(wanted), exercise=self._exercise)
        for key, (item, mailboxes) in wanted.items():
            if key not in known and key not in self._items:
                had_by = self._had_by(item, mailboxes)
                if had_by or not waiting:
                    self._items[key] = replace(item, had_by=had_by)

    def follow(self, cycle: CycleRow, state: YearState, plan: YearPlan) -> None:
        """How the year stands, when all that is told of it has been put in: the calendars follow."""
        self._cycles[cycle.budget_year] = cycle.id or 0
        self._calendars.follow(cycle, state, plan)
        self._standing[cycle.id or 0] = Standing(state, plan)

    def _had_by(self, item: Item, mailboxes: frozenset[str]) -> tuple[str, ...]:
        """Who had the part until now, where it is handed over to those with these mailboxes."""
        part = part_of(item.notice, item.state)
        if part is None or not asks_for_a_part(item.notice, item.state):
            return ()
        cycle_id = self._cycles[item.plan.budget_year]
        return handed_over_by(self._session, cycle_id, part, mailboxes, exercise=self._exercise)

    def gathered(self) -> Sequence[Item]:
        """What was put in to be told today, in order, and is not posted yet."""
        return tuple(item for item in self._items.values() if not item.waits)

    def envelopes(self) -> list[Envelope]:
        """The mails that what was put in makes today."""
        if not self._items:
            return []
        return sort_items(self._items.values(), WORKDAYS, self._today, self._collected_already())

    def calendar_mails(
        self, envelopes: Iterable[Envelope]
    ) -> list[tuple[Recipient, list[CalendarChange]]]:
        """The mails about calendars that would go besides the envelopes."""
        envelopes = list(envelopes)
        self._calendars.lose(self._withdrawal(envelopes).mails())
        return list(self._calendars.unheard({one.recipient.address for one in envelopes}))

    def post(self) -> None:
        """Writes the mails; one whose key is there already tells nothing, and is asked for again."""
        self._calendars.settle()
        envelopes = self.envelopes()
        self._withdrawal(envelopes).make()
        reached = {one.recipient.address for one in envelopes if self._write(one)}
        for recipient, changes in self._calendars.unheard(reached):
            self._write_calendar(recipient, changes)
        self._items.clear()
        self._standing.clear()

    def _withdrawal(self, envelopes: Iterable[Envelope]) -> Withdrawal:
        """What waits and need not be sent when these are."""
        coming = (self._telling(item) for envelope in envelopes for item in envelope.items)
        return Withdrawal(
            self._session,
            self._standing,
            coming,
            self._staff,
            self._chosen.process_owner,
            self._today,
            exercise=self._exercise,
        )

    def _telling(self, item: Item) -> Told:
        notice, part = item.notice, part_of(item.notice, item.state)
        return Told(
            self._cycles[item.plan.budget_year],
            notice.kind,
            notice.step,
            str(notice.to),
            part.body if part else notice.body or "",
            item.recipient.mailbox,
        )

    def _write(self, envelope: Envelope) -> bool:
        """Whether it was written."""
        recipient, first = envelope.recipient, envelope.sections[0]
        changes = self._calendars.brought_by(envelope)
        files = entry_files((one.revision for one in changes), self._chosen.sender)
        alone = envelope.is_letter
        letter = replace(self._letter(envelope), calendar=calendar_lines(changes, files))
        mail = self._finished(
            letter,
            recipient,
            key=self._own(envelope.key),
            files=files,
            replies_to=self._replies_to(first.state.definition),
            thread=_thread(envelope),
        )
        year = first.plan.budget_year
        mail_id = self._insert(
            mail,
            recipient,
            year=year,
            key=self._own(envelope.key),
            kind=envelope.kind,
            rule=envelope.rule,
            step=first.notice.step if alone else "",
            role=str(first.notice.to) if alone else "",
        )
        if mail_id is None:
            return False
        self._session.add_all(self._notices(envelope, mail_id))
        self._session.flush()
        self._calendars.sent(mail_id, recipient, changes)
        return True

    def _write_calendar(self, recipient: Recipient, changes: Sequence[CalendarChange]) -> None:
        """The mail about what has changed in a person's calendar and no other mail says."""
        years = sorted({one.budget_year for one in changes})
        files = entry_files((one.revision for one in changes), self._chosen.sender)
        plans = [self._calendars.plan_of(year) for year in years]
        letter = calendar_letter(changes, files, plans, recipient, self._because(changes))
        numbers = "+".join(f"{one.revision.name}:{one.revision.sequence}" for one in changes)
        key = self._own(f"kalender/{self._today}/{recipient.mailbox}/{numbers}")
        definition = self._standing[self._cycles[years[0]]].state.definition
        mail = self._finished(
            letter,
            recipient,
            key=key,
            files=files,
            thread=None,
            replies_to=self._replies_to(definition),
        )
        mail_id = self._insert(mail, recipient, year=years[0], key=key, kind="kalender", rule=RULE)
        if mail_id is None:
            return
        self._session.add_all(
            MailNoticeRow(
                mail_id=mail_id,
                cycle_id=self._cycles[one.budget_year],
                kind="kalender",
                key=self._own(f"{one.revision.name}/{one.revision.sequence}/{recipient.mailbox}"),
                step=one.step,
                round=0,
                role="",
                body="",
                name=recipient.name,
                address=recipient.mailbox,
                rule=RULE,
                because=BECAUSE,
            )
            for one in changes
        )
        self._session.flush()
        self._calendars.sent(mail_id, recipient, changes)

    def _own(self, key: str) -> str:
        return EXERCISE + key if self._exercise else key

    def _because(self, changes: Iterable[CalendarChange]) -> dict[str, object]:
        """What changed the dates in this transaction, for a mail about what that did to a calendar."""
        about = {(one.budget_year, one.step) for one in changes}
        for item in self._items.values():
            if item.notice.rescheduled and item.about_step in about:
                return values(item.notice.rescheduled, item.state.definition, item.about_step[0])
        return {"why": None}

    def _finished(
        self,
        letter: Letter | Collected,
        recipient: Recipient,
        *,
        key: str,
        thread: str | None,
        files: Sequence[CalendarFile],
        replies_to: str,
    ) -> Finished:
        exercise = self._chosen.mail_to
        return build(
            letter,
            key=key,
            thread=thread,
            sender=self._chosen.sender,
            recipient=replace(recipient, address=exercise or recipient.address),
            before_subject=f"[PROV till {recipient.address}] " if exercise else "",
            reply_to=replies_to,
            created=clock.now(),
            calendars=files,
        )

    def _insert(
        self,
        mail: Finished,
        recipient: Recipient,
        *,
        year: int,
        key: str,
        kind: str,
        rule: str,
        step: str = "",
        role: str = "",
    ) -> int | None:
        """The number of the mail in the outbox; None where one with its key is there already."""
        now = clock.now()
        row = MailRow(
            cycle_id=self._cycles[year],
            key=key,
            message_id=mail.message_id,
            step=step,
            kind=kind,
            role=role,
            rule=rule,
            name=recipient.name,
            address=self._chosen.mail_to or recipient.address,
            subject=mail.subject,
            queued_on=self._today,
            queued_at=now,
            next_attempt_at=now,
        )
        values = row.model_dump(exclude={"id"})
        mail_id = self._session.scalar(
            insert(MailRow).values(values).on_conflict_do_nothing().returning(col(MailRow.id))
        )
        if mail_id is not None:
            self.added[year] += 1
            self._session.add(MailContentRow(mail_id=mail_id, content=mail.content))
            self._session.flush()
        return mail_id

    def _letter(self, envelope: Envelope) -> Letter | Collected:
        alone = envelope.is_letter
        replies_to = self._replies_to(envelope.sections[0].state.definition)
        sections = [
            (
                item,
                compose(
                    self._told(item),
                    item.state,
                    item.plan,
                    item.recipient,
                    replies_to,
                    self._answer_url(item),
                    within=not alone,
                    today=self._today,
                ),
            )
            for item in envelope.sections
        ]
        if alone:
            return sections[0][1]
        if envelope.rescheduled is not None:
            return moved_letter(envelope.rescheduled, sections, replies_to, self._today)
        return collect(envelope.form, sections, replies_to, self._today)

    def _replies_to(self, definition: Definition) -> str:
        return reply_to(self._staff, definition, self._today, self._chosen.process_owner)

    def _told(self, item: Item) -> Notice:
        """What is handed over says so, whatever its ladder would have said; an escalation says when those
        who are missing were last reminded, if they were."""
        notice = replace(item.notice, rule=item.rule)
        if notice.kind is not Kind.ESCALATION:
            return notice
        cycle_id = self._cycles[item.plan.budget_year]
        reminded = reminded_on(self._session, cycle_id, notice, exercise=self._exercise)
        return replace(notice, reminded_on=reminded)

    def _answer_url(self, item: Item) -> str | None:
        """The recipient's own link, where the mail asks for a part. Made once, as the mail is; none in an
        exercise, whose reader is somebody else."""
        notice, state = item.notice, item.state
        step = state.definition.step(notice.step)
        asks = notice.kind in ASKING and (notice.kind is Kind.RETURNED or notice.body is None)
        waits = notice.to in state.missing(step)
        if self._exercise or not (asks and waits and self._chosen.page_is_reachable):
            return None
        cycle_id = self._cycles[item.plan.budget_year]
        return self._links.make(cycle_id, notice, item.recipient, item.plan[step.slug].due)

    def _notices(self, envelope: Envelope, mail_id: int) -> Iterator[MailNoticeRow]:
        for item in envelope.items:
            told = self._telling(item)
            yield MailNoticeRow(
                mail_id=mail_id,
                cycle_id=told.cycle_id,
                key=self._own(item.key),
                kind=told.kind.value,
                step=told.step,
                round=item.notice.round,
                role=told.role,
                body=told.body,
                name=item.recipient.name,
                address=told.mailbox,
                rule=item.rule,
                because=item.recipient.because,
            )

    def _collected_already(self) -> set[str]:
        """The keys of the collected mails that nobody gets a second of today, or this week."""
        of_today = (
            and_(col(MailRow.key) > prefix, col(MailRow.key) < prefix + LAST)
            for day_or_week in collected_prefixes(self._today)
            for prefix in {day_or_week, self._own(day_or_week)}
        )
        found = self._session.exec(select(MailRow.key).where(or_(*of_today)))
        return {key.removeprefix(EXERCISE) for key in found}


def _thread(envelope: Envelope) -> str | None:
    """What the mail belongs with: its ärende; the meetings of the bodies that it tells of, where a change
    of them touches several; nothing for the day's tasks."""
    if envelope.form is Form.HANDOVER or (
        envelope.form is Form.COLLECTED and not envelope.is_letter
    ):
        return None
    about = {
        f"{item.plan.budget_year}/"
        f"{item.state.definition.arende_of(item.state.definition.step(item.notice.step)).slug}"
        for item in envelope.sections
    }
    if len(about) == 1:
        return about.pop()
    why = envelope.rescheduled
    names = sorted({one.name for one in why.meetings}) if why else []
    return f"sammantraden/{'+'.join(names)}" if names else None
