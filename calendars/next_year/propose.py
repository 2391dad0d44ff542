"""Next year's meetings proposed from this year's: `kommunplan nasta-ar`.

Pure. Each body keeps its weekday and each meeting its place in the month; what cannot be kept is moved
as little as can be, and says why: a quiet day, a statutory limit, a step's window, the time between
bodies. A demand that cannot be kept at all is given up and told; so is what an election year brings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from calendars.next_year.demands import Bound, Lead, ThisYear
from calendars.next_year.election import with_election
from calendars.next_year.habits import place_of, usual_weekday
from calendars.next_year.placing import Placing
from calendars.next_year.proposal import Proposal, ProposedDay, dated, short
from calendars.next_year.quiet_days import why_quiet
from calendars.workdays import WEEKDAYS
from models.plan import Meeting
from models.process import Definition

NEAR = 14
"""Days from its place within which a meeting may be moved; further only where all of them are quiet."""


def propose(definition: Definition, meetings: Sequence[Meeting], year: int) -> Proposal:
    """The meetings of a year from those of the year before; empty where that has none."""
    this_year = ThisYear(definition, meetings, year - 1)
    draft = _Draft(this_year.meetings, year)
    for bound in this_year.bounds():
        draft.keep_within(bound)
    for lead in this_year.leads():
        draft.keep_apart(lead)
    draft.keep_weekdays()
    proposal = Proposal(year, draft.settled(), tuple(dict.fromkeys(draft.given_up)))
    for body in definition.bodies:
        if body.kind == "fullmaktige" and any(m.body == body.slug for m in proposal.meetings):
            proposal = with_election(definition, body, meetings, proposal)
    return proposal


class _Draft:
    """This year's meetings on their way to next year's days."""

    def __init__(self, meetings: Sequence[Meeting], year: int) -> None:
        self._meetings = sorted(meetings, key=lambda meeting: meeting.day)
        self._number = {meeting: number for number, meeting in enumerate(self._meetings)}
        self._places = [place_of(m.day, self._usual(m.body)) for m in self._meetings]
        self._bases = [place.day_in(year) for place in self._places]
        self._placing = Placing([_possible(base) for base in self._bases])
        self._bounds: dict[int, list[Bound]] = defaultdict(list)
        self._leads: dict[int, list[Lead]] = defaultdict(list)
        self._days: dict[int, date] = {}
        self.given_up: list[str] = []
        for earlier, later in self._neighbours():
            self.keep_apart(Lead(earlier, later, days=1))

    def _neighbours(self) -> Iterator[tuple[Meeting, Meeting]]:
        """Each meeting of a body with the body's next one."""
        for body in dict.fromkeys(m.body for m in self._meetings if m.body):
            yield from pairwise(m for m in self._meetings if m.body == body)

    def keep_within(self, bound: Bound) -> None:
        number = self._number[bound.meeting]
        if self._placing.keep(number, bound.allows):
            self._bounds[number].append(bound)
        else:
            self.given_up.append(
                f"{_named(bound.meeting)}: ingen dag nära {short(self._bases[number])} går ihop med att "
                f"{_begun(bound.why)}. Sätt dagen för hand."
            )

    def keep_apart(self, lead: Lead) -> None:
        earlier, later = self._number[lead.earlier], self._number[lead.later]
        if self._placing.apart(earlier, later, lead.days):
            self._leads[earlier].append(lead)
            self._leads[later].append(lead)
        else:
            self.given_up.append(
                f"{_named(lead.earlier)} och {_named(lead.later)}: {lead.days} dagar emellan går "
                "inte att hålla nästa år. Pröva dagarna för hand."
            )

    def keep_weekdays(self) -> None:
        """Where the rest allows it: a meeting elsewhere in the month rather than on another weekday."""
        for number, base in enumerate(self._bases):
            self._placing.keep(number, partial(_same_weekday, base))

    def settled(self) -> tuple[ProposedDay, ...]:
        """The days, from the last of the year: who decides last keeps its day, who prepares yields."""
        for number in reversed(range(len(self._meetings))):
            self._days[number] = self._placing.take(number, _Nearness(self._bases[number]))
        days = [
            ProposedDay(
                replace(meeting, day=self._days[number]),
                meeting.day,
                self._why(number),
                moved=self._days[number] != self._bases[number],
            )
            for number, meeting in enumerate(self._meetings)
        ]
        return tuple(sorted(days, key=lambda day: day.meeting.day))

    def _usual(self, body: str | None) -> int | None:
        return usual_weekday(m.day for m in self._meetings if m.body == body) if body else None

    def _why(self, number: int) -> str:
        base, day, place = self._bases[number], self._days[number], self._places[number]
        if day != base:
            return f"{_move(base, day)} (från {place}): {next(self._hindrances(number))}"
        if place.weekday != self._meetings[number].day.weekday():
            return f"samma vecka i månaden, på den vanliga veckodagen ({place})"
        return f"samma plats i månaden ({place})"

    def _hindrances(self, number: int) -> Iterator[str]:
        """What stands in the way of the day that has this year's place."""
        base = self._bases[number]
        if reason := why_quiet(base):
            yield f"{base} {reason}"
        for bound in self._bounds[number]:
            if not bound.allows(base):
                yield bound.why
        for lead in self._leads[number]:
            earlier, later = self._number[lead.earlier], self._number[lead.later]
            other = later if number == earlier else earlier
            apart = self._days[other] - base if number == earlier else base - self._days[other]
            if apart >= timedelta(days=lead.days):
                continue
            whom = f"{_name(self._meetings[other])} {short(self._days[other])}"
            if lead.earlier.body == lead.later.body:
                yield f"{base} är för nära {whom}"
            else:
                side = "före" if number == earlier else "efter"
                yield f"ska vara minst {lead.days} dagar {side} {whom}"
        yield "så att hela kedjan får plats"


@dataclass(frozen=True, slots=True)
class _Nearness:
    """How far a day is from where it should be: the weekday first, then the month, then the days."""

    base: date

    def __call__(self, day: date) -> tuple[bool, bool, int, bool]:
        days = (day - self.base).days
        other_weekday = day.weekday() != self.base.weekday()
        return other_weekday, day.month != self.base.month, abs(days), days > 0


def _same_weekday(one: date, other: date) -> bool:
    return one.weekday() == other.weekday()


def _possible(base: date) -> list[date]:
    days: list[date] = []
    reach = NEAR
    while not days:
        around = (base + timedelta(days=shift) for shift in range(-reach, reach + 1))
        days = [day for day in around if day.year == base.year and not why_quiet(day)]
        reach += 7
    return days


def _move(base: date, day: date) -> str:
    days = (day - base).days
    if days % 7:
        return f"flyttat till {WEEKDAYS[day.weekday()]}"
    weeks = "en vecka" if abs(days) == 7 else f"{abs(days) // 7} veckor"
    return f"flyttat {weeks} {'senare' if days > 0 else 'tidigare'}"


def _name(meeting: Meeting) -> str:
    return str(meeting.body or meeting.step)


def _named(meeting: Meeting) -> str:
    return f"{_name(meeting)} {dated(meeting.day)}"


def _begun(sentence: str) -> str:
    """As the end of a sentence: a name in capitals stays as it is."""
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]
