"""An engine with a short verb for each act, as tests ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, overload

from calendars.definition import load_definition
from cli.wording import at_terminal
from models.act import Act
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.figures import Record
from models.acts.links import MakeFeed, RevokeFeed
from models.acts.mails import Resend, ResendFailed
from models.acts.meetings import AddMeeting, CancelMeeting, ImportMeetings, MoveMeeting
from models.acts.occasions import Raise
from models.acts.parts import AskForTime, Disclaim, GoOn, Postpone, ReportPart
from models.acts.people import ImportHolders
from models.acts.rounds import LeaveOut, OpenEarly, Rerun, Uphold
from models.acts.takeover import AlreadyDone, AlreadyDoneOfFile, StandingAtStart
from models.acts.years import ChangeDefinition, ReadDirectory, StartYear, UndoStart
from models.errors import KommunplanError
from models.minutes import Minutes
from models.opening import BY_START
from models.outcomes import Outcome
from tasks.calendars.feed import FeedMade
from tasks.context import Done, Guard
from tasks.engine import Engine
from tasks.log import chosen_year, cycles
from tasks.starting import _refuse_far_year
from tasks.year import Advance
from tests.worded import at_the_terminal
from views.feeds import NewFeed
from views.import_preview import ImportPreview
from views.meeting_preview import MeetingPreview
from views.previews import DefinitionPreview, RerunPreview


class Hands(Engine):
    """The process owner's hands, a verb for each act on a year."""

    def do(self, act: Act, *, guard: Guard | None = None) -> Done:
        with at_the_terminal():
            return super().do(act, guard=guard)

    @overload
    def try_(self, act: Rerun) -> RerunPreview: ...
    @overload
    def try_(self, act: ChangeDefinition) -> DefinitionPreview: ...
    @overload
    def try_(self, act: MoveMeeting | CancelMeeting) -> MeetingPreview: ...
    @overload
    def try_(self, act: ImportMeetings) -> ImportPreview: ...
    def try_(self, act: Any) -> Any:
        with at_the_terminal():
            return super().try_(act)

    def _year(self, act: Act) -> Advance:
        done = self.do(act)
        return replace(done.year, notes=tuple(map(at_terminal, done.notes)))

    def start_year(
        self, budget_year: int | None = None, *, knowingly: bool = False, asks: bool = False
    ) -> Advance:
        """Started as it begins, with nothing run until today; but where a test `asks`, started today."""
        act = StartYear(budget_year=budget_year, knowingly=knowingly)
        if budget_year is None:
            budget_year = chosen_year(load_definition(self.settings.definition), None, self.today)
        first = date(max(budget_year, 2001) - 1, 1, 1)
        act = act.model_copy(update={"budget_year": budget_year})
        if asks or self.today <= first or self._is_refused_or_started(act):
            return self._year(act)
        Hands(self.database, self.settings, first).do(act.model_copy(update={"knowingly": True}))
        past = self._past(budget_year)
        parts = (self._year(past), self._year(act)) if past.answers else (self._year(act),)
        return replace(
            parts[-1],
            is_new=True,
            events=tuple(key for one in parts for key in one.events),
            numbers=tuple(number for one in parts for number in one.numbers),
            mails=sum(one.mails for one in parts),
        )

    def _is_refused_or_started(self, act: StartYear) -> bool:
        year = act.budget_year or 0
        with self.database.read() as session:
            if any(one.budget_year == year for one in cycles(session)):
                return True
        try:
            if not act.knowingly:
                _refuse_far_year(load_definition(self.settings.definition), year, self.today)
        except KommunplanError:
            return True
        return not 2000 <= year <= 2100

    def _past(self, budget_year: int) -> AlreadyDoneOfFile:
        """That all whose window has passed is done, as a start today would take it."""
        with self.trying(budget_year) as year:
            past = [
                step.slug
                for step in year.definition.in_dependency_order
                if year.plan[step.slug].window_end < self.today and not year.plan[step.slug].dormant
            ]
        answers = tuple(
            (slug, AlreadyDone(step=slug, standing=StandingAtStart.DONE, by=BY_START))
            for slug in past
        )
        return AlreadyDoneOfFile(answers=answers, by=BY_START, budget_year=budget_year)

    def undo_start(self, budget_year: int) -> str:
        return " ".join(self.do(UndoStart(budget_year=budget_year)).said)

    def load(self) -> Done:
        return self.do(ReadDirectory())

    def report(self, slug: str, role: str, unit: str | None, *, by: str, **more: Any) -> Advance:
        return self._year(ReportPart(step=slug, role=role, unit=unit, by=by, **_given(more)))

    def override(self, slug: str, **more: Any) -> Advance:
        return self._year(GoOn(step=slug, **more))

    def open_early(self, slug: str, **more: Any) -> Advance:
        return self._year(OpenEarly(step=slug, **more))

    def set_aside(self, slug: str, **more: Any) -> Advance:
        return self._year(LeaveOut(step=slug, **more))

    def uphold(self, slug: str, **more: Any) -> Advance:
        return self._year(Uphold(step=slug, **more))

    def ask_for_time(self, slug: str, role: str, unit: str | None, **more: Any) -> Advance:
        return self._year(AskForTime(step=slug, role=role, unit=unit, **more))

    def disclaim(self, slug: str, role: str, unit: str | None, **more: Any) -> Advance:
        return self._year(Disclaim(step=slug, role=role, unit=unit, **more))

    def record(self, slug: str, results: Mapping[str, object], **more: Any) -> Advance:
        return self._year(Record(step=slug, results=results, **more))

    def number(self, slug: str, diarienummer: str, **more: Any) -> Advance:
        return self._year(GiveNumber(step=slug, diarienummer=diarienummer, **more))

    def decide(self, slug: str, body: str, outcome: Outcome, **more: Any) -> Advance:
        return self._year(decision(slug, body, outcome, **more))

    def correct(self, event_number: int, **more: Any) -> Advance:
        return self._year(Correct(event_number=event_number, **_with_minutes(more)))

    def rerun(self, slug: str, **more: Any) -> tuple[Advance, tuple[str, ...]]:
        done = self.do(Rerun(step=slug, **_given(more)))
        return done.year, done.resting

    def raise_occasion(self, occasion: str, title: str, **more: Any) -> tuple[Advance, str]:
        done = self.do(Raise(occasion=occasion, heading=title, **more))
        return done.year, done.step


