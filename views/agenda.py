"""A sammanträde as its clerk sees it: the ärenden in order, what is missing for each, the days around it, and
what has been decided and is not finished. Pure.

A decision is not finished when it is made: its minutes are to be signed, and that is to be posted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from calendars.law.minutes import WITH_MINUTES
from calendars.meeting_dates import dates_of
from models.occurrences import Occurrence
from models.plan import Meeting
from models.process import Body, Definition
from models.state import Status
from models.text import ActPointer, ask
from notifications.wording import short_day
from views.decisions import DecisionLine
from views.seen import SeenYear
from views.sheet import LinkLine, StepLine

RECENT = timedelta(days=60)
"""How long ago a meeting is still a recent one."""


class Lack(NamedTuple):
    """Something that is missing before a body can decide, and since when it could have been there."""

    what: str
    since: date | None
    by: date | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """An ärende at a sammanträde. `decision` is what came of it there; `link` the body's turn."""

    budget_year: int
    plan_name: str
    line: StepLine
    way: tuple[LinkLine, ...] = ()
    """The ärende through all its bodies, of which this is one's turn."""
    lacks: tuple[Lack, ...] = ()
    decision: DecisionLine | None = None
    may_be_registered: bool = False
    """Whether the meeting has been held and it is this body's turn, so that what it did can be said."""

    @property
    def label(self) -> str:
        """Where it stands, in a word or two."""
        if self.decision is not None:
            return "Beslutat"
        if self.may_be_registered:
            return "Registrera beslutet"
        return "Saknas" if self.lacks else "Klart för beslut"


class AgendaDay(NamedTuple):
    """A day around the sammanträde."""

    what: str
    day: date


class Unfinished(NamedTuple):
    """Something that is to be noted of a sammanträde, since when, by when, and with what."""

    what: Occurrence
    body: str
    meeting: date
    by: date
    steps: tuple[str, ...]
    budget_year: int
    helps: ActPointer


@dataclass(frozen=True, slots=True)
class Agenda:
    """A body's sammanträde on a day."""

    body: Body
    day: date
    items: tuple[AgendaItem, ...]
    days: tuple[AgendaDay, ...]
    unfinished: tuple[Unfinished, ...]
    announces: bool
    """Whether it is to be announced, and nobody has noted that it is (KL 5 kap. 13 §)."""
    is_planned: bool
    """Whether the meeting is one of those that are held."""
    if_needed: bool = False

    @property
    def to_register(self) -> int:
        return sum(one.may_be_registered for one in self.items)


def agenda(years: Sequence[SeenYear], body: Body, day: date, today: date) -> Agenda:
    """The sammanträde with what all started years have there; there is one at least."""
    items = tuple(item for year in years for item in _items(year, body, day, today))
    planned = [one for one in years[-1].meetings if (one.body, one.day) == (body.slug, day)]
    return Agenda(
        body=body,
        day=day,
        items=items,
        days=tuple(_days(years[-1].definition, body, day)),
        unfinished=tuple(filter(lambda one: one.meeting == day, unfinished(years, [body.slug]))),
        announces=body.kind == "fullmaktige" and not _is_announced(years, body, day),
        is_planned=bool(planned),
        if_needed=any(one.if_needed for one in planned),
    )


def _is_announced(years: Iterable[SeenYear], body: Body, day: date) -> bool:
    return any(one.state.day_of(Occurrence.ANNOUNCED, body.slug, day) for one in years)


def _items(year: SeenYear, body: Body, day: date, today: date) -> Iterator[AgendaItem]:
    order = {step.slug: n for n, step in enumerate(year.definition.in_dependency_order)}
    for line in sorted(year.sheet.shown, key=lambda one: order.get(one.slug, len(order))):
        decided = [one for one in line.valid_decisions if (one.body, one.day) == (body.slug, day)]
        if decided:
            yield _item(year, line, decision=decided[-1])
            continue
        link = next((one for one in line.links if _is_there(one, body, day)), None)
        if link is not None:
            may = link.awaited and day <= today
            yield _item(year, line, lacks=tuple(_lacks(year, line, link)), may_be_registered=may)


def _item(
    year: SeenYear,
    line: StepLine,
    *,
    lacks: tuple[Lack, ...] = (),
    decision: DecisionLine | None = None,
    may_be_registered: bool = False,
) -> AgendaItem:
    steps = year.definition.arende_of(line.step).steps
    way = tuple(
        link for slug in steps if slug in year.state.steps for link in year.sheet[slug].links
    )
    return AgendaItem(
        year.budget_year, year.sheet.plan_name, line, way, lacks, decision, may_be_registered
    )


def _is_there(link: LinkLine, body: Body, day: date) -> bool:
    return link.body == body.slug and link.meeting == day and link.decided_on is None


