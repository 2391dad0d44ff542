"""The started years as the database has them: which there are, and the log of each, read, folded, and added
to with what its events claim and make known.

Whoever has something happen in a year does so through `tasks.year.OpenYear`.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, reduce

from pydantic import TypeAdapter
from sqlalchemy import bindparam, insert
from sqlmodel import Session, col, delete, select

from calendars.definition import parse_definition
from models.claims import ClaimChange
from models.errors import RefusedError, UnknownError
from models.events import EVENT, Corrected, Event
from models.fold import apply, fold
from models.process import Definition
from models.state import YearState, not_started
from models.tables import AnnouncementRow, ClaimRow, CycleRow, EventRow, ShownRow
from models.text import ask
from notifications.notices import Notice
from tasks import clock
from tasks.chain import bind_rows


@cache
def notice_json() -> TypeAdapter[Notice]:
    """A notice as JSON and back; made when first used."""
    return TypeAdapter(Notice)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a year makes known to a role, and after how many of its events."""

    notice: Notice
    after_event: int
    waits: bool = False
    """Whether today is no day for it, unless it is handed over together with what cannot wait."""


@lru_cache(maxsize=8)
def stored_definition(content: str) -> Definition:
    """The definition as the cycle keeps it: the one that the year was started with."""
    return parse_definition(json.loads(content), "definitionen i databasen")


def chosen_year(definition: Definition, budget_year: int | None, today: date) -> int:
    """The budget year that is asked for, or the one in progress; RefusedError for one out of range."""
    year = definition.year_in_progress(today) if budget_year is None else budget_year
    if not 2000 <= year <= 2100:
        raise RefusedError(f"Budgetåret {year} går inte; ange ett år mellan 2000 och 2100.")
    return year


def refuse_other_municipality(session: Session, definition: Definition) -> None:
    """One database is one municipality's; RefusedError where another's years are in it."""
    for cycle in cycles(session):
        owner = stored_definition(cycle.definition).municipality
        if owner.slug != definition.municipality.slug:
            raise RefusedError(
                f"Databasen tillhör {owner.name}, men definitionen gäller {definition.municipality.name}. "
                "Ge varje kommun en egen datamapp med KOMMUNPLAN_DATA."
            )


def find_cycle(session: Session, budget_year: int | None, today: date | None = None) -> CycleRow:
    """The cycle of a budget year; without one, the newest that has begun by today, else the first."""
    if budget_year is None:
        return begun_cycles(session, today)[-1]
    started = cycles(session)
    for cycle in started:
        if cycle.budget_year == budget_year:
            return cycle
    if not started:
        raise _none_started()
    raise UnknownError("Budgetåret", budget_year, [cycle.budget_year for cycle in started])


def begun_cycles(session: Session, today: date | None = None) -> Sequence[CycleRow]:
    """Those that have begun by today, oldest first; where none has, the first that is to."""
    started = cycles(session)
    if not started:
        raise _none_started()
    return [c for c in started if today is None or _has_begun(c, today)] or started[:1]


def _none_started() -> RefusedError:
    return RefusedError("Inget budgetår är startat. Kör ", ask("starta-ar"), ".")


def _has_begun(cycle: CycleRow, today: date) -> bool:
    return cycle.budget_year <= stored_definition(cycle.definition).year_in_progress(today)


def cycles(session: Session) -> Sequence[CycleRow]:
    return session.exec(_CYCLES).all()


# what is asked at every transaction is put together once
_CYCLES = select(CycleRow).order_by(col(CycleRow.budget_year))
_CONTENTS = (
    select(EventRow.content)
    .where(EventRow.cycle_id == bindparam("cycle"))
    .order_by(col(EventRow.number))
)
_SHOWN = select(ShownRow.step, ShownRow.name).where(ShownRow.cycle_id == bindparam("cycle"))


@dataclass(frozen=True, slots=True)
class StoredYear:
    """Everything that has happened in a year, in order, the event with number n in place n - 1; and where the
    year stands after it, the fold of that."""

    log: tuple[Event, ...]
    state: YearState


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a year, as it lay in the database, and what it came to."""

    definition: str
    contents: Sequence[str]
    year: StoredYear


_read: OrderedDict[tuple[str, int | None], _Read] = OrderedDict()
"""The years that this process read last, by database and cycle. Each is compared with what the database holds
before it is used, so it may be thrown away, or be another's, and nothing is wrong."""
_MOST_READ = 32


