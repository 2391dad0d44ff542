"""What belongs in a role's or a body's calendar: last days, the sammanträden they lead to, days of their own.

Pure, and the only place that says it: the mails, the feeds and the export all show these, from the same
state and plan. What an entry says is kept apart from how it stands, so that one that is not to be shown any
more can be told from one that is gone by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from hashlib import sha256

from models.plan import LimitPlan, LinkPlan, StepPlan, YearPlan
from models.process import Definition, Step, TaskKey
from models.state import Status, StepState, YearState
from notifications.wording import long_day, one_line


class Standing(Enum):
    """How an entry stands. Only what is done may leave a calendar without a word."""

    AHEAD = "to be done or held"
    HELD = "has been held: it stays in the calendars where it is"
    DONE = "what it asked for has been done"
    OFF = "not to be, or not as things stand"


@dataclass(frozen=True, slots=True)
class Appointment:
    """What the calendar shows: a whole day, since nobody tells us the hour."""

    day: date
    summary: str
    description: str
    categories: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """The same for the same words and day only."""
        said = "\n".join((str(self.day), self.summary, self.description, ",".join(self.categories)))
        return sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry, under the name that it keeps whatever happens to it."""

    name: str
    """What the UID is made of: unique in the database, the same from the first mail to the last."""
    step: str
    standing: Standing
    appointment: Appointment | None
    """None where it has no day; then it does not stand ahead either."""
    concerns: tuple[TaskKey, ...]
    """In whose calendars it belongs."""
    body: str | None
    """The body in whose calendar it belongs: where it meets, and what its clerk is to register."""
    is_current: bool
    """Whether it is what somebody works towards now; a mail about the step then brings it."""
    step_is_done: bool


def entries(state: YearState, plan: YearPlan) -> Iterator[CalendarEntry]:
    """Every entry that the year can have, however it stands."""
    for step in state.definition.steps:
        yield from _Step(state, plan, step).entries()


