"""One year on one sheet: what every view of it shows, worked out once. Pure values.

The table, the wheel, the Gantt, the workbook, the report and the public page all draw this; none of them
asks for a date, or says in words where a step stands, by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.events import Decided
from models.plan import LimitPlan
from models.process import Step
from models.text import Text


class Tone(StrEnum):
    """What a step looks like at a glance, the gravest first. The values are the Swedish words for it."""

    RISK = "lagrisk"
    LATE = "sent"
    RECONSIDERED = "omprövas"
    AWAITING = "väntar på beslut"
    OPEN = "pågår"
    PLANNED = "planerat"
    DORMANT = "vilar"
    LEFT_OUT = "utgår"
    DONE = "klart"


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A body's turn: the meeting planned for it, None where none fits, or the decision that stands."""

    body: str
    body_name: str
    meeting: date | None
    register_by: date
    awaited: bool = False
    decided_on: date | None = None
    outcome: str = ""
    paragraph: str = ""

    @property
    def day(self) -> date | None:
        """When it is or was up: the decision's day, else the planned meeting's."""
        return self.decided_on or self.meeting


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as every view shows it. `title` carries the year it is about where that is another."""

    step: Step
    title: str
    tone: Tone
    label: str
    """Where it stands in a few words: `Väntar på KS`, `Sent: pågår`."""
    sentence: str
    """Who is waited for and until when, or what became of it."""
    round: int
    window_start: date
    window_end: date
    opens: date
    due: date
    meeting_day: date | None
    links: tuple[LinkLine, ...]
    limit: LimitPlan | None
    risk: str | None
    deadline: date | None
    """The next day by which something should have happened; None once completed, and while it rests."""
    days_left: int | None
    """Working days to the deadline, negative when it has passed."""
    awaited: tuple[str, ...]
    """A body, or the roles whose parts are missing, in words; empty where nobody is waited for."""
    advice: Text
    """What to do about it, where it is late, at risk or to be reconsidered; else empty. It points at
    what it is done with."""
    last_decision: str
    """`KS 2027-04-12 § 74: bifall`; empty where nothing is decided."""
    late: bool = False
    opened_on: date | None = None
    completed_on: date | None = None
    decisions: tuple[Decided, ...] = ()
    """Every decision there has been, those that no longer stand too."""
    diarienummer: str = ""
    """The ärende's; empty until it has one."""
    parts: tuple[str, ...] = ()
    """The roles that do it, in words."""
    state_name: str = ""
    """What Prefect calls its state: the label, or that a statutory limit is missed besides."""
    state_message: str = ""
    """What Prefect's state says of it: the sentence, the risk, and the figures that it has come to."""

    @property
    def slug(self) -> str:
        return self.step.slug

    @property
    def id(self) -> str:
        return self.step.id

    @property
    def needs_care(self) -> bool:
        """Whether it belongs on the list of what is late, at risk or to be reconsidered."""
        return self.tone in (Tone.RISK, Tone.LATE, Tone.RECONSIDERED)

    @property
    def first_day(self) -> date:
        """Where its bar begins: its window, or its opening where that was earlier."""
        return min(self.window_start, self.opened_on or self.window_start)

    @property
    def last_day(self) -> date:
        """Where its bar ends: its window, or the last of its days where one comes later."""
        days = [self.window_end, self.due, *(link.day for link in self.links if link.day)]
        return max(days)


@dataclass(frozen=True, slots=True)
class MeetingTick:
    """A sammanträde in the year's span, and the steps that are planned for it."""

    body: str
    day: date
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YearSheet:
    budget_year: int
    municipality: str
    plan_name: str
    """`Kommunplan 2028`."""
    today: date
    lines: tuple[StepLine, ...]
    """In the order of the year."""
    meetings: tuple[MeetingTick, ...]
    gaps: tuple[str, ...] = ()
    """What has no meeting, a sentence each."""
    vacant: tuple[str, ...] = ()
    """Roles without a holder today."""
    unsent: int = 0
    """Mails that could not be sent."""
    example: bool = False
    """Whether the meetings are invented ones."""
    exercise: bool = False

    def __getitem__(self, slug: str) -> StepLine:
        return next(line for line in self.lines if line.slug == slug)

    @property
    def planning_year(self) -> int:
        """The calendar year in which the plan is made."""
        return self.budget_year - 1

    @property
    def shown(self) -> tuple[StepLine, ...]:
        """The steps that are to be done this year: those that rest are left out."""
        return tuple(line for line in self.lines if line.tone is not Tone.DORMANT)

    @property
    def resting(self) -> tuple[StepLine, ...]:
        return tuple(line for line in self.lines if line.tone is Tone.DORMANT)

    @property
    def care(self) -> tuple[StepLine, ...]:
        """What is late, at risk or to be reconsidered: the gravest first, then by deadline."""
        order = list(Tone)
        found = [line for line in self.lines if line.needs_care]
        return tuple(
            sorted(found, key=lambda one: (order.index(one.tone), one.deadline or one.due))
        )

    def counts(self) -> Iterator[tuple[Tone, int]]:
        """How many steps have each tone, the gravest first; tones that no step has are left out."""
        for tone in Tone:
            if number := sum(line.tone is tone for line in self.lines):
                yield tone, number

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do in the year."""
        over = (Tone.DONE, Tone.LEFT_OUT, Tone.DORMANT)
        return all(line.tone in over for line in self.lines)

    @property
    def headline(self) -> str:
        """`2 sena, 1 lagrisk, 3 pågår`: the year in one line."""
        return ", ".join(f"{number} {tone.value}" for tone, number in self.counts())

    @property
    def first_month(self) -> date:
        """The first day of the first month that any shown step touches."""
        return min((one.first_day for one in self.shown), default=self.today).replace(day=1)

    @property
    def last_month(self) -> date:
        """The first day of the last such month."""
        return max((one.last_day for one in self.shown), default=self.today).replace(day=1)