def stored_year(session: Session, cycle: CycleRow) -> StoredYear:
    """The year as the database has it. Only what is new since this process last read it is folded."""
    contents = session.exec(_CONTENTS, params={"cycle": cycle.id}).all()
    place = _place(session, cycle)
    known = _read.get(place)
    if (
        known is None
        or known.definition != cycle.definition
        or known.contents != contents[: len(known.contents)]
    ):
        year = StoredYear((), not_started(stored_definition(cycle.definition)))
    else:
        year = known.year
    new = [EVENT.validate_json(content) for content in contents[len(year.log) :]]
    year = _grown(stored_definition(cycle.definition), year, new)
    _read[place] = _Read(cycle.definition, contents, year)
    _read.move_to_end(place)
    while len(_read) > _MOST_READ:
        _read.popitem(last=False)
    return year


def _place(session: Session, cycle: CycleRow) -> tuple[str, int | None]:
    return str(session.get_bind().engine.url), cycle.id


def _remember(
    session: Session, cycle: CycleRow, last: int, contents: Sequence[str], state: YearState
) -> None:
    """What is being written need not be folded again by who reads it next."""
    place = _place(session, cycle)
    known = _read.get(place)
    if known is not None and len(known.contents) == last and known.definition == cycle.definition:
        log = (*known.year.log, *map(EVENT.validate_json, contents))
        whole = [*known.contents, *contents]
        _read[place] = _Read(cycle.definition, whole, StoredYear(log, state))


def _grown(definition: Definition, year: StoredYear, new: Sequence[Event]) -> StoredYear:
    if not new:
        return year
    log = (*year.log, *new)
    if any(isinstance(event, Corrected) for event in new):
        return StoredYear(log, fold(definition, log))
    return StoredYear(log, reduce(apply, new, year.state))


def stored_log(session: Session, cycle: CycleRow) -> tuple[Event, ...]:
    """Everything that has happened in the year, in order: the event with number n in place n - 1."""
    return stored_year(session, cycle).log


def stored_state(session: Session, cycle: CycleRow) -> YearState:
    """Where the year stands: the fold of its log."""
    return stored_year(session, cycle).state


def append(
    session: Session, cycle: CycleRow, last: int, events: Sequence[Event], state: YearState
) -> None:
    """Writes the events that come after the one with the number `last`, and lead to the state. IntegrityError
    where another has that number or key already."""
    contents = [event.model_dump_json() for event in events]
    _remember(session, cycle, last, contents, state)
    rows = [
        EventRow(
            cycle_id=cycle.id or 0,
            number=number,
            key=event.key,
            kind=event.kind,
            step=event.step,
            happened_on=event.on,
            by=event.by,
            content=content,
            recorded_at=clock.now(),
        )
        for number, (event, content) in enumerate(zip(events, contents, strict=True), last + 1)
    ]
    session.add_all(rows)
    session.flush()
    bind_rows(session, "event", [row.id for row in rows])


def claim(session: Session, cycle: CycleRow, change: ClaimChange) -> None:
    """Lets go and takes what an event does, once it is written. IntegrityError where another event has
    taken it."""
    if change.released:
        session.exec(
            delete(ClaimRow).where(
                col(ClaimRow.cycle_id) == cycle.id, col(ClaimRow.name).in_(change.released)
            )
        )
    for name in change.taken:
        values = {"cycle_id": cycle.id, "name": name, "number": change.number}
        session.connection().execute(insert(ClaimRow), values)


def announce(
    session: Session, cycle: CycleRow, told: Iterable[Announcement], day: date, *, exercise: bool
) -> None:
    """Writes what the year has made known on the day, for `tasks.follow_up` to tell."""
    rows = [
        {
            "cycle_id": cycle.id,
            "day": day,
            "after_event": one.after_event,
            "exercise": exercise,
            "content": notice_json().dump_json(one.notice).decode(),
        }
        for one in told
    ]
    if rows:
        session.connection().execute(insert(AnnouncementRow), rows)


def last_shown(session: Session, cycle: CycleRow) -> dict[str, str]:
    """By the step's slug, the name of the state that Prefect last showed for it."""
    return dict(session.exec(_SHOWN, params={"cycle": cycle.id}).all())
