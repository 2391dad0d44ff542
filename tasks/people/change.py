"""Who holds what: a file read in, and the list of holders, deputies and gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session

from calendars.definition import HOLDERS_FILE, load_definition
from calendars.holders.files import load_staff, read_staff_file
from calendars.holders.rows import holder_of
from calendars.law.people import deadlines
from models.acts.people import ImportHolders, ReplaceHolder
from models.counting import counted
from models.plan import Absence, RoleHolder, Staff
from models.process import Definition, TaskKey
from models.state import Status
from notifications.recipients import holders_of
from notifications.wording import enumerated, long_day
from tasks.context import Context, Done
from tasks.database import Database
from tasks.log import cycles, stored_state
from tasks.meetings.stored import meetings
from tasks.people.store import Source, load_directory_staff, replace_staff, stored_staff
from tasks.planned import plan_year
from tasks.settings import Settings
from tasks.watch.journal import journal_after
from views.sheet_of_year import all_keys
from views.staff import StaffList, staff_list


def change_holders(on: Context, act: ImportHolders | ReplaceHolder) -> Done:
    """The act on who holds what; the roles that then have nobody are told."""
    match act:
        case ImportHolders():
            return _import(on, act)
        case ReplaceHolder():
            return _replace(on, act)


def _replace(on: Context, act: ReplaceHolder) -> Done:
    """Whoever has the role the day before has it until then; who was to have it later has not. Again it
    changes nothing. RefusedError with every fault of what was given."""
    definition = load_definition(on.settings.definition)
    key, since = TaskKey.of(act.role), act.since or on.today
    given = {"namn": act.holder, "adress": act.address, "fran": since}
    new = holder_of({"roll": key.role, "enhet": key.unit, **given}, definition)
    with on.database.write() as session:
        if not stored_staff(session).holders:
            load_directory_staff(session, load_staff(on.settings.definition, definition))
        known = _holding(session, key)
        kept = [_until(one, since) for one in known if one.first_day < since]
        replace_staff(session, "fil", [*kept, new], None, all_holders=False)
        vacant = tuple(_vacant(session, definition, stored_staff(session), on.today))
        journal_after(session, "holder.replaced", role=str(key))
    title = definition.title_of(key)
    before = [one.name for one in kept if one.last_day == since - timedelta(days=1)]
    said = f"{new.name} har rollen {title} från {long_day(since)}."
    if before:
        said += f" {enumerated(before)} har den till och med dagen före."
    return Done(said=(said, *(f"Varning: {line}" for line in vacant)))


def _holding(session: Session, key: TaskKey) -> list[RoleHolder]:
    """Who has the role, whenever."""
    known = stored_staff(session).holders
    return [one for one in known if (one.role, one.unit) == (key.role, key.unit)]


def _until(one: RoleHolder, since: date) -> RoleHolder:
    last = since - timedelta(days=1)
    return replace(one, last_day=min(one.last_day or last, last))


def _import(on: Context, act: ImportHolders) -> Done:
    """Replaces the holders of each role, or unit of one, that the file has, or of all; and all absences,
    where it has any. From the definition directory's own file on, the directory has its say again."""
    definition = load_definition(on.settings.definition)
    is_own = act.file.resolve() == (on.settings.definition / HOLDERS_FILE).resolve()
    with on.database.write() as session:
        replaces_all = act.replaces_all or is_own
        if not replaces_all and not stored_staff(session).holders:
            # nothing has read the directory yet, and the roles that the file leaves alone are those there
            load_directory_staff(session, load_staff(on.settings.definition, definition))
        file = read_staff_file(
            act.file, definition, stored_staff(session), replaces_all=replaces_all
        )
        holders, absences = file.holders, file.absences
        if is_own:
            holders, absences = holders or (), absences or ()
        source: Source = "katalog" if is_own else "fil"
        replace_staff(
            session, source, holders, absences, all_holders=replaces_all, vacant=file.vacant
        )
        vacant = tuple(_vacant(session, definition, stored_staff(session), on.today))
    said = _read(holders, absences, replaces_all=replaces_all)
    return Done(said=(*said, *file.notes, *(f"Varning: {line}" for line in vacant)))


def _read(
    holders: Sequence[RoleHolder] | None, absences: Sequence[Absence] | None, *, replaces_all: bool
) -> Iterator[str]:
    """How many were read in, and what they take the place of; nothing of what the file says nothing about."""
    if holders is not None:
        rest = (
            "gäller i stället för alla tidigare"
            if replaces_all
            else "gäller i stället för de tidigare i samma roll och enhet. Övriga är som förut"
        )
        read = counted(len(holders), "rollinnehavare är inläst", "rollinnehavare är inlästa")
        yield f"{read}, och {rest}."
    if absences is not None:
        read = counted(len(absences), "frånvarotid är inläst", "frånvarotider är inlästa")
        yield f"{read}, och gäller i stället för de tidigare."


def list_staff(database: Database, chosen: Settings, today: date) -> StaffList:
    """Every role that has something to do, who holds it today, and what the running years lack."""
    definition = load_definition(chosen.definition)
    with database.read() as session:
        staff = stored_staff(session)
        gaps = tuple(gap.text for gap in _gaps(session, staff, today))
    return staff_list(definition, staff, gaps, today)


class Gap(NamedTuple):
    """A last day to come on which nobody holds the role."""

    key: TaskKey
    title: str
    day: date
    text: str


def _vacant(session: Session, definition: Definition, staff: Staff, today: date) -> Iterator[str]:
    """A sentence for each role that is used and has nobody, today or on a last day to come."""
    titles = {
        key: definition.title_of(key)
        for key in all_keys(definition)
        if not holders_of(staff, key, today)
    }
    days: dict[TaskKey, list[date]] = {key: [] for key in titles}
    for gap in _gaps(session, staff, today):
        titles.setdefault(gap.key, gap.title)
        days.setdefault(gap.key, []).append(gap.day)
    for key, title in titles.items():
        times = [] if holders_of(staff, key, today) else ["i dag"]
        if missed := sorted(set(days[key])):
            first = f"den sista dagen {missed[0]}"
            times.append(
                first if len(missed) == 1 else f"{len(missed)} sista dagar från {missed[0]}"
            )
        yield f"{title} saknar innehavare {' och '.join(times)}."


def _gaps(session: Session, staff: Staff, today: date) -> Iterator[Gap]:
    for cycle in cycles(session):
        state = stored_state(session, cycle)
        definition = state.definition
        plan = plan_year(definition, cycle.budget_year, meetings(session), state, today)
        for step in definition.steps:
            if state[step.slug].status is Status.COMPLETED:
                continue
            for key, day in deadlines(definition, step, plan[step.slug]):
                if day >= today and not holders_of(staff, key, day):
                    title = definition.title_of(key)
                    plan_name = definition.plan_of(cycle.budget_year)
                    yield Gap(
                        key,
                        title,
                        day,
                        f"{plan_name}, {step.slug}: {title} har ingen innehavare {day}.",
                    )
