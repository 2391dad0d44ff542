"""Who gets what is for a role today, and why: its holders, their deputies, or the process owner.

Pure. There is always somebody: a role that nobody holds is the process owner's, and where nobody is
that either, the address of the settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from models.mail_choices import Choices, Pace, chosen_pace
from models.plan import Absence, RoleHolder, Staff, mailbox
from models.process import Definition, TaskKey

VACANT = "rollen saknar innehavare"
ADDRESSED = "adressen står i kommunens definition"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a mail goes to. `vacant_role` is the title of the role that it was meant for, where nobody
    holds that role and the process owner gets the mail instead; `because` is kept with the mail."""

    name: str
    address: str
    vacant_role: str | None = None
    because: str = ""
    deputy_for: str | None = None
    until: date | None = None
    """The last day of the deputy's time."""
    since: date | None = None
    """The first day of a holder's own."""
    pace: Pace = Pace.DAILY
    choices: Choices = ()
    """Of which kinds of mail something else than the pace holds."""

    @property
    def mailbox(self) -> str:
        return mailbox(self.address)

    def pace_of(self, kind: str, *, unless_chosen: Pace | None) -> Pace:
        """How often the person wants what is of the kind."""
        return chosen_pace(kind, self.pace, self.choices, unless_chosen=unless_chosen)

    def did(self, by: str) -> bool:
        """Whether it is the person whom the log names so: by name, address or both."""
        name, _, address = by.partition("<")
        own = {self.name.strip().casefold(), self.mailbox}
        return bool({name.strip().casefold(), mailbox(address.rstrip("> "))} & own)


def recipients(
    staff: Staff, definition: Definition, to: TaskKey, today: date, fallback: str
) -> tuple[Recipient, ...]:
    """Everyone who answers for the role today, each address once; never nobody."""
    found = tuple(answering(staff, definition, to, today))
    if not found:
        title = definition.title_of(to)
        owner = TaskKey(role=definition.municipality.owner)
        found = tuple(
            replace(one, vacant_role=title, because=VACANT, since=None)
            for one in answering(staff, definition, owner, today)
        ) or (Recipient("Processägaren", fallback, title, VACANT),)
    return tuple({one.mailbox: one for one in reversed(found)}.values())[::-1]


def reply_to(staff: Staff, definition: Definition, today: date, fallback: str) -> str:
    """Where replies and questions go today, as a mail's header has it: to everyone who answers for the
    process owner's role, with a comma between; to the fallback where nobody does."""
    owner = TaskKey(role=definition.municipality.owner)
    people = recipients(staff, definition, owner, today, fallback)
    return ", ".join(one.address for one in people)


def reaches(reply_to: str, reader: Recipient) -> bool:
    """Whether a reply would come to the reader's own mailbox."""
    return reader.mailbox in map(mailbox, reply_to.split(","))


def as_owner(owner: str, reader: Recipient) -> str:
    """As what somebody gets what is for a vacant role: `processägare`, by the name of that role, or as the
    deputy of who is."""
    return f"ersättare för {reader.deputy_for} ({owner})" if reader.deputy_for else owner


def holders_of(staff: Staff, to: TaskKey, day: date) -> list[RoleHolder]:
    """Who holds the role on the day, at work or not."""
    return [
        holder
        for holder in staff.holders
        if (holder.role, holder.unit) == (to.role, to.unit) and holder.holds_on(day)
    ]


def answering(
    staff: Staff, definition: Definition, to: TaskKey, today: date
) -> Iterator[Recipient]:
    """The role's holders who are at work, and the deputies of the others; none for a vacant role. Of an
    address who reads it."""
    title = definition.title_of(to)
    if to.is_address:
        yield _at(staff, to.role, today)
    for holder in holders_of(staff, to, today):
        yield _deputy(staff, holder.name, holder.address, today) or Recipient(
            holder.name,
            holder.address,
            pace=holder.pace,
            choices=holder.choices,
            since=holder.first_day,
            because=f"innehavare av {title} sedan {holder.first_day}",
        )


def _at(staff: Staff, address: str, today: date) -> Recipient:
    """Who reads the mail of an address: by name, where the address is a holder's."""
    theirs = (one for one in staff.holders if mailbox(one.address) == mailbox(address))
    known = next((one for one in theirs if one.holds_on(today)), None)
    name = known.name if known else address
    pace, choices = _wants(staff, address, today)
    return _deputy(staff, name, address, today) or Recipient(
        name, address, pace=pace, choices=choices, because=ADDRESSED
    )


def _deputy(staff: Staff, name: str, address: str, today: date) -> Recipient | None:
    """Who answers for somebody who is away; None for who is at work."""
    away = _away(staff, address, today)
    if away is None:
        return None
    pace, choices = _wants(staff, away.deputy_address, today)
    return Recipient(
        away.deputy_name,
        away.deputy_address,
        because=f"ersättare för {name} {away.first_day}–{away.last_day}",
        deputy_for=name,
        until=away.last_day,
        pace=pace,
        choices=choices,
    )


def _away(staff: Staff, address: str, today: date) -> Absence | None:
    """The absence whose deputy answers for the address: of a deputy who is away too, the next one's.
    Deputies in a ring are refused where the absences are read; here the last one has it."""
    found: Absence | None = None
    own, seen = mailbox(address), set()
    while own not in seen:
        seen.add(own)
        away = next(
            (one for one in staff.absences if mailbox(one.address) == own and one.covers(today)),
            None,
        )
        if away is None:
            break
        found, own = away, mailbox(away.deputy_address)
    return found


def _wants(staff: Staff, address: str, today: date) -> tuple[Pace, Choices]:
    """What the person has asked for in a role of their own."""
    person = mailbox(address)
    own = (h for h in staff.holders if mailbox(h.address) == person and h.holds_on(today))
    first = next(own, None)
    return (first.pace, first.choices) if first else (Pace.DAILY, ())
