"""One round of writing: every letter that there is, with what it brings into its reader's calendar.

Inside somebody else's transaction, which undoes the round where any letter could not be written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects.sqlite import insert as insert_unless_there
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import Session, col

from models.tables import MailContentRow, MailRow, NoticeRow
from notifications.calendar_letter import BECAUSE, RULE, CalendarChange
from notifications.items import Item
from notifications.message import Finished
from notifications.recipients import Recipient
from notifications.rescheduled import values
from notifications.sorting import Envelope
from tasks import clock
from tasks.calendars.changes import CalendarMail
from tasks.chain import bind_rows
from tasks.mail.already_told import EXERCISE
from tasks.mail.composing import Composer
from tasks.mail.folded_years import FoldedYears
from tasks.mail.notices import body_of
from tasks.mail.unwritten import CALENDAR, CalendarFailure, Pending, mark_written, take_out
from tasks.mail.withdrawal import Coming, Withdrawal
from tasks.people.store import stored_staff
from tasks.settings import Settings
from tasks.year import FoldedYear

LONGEST_ERROR = 300
"""Characters of an error that are kept."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A letter that could not be written. One about a calendar alone has no notices yet, but `rows` of them
    to be."""

    kind: str
    fault: Exception
    letter: Pending | None = None
    rows: Sequence[dict[str, Any]] = ()

    @property
    def name(self) -> str:
        return type(self.fault).__name__

    @property
    def error(self) -> str:
        """The class of the error, and its message on one line."""
        said = " ".join(str(self.fault).split())
        return (f"{self.name}: {said}" if said else self.name)[:LONGEST_ERROR]

    def is_new(self, earlier: Mapping[str, CalendarFailure]) -> bool:
        """Whether it is the first time; `earlier` are the failures of calendars that are known."""
        if self.letter is not None:
            return not self.letter.has_failed
        return self.rows[0]["address"] not in earlier


class WritingRound:
    """Writes each letter once. What could not be written is in `failures`, by the key of the letter, and
    how many mails were is in `added`, by budget year."""

    def __init__(
        self,
        session: Session,
        chosen: Settings,
        today: date,
        then: FoldedYears,
        years: Sequence[FoldedYear],
    ) -> None:
        self._session, self._chosen, self._today, self._then = session, chosen, today, then
        self._exercise = chosen.mail_to is not None
        self._staff = stored_staff(session)
        self._years = {year.cycle_id: year for year in years}
        self._cycles = {year.plan.budget_year: year.cycle_id for year in years}
        self._composer = Composer(session, chosen, self._staff, today)
        self._calendars = CalendarMail(
            session, chosen.process_owner, self._staff, today, exercise=self._exercise
        )
        for year in years:
            self._calendars.follow(year.cycle_id, year.state, year.plan)
        self.added: Counter[int] = Counter()
        self.failures: dict[str, Failure] = {}

    def write(self, letters: Iterable[Pending], without: Container[str]) -> None:
        """Writes the letters, and those about calendars, but for some. What waits and says less than they do
        is laid aside first, so that they bring what it would have brought."""
        self._calendars.settle()
        known = self._envelopes(letters)
        mails = [(one, envelope) for one, envelope in known if one.key not in without]
        # not what comes late: newer ones may have gone
        anew = [item for one, mail in mails if not one.has_failed for item in mail.items]
        self._withdrawal(anew).make()
        reached = {mail.recipient.address for one, mail in mails if self._write(one, mail)}
        self._write_calendars(reached, [item for _, mail in known for item in mail.items], without)
        if any(one.has_failed for one, _ in mails):
            self._withdrawal(()).make()  # what came too late

    def calendar_mails(
        self, envelopes: Sequence[Envelope]
    ) -> list[tuple[Recipient, list[CalendarChange]]]:
        """The mails about calendars that would go besides the envelopes; nothing is written."""
        coming = [item for envelope in envelopes for item in envelope.items]
        self._calendars.lose(self._withdrawal(coming).mails())
        return list(self._calendars.unheard({one.recipient.address for one in envelopes}))

    def _withdrawal(self, coming: Iterable[Item]) -> Withdrawal:
        return Withdrawal(
            self._session,
            self._years,
            [
                Coming(
                    self._cycles[item.plan.budget_year],
                    item.notice.kind,
                    item.notice.step,
                    str(item.notice.to),
                    body_of(item),
                    item.recipient.mailbox,
                )
                for item in coming
            ],
            self._staff,
            self._chosen.process_owner,
            self._today,
            exercise=self._exercise,
        )

    @contextmanager
    def _kept_apart(
        self,
        key: str,
        kind: str,
        letter: Pending | None = None,
        rows: Sequence[dict[str, Any]] = (),
    ) -> Iterator[None]:
        """What goes wrong inside is this letter's own; but not what the database cannot do at all."""
        try:
            yield
        except Exception as fault:
            if isinstance(fault, DatabaseError) and not isinstance(fault, IntegrityError):
                raise
            self.failures[key] = Failure(kind, fault, letter, rows)

    def _envelopes(self, letters: Iterable[Pending]) -> list[tuple[Pending, Envelope]]:
        """The letters that can be read, with what they are to tell."""
        found: list[tuple[Pending, Envelope]] = []
        for letter in letters:
            with self._kept_apart(letter.key, letter.rows[0].kind, letter):
                found.append((letter, letter.envelope(self._then)))
        return found

    def _write(self, letter: Pending, envelope: Envelope) -> bool:
        """Whether it was written."""
        first, alone = envelope.sections[0], envelope.is_letter
        mail_id: int | None = None
        with self._kept_apart(letter.key, envelope.kind, letter):
            changes = self._calendars.brought_by(envelope)
            key = self._own(letter.key)
            mail = self._composer.mail(
                envelope, changes, key=key, day=letter.rows[0].day, cycles=self._cycles
            )
            mail_id = self._insert(
                mail,
                envelope.recipient,
                year=first.plan.budget_year,
                key=key,
                kind=envelope.kind,
                rule=envelope.rule,
                step=first.notice.step if alone else "",
                role=str(first.notice.to) if alone else "",
            )
            if mail_id is None:
                take_out(self._session, letter)
            else:
                mark_written(self._session, letter, mail_id)
                self._calendars.sent(mail_id, envelope.recipient, changes)
        return mail_id is not None and letter.key not in self.failures

    def _write_calendars(
        self, reached: Set[str], told: Sequence[Item], without: Container[str]
    ) -> None:
        """The mails about calendars to those whom none of the others has reached."""
        for recipient, changes in self._calendars.unheard(reached):
            if self._calendar_key(recipient) not in without:
                self._write_calendar(recipient, changes, told)

    def _write_calendar(
        self, recipient: Recipient, changes: Sequence[CalendarChange], told: Sequence[Item]
    ) -> None:
        """The mail about what has changed in a person's calendar and no other mail says."""
        years = sorted({one.budget_year for one in changes})
        numbers = "+".join(f"{one.revision.name}:{one.revision.sequence}" for one in changes)
        key = self._own(f"{CALENDAR}/{self._today}/{recipient.mailbox}/{numbers}")
        rows = [self._calendar_row(recipient, one, key) for one in changes]
        with self._kept_apart(self._calendar_key(recipient), CALENDAR, rows=rows):
            mail = self._composer.calendar_mail(
                recipient,
                changes,
                _because(changes, told),
                key=key,
                definitions={
                    year: self._years[self._cycles[year]].state.definition for year in years
                },
            )
            mail_id = self._insert(
                mail, recipient, year=years[0], key=key, kind=CALENDAR, rule=RULE
            )
            if mail_id is not None:
                told_by = [{**row, "mail_id": mail_id} for row in rows]
                self._session.connection().execute(insert(NoticeRow), told_by)
                self._calendars.sent(mail_id, recipient, changes)

    def _calendar_row(
        self, recipient: Recipient, change: CalendarChange, mail_key: str
    ) -> dict[str, Any]:
        revision = change.revision
        cycle_id = self._cycles[change.budget_year]
        return {
            "cycle_id": cycle_id,
            "key": self._own(f"{revision.name}/{revision.sequence}/{recipient.mailbox}"),
            "kind": CALENDAR,
            "step": change.step,
            "round": 0,
            "role": "",
            "body": "",
            "name": recipient.name,
            "address": recipient.mailbox,
            "rule": RULE,
            "because": BECAUSE,
            "mail_key": mail_key,
            "day": self._today,
            "after_event": self._years[cycle_id].after_event,
        }

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
        row = {
            "cycle_id": self._cycles[year],
            "key": key,
            "message_id": mail.message_id,
            "step": step,
            "kind": kind,
            "role": role,
            "rule": rule,
            "name": recipient.name,
            "address": self._chosen.mail_to or recipient.address,
            "subject": mail.subject,
            "queued_on": self._today,
            "queued_at": now,
            "next_attempt_at": now,
        }
        connection = self._session.connection()
        mail_id: int | None = connection.scalar(_INSERT_MAIL, row)
        if mail_id is not None:
            self.added[year] += 1
            content = {"mail_id": mail_id, "content": mail.content}
            connection.execute(insert(MailContentRow), content)
            for what in ("mail", "letter"):
                bind_rows(self._session, what, [mail_id])
        return mail_id

    def _own(self, key: str) -> str:
        return EXERCISE + key if self._exercise else key

    def _calendar_key(self, recipient: Recipient) -> str:
        """What a failure of a person's mail about the calendar is called: that of every day the same."""
        return f"{CALENDAR}/{recipient.mailbox}"


_INSERT_MAIL = insert_unless_there(MailRow).on_conflict_do_nothing().returning(col(MailRow.id))


def _because(changes: Iterable[CalendarChange], told: Iterable[Item]) -> dict[str, object]:
    """What changed the dates, for a mail about what that did to a calendar, if that is told now."""
    about = {(one.budget_year, one.step) for one in changes}
    for item in told:
        if item.notice.rescheduled and item.about_step in about:
            return values(item.notice.rescheduled, item.state.definition, item.about_step[0])
    return {"why": None}