def decision(slug: str, body: str, outcome: Outcome, **more: Any) -> Decide:
    return Decide(step=slug, body=body, outcome=outcome, **_with_minutes(_given(more)))


def left_alone(done: Done) -> tuple[str, ...]:
    """What the directory did not change."""
    said = "Lämnat orört: "
    return tuple(line.removeprefix(said) for line in done.said if line.startswith(said))


def _given(more: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if value is not None}


def _with_minutes(more: dict[str, Any]) -> dict[str, Any]:
    """What the minutes say, together."""
    said = {name: more.pop(name) for name in Minutes.model_fields if name in more}
    return {**more, "minutes": Minutes(**said)}


def move_meeting(on: Engine, body: str, day: date, to: date, *, by: str, reason: str = "") -> Done:
    return on.do(MoveMeeting(body=body, day=day, to=to, by=by, reason=reason))


def add_meeting(on: Engine, body: str, day: date, **more: Any) -> Done:
    return on.do(AddMeeting(body=body, day=day, **more))


def cancel_meeting(on: Engine, body: str, day: date, **more: Any) -> Done:
    return on.do(CancelMeeting(body=body, day=day, **more))


def import_meetings(on: Engine, path: Path, **more: Any) -> Done:
    return on.do(ImportMeetings(file=path, **more))


def read_in(on: Engine, path: Path, *, replaces_all: bool = False) -> Done:
    return on.do(ImportHolders(file=path, replaces_all=replaces_all))


def postpone(on: Engine, slug: str, until: date, **more: Any) -> Advance:
    return on.do(Postpone(step=slug, until=until, **more)).year


def resend(
    on: Engine, slug: str, role: str | None = None, unit: str | None = None, **more: Any
) -> Advance:
    return on.do(Resend(step=slug, role=role, unit=unit, **more)).year


def resend_failed(on: Engine, **more: Any) -> tuple[list[Advance], str]:
    done = on.do(ResendFailed(**more))
    return list(done.years), " ".join(done.said)


def change_definition(
    on: Engine, directory: Path, mapping: Mapping[str, str], **more: Any
) -> Advance:
    return on.do(ChangeDefinition(directory=directory, mapping=mapping, **more)).year


def try_definition(
    on: Engine, directory: Path, mapping: Mapping[str, str], *, budget_year: int | None = None
) -> DefinitionPreview:
    act = ChangeDefinition(
        directory=directory, mapping=mapping, by="Petra", budget_year=budget_year
    )
    return on.try_(act)


def try_rerun(on: Engine, slug: str, *, budget_year: int | None = None) -> RerunPreview:
    return on.try_(Rerun(step=slug, by="Petra", budget_year=budget_year))


def make_feed(on: Engine, whose: str, *, by: str) -> NewFeed:
    made = on.do(MakeFeed(whose=whose, by=by))
    assert isinstance(made, FeedMade)
    return made.feed


def revoke_feed(on: Engine, number: int, *, by: str) -> bool:
    return bool(on.do(RevokeFeed(number=number, by=by)).said)
