"""Where an act is done: one database, with its settings, on one day; and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from calendars.workdays import WORKDAYS
from models.act import Now
from models.text import Text
from tasks.database import Database
from tasks.log import find_cycle
from tasks.mail.writing import follow_up, write_letters_after
from tasks.settings import Settings
from tasks.year import Advance, OpenYear

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
    def year(self, budget_year: int | None, guard: Guard | None = None) -> Iterator[OpenYear]:
        """The year in one transaction, with what is done inside; then, in others that cannot undo it, what
        follows from that, and the letters."""
        with self.database.write() as session:
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            if guard is not None:
                guard(session, year)
            yield year
            year.store()
        follow_up(self.database, self.settings, self.today, year)

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
