"""The ladder of reminders and escalations: which rung has come by today, and the rule that says so.

Pure. The rungs are data of the definition, and may differ from one kind of step to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from models.counting import counted
from models.plan import WorkingDays
from models.process import Definition, Rungs, TaskKey


class Rung(NamedTuple):
    """The day that the rule points at; sending may be later."""

    is_overdue: bool
    on: date
    rule: str


class Escalation(NamedTuple):
    """Who is told of what is missing, and since when."""

    to: TaskKey
    on: date
    missing: tuple[TaskKey, ...]
    rule: str


def latest_rung(
    rungs: Rungs, days: WorkingDays, *, began: date, due: date, today: date
) -> Rung | None:
    """The newest rung that has come, if it came after the work began."""
    first_overdue = days.add(due, rungs.overdue)
    if today >= first_overdue:
        weeks = (today - first_overdue).days // rungs.repeat
        on = first_overdue + timedelta(days=weeks * rungs.repeat)
        rule = (
            f"sänds {working_days(rungs.overdue)} efter sista dagen"
            if weeks == 0
            else f"upprepas var {rungs.repeat}:e dag efter sista dagen"
        )
        return Rung(True, on, rule)
    if today > due:
        return None  # the day has gone, and that it is late is told in a while
    if rungs.on_the_day and began < due == today:
        return Rung(False, due, "sänds på sista dagen")
    for count in sorted(rungs.before):
        on = days.add(due, -count)
        if began < on <= today:
            return Rung(False, on, f"sänds {working_days(count)} före sista dagen")
    return None


def escalations(
    definition: Definition,
    rungs: Rungs,
    days: WorkingDays,
    missing: Sequence[TaskKey],
    *,
    due: date,
    today: date,
) -> Iterator[Escalation]:
    """First each superior of who is missing, then the process owner of all; at once the owner alone,
    of those who have no superior."""
    owner = TaskKey(role=definition.municipality.owner)
    under: dict[TaskKey | None, list[TaskKey]] = {}
    for key in missing:
        under.setdefault(definition.superior(key), []).append(key)
    without = tuple(under.pop(None, ()))
    count = min(rungs.escalate_superior, rungs.escalate)
    on, last = days.add(due, count), days.add(due, rungs.escalate)
    rule = f"sänds {working_days(count)} efter sista dagen"
    if today >= on:
        for superior, theirs in under.items():
            if superior is not None:
                yield Escalation(superior, on, tuple(theirs), f"{rule}, till den som är chef")
    if under and today >= last:
        rule = f"sänds {working_days(rungs.escalate)} efter sista dagen"
        yield Escalation(owner, last, tuple(missing), rule)
    elif without and today >= on:
        yield Escalation(owner, on, without, rule)


def working_days(count: int) -> str:
    return counted(count, "arbetsdag", "arbetsdagar")