def _lacks(year: SeenYear, line: StepLine, link: LinkLine) -> Iterator[Lack]:
    state, own = year.state, year.state[line.slug]
    if own.asked_on is not None:
        yield Lack("Svar på om det redan är gjort", own.asked_on)
        return
    if own.status is Status.PLANNED:
        yield Lack(f"Arbetet öppnas {short_day(line.opens)}", None)
    for key in state.missing(line.step):
        yield Lack(state.definition.title_of(key), own.round_began or own.opened_on, line.due)
    for before in line.links[: line.links.index(link)]:
        if before.decided_on is None:
            yield Lack(f"Beslut i {before.body_name}", None, before.meeting)
    if own.status is not Status.PLANNED:
        for slug in line.blocked_by:
            first = year.sheet[slug]
            if not _is_same_day(first, link):
                yield Lack(f"{first.id} {first.title}", first.opened_on, first.deadline)


def _is_same_day(first: StepLine, link: LinkLine) -> bool:
    """Whether what comes first is taken up by the same body that day, and lacks nothing else."""
    turns = [one for one in first.links if one.decided_on is None]
    return [(one.body, one.meeting) for one in turns] == [(link.body, link.meeting)]


def _days(definition: Definition, body: Body, day: date) -> Iterator[AgendaDay]:
    """The days around it by the law and the definition, in order."""
    dates = dates_of(definition, body.slug, day)
    days = [AgendaDay(one.name, one.day) for one in dates.before]
    if dates.notice_by:
        days.append(AgendaDay("kungörelse senast", dates.notice_by))
    days.append(AgendaDay("sammanträde", day))
    if body.kind in WITH_MINUTES:
        days.append(AgendaDay("justering senast", dates.signed_by))
        days.append(AgendaDay("anslag senast", dates.posted_by))
    return iter(sorted(days, key=lambda one: one.day))


def unfinished(years: Sequence[SeenYear], bodies: Iterable[str]) -> Iterator[Unfinished]:
    """What the bodies have decided and is not justerat, or not anslaget: each sammanträde once, the oldest
    first."""
    wanted = set(bodies)
    found: dict[tuple[str, date, Occurrence], tuple[SeenYear, list[str]]] = {}
    for year in years:
        for line in year.sheet.lines:
            for one in line.valid_decisions:
                what = _next_to_note(year, one)
                if what is not None and one.body in wanted:
                    place = (one.body, one.day, what)
                    found.setdefault(place, (year, []))[1].append(line.title)
    for (body, day, what), (year, steps) in sorted(found.items(), key=lambda one: one[0][1]):
        yield _unfinished(year, body, day, what, steps)


def _next_to_note(year: SeenYear, one: DecisionLine) -> Occurrence | None:
    if year.definition.body(one.body).kind not in WITH_MINUTES or not one.outcome.row.is_taken_up:
        return None
    if one.after.signed is None:
        return Occurrence.SIGNED
    return Occurrence.POSTED if one.after.posted is None else None


def _unfinished(
    year: SeenYear, body: str, day: date, what: Occurrence, steps: Sequence[str]
) -> Unfinished:
    dates = dates_of(year.definition, body, day)
    by = dates.signed_by if what is Occurrence.SIGNED else dates.posted_by
    helps = ask("anteckna", what=what.value, body=body, meeting=day)
    return Unfinished(what, body, day, by, tuple(dict.fromkeys(steps)), year.budget_year, helps)


class BodyMeeting(NamedTuple):
    """A sammanträde in a list: how many ärenden are planned for it, and how many wait to be registered."""

    body: str
    body_name: str
    day: date
    items: int
    to_register: int
    if_needed: bool


def meetings_of(
    years: Sequence[SeenYear], bodies: Mapping[str, Body], first: date, last: date, today: date
) -> tuple[BodyMeeting, ...]:
    """The bodies' sammanträden between the days, in order."""
    meetings = years[-1].meetings if years else ()
    turns = Counter(_turns(years))
    held = [one for one in meetings if one.body in bodies and first <= one.day <= last]
    return tuple(
        _body_meeting(bodies[one.body or ""], one, turns, today)
        for one in sorted(held, key=lambda one: (one.day, str(one.body)))
    )


def _turns(years: Iterable[SeenYear]) -> Iterator[tuple[str, date, bool]]:
    """Each turn that has a day: of which body, and whether it is awaited."""
    for year in years:
        for line in year.sheet.shown:
            yield from ((link.body, link.day, link.awaited) for link in line.links if link.day)


def _body_meeting(
    body: Body, meeting: Meeting, turns: Mapping[tuple[str, date, bool], int], today: date
) -> BodyMeeting:
    day = meeting.day
    awaited = turns.get((body.slug, day, True), 0)
    return BodyMeeting(
        body.slug,
        body.name,
        day,
        awaited + turns.get((body.slug, day, False), 0),
        awaited if day <= today else 0,
        meeting.if_needed,
    )
