"""Who a person is to the pages on a day: what follows from the roles that are held then. Pure, but for the
definition, which is read from its directory when that has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlmodel import Session

from calendars.definition import DEFINITION_FILE, load_definition
from models.plan import Staff, mailbox
from models.process import Definition, TaskKey
from models.visitor import Visitor
from notifications.recipients import Recipient, recipients
from tasks.people.store import stored_staff
from tasks.settings import Settings
from views.sheet_of_year import all_keys


def visitor_today(
    session: Session, chosen: Settings, address: str, how: str, today: date
) -> Visitor | None:
    """The person with the address, as the stored holders have it; None where it is nobody's who has anything
    to do with the year."""
    definition = current_definition(chosen)
    return visitor_of(stored_staff(session), definition, address, how, today, chosen.process_owner)


def visitor_of(
    staff: Staff, definition: Definition, address: str, how: str, today: date, fallback: str
) -> Visitor | None:
    """Who holds a role, is a deputy of somebody who is away, or answers for the process owner's role. Who is
    away is known too, and answers for nothing meanwhile: the deputy does."""
    own = mailbox(address)
    held = list(_answered_for(staff, definition, own, today, fallback))
    holder = next(
        (one for one in staff.holders if mailbox(one.address) == own and one.holds_on(today)), None
    )
    if not held and holder is None:
        return None
    keys = frozenset(key for key, _ in held)
    deputy_for = dict.fromkeys(one.deputy_for for _, one in held if one.deputy_for)
    return Visitor(
        name=holder.name if holder else held[0][1].name,
        address=own,
        how=how,
        is_owner=owner_key(definition) in keys,
        clerk_of=frozenset(body.slug for body in definition.bodies if body.clerk in keys),
        keys=keys,
        deputy_for=tuple(deputy_for),
    )


def owners_today(session: Session, chosen: Settings, today: date) -> tuple[Recipient, ...]:
    """Everyone who answers for the process owner's role; never nobody."""
    definition = current_definition(chosen)
    staff, owner = stored_staff(session), owner_key(definition)
    return recipients(staff, definition, owner, today, chosen.process_owner)


def owner_key(definition: Definition) -> TaskKey:
    return TaskKey(role=definition.municipality.owner)


def current_definition(chosen: Settings) -> Definition:
    """That of the directory, read anew when its file is another."""
    try:
        file = (chosen.definition / DEFINITION_FILE).stat()
    except OSError:
        return load_definition(chosen.definition)  # which says what is wrong
    return _definition(chosen.definition, file.st_mtime_ns, file.st_size)


@lru_cache(maxsize=4)
def _definition(directory: Path, changed_at: int, size: int) -> Definition:
    return load_definition(directory)


def _answered_for(
    staff: Staff, definition: Definition, own: str, today: date, fallback: str
) -> Iterator[tuple[TaskKey, Recipient]]:
    """Each role, or unit of one, with the person as its mails would have them."""
    for key in all_keys(definition):
        for one in recipients(staff, definition, key, today, fallback):
            if one.mailbox == own:
                yield key, one