class _Step:
    """One step, with what all its entries share."""

    def __init__(self, state: YearState, plan: YearPlan, step: Step) -> None:
        self.definition: Definition = state.definition
        self.step, self.year = step, plan.budget_year
        self.own: StepState = state[step.slug]
        self.dates: StepPlan = plan[step.slug]
        self.plan_name = self.definition.plan_of(self.year)
        self.title = one_line(step.title_for(self.year))
        self.turn = self.own.link if state.next_body(step) else None
        self.comes = _comes(step, self.own, self.dates)
        self.parts = self.definition.tasks_of(step)
        self.attending = self.definition.attending(step)

    def entries(self) -> Iterator[CalendarEntry]:
        for task in self.parts:
            yield self._last_day(task)
        if self.step.kind == "mote":
            yield self._own_day()
        elif self.attending and not self.step.chain:
            yield self._whole()
        for number, link in enumerate(self.dates.links):
            yield self._meeting(number, link)
            yield self._register(number, link)

    def _last_day(self, task: TaskKey) -> CalendarEntry:
        done = task in self.own.reported or (
            self.own.status is Status.COMPLETED and not (self.own.set_aside or self.own.overridden)
        )
        open_ = self.comes and not done and not self.own.overridden
        role = self.definition.title_of(task)
        said = [
            f"{role}: {self.title} ({self.plan_name}) ska vara klart senast {long_day(self.dates.due)}.",
            *self._leads_to(),
            *map(_limit, self.dates.limits),
        ]
        return self._entry(
            f"sista-dag/{task}",
            _standing(open_, done),
            self._appointment(
                self.dates.due, f"Sista dag: {self.title} ({role})", said, "Sista dag"
            ),
            concerns=(task,),
            is_current=self.own.status.is_open,
        )

    def _own_day(self) -> CalendarEntry:
        day = self.dates.meeting_day
        held = self.own.status is Status.COMPLETED and not (
            self.own.set_aside or self.own.before_start
        )
        said = [f"{self.title} ({self.plan_name}).", *map(_limit, self.dates.limits)]
        titles = map(self.definition.title_of, self.attending)
        if present := [*self.step.participants, *titles]:
            said.insert(1, f"Deltagare: {', '.join(present)}.")
        return self._entry(
            "dag",
            _held(held, day is not None and self.comes),
            self._appointment(day, self.title, said, "Möte") if day else None,
            concerns=(*self.parts, *self.attending),
            is_current=self.own.status.is_open,
        )

    def _whole(self) -> CalendarEntry:
        """Of work without a day of its own, for those who take part in it: when it is to be done."""
        said = [
            f"{self.title} ({self.plan_name}) ska vara klart senast {long_day(self.dates.due)}.",
            *map(_limit, self.dates.limits),
        ]
        return self._entry(
            "klart-senast",
            _standing(self.comes, self.own.status is Status.COMPLETED),
            self._appointment(self.dates.due, f"Ska vara klart: {self.title}", said, "Sista dag"),
            concerns=self.attending,
            is_current=self.own.status.is_open,
        )

    def _meeting(self, number: int, link: LinkPlan) -> CalendarEntry:
        body, clerk = self._body(link)
        ahead = self.comes and link.meeting is not None and number >= self.own.link
        said = [f"{body} behandlar {self.title} ({self.plan_name}).", *self._limits_of(link)]
        return self._entry(
            f"sammantrade/{self._place(number)}",
            _held(self._is_decided(number), ahead),
            self._appointment(link.meeting, f"{link.body}: {self.title}", said, "Sammanträde")
            if link.meeting
            else None,
            concerns=(*self.parts, *self.attending, clerk),
            body=link.body,
            is_current=self.own.status.is_open and number == self.own.link,
        )

    def _register(self, number: int, link: LinkPlan) -> CalendarEntry:
        body, clerk = self._body(link)
        in_turn = number == self.turn
        ahead = in_turn or (self.comes and link.meeting is not None and number >= self.own.link)
        said = [
            f"Beslutet i {body} om {self.title} ({self.plan_name}) ska vara registrerat senast "
            f"{long_day(link.register_by)}.",
            *([f"{body} sammanträder {long_day(link.meeting)}."] if link.meeting else []),
            *self._limits_of(link),
        ]
        return self._entry(
            f"registrera/{self._place(number)}",
            _standing(ahead, self._is_decided(number)),
            self._appointment(
                link.register_by,
                f"Registrera beslutet i {link.body}: {self.title}",
                said,
                "Sista dag",
            ),
            concerns=(clerk,),
            body=link.body,
            is_current=in_turn,
        )

    def _entry(
        self,
        what: str,
        standing: Standing,
        appointment: Appointment | None,
        *,
        concerns: tuple[TaskKey, ...],
        body: str | None = None,
        is_current: bool,
    ) -> CalendarEntry:
        return CalendarEntry(
            f"{self.year}/{self.step.slug}/{what}",
            self.step.slug,
            standing,
            appointment,
            tuple(dict.fromkeys(concerns)),
            body,
            is_current,
            step_is_done=self.own.status is Status.COMPLETED,
        )

    def _appointment(self, day: date, what: str, said: list[str], category: str) -> Appointment:
        return Appointment(
            day,
            one_line(f"{what} · {self.plan_name}"),
            "\n".join(map(one_line, said)),
            (one_line(self.plan_name).replace(",", ""), category),
        )

    def _leads_to(self) -> Iterator[str]:
        """The sammanträde that the part is for: the next one of the step's own."""
        for link in self.dates.links[self.own.link :]:
            if link.meeting:
                body, _ = self._body(link)
                yield f"Går till {body}, som sammanträder {long_day(link.meeting)}."
                return

    def _limits_of(self, link: LinkPlan) -> Iterator[str]:
        return (_limit(one) for one in self.dates.limits if one.body == link.body)

    def _body(self, link: LinkPlan) -> tuple[str, TaskKey]:
        body = self.definition.body(link.body)
        return body.name, body.clerk

    def _is_decided(self, number: int) -> bool:
        return any(decision.link == number for decision in self.own.standing)

    def _place(self, number: int) -> str:
        """The body; with the place in the chain, where it comes more than once."""
        chain = self.step.chain
        return chain[number] if chain.count(chain[number]) == 1 else f"{chain[number]}/{number}"


def _comes(step: Step, own: StepState, dates: StepPlan) -> bool:
    """Whether the step is open, or is to be opened as things stand: not what only a failure would start."""
    if own.status is Status.PLANNED:
        conditional = step.starts is not None and step.starts.missing_by is not None
        return not (dates.dormant or conditional)
    return own.status is not Status.COMPLETED


def _standing(ahead: bool, done: bool) -> Standing:
    if done:
        return Standing.DONE
    return Standing.AHEAD if ahead else Standing.OFF


def _held(held: bool, ahead: bool) -> Standing:
    if held:
        return Standing.HELD
    return Standing.AHEAD if ahead else Standing.OFF


def _limit(limit: LimitPlan) -> str:
    return f"Lagfrist {long_day(limit.statute_day)}: {limit.what} ({limit.citation})."
