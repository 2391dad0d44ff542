"""Who holds which role, who is away, and what is missing: `kommunplan rollinnehavare`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from models.mail_choices import written
from models.plan import Absence, RoleHolder, Staff, mailbox
from models.process import Definition, TaskKey
from notifications.recipients import holders_of
from views.sheet_of_year import all_keys
from views.shown import Shown, key


class HolderLine(Shown):
    """Somebody who holds a role, or will."""

    name: Annotated[str, key("namn", "The person")]
    address: Annotated[
        str, key("adress", "The address as it was given; one person's in any case of its letters")
    ]
    first_day: Annotated[date, key("fran", "The first day")]
    last_day: Annotated[date | None, key("till", "The last day; null until further notice")]
    pace: Annotated[
        str,
        key("utskick", "How often which mail is wanted, as in the file: `veckovis, klart aldrig`"),
    ]


class RoleLine(Shown):
    """A role, or the unit of one, today."""

    role: Annotated[str, key("roll", "The role")]
    unit: Annotated[str | None, key("enhet", "The unit, where the role has one holder for each")]
    title: Annotated[str, key("namn", "Both, as people say it")]
    holders: Annotated[
        tuple[HolderLine, ...],
        key("innehavare", "Who holds it today; empty where its mails go to the process owner"),
    ]
    later: Annotated[tuple[HolderLine, ...], key("senare", "Who will hold it")]


class AbsenceLine(Shown):
    """Somebody who is away, now or later."""

    name: Annotated[str, key("namn", "Who is away")]
    address: Annotated[str, key("adress", "The address")]
    first_day: Annotated[date, key("fran", "The first day")]
    last_day: Annotated[date, key("till", "The last day")]
    deputy: Annotated[str, key("ersattare", "The deputy's name")]
    deputy_address: Annotated[str, key("ersattares_adress", "The deputy's address")]

    @property
    def sentence(self) -> str:
        return (
            f"{self.name} är borta {self.first_day}–{self.last_day}; "
            f"{self.deputy} <{self.deputy_address}> är ersättare."
        )


class StaffList(Shown):
    """`rollinnehavare lista --json`: who holds which role today."""

    roles: Annotated[
        tuple[RoleLine, ...],
        key("roller", "Every role that has something to do, and of one with units each of them"),
    ]
    absences: Annotated[
        tuple[AbsenceLine, ...],
        key("franvaro", "Who is away, now or later, in the order of the first days"),
    ]
    gaps: Annotated[
        tuple[str, ...],
        key("luckor", "A Swedish sentence for each last day on which nobody holds the role"),
    ]
    is_example: Annotated[bool, key("exempel", "Whether any of the holders is an invented example")]


def staff_list(
    definition: Definition, staff: Staff, gaps: tuple[str, ...], today: date
) -> StaffList:
    """Every role that has something to do, who holds it today, and who is away."""
    return StaffList(
        roles=tuple(_role(definition, staff, key, today) for key in all_keys(definition)),
        absences=tuple(_absences(staff, today)),
        gaps=gaps,
        is_example=any(holder.example for holder in staff.holders),
    )


def _role(definition: Definition, staff: Staff, task: TaskKey, today: date) -> RoleLine:
    own = [one for one in staff.holders if (one.role, one.unit) == (task.role, task.unit)]
    later = sorted((one for one in own if one.first_day > today), key=lambda one: one.first_day)
    return RoleLine(
        role=task.role,
        unit=task.unit,
        title=definition.title_of(task),
        holders=tuple(map(_holder, holders_of(staff, task, today))),
        later=tuple(map(_holder, later)),
    )


def _holder(one: RoleHolder) -> HolderLine:
    return HolderLine(
        name=one.name,
        address=one.address,
        first_day=one.first_day,
        last_day=one.last_day,
        pace=written(one.pace, one.choices),
    )


def _absences(staff: Staff, today: date) -> Iterator[AbsenceLine]:
    names = {mailbox(one.deputy_address): one.deputy_name for one in staff.absences}
    names |= {mailbox(holder.address): holder.name for holder in staff.holders}
    for one in sorted(staff.absences, key=lambda one: one.first_day):
        if one.last_day >= today:
            yield _absence(one, names.get(mailbox(one.address), one.address))


def _absence(one: Absence, name: str) -> AbsenceLine:
    return AbsenceLine(
        name=name,
        address=one.address,
        first_day=one.first_day,
        last_day=one.last_day,
        deputy=one.deputy_name,
        deputy_address=one.deputy_address,
    )
