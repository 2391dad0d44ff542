"""What next year's meetings must keep to, learnt from what this year's steps rest on.

Pure. This year's plans say which meeting each link of each chain rests on; next year's say between
which days, and by which statutory limit, the same link must have one. No slug and no date is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from calendars.law.case import election_day, new_fullmaktige_from
from calendars.schedule import plan_year
from models.plan import Meeting, StepPlan, YearPlan
from models.process import Definition, Step

CYCLES = range(-2, 4)
"""Budget years, counted from a calendar year, of the cycles that can have a step in it."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The days between which next year's counterpart of this meeting must be, and why."""

    meeting: Meeting
    first: date
    last: date
    why: str

    def allows(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Lead:
    """The days that must be between two meetings' counterparts."""

    earlier: Meeting
    later: Meeting
    days: int


_Rest = tuple[str | None, Meeting | None]
"""A body, None of an informal meeting, and the meeting of this year that something rests on."""


class ThisYear:
    """A calendar year's meetings, and what rests on them."""

    def __init__(self, definition: Definition, meetings: Sequence[Meeting], year: int) -> None:
        self.definition, self.year = definition, year
        self.meetings = [meeting for meeting in meetings if meeting.day.year == year]
        self._all = meetings
        self._at = {(m.body or m.step, m.day): m for m in self.meetings}

    def bounds(self) -> Iterator[Bound]:
        """The weightiest first: statutory limits, then the newly elected fullmäktige, then windows."""
        rests = [*self._rests()]
        for step, coming, body, meeting in rests:
            for limit in coming[step.slug].limits:
                if limit.body == body:
                    why = f"{limit.what}, räkna med {limit.warn_on} ({limit.citation})"
                    yield Bound(meeting, date.min, limit.warn_on, why)
        for step, coming, body, meeting in rests:
            if body and self._is_decided_by_newly_elected(step, body, coming):
                begins = new_fullmaktige_from(self.year + 1)
                why = f"nyvalda fullmäktige, som fastställer budgeten, tillträder {begins}"
                yield Bound(meeting, begins, date.max, why)
        for step, coming, _, meeting in rests:
            window = coming[step.slug]
            first, last = window.window_start, window.window_end
            yield Bound(meeting, first, last, f"steget {step.slug} ligger {first}–{last}")

    def _rests(self) -> Iterator[tuple[Step, YearPlan, str | None, Meeting]]:
        """Each step with the next cycle's plan, and a meeting within its window that it rests on."""
        for now, coming in self._cycles:
            for step in self.definition.steps:
                for body, meeting in self._resting(now[step.slug]):
                    if meeting and _is_inside(meeting, now[step.slug]):
                        yield step, coming, body, meeting

    def leads(self) -> Iterator[Lead]:
        """The weightiest first: what a plan rests on, then what each body has before each meeting."""
        for now, _ in self._cycles:
            for step in self.definition.steps:
                yield from self._planned_leads(step, now)
        for before, after in self._relations:
            lead = self.definition.body(after).lead
            for later in self._of(after):
                had = [m for m in self._of(before) if (later.day - m.day).days >= lead]
                if had and lead:
                    yield Lead(max(had, key=lambda m: m.day), later, lead)

    @cached_property
    def _cycles(self) -> list[tuple[YearPlan, YearPlan]]:
        """Each cycle's plan, and the next one's without meetings: for its windows and its limits."""
        return [
            (
                plan_year(self.definition, self.year + cycle, self._all),
                plan_year(self.definition, self.year + cycle + 1, ()),
            )
            for cycle in CYCLES
        ]

    @property
    def _relations(self) -> dict[tuple[str, str], None]:
        """Which body meets before which, in a chain or from one step to the next."""
        found: dict[tuple[str, str], None] = {}
        for step in self.definition.steps:
            found |= dict.fromkeys(pairwise(step.chain))
            for earlier in map(self.definition.step, step.hard):
                if earlier.chain and step.chain and earlier.chain[-1] != step.chain[-1]:
                    found[earlier.chain[-1], step.chain[-1]] = None
        return found

    def _planned_leads(self, step: Step, now: YearPlan) -> Iterator[Lead]:
        own = self._resting(now[step.slug])
        yield from self._between(pairwise(own))
        if own:
            hard = (self._resting(now[slug]) for slug in step.hard)
            yield from self._between((before[-1], own[-1]) for before in hard if before)
            yield from self._after_its_start(step, now, own[0][1])

    def _between(self, pairs: Iterable[tuple[_Rest, _Rest]]) -> Iterator[Lead]:
        """What a body has before its meeting where it has it, or as much of that as there is."""
        for (before_body, before), (body, meeting) in pairs:
            if before and meeting and body and before.day < meeting.day:
                lead = 0 if before_body == body else self.definition.body(body).lead
                days = (meeting.day - before.day).days
                yield Lead(before, meeting, max(1, min(lead, days)))

    def _after_its_start(self, step: Step, now: YearPlan, first: Meeting | None) -> Iterator[Lead]:
        """What another step starts is taken at a later meeting."""
        if step.starts is None or step.starts.step is None or step.starts.missing_by:
            return
        starter = self._resting(now[step.starts.step])
        begun = starter[-1][1] if starter else None
        if begun and first and begun.day < first.day:
            yield Lead(begun, first, 1)

    def _resting(self, plan: StepPlan) -> list[_Rest]:
        """The body and this year's meeting of each link, and the day of an informal meeting; nothing of
        a step of other years: the planner takes this year's meetings for it where it has no others."""
        if not plan.window_start.year <= self.year <= plan.window_end.year:
            return []
        found: list[_Rest] = [
            (link.body, self._met(link.body, link.meeting)) for link in plan.links
        ]
        informal = self._met(plan.slug, plan.meeting_day)
        return [*found, (None, informal)] if informal else found

    def _met(self, name: str, day: date | None) -> Meeting | None:
        return self._at.get((name, day)) if day else None

    def _is_decided_by_newly_elected(self, step: Step, body: str, coming: YearPlan) -> bool:
        return (
            "budget" in step.concerns
            and coming.budget_year == self.year + 2
            and election_day(self.year + 1) is not None
            and self.definition.body(body).kind == "fullmaktige"
        )

    def _of(self, body: str) -> list[Meeting]:
        return [meeting for meeting in self.meetings if meeting.body == body]


def _is_inside(meeting: Meeting, plan: StepPlan) -> bool:
    """What is planned outside of a step's window was so for want of better, and is no habit."""
    return plan.window_start <= meeting.day <= plan.window_end
