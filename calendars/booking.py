"""Which meeting each link of each decision chain is planned for.

Pure. Passes over the steps, each from the chains that the one before made: the days first planned, then
those that hold since meetings moved, then those of what something starts or that had to wait. Where nothing
fits, the next meeting after all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from calendars.bookings import Booking, Chain, Chains, days_in, next_meeting
from calendars.first_booking import Days, days_for, first_planned, is_overtaken, lead_between
from calendars.frames import Frame
from calendars.rebooking import as_they_were, lost_to, rebook, wait_for_parts
from calendars.starts import frame_from, starts_on
from models.plan import Gone, Meeting, gone_days
from models.process import Definition, Step
from models.state import Status, StepState, YearState


@dataclass(frozen=True, slots=True)
class Booked:
    """The chains of every step, and those without what is missing today: what everybody works towards."""

    chains: Chains
    but_for_today: Chains


def book_meetings(
    definition: Definition,
    frames: Mapping[str, Frame],
    meetings: Sequence[Meeting],
    state: YearState | None,
    today: date | None = None,
) -> Booked:
    """The meetings of every step, no step's last word before the steps that it hard-requires."""
    year = _Passes(definition, meetings, state)
    held = year.with_what_was_told(year.as_they_hold(year.at_first(frames), frames))
    chains, moved = year.as_it_goes(held, frames)
    # last: that one step is late moves the meetings of those that come after it, not what they work towards
    waiting = chains if today is None else year.missing_today(chains, moved, today)
    return Booked(year.with_what_was_told(waiting), chains)


@dataclass(frozen=True, slots=True)
class Ready:
    """When a step can be completed, None where that cannot be said, and which step's work or decision it
    then is that was last: its own, or one that it requires."""

    day: date | None
    of: Step


def _day_of(ready: Ready) -> date:
    return ready.day or date.min


