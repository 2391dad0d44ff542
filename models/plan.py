"""The dates of one budget year: what `calendars.schedule` works out and the rules read.

Pure values; nothing here computes a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, overload

from models.mail_choices import Choices, Pace


class WorkingDays(Protocol):
    """The working-day arithmetic that the rules need; `calendars.workdays.Workdays` is it."""

    def is_workday(self, day: date) -> bool: ...
    def back(self, day: date) -> date: ...
    def forward(self, day: date) -> date: ...
    def add(self, day: date, count: int) -> date: ...
    def between(self, start: date, end: date) -> int: ...


Mailed = Literal["alltid", "missat", "aldrig"]
"""When letters tell a day: always, only of the meeting after one that was missed, or never."""


@dataclass(frozen=True, slots=True)
class DayBefore:
    """A day before a meeting by which something is to be done: a day count of the definition as a date."""

    slug: str
    name: str
    day: date
    """A working day."""
    mailed: Mailed


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """One link of a decision chain: the body and its meeting, None where no meeting fits."""

    body: str
    meeting: date | None
    register_by: date
    """The working day by which somebody should have registered the decision."""
    missed: date | None = None
    """The meeting that it was planned for, where that has been without the parts."""
    days: tuple[DayBefore, ...] = ()
    """What is to be done before the meeting; empty where no meeting fits."""
    waits_for: str = ""
    """The slug of the required step for want of which it goes to this meeting, and not an earlier one."""

    @property
    def papers(self) -> date | None:
        """When the papers of its meeting go out (`utskick`); None without a meeting."""
        return next((one.day for one in self.days if one.slug == "utskick"), None)

    def latest(self, today: date) -> date | None:
        """The meeting that a decision known today was made at."""
        ahead = self.meeting is None or self.meeting > today
        return self.missed if self.missed is not None and ahead else self.meeting


@dataclass(frozen=True, slots=True)
class Excused:
    """Until when särskilda skäl let a limit wait, and the body that found them when."""

    day: date
    warn_on: date
    body: str
    found_on: date


@dataclass(frozen=True, slots=True)
class LimitPlan:
    """A statutory limit on its date. `warn_on` is the last working day on or before the statute's
    own day: what the engine works towards, also where the law would let the day move."""

    what: str
    citation: str
    body: str | None
    statute_day: date
    last_day: date
    warn_on: date
    excused: Excused | None = None
    """The later day, where the law gives one for särskilda skäl and they have been found."""

    @property
    def holds_until(self) -> date:
        """The last day, as things are."""
        return self.excused.day if self.excused else self.last_day

    @property
    def works_towards(self) -> date:
        """The last working day until then."""
        return self.excused.warn_on if self.excused else self.warn_on


@dataclass(frozen=True, slots=True)
class Latest:
    """The last day to which something can be put off, and why no further, as a clause."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class StepPlan:
    """The dates of one step. `window` is the definition's; `opens` and `due` are working days."""

    slug: str
    window_start: date
    window_end: date
    opens: date
    """When work opens: with its window, or before it, so that those who have a part get their days."""
    due: date
    """The last day for the responsible roles' parts."""
    meeting_day: date | None
    """The day of an informal meeting (bokslutsdag), where the step is one."""
    links: tuple[LinkPlan, ...]
    limits: tuple[LimitPlan, ...]
    dormant: bool = False
    """Not to be done as things stand: what would start it has not happened, or is not of this year."""
    latest: Latest | None = None
    """How far the last day for the parts can be put off; None where nothing stands in the way."""
    short_of_time: str = ""
    """Why those who have a part get fewer working days than they should, or have their last day after
    manusstopp: a Swedish sentence, empty where neither is so."""

    @property
    def first_limit(self) -> LimitPlan | None:
        return min(self.limits, key=lambda limit: limit.last_day, default=None)


@dataclass(frozen=True, slots=True)
class YearPlan:
    budget_year: int
    steps: Mapping[str, StepPlan]
    gaps: tuple[str, ...]
    """What could not be planned, a Swedish sentence each: a link without a meeting that fits."""

    def __getitem__(self, slug: str) -> StepPlan:
        return self.steps[slug]

    @property
    def short_of_time(self) -> tuple[str, ...]:
        """What is to be done in less time than it should have, a Swedish sentence each."""
        return tuple(one.short_of_time for one in self.steps.values() if one.short_of_time)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A sammanträde of a body, or (with `step`) the day of an informal meeting."""

    body: str | None
    step: str | None
    day: date
    example: bool = False
    if_needed: bool = False
    """Held only if there is need of it (`*` in a meeting plan): never planned for where another fits."""
    moved_from: date | None = None
    """The day first planned for it, where it has been moved since."""
    since: date | None = None
    """When it was made known that it is held on this day, where that was after the plan of meetings."""

    @property
    def original_day(self) -> date:
        return self.moved_from or self.day


@dataclass(frozen=True, slots=True)
class Gone:
    """A day on which a body was to meet, and does not any more."""

    body: str
    original_day: date
    """As first planned."""
    day: date
    """Where it stood last: another, if it was moved before it was cancelled."""
    on: date
    """When it was cancelled or taken away."""


class Meetings(Sequence[Meeting]):
    """The meetings that are held, and they alone, whoever counts, lists or searches them. Beside them
    what planning alone asks for: the days that are gone, whose items go on to another."""

    __slots__ = ("_held", "gone")

    def __init__(self, held: Iterable[Meeting], gone: Iterable[Gone] = ()) -> None:
        self._held, self.gone = tuple(held), tuple(gone)

    @overload
    def __getitem__(self, index: int) -> Meeting: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Meeting, ...]: ...
    def __getitem__(self, index: int | slice) -> Meeting | tuple[Meeting, ...]:
        return self._held[index]

    def __iter__(self) -> Iterator[Meeting]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Meetings):
            return NotImplemented
        return (self._held, self.gone) == (other._held, other.gone)

    def __hash__(self) -> int:
        return hash((self._held, self.gone))


def gone_days(meetings: Sequence[Meeting]) -> tuple[Gone, ...]:
    """The days that are gone from the meetings; a mere list of them has lost none."""
    return meetings.gone if isinstance(meetings, Meetings) else ()


def mailbox(address: str) -> str:
    """What makes two spellings the same person's: servers read `Eva@Orsa.se` as `eva@orsa.se`, so nobody
    has both. A mail goes to the address as it was given."""
    return address.strip().casefold()


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """Who holds a role, from the first day to the last, both included."""

    role: str
    unit: str | None
    name: str
    address: str
    first_day: date
    last_day: date | None
    example: bool = False
    pace: Pace = Pace.DAILY
    choices: Choices = ()
    """Of which kinds of mail something else than the pace holds."""

    def holds_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Absence:
    """When a person is away, both days included, and who does the work meanwhile."""

    address: str
    first_day: date
    last_day: date
    deputy_name: str
    deputy_address: str
    example: bool = False

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Staff:
    """Who holds which role, and who is away."""

    holders: tuple[RoleHolder, ...] = ()
    absences: tuple[Absence, ...] = ()
