"""Who holds what: a file read in, and the list of holders, deputies and gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from calendars.definition import HOLDERS_FILE, load_definition
from calendars.holders.files import load_staff, read_staff_file
from calendars.law.people import deadlines
from calendars.schedule import plan_year
from models.acts.people import ImportHolders
from models.counting import counted
from models.plan import Absence, RoleHolder, Staff, mailbox
from models.process import Definition, TaskKey
from models.state import Status
from notifications.recipients import holders_of
from tasks.database import Database
from tasks.log import stored_state
from tasks.office import Done, Office
from tasks.people.store import Source, load_directory_staff, replace_staff, stored_staff
from tasks.settings import Settings
from tasks.views.overview import all_keys
from tasks.year import cycles, meetings


def import_holders(on: Office, act: ImportHolders) -> Done:
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
        replace_staff(session, source, holders, absences, all_holders=replaces_all)
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


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One role, or its unit, today; `people` is empty where it is vacant."""

    key: TaskKey
    title: str
    people: tuple[RoleHolder, ...]
    then: tuple[RoleHolder, ...]
    """Who holds it later."""

    def as_json(self) -> dict[str, Any]:
        return {
            "roll": self.key.role,
            "enhet": self.key.unit,
            "namn": self.title,
            "innehavare": [_person(one) for one in self.people],
            "senare": [_person(one) for one in self.then],
        }


@dataclass(frozen=True, slots=True)
class StaffList:
    """`away` and `gaps` are Swedish sentences; a gap is a deadline on which nobody holds the role."""

    held: tuple[RoleHeld, ...]
    away: tuple[str, ...]
    absences: tuple[tuple[str, Absence], ...]
    """The same, each with the name of who is away."""
    gaps: tuple[str, ...]
    is_example: bool

    def as_json(self) -> dict[str, Any]:
        """As docs/json.md says."""
        return {
            "roller": [held.as_json() for held in self.held],
            "franvaro": [
                {
                    "namn": name,
                    "adress": one.address,
                    "fran": one.first_day.isoformat(),
                    "till": one.last_day.isoformat(),
                    "ersattare": one.deputy_name,
                    "ersattares_adress": one.deputy_address,
                }
                for name, one in self.absences
            ],
            "luckor": list(self.gaps),
            "exempel": self.is_example,
        }


def list_staff(database: Database, chosen: Settings, today: date) -> StaffList:
    """Every role that has something to do, who holds it today, and what the running years lack."""
    definition = load_definition(chosen.definition)
    with database.read() as session:
        staff = stored_staff(session)
        gaps = tuple(gap.text for gap in _gaps(session, staff, today))
    names = {mailbox(one.deputy_address): one.deputy_name for one in staff.absences}
    names |= {mailbox(holder.address): holder.name for holder in staff.holders}
    absences = tuple(
        (names.get(mailbox(one.address), one.address), one)
        for one in sorted(staff.absences, key=lambda one: one.first_day)
        if one.last_day >= today
    )
    return StaffList(
        held=tuple(_held(definition, staff, key, today) for key in all_keys(definition)),
        away=tuple(
            f"{name} är borta {one.first_day}–{one.last_day}; "
            f"{one.deputy_name} <{one.deputy_address}> är ersättare."
            for name, one in absences
        ),
        absences=absences,
        gaps=gaps,
        is_example=any(holder.example for holder in staff.holders),
    )


def _held(definition: Definition, staff: Staff, key: TaskKey, today: date) -> RoleHeld:
    own = [h for h in staff.holders if (h.role, h.unit) == (key.role, key.unit)]
    return RoleHeld(
        key,
        definition.title_of(key),
        tuple(holders_of(staff, key, today)),
        tuple(sorted((h for h in own if h.first_day > today), key=lambda h: h.first_day)),
    )


def _person(one: RoleHolder) -> dict[str, Any]:
    return {
        "namn": one.name,
        "adress": one.address,
        "fran": one.first_day.isoformat(),
        "till": one.last_day.isoformat() if one.last_day else None,
        "utskick": one.pace.value,
    }


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
