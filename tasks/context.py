"""Where an act is done: one database, with its settings, on one day; and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from calendars.workdays import WORKDAYS
from models.act import Now
from models.errors import KommunplanError, RefusedError
from models.tables import CycleRow
from models.text import Text, give
from tasks.database import Database
from tasks.log import begun_cycles, find_cycle
from tasks.mail.writing import follow_up, write_letters_after
from tasks.settings import Settings
from tasks.year import Advance, OpenYear
from views.law_changes import LawChange

Guard = Callable[[Session, OpenYear], None]
"""Asked inside the transaction, before anything is done to the year; what it raises undoes it all."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: to which years, and in Swedish sentences what it was, what follows from it and what is
    worth a second look. Nothing is said of what was so already."""

    years: tuple[Advance, ...] = ()
    said: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    step: str = ""
    """The step that it was done to, or that it became."""
    resting: tuple[str, ...] = ()
    """The completed steps of which somebody is asked whether they stand."""
    law: tuple[LawChange, ...] | None = None
    """What it meant for the law; None where nothing was done, or nobody has asked."""

    @property
    def year(self) -> Advance:
        """The year, of an act that is done to one."""
        [year] = self.years
        return year


@dataclass(frozen=True, slots=True)
class Context:
    """One database on one day."""

    database: Database
    settings: Settings
    today: date

    @contextmanager
    def year(
        self,
        budget_year: int | None,
        guard: Guard | None = None,
        does: Callable[[OpenYear], bool] | None = None,
    ) -> Iterator[OpenYear]:
        """The year in one transaction, with what is done inside; then, in others that cannot undo it, what
        follows from that, and the letters. Where no year is given and several are in progress, the one in
        which something can be done: `does` tries it on a year that is then thrown away, raises
        KommunplanError where it cannot be, and says whether anything is left to do."""
        with self.database.write() as session:
            year = self._opened(session, budget_year, does)
            with self._named(session, year):
                if guard is not None:
                    guard(session, year)
                yield year
            year.store()
        follow_up(self.database, self.settings, self.today, year)

    @contextmanager
    def _named(self, session: Session, year: OpenYear) -> Iterator[None]:
        """Where several years have begun, a refusal says which it is about."""
        try:
            yield
        except KommunplanError as refusal:
            plan = year.definition.plan_of(year.budget_year)
            if len(begun_cycles(session, self.today)) > 1 and plan not in str(refusal):
                refusal.text = Text.of(f"{plan}: ", refusal.text)
            raise

    def _opened(
        self, session: Session, budget_year: int | None, does: Callable[[OpenYear], bool] | None
    ) -> OpenYear:
        if budget_year is None and does is not None:
            begun = begun_cycles(session, self.today)
            if len(begun) > 1:
                return self._of_several(session, begun, does)
        cycle = find_cycle(session, budget_year, self.today)
        return OpenYear(session, cycle, self.settings, self.today)

    def _of_several(
        self, session: Session, begun: Sequence[CycleRow], does: Callable[[OpenYear], bool]
    ) -> OpenYear:
        """The only year in progress in which something can be done; else of those that are over, and else the
        newest in which it is done already. RefusedError, with the years: where it can be in several, or why
        not in any."""
        in_progress: list[CycleRow] = []
        over: list[CycleRow] = []
        done: list[CycleRow] = []
        refusals: dict[int, KommunplanError] = {}
        for cycle in begun:
            year = OpenYear(session, cycle, self.settings, self.today)
            is_over = year.is_over
            try:
                (done if not does(year) else over if is_over else in_progress).append(cycle)
            except KommunplanError as refusal:
                refusals[cycle.budget_year] = refusal
        possible = in_progress or over
        if len(possible) > 1:
            years = " och i ".join(str(cycle.budget_year) for cycle in possible)
            raise RefusedError(f"Det går både i {years}. Säg vilket år, ", give("budget_year"), ".")
        if chosen := possible or done[-1:]:
            return OpenYear(session, chosen[0], self.settings, self.today)
        *others, newest = refusals
        neither = f" Det går inte i {', '.join(map(str, others))} heller."
        raise RefusedError(f"{newest}: ", refusals[newest].text, neither)

    def write_letters(self, *years: OpenYear) -> None:
        """The letters that follow from what was just stored, and those left before: after the transaction,
        so that none of them can undo it."""
        write_letters_after(self.database, self.settings, self.today, years)

    @contextmanager
    def trying(self, budget_year: int | None) -> Iterator[OpenYear]:
        """The year, brought up to date, to try something on: nothing of it is kept."""
        with self.database.write() as session:
            savepoint = session.begin_nested()
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            year.advance()
            yield year
            savepoint.rollback()


def notes_of(years: Iterable[Advance]) -> tuple[Text, ...]:
    """What went wrong with the letters of the years."""
    return tuple(Text.of(note) for note in dict.fromkeys(n for year in years for n in year.notes))


def now_of(year: OpenYear) -> Now:
    """The year as an act's rule meets it."""
    return Now(
        budget_year=year.budget_year,
        first_definition=year.first_definition,
        state=year.state,
        planned=lambda: year.plan,
        log=year.log,
        held=year.held_meetings,
        days=WORKDAYS,
        today=year.today,
    )
