"""Who is to be told when something has stopped: the process owner of the day, whatever still works."""

from __future__ import annotations

from datetime import date

from calendars.definition import load_definition
from models.errors import KommunplanError
from models.process import TaskKey
from notifications.recipients import recipients
from tasks.database import open_database
from tasks.people.store import stored_staff
from tasks.settings import Settings


def owners(chosen: Settings, today: date) -> tuple[str, ...]:
    """The addresses of everyone who answers for the process owner's role; that of the settings where
    nobody does, or it cannot be known. Never an error."""
    fallback = chosen.process_owner
    try:
        definition = load_definition(chosen.definition)
        database = open_database(chosen)
        try:
            with database.read() as session:
                staff = stored_staff(session)
        finally:
            database.engine.dispose()
    except KommunplanError:
        return (fallback,)
    owner = TaskKey(role=definition.municipality.owner)
    return tuple(one.address for one in recipients(staff, definition, owner, today, fallback))
