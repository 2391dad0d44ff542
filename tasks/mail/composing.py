"""A mail as it is to be worded: an envelope, or what changes in a calendar, becomes a finished message.

Reads what the wording asks for and makes the answer links; stores no mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from models.plan import Staff
from models.process import Definition
from notifications.calendar_file import CalendarFile, entry_files
from notifications.calendar_letter import CalendarChange, calendar_letter, calendar_lines
from notifications.collected import Collected, collect
from notifications.items import Item
from notifications.letters import Letter, compose
from notifications.message import Finished, build
from notifications.moved import moved_letter
from notifications.notices import Kind, Notice
from notifications.recipients import Recipient, reply_to
from notifications.situation import ASKS_A_PART
from notifications.sorting import Envelope, Form
from tasks import clock
from tasks.links.issue import AnswerLinks
from tasks.mail.already_told import reminded_on
from tasks.settings import Settings


class Composer:
    """Words the mails of one transaction. In an exercise all of them go to its address, and none can be
    answered: their reader is somebody else."""

    def __init__(self, session: Session, chosen: Settings, staff: Staff, today: date) -> None:
        self._session, self._chosen, self._staff, self._today = session, chosen, staff, today
        self._links = AnswerLinks(session, chosen, today)
        self._exercise = chosen.mail_to is not None

    def mail(
        self,
        envelope: Envelope,
        changes: Sequence[CalendarChange],
        *,
        key: str,
        day: date,
        cycles: Mapping[int, int],
    ) -> Finished:
        """The mail of that day, with what it changes in the reader's calendar; `cycles` are the ids of the
        years."""
        files = self._files(changes)
        replies_to = self._replies_to(envelope.sections[0].state.definition)
        letter = self._letter(envelope, replies_to, day, cycles)
        return self._finished(
            replace(letter, calendar=calendar_lines(changes, files)),
            envelope.recipient,
            key=key,
            thread=thread_of(envelope),
            files=files,
            replies_to=replies_to,
        )

    def calendar_mail(
        self,
        recipient: Recipient,
        changes: Sequence[CalendarChange],
        because: dict[str, object],
        *,
        key: str,
        definitions: Mapping[int, Definition],
    ) -> Finished:
        """The mail about what has changed in a person's calendar and no other mail says; `because` is what
        changed the dates, `definitions` are those of the years that it is about."""
        files = self._files(changes)
        years = sorted(definitions)
        plans = [definitions[year].plan_of(year) for year in years]
        return self._finished(
            calendar_letter(changes, files, plans, recipient, because),
            recipient,
            key=key,
            thread=None,
            files=files,
            replies_to=self._replies_to(definitions[years[0]]),
        )

    def _files(self, changes: Sequence[CalendarChange]) -> Sequence[CalendarFile]:
        return entry_files((one.revision for one in changes), self._chosen.sender)

    def _replies_to(self, definition: Definition) -> str:
        return reply_to(self._staff, definition, self._today, self._chosen.process_owner)

    def _letter(
        self, envelope: Envelope, replies_to: str, day: date, cycles: Mapping[int, int]
    ) -> Letter | Collected:
        alone = envelope.is_letter
        sections = [
            (
                item,
                compose(
                    self._told(item, cycles[item.plan.budget_year]),
                    item.state,
                    item.plan,
                    item.recipient,
                    replies_to,
                    self._answer_url(item, cycles[item.plan.budget_year]),
                    within=not alone,
                    today=day,
                ),
            )
            for item in envelope.sections
        ]
        if alone:
            return sections[0][1]
        if envelope.rescheduled is not None:
            return moved_letter(envelope.rescheduled, sections, replies_to, day)
        return collect(envelope.form, sections, replies_to, day)

    def _told(self, item: Item, cycle_id: int) -> Notice:
        """What is handed over says so, whatever its ladder would have said; an escalation says when those
        who are missing were last reminded, if they were."""
        notice = replace(item.notice, rule=item.rule)
        if notice.kind is not Kind.ESCALATION:
            return notice
        reminded = reminded_on(self._session, cycle_id, notice, exercise=self._exercise)
        return replace(notice, reminded_on=reminded)

    def _answer_url(self, item: Item, cycle_id: int) -> str | None:
        """The recipient's own link, where the mail asks for a part. Made once, as the mail is."""
        notice, state = item.notice, item.state
        step = state.definition.step(notice.step)
        asks = notice.kind in ASKS_A_PART and (notice.kind is Kind.RETURNED or notice.body is None)
        waits = notice.to in state.missing(step)
        if self._exercise or not (asks and waits and self._chosen.page_is_reachable):
            return None
        return self._links.make(cycle_id, notice, item.recipient, item.plan[step.slug].due)

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


def thread_of(envelope: Envelope) -> str | None:
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
