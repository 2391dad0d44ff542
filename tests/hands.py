"""An engine with a short verb for each act, as tests ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from models.act import Act
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.figures import Record
from models.acts.mails import Resend, ResendFailed
from models.acts.meetings import AddMeeting, CancelMeeting, ImportMeetings, MoveMeeting
from models.acts.occasions import Raise
from models.acts.parts import AskForTime, Disclaim, GoOn, Postpone, Report
from models.acts.people import ImportHolders
from models.acts.rounds import LeaveOut, OpenEarly, Rerun, Uphold
from models.acts.years import ReadDirectory, StartYear, UndoStart
from models.minutes import Minutes
from models.outcomes import Outcome
from tasks.engine import Engine
from tasks.office import Done
from tasks.year import Advance


class Hands(Engine):
    """The process owner's hands, a verb for each act on a year."""

    def _year(self, act: Act) -> Advance:
        return self.do(act).year

    def start_year(self, budget_year: int | None = None, *, knowingly: bool = False) -> Advance:
        return self._year(StartYear(budget_year=budget_year, knowingly=knowingly))

    def undo_start(self, budget_year: int) -> str:
        return " ".join(self.do(UndoStart(budget_year=budget_year)).said)

    def load(self) -> Done:
        return self.do(ReadDirectory())

    def report(self, slug: str, role: str, unit: str | None, *, by: str, **more: Any) -> Advance:
        return self._year(Report(step=slug, role=role, unit=unit, by=by, **_given(more)))

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

    def postpone(self, slug: str, until: date, **more: Any) -> Advance:
        return self._year(Postpone(step=slug, until=until, **more))

    def record(self, slug: str, results: Mapping[str, object], **more: Any) -> Advance:
        return self._year(Record(step=slug, results=results, **more))

    def number(self, slug: str, diarienummer: str, **more: Any) -> Advance:
        return self._year(GiveNumber(step=slug, diarienummer=diarienummer, **more))

    def decide(self, slug: str, body: str, outcome: Outcome, **more: Any) -> Advance:
        act = Decide(step=slug, body=body, outcome=outcome, **_with_minutes(_given(more)))
        return self._year(act)

    def correct(self, event_number: int, **more: Any) -> Advance:
        return self._year(Correct(event_number=event_number, **_with_minutes(more)))

    def rerun(self, slug: str, **more: Any) -> tuple[Advance, tuple[str, ...]]:
        done = self.do(Rerun(step=slug, **_given(more)))
        return done.year, done.resting

    def raise_occasion(self, occasion: str, title: str, **more: Any) -> tuple[Advance, str]:
        done = self.do(Raise(occasion=occasion, heading=title, **more))
        return done.year, done.step

    def move(self, body: str, day: date, to: date, *, by: str, reason: str = "") -> Done:
        return self.do(MoveMeeting(body=body, day=day, to=to, by=by, reason=reason))

    def add(self, body: str, day: date, *, by: str, **more: Any) -> Done:
        return self.do(AddMeeting(body=body, day=day, by=by, **more))

    def cancel(self, body: str, day: date, *, by: str, reason: str = "") -> Done:
        return self.do(CancelMeeting(body=body, day=day, by=by, reason=reason))

    def import_meetings(self, path: Path, *, by: str, **more: Any) -> Done:
        return self.do(ImportMeetings(file=path, by=by, **more))

    def read_in(self, path: Path, *, replaces_all: bool = False) -> Done:
        return self.do(ImportHolders(file=path, replaces_all=replaces_all))

    def resend(
        self, slug: str, role: str | None = None, unit: str | None = None, **m: Any
    ) -> Advance:
        return self._year(Resend(step=slug, role=role, unit=unit, **m))

    def resend_failed(self, **more: Any) -> Done:
        return self.do(ResendFailed(**more))


def _given(more: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if value is not None}


def _with_minutes(more: dict[str, Any]) -> dict[str, Any]:
    """What the minutes say, together."""
    said = {name: more.pop(name) for name in Minutes.model_fields if name in more}
    return {**more, "minutes": Minutes(**said)}
