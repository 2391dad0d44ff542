"""What a mail says of a change that gave steps other dates: which it was, whose, why, and each old day.

Pure. The words of it stand in `templates/_andring.j2`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.plan import LimitPlan, LinkPlan, StepPlan
from models.process import Definition, Step
from models.state import StepState, YearState, met_in_time
from notifications.changed_dates import MeetingChange, Rescheduling
from notifications.notices import Notice
from notifications.rescheduling import OWN_DAY, PARTS, MovedDate, moved_in
from notifications.wording import long_day, short_day

FEW = 3
"""So many changes of the meetings are told one by one; of more it is said whose they are."""


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A change of the meetings by the body's name, or by the title of a step that is a day of its own."""

    name: str
    change: MeetingChange


def values(why: Rescheduling, definition: Definition, budget_year: int) -> dict[str, object]:
    """What the templates ask for of the change."""
    told = [NamedChange(_name(one, definition, budget_year), one) for one in why.meetings]
    return {
        "why": why,
        "changed": told if len(told) <= FEW else [],
        "changed_count": len(told),
        "changed_of": list(dict.fromkeys(one.name for one in told)),
        "put_off": definition.step(why.put_off).title_for(budget_year) if why.put_off else "",
    }


def headline(why: Rescheduling, definition: Definition, budget_year: int) -> str:
    """The change in a subject: `KS 12 april flyttas till 19 april`."""
    if why.put_off:
        return f"{definition.step(why.put_off).title_for(budget_year)} uppskjutet"
    if not why.meetings:
        return "årets definition ändrad"
    if len(why.meetings) > 1:
        names = dict.fromkeys(_short(one, definition, budget_year) for one in why.meetings)
        return f"{len(why.meetings)} ändringar av sammanträden ({', '.join(names)})"
    [one] = why.meetings
    name = _short(one, definition, budget_year)
    match one.what:
        case "flyttat":
            return f"{name} {_brief(one.before)} flyttas till {_brief(one.after)}"
        case "tillagt":
            return f"{name} {_brief(one.after)} tillkommer"
        case "ändrat":
            return f"{name} {_brief(one.after)} {'vid behov' if one.if_needed else 'hålls'}"
    return f"{name} {_brief(one.before)} utgår"


def _brief(day: date | None) -> str:
    return short_day(day) if day else "utan dag"


def moved(notice: Notice, step: Step, dates: StepPlan) -> dict[str, date | None]:
    """The days that the step had before the notice's change, by what they are; only those that differ."""
    return {one.what: one.before for one in _moved(notice, step, dates)}


def loses_a_day(notice: Notice, step: Step, dates: StepPlan) -> bool:
    """Whether the change leaves something without any day."""
    return any(one.after is None for one in _moved(notice, step, dates))


def _moved(notice: Notice, step: Step, dates: StepPlan) -> Iterator[MovedDate]:
    before = notice.rescheduled.was.get(step.slug) if notice.rescheduled else None
    return moved_in(step, before, dates) if before else iter(())


def was(notice: Notice, slug: str, link: LinkPlan) -> date | None:
    """The day that a link's meeting had, where the notice's change gave it another one."""
    before = notice.rescheduled.was.get(slug) if notice.rescheduled else None
    for old in before.links if before else ():
        if old.body == link.body:
            return old.meeting if old.meeting != link.meeting else None
    return None


def from_to(notice: Notice, state: YearState, step: Step, dates: StepPlan) -> str:
    """What is other than it was in a step, a few words for each date: `KS 12 april → 19 april 2027`."""
    return "; ".join(_from_to(notice, state, step, dates))


def _from_to(notice: Notice, state: YearState, step: Step, dates: StepPlan) -> Iterator[str]:
    own = state[step.slug]
    for one in _moved(notice, step, dates):
        if one.what == PARTS and own.status.is_open and not state.missing(step):
            continue  # all that it was the last day for has come in
        what = {PARTS: "klart senast", OWN_DAY: "dagen"}.get(one.what, one.what)
        yield f"{what} {_span(one.before, one.after)}"
    for limit in missed(own, dates):
        late = long_day(limit.holds_until)
        yield f"{limit.body} sammanträder efter lagfristen {late} ({limit.citation})"


def missed(own: StepState, dates: StepPlan) -> list[LimitPlan]:
    """The statutory limits that the step's own meetings come after, and that nobody has kept before."""
    return [
        limit
        for limit in dates.limits
        if not met_in_time(own, limit)
        and any(
            link.body == limit.body and link.meeting and link.meeting > limit.holds_until
            for link in dates.links
        )
    ]


def _span(before: date | None, after: date | None) -> str:
    """`12 april → 19 april 2027`"""
    if before is None or after is None:
        known = before or after
        year = f" {known.year}" if known else ""
        return " → ".join(short_day(day) + year if day else "utan dag" for day in (before, after))
    first = short_day(before) + (f" {before.year}" if before.year != after.year else "")
    return f"{first} → {short_day(after)} {after.year}"


def _name(one: MeetingChange, definition: Definition, budget_year: int) -> str:
    if one.is_body:
        return definition.body(one.name).name
    return definition.step(one.name).title_for(budget_year)


def _short(one: MeetingChange, definition: Definition, budget_year: int) -> str:
    return one.name if one.is_body else _name(one, definition, budget_year)
