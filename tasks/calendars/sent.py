"""What our mails have put into people's calendars: the rows of calendar_sent, one after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session, col

from models.plan import mailbox
from models.tables import CalendarEntryRow, CalendarSentRow, MailRow
from notifications.calendar_file import Revision
from notifications.recipients import Recipient
from tasks.mail.already_told import EXERCISE

LOST = ("ersatt", "misslyckad")
"""Mails that nobody has got: what they brought was never brought, unless a server may have it all the
same."""
UNKNOWN = ""
"""The fingerprint of an entry of which nobody knows what it says, or whether it is there: so it is told
anew, or taken back."""


class HeldEntry(NamedTuple):
    """The newest that a person got of an entry."""

    day: date
    fingerprint: str


class Sent:
    """By address, whatever its case: what each calendar holds, whose it is, and the last number that was
    used for each entry, also in a mail that nobody got. The mails of `lost` count as laid aside."""

    def __init__(
        self,
        session: Session,
        cycle_ids: Sequence[int],
        lost: Set[int] = frozenset(),
        *,
        exercise: bool = False,
    ) -> None:
        self.held: defaultdict[str, dict[str, HeldEntry]] = defaultdict(dict)
        self.last: dict[tuple[str, str], int] = {}
        self.people: dict[str, Recipient] = {}
        self._refused: set[tuple[str, str, bool, str]] = set()
        # plain rows: it is asked at every transaction
        rows = session.connection().execute(_ROWS, {"cycles": list(cycle_ids)})
        for row in rows:
            (
                mail,
                spelling,
                entry,
                sequence,
                cancelled,
                day,
                fingerprint,
                name,
                status,
                key,
                handed,
            ) = row
            address = mailbox(spelling)
            self.last[address, entry] = sequence
            if key.startswith(EXERCISE) and not exercise:
                continue  # nobody's calendar has it
            self.people[address] = Recipient(name, spelling)
            if status not in LOST and mail not in lost:
                self._hold(address, entry, HeldEntry(day, fingerprint), cancelled)
            elif handed is not None and status != "misslyckad":
                self._hold(address, entry, HeldEntry(day, UNKNOWN), cancelled=False)
            elif status == "misslyckad":
                self._refused.add((address, entry, cancelled, fingerprint))

    def is_refused(self, address: str, revision: Revision) -> bool:
        """Whether a server has refused a mail that said this."""
        said = revision.cancelled, revision.appointment.fingerprint
        return (address, revision.name, *said) in self._refused

    def add(self, session: Session, mail_id: int, to: Recipient, revision: Revision) -> None:
        """The mail brings it."""
        address, says = to.mailbox, revision.appointment
        row = {
            "mail_id": mail_id,
            "entry": revision.name,
            "address": to.address,
            "sequence": revision.sequence,
            "day": says.day,
            "fingerprint": says.fingerprint,
            "cancelled": revision.cancelled,
        }
        session.connection().execute(insert(CalendarSentRow), row)
        self.last[address, revision.name] = revision.sequence
        self.people[address] = Recipient(to.name, to.address)
        held = HeldEntry(says.day, says.fingerprint)
        self._hold(address, revision.name, held, revision.cancelled)

    def _hold(self, address: str, entry: str, held: HeldEntry, cancelled: bool) -> None:
        if cancelled:
            self.held[address].pop(entry, None)
        else:
            self.held[address][entry] = held


_ROWS = (
    select(
        col(MailRow.id),
        col(CalendarSentRow.address),
        col(CalendarSentRow.entry),
        col(CalendarSentRow.sequence),
        col(CalendarSentRow.cancelled),
        col(CalendarSentRow.day),
        col(CalendarSentRow.fingerprint),
        col(MailRow.name),
        col(MailRow.status),
        col(MailRow.key),
        col(MailRow.handed_at),
    )
    .join(MailRow, col(MailRow.id) == col(CalendarSentRow.mail_id))
    .join(CalendarEntryRow, col(CalendarEntryRow.name) == col(CalendarSentRow.entry))
    .where(col(CalendarEntryRow.cycle_id).in_(bindparam("cycles", expanding=True)))
    .order_by(col(CalendarSentRow.id))
)
