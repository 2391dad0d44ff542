"""What each person's calendar holds by our mails, and what the next mail has to change in it.

Level-triggered, as the check is: what was sent is compared with what is so, so nothing depends on which event
changed it. A mail about a step brings its entries, and any mail brings what has changed since. Whatever was
moved or is gone, and no mail of the day says it, gets a mail of its own: a person goes by the calendar. Only
what the person has done leaves it quietly, with the next mail; but not if it shows a last day that has been
moved since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from sqlmodel import Session

from calendars.workdays import WORKDAYS
from models.plan import Staff, YearPlan, mailbox
from models.process import TaskKey
from models.state import YearState
from notifications.calendar_entry import CalendarEntry, Standing
from notifications.calendar_file import Revision
from notifications.calendar_letter import CalendarChange, Reason
from notifications.recipients import Recipient, holders_of, recipients
from notifications.sorting import Envelope
from tasks import clock
from tasks.calendars.ledger import Revisions, keep, revised, settle, stored_revisions
from tasks.calendars.sent import HeldEntry, Sent
from tasks.planned import entries

SOON = timedelta(days=7)
"""What changes so near is told on a quiet day too, unless somebody else has it now."""


@dataclass(frozen=True, slots=True)
class FollowedYear:
    """A year as it stands, with every entry that it can have."""

    cycle_id: int
    state: YearState
    entries: tuple[CalendarEntry, ...]


class CalendarMail:
    """The calendars of everyone whom the mails of one transaction can reach."""

    def __init__(
        self, session: Session, fallback: str, staff: Staff, today: date, *, exercise: bool = False
    ) -> None:
        self._exercise = exercise
        self._session, self._fallback, self._staff = session, fallback, staff
        self._today, self._now = today, clock.now()
        self._followed: dict[int, tuple[int, YearState, YearPlan]] = {}
        self._people: dict[tuple[int, TaskKey], frozenset[str]] = {}
        self._lost: Set[int] = frozenset()

    def follow(self, cycle_id: int, state: YearState, plan: YearPlan) -> None:
        """The year stands so now."""
        self._followed[plan.budget_year] = (cycle_id, state, plan)
        self._people.clear()
        for name in ("_years", "_entries", "_revisions", "_sent"):
            self.__dict__.pop(name, None)

    def settle(self) -> None:
        """Gives every entry that has changed its next number, for good."""
        self._revisions = {}
        for year in self._years.values():
            self._revisions |= settle(self._session, year.cycle_id, year.entries, self._now)

    def brought_by(self, envelope: Envelope) -> list[CalendarChange]:
        """What goes with the mail: the entries of what it is about, and what else has changed."""
        address = envelope.recipient.mailbox
        told = {(i.plan.budget_year, i.notice.step, i.notice.to) for i in envelope.items}
        held = self._sent.held[address]
        new = [
            self._numbered(address, CalendarChange(Reason.NEW, self._revisions[entry.name]))
            for number, year in self._years.items()
            for entry in year.entries
            if any((number, entry.step, key) in told for key in entry.concerns)
            and entry.name not in held
            and entry.is_current
            and entry.standing is Standing.AHEAD
            and self._revisions[entry.name].appointment.day >= self._today
        ]
        return _by_day([*new, *self._changed(address)])

    def unheard(self, mailed: Set[str]) -> Iterator[tuple[Recipient, list[CalendarChange]]]:
        """Everyone whom no mail tells what has been moved or is gone, and what that is."""
        reached = {mailbox(address) for address in mailed}
        for address in list(self._sent.held):
            changes = [] if address in reached else list(self._changed(address))
            if any(one.is_loud and self._may_be_told(address, one) for one in changes):
                yield self._sent.people[address], _by_day(changes)

    def sent(self, mail_id: int, to: Recipient, changes: Sequence[CalendarChange]) -> None:
        """The changes went with the mail."""
        for change in changes:
            self._sent.add(self._session, mail_id, to, change.revision)
            self._count(change.revision)

    def lose(self, mails: Set[int]) -> None:
        """As if these mails had been laid aside: nobody will have what they bring."""
        self._lost = mails
        self.__dict__.pop("_sent", None)

    def _count(self, sent: Revision) -> None:
        """No number is given twice: an entry that one person has lost and others keep goes on after it."""
        own = self._revisions[sent.name]
        number = sent.sequence + (sent.cancelled and not own.cancelled)
        if number > own.sequence:
            own = replace(own, sequence=number, changed_at=self._now)
            self._revisions[sent.name] = own
            keep(self._session, self._years[_budget_year(sent.name)].cycle_id, [own])

    def _changed(self, address: str) -> Iterator[CalendarChange]:
        """What the person's calendar has otherwise than it is. What has been is left alone."""
        for name, held in list(self._sent.held[address].items()):
            own, entry = self._revisions[name], self._entries.get(name)
            if max(held.day, own.appointment.day) < self._today:
                continue
            change = self._change(own, entry, held, address)
            if change is not None and max(change.days) >= self._today:
                yield self._numbered(address, change)

    def _change(
        self, own: Revision, entry: CalendarEntry | None, held: HeldEntry, address: str
    ) -> CalendarChange | None:
        """What an entry is other than as the person holds it; None where it is the same."""
        if own.cancelled:
            done = entry is not None and entry.standing is Standing.DONE
            return CalendarChange(
                Reason.DONE if done else Reason.OFF,
                own,
                held.day,
                is_outdated=done and _has_moved(entry, held.day),
            )
        if entry is not None and not self._is_theirs(entry, address):
            gone = replace(own, sequence=own.sequence + 1, changed_at=self._now, cancelled=True)
            return CalendarChange(Reason.NOT_YOURS, gone, held.day)
        if own.appointment.fingerprint != held.fingerprint:
            moved = own.appointment.day != held.day
            return CalendarChange(Reason.MOVED if moved else Reason.REWORDED, own, held.day)
        return None

    def _numbered(self, address: str, change: CalendarChange) -> CalendarChange:
        """With a number that the person has not had, also where the mail that brought it came to nothing."""
        one = change.revision
        last = self._sent.last.get((address, one.name), -1)
        if one.sequence > last:
            return change
        again = replace(one, sequence=last + 1, changed_at=self._now)
        return replace(change, revision=again)

    def _is_theirs(self, entry: CalendarEntry, address: str) -> bool:
        year = _budget_year(entry.name)
        return any(address in self._people_of(year, key) for key in entry.concerns)

    def _people_of(self, year: int, key: TaskKey) -> frozenset[str]:
        """Who answers for the role today, and who holds it though somebody else answers meanwhile."""
        if (year, key) not in self._people:
            definition = self._years[year].state.definition
            people = recipients(self._staff, definition, key, self._today, self._fallback)
            answering = {one.mailbox for one in people}
            holding = {mailbox(h.address) for h in holders_of(self._staff, key, self._today)}
            self._people[year, key] = frozenset(answering | holding)
        return self._people[year, key]

    def _may_be_told(self, address: str, change: CalendarChange) -> bool:
        if self._sent.is_refused(address, change.revision):
            return False  # nobody is there; what was told is in the list of mails that were refused
        year = self._years[change.budget_year]
        quiet = year.state.definition.quiet.reason(self._today, WORKDAYS) is not None
        ordinary = WORKDAYS.is_workday(self._today) and not quiet
        # to be rid of what somebody else has now hurries nobody
        return ordinary or (
            change.reason is not Reason.NOT_YOURS and min(change.days) <= self._today + SOON
        )

    @cached_property
    def _years(self) -> dict[int, FollowedYear]:
        return {
            number: FollowedYear(cycle_id, state, entries(state, plan))
            for number, (cycle_id, state, plan) in self._followed.items()
        }

    @cached_property
    def _entries(self) -> dict[str, CalendarEntry]:
        return {entry.name: entry for year in self._years.values() for entry in year.entries}

    @cached_property
    def _revisions(self) -> Revisions:
        """As they are, also where it is not settled yet: tomorrow's mails are only looked at."""
        found: Revisions = {}
        for year in self._years.values():
            known = stored_revisions(self._session, year.cycle_id)
            found |= revised(known, year.entries, self._now)
        return found

    @cached_property
    def _sent(self) -> Sent:
        ids = [year.cycle_id for year in self._years.values()]
        return Sent(self._session, ids, self._lost, exercise=self._exercise)


def _has_moved(entry: CalendarEntry | None, day: date) -> bool:
    """Whether a part of a step that goes on has another last day than a calendar says."""
    if entry is None or entry.step_is_done or entry.appointment is None:
        return False
    return entry.appointment.day != day


def _by_day(changes: Iterable[CalendarChange]) -> list[CalendarChange]:
    return sorted(changes, key=lambda one: (one.days[0], one.revision.name))


def _budget_year(name: str) -> int:
    """An entry's name begins with it."""
    return int(name.partition("/")[0])
