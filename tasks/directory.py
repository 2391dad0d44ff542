"""The definition directory's meetings and role holders, read in anew."""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session

from calendars.definition import load_definition, load_meetings
from calendars.holders.files import load_staff
from calendars.next_year.examples import with_years_that_follow
from calendars.workdays import days_off_among
from models.counting import counted
from models.process import Definition
from models.text import Text
from tasks.calendars.years import settle_all
from tasks.context import Context, Done
from tasks.log import cycles, refuse_other_municipality
from tasks.meetings.store import last_change, load_directory
from tasks.people.store import load_directory_staff, stored_staff
from tasks.year import OpenYear


def read_directory(on: Context) -> Done:
    """What has been changed by hand, or read in from another file, is left alone, and said."""
    definition = load_definition(on.settings.definition)
    with on.database.write() as session:
        stored = store_directory(on, session, definition)
        holders = len(stored_staff(session).holders)
    said = [
        f"{counted(stored.meetings, 'sammanträde', 'sammanträden')} och {holders} rollinnehavare är inlästa."
    ]
    if not stored.meetings:
        said.append("Varning: katalogen har inga sammanträden, så inga beslut kan planeras.")
    if not holders:
        said.append(
            "Varning: katalogen har inga rollinnehavare, så alla mejl går till processägaren."
        )
    return Done(
        said=(*said, *(f"Lämnat orört: {line}" for line in stored.left_alone)), notes=stored.remarks
    )


class StoredDirectory(NamedTuple):
    """How many meetings were stored, what was not changed, and what is worth a second look."""

    meetings: int
    left_alone: tuple[str, ...]
    remarks: tuple[Text, ...]


def store_directory(
    on: Context, session: Session, definition: Definition, budget_year: int | None = None
) -> StoredDirectory:
    """Stores what the directory has, for the years that are started and the one that is to be. RefusedError
    where the database is another municipality's."""
    refuse_other_municipality(session, definition)
    meetings = load_meetings(on.settings.definition, definition)
    years = [cycle.budget_year for cycle in cycles(session)]
    if years or budget_year:
        meetings = with_years_that_follow(definition, meetings, max([*years, budget_year or 0]))
    staff = load_staff(on.settings.definition, definition)
    before = [
        OpenYear(session, cycle, on.settings, on.today).as_it_stands() for cycle in cycles(session)
    ]
    known = last_change(session)
    count, left_alone = load_directory(session, meetings, on.today)
    if (last := last_change(session)) != known:
        for was, cycle in zip(before, cycles(session), strict=True):
            OpenYear(session, cycle, on.settings, on.today).moved(was.plan, last)
    also_left = load_directory_staff(session, staff)
    settle_all(session, on.today)
    remarks = tuple(map(Text.of, days_off_among(meetings)))
    return StoredDirectory(count, (*left_alone, *also_left), remarks)