@dataclass(frozen=True, slots=True)
class _Passes:
    """What every pass asks for; each makes new chains of those that it is given."""

    definition: Definition
    meetings: Sequence[Meeting]
    state: YearState | None

    def own(self, step: Step) -> StepState | None:
        return self.state[step.slug] if self.state else None

    def at_first(self, frames: Mapping[str, Frame]) -> Chains:
        """As planned before any meeting was moved; for an open step, any since its work began."""
        gone = gone_days(self.meetings)
        lost = {step.slug: lost_to(self.own(step), gone) for step in self.definition.steps}
        planned: dict[tuple[Gone, ...], Mapping[str, Days]] = {
            one: first_planned(
                self.definition, frames, as_they_were(self.meetings, one), self.state
            )
            for one in set(lost.values())
        }
        return {slug: tuple(map(Booking, planned[one][slug])) for slug, one in lost.items()}

    def as_they_hold(self, chains: Chains, frames: Mapping[str, Frame]) -> Chains:
        """With what was moved or cancelled since."""
        if not gone_days(self.meetings) and all(m.moved_from is None for m in self.meetings):
            return chains
        return {
            step.slug: rebook(
                self.definition,
                step,
                frames[step.slug],
                self.meetings,
                chains[step.slug],
                self.own(step),
            )
            for step in self.definition.steps
        }

    def as_it_goes(
        self, chains: Chains, frames: Mapping[str, Frame]
    ) -> tuple[Chains, Mapping[str, Frame]]:
        """Step by step after those that it rests on: what something starts meets after that, what waits for
        its parts after them. With the frames, of what is started from then on."""
        now, moved, ready = dict(chains), dict(frames), dict[str, Ready]()
        for step in self.definition.in_dependency_order:
            if step.chain:
                if step.starts is not None and not _has_a_history(self.own(step)):
                    moved[step.slug] = self._from_its_start(step, moved, now)
                    now[step.slug] = self._after_its_start(step, moved[step.slug], now[step.slug])
                now[step.slug] = self._in_its_turn(step, moved[step.slug], now[step.slug], ready)
            ready[step.slug] = self._ready(step, moved[step.slug], now[step.slug], ready)
        return now, moved

    def missing_today(self, chains: Chains, frames: Mapping[str, Frame], today: date) -> Chains:
        """With the steps whose parts are missing after their meeting at the next one, and what requires
        them after that, through any number of steps: what is not done by today is not done before it."""
        state = self.state
        if state is None:
            return chains
        now, ready = dict(chains), dict[str, Ready]()
        for step in self.definition.in_dependency_order:
            frame, chain = frames[step.slug], now[step.slug]
            if chain and state[step.slug].status is not Status.COMPLETED:
                chain = wait_for_parts(
                    self.definition, step, frame, self.meetings, chain, state, missing_on=today
                )
                chain = self._after_what_it_requires(step, frame, chain, ready)
                now[step.slug] = _without_a_day(chain, step, ready)
            ready[step.slug] = self._ready(step, frame, now[step.slug], ready, today)
        return now

    def with_what_was_told(self, chains: Chains) -> Chains:
        """Also of the meetings that came to their day later than the others, when that was made known. What
        then waits for a later one knows of both."""
        since: dict[tuple[str | None, date | None], date] = {
            (m.body, m.day): m.since for m in self.meetings if m.since is not None
        }
        if not since:
            return chains
        return {
            step.slug: tuple(
                _told(one, since.get((body, one.missed or one.day)))
                for body, one in zip(step.chain, chains[step.slug], strict=True)
            )
            for step in self.definition.steps
        }

    def _from_its_start(self, step: Step, frames: Mapping[str, Frame], chains: Chains) -> Frame:
        """The frame of a step that something starts, from the day after that: the papers are not written
        the same evening."""
        frame = frames[step.slug]
        start = starts_on(step, frames, chains, self.state, ready_after=1)
        return frame_from(step, replace(frame, start=start, end=max(frame.end, start)), start)

    def _after_its_start(self, step: Step, frame: Frame, chain: Chain) -> Chain:
        own = self.own(step)
        before = as_they_were(self.meetings, lost_to(own, gone_days(self.meetings)))
        days = days_for(self.definition, step, frame, before, frame.end, own)
        first = tuple(replace(one, day=day) for one, day in zip(chain, days, strict=True))
        return rebook(self.definition, step, frame, self.meetings, first, own)

    def _in_its_turn(
        self, step: Step, frame: Frame, chain: Chain, ready: Mapping[str, Ready]
    ) -> Chain:
        """After its parts, and after what it hard-requires; what is completed stays as it is."""
        own = self.own(step)
        if own is not None and own.status is Status.COMPLETED:
            return chain
        if self.state is not None:
            # what was under way when the year was taken over was not done before that
            missing = own.opened_on if own is not None and own.taken_over else None
            chain = wait_for_parts(
                self.definition, step, frame, self.meetings, chain, self.state, missing_on=missing
            )
        if own is None or not is_overtaken(own):
            required = [ready[slug].day for slug in step.hard]
            chain = self._late_instead(step, frame, chain, own.link if own else 0, required)
        return self._after_what_it_requires(step, frame, chain, ready)

    def _ready(
        self,
        step: Step,
        frame: Frame,
        chain: Chain,
        before: Mapping[str, Ready],
        today: date | None = None,
    ) -> Ready:
        """When the step can be completed: a decision as it is planned, other work as soon as it has begun
        and what it requires is done."""
        own = self.own(step)
        if chain:
            return Ready(chain[-1].day, step)
        if own is not None and own.status is Status.COMPLETED:
            return Ready(own.completed_on, step)
        required = [before[slug] for slug in step.hard]
        if unknown := [one for one in required if one.day is None]:
            return unknown[0]
        day = max([today or date.min, *self._own_days(step, frame)])
        return max([Ready(day, step), *required], key=_day_of)

    def _own_days(self, step: Step, frame: Frame) -> Iterator[date]:
        """The first day of a step that has no chain, and the one that is set for it, if it has not begun."""
        own = self.own(step)
        if own is None or own.status is Status.PLANNED:
            yield frame.start if step.starts is None else date.min
        yield from (m.day for m in self.meetings if m.step == step.slug and frame.holds(m.day))

    def _after_what_it_requires(
        self, step: Step, frame: Frame, chain: Chain, ready: Mapping[str, Ready]
    ) -> Chain:
        for slug in step.hard:
            chain = self._pushed(step, frame, chain, slug, ready[slug])
        return chain

    def _late_instead(
        self,
        step: Step,
        frame: Frame,
        chain: Chain,
        first_open: int,
        required: Iterable[date | None],
    ) -> Chain:
        """Where no meeting fits a link, its next one that calendar year after all: late and said to be so,
        and what the law makes of it can be seen. Those after it in the chain then meet after it. A year
        without a plan of meetings is not filled with the next one's."""
        if all(one.day is not None for one in chain[first_open:]):
            return chain
        meetings = [m for m in self.meetings if m.day.year <= frame.end.year]
        found = list(chain[:first_open])
        earliest, before = max([frame.start, *filter(None, required), *days_in(found)]), None
        for body, one in zip(step.chain[first_open:], chain[first_open:], strict=True):
            if before is not None:
                earliest = before + timedelta(days=self.definition.body(body).lead)
            earliest = max(earliest, one.not_before or earliest)
            if one.day is None or one.day < earliest:
                day = next_meeting(meetings, body, earliest, frame.in_time(body))
                one = replace(one, day=day)
            found.append(one)
            before = one.day
        return tuple(found)

    def _pushed(self, step: Step, frame: Frame, chain: Chain, required: str, ready: Ready) -> Chain:
        """A step's last word comes after what it hard-requires, also when that was moved from its window. The
        time between bodies is practice: it is kept where neither window nor statute suffers."""
        day, body, last = chain[-1].day, step.chain[-1], ready.day
        if day is None or last is None:
            return chain
        decided = bool(ready.of.chain)
        after = last + (lead_between(self.definition, ready.of, step) if decided else timedelta(0))
        if day >= after:
            return chain
        in_time = frame.in_time(body)
        later = next_meeting(self.meetings, body, after, in_time)
        in_order = day > last or (day == last and ready.of.chain[-1:] == (body,))
        if in_order and (later is None or later > in_time):
            return chain
        return (*chain[:-1], replace(chain[-1], day=later, waits_for=required))


def _without_a_day(chain: Chain, step: Step, ready: Mapping[str, Ready]) -> Chain:
    """What requires something that no meeting takes up has none either: nobody knows when it can be."""
    waits = next((slug for slug in step.hard if ready[slug].day is None), None)
    if waits is None or chain[-1].day is None:
        return chain
    return (*chain[:-1], replace(chain[-1], day=None, waits_for=waits))


def _has_a_history(own: StepState | None) -> bool:
    """Whether what has been decided, or begun anew, says when it meets, rather than what started it."""
    return own is not None and (bool(own.decisions) or own.round > 1)


def _told(one: Booking, since: date | None) -> Booking:
    return one if since is None else replace(one, told=max(since, one.told or since))
