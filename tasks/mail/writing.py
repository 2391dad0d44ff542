"""Letters are written from the notices that are stored: a step of its own, after what they follow from.

One transaction for all that is not written, harmless to repeat and to break off: what a notice is told by is
written once, and its bytes and Message-ID never change. A letter that cannot be written keeps its notices,
with the error, and hinders no other; each next act, check and delivery tries it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from tasks import clock
from tasks.database import Database
from tasks.follow_up import bring_up_to_date, is_anything_left
from tasks.mail.folded_years import FoldedYears
from tasks.mail.unwritten import (
    CalendarFailure,
    forget_exercise,
    is_anything_pending,
    keep_calendar_failure,
    mark_failed,
    pending,
    take_calendar_failures,
)
from tasks.mail.writing_round import Failure, WritingRound
from tasks.settings import Settings
from tasks.watch.journal import journal, journal_after
from tasks.year import OpenYear


@dataclass(frozen=True, slots=True)
class Written:
    """How many mails were written, by budget year, and how many letters could not be, for the first time."""

    mails: Counter[int] = field(default_factory=Counter)
    failed: int = 0


def write_letters(
    database: Database, chosen: Settings, today: date, years: Sequence[OpenYear] = ()
) -> Written:
    """Writes the letters that are not written. The calendars follow the given years, whose transaction has
    just ended, and those that anything is told of; how many mails were written is in each year's `done`."""
    with database.write() as session:
        written = _write(session, chosen, today, years)
    failed = f"{written.failed} mejl kunde inte skrivas; kommunplan halsa säger varför."
    for year in years:
        year.told(written.mails[year.budget_year], failed if written.failed else "")
    return written


def write_letters_after(
    database: Database, chosen: Settings, today: date, years: Sequence[OpenYear]
) -> None:
    """The same for what somebody has just done: that stands, also where no letter at all can be written, and
    the notes of each year's `done` say so."""
    try:
        write_letters(database, chosen, today, years)
    except Exception as error:
        _not_yet(years, error)


def follow_up(database: Database, chosen: Settings, today: date, year: OpenYear) -> None:
    """What follows from what somebody has just done in the year, with its letters: each in a transaction of
    its own, of which none can undo it."""
    try:
        with database.write() as session:
            year.go_on(session)
            bring_up_to_date(session, chosen, today, [year])
    except Exception as error:
        with database.read() as session:
            year.go_back(session)
        _not_yet([year], error)
    else:
        write_letters_after(database, chosen, today, [year])


def _not_yet(years: Sequence[OpenYear], error: Exception) -> None:
    """Whatever it is, it undoes nothing; the check meets it again, and fails."""
    journal("letters.failed", level="error", error=type(error).__name__)
    for year in years:
        year.told(0, f"Mejlen om det är inte skrivna än ({_why(error)}); nästa kontroll gör det.")


def write_what_is_left(database: Database, chosen: Settings, today: date) -> str:
    """Writes what a process that died has left, and what could not be written before. Where something else
    than a letter stands in the way: what, in Swedish."""
    exercise = chosen.mail_to is not None
    with database.read() as session:
        is_told = not is_anything_left(session, exercise=exercise)
        if is_told and not is_anything_pending(session, exercise=exercise):
            return ""
    try:
        if not is_told:
            with database.write() as session:
                bring_up_to_date(session, chosen, today, ())
        write_letters(database, chosen, today)
    except Exception as error:
        # what is in the queue already goes all the same
        journal("letters.failed", level="error", error=type(error).__name__)
        return f"mejl kunde inte skrivas: {_why(error)}"
    return ""


def _write(session: Session, chosen: Settings, today: date, years: Sequence[OpenYear]) -> Written:
    """Round after round, each without the letters that could not be written in those before, so that nothing
    is brought or laid aside by any of them."""
    exercise = chosen.mail_to is not None
    if not exercise:
        forget_exercise(session)
    letters = pending(session, exercise=exercise)
    folded = FoldedYears(
        session, today, chosen.definition, (one for year in years for one in year.stood)
    )
    told = (row.cycle_id for one in letters for row in one.rows)
    ids = list(dict.fromkeys((*(year.cycle_id for year in years), *told)))
    followed = list(map(folded.now, ids))
    earlier = take_calendar_failures(session, ids, exercise=exercise)
    failures: dict[str, Failure] = {}
    while True:
        savepoint = session.begin_nested()
        done = WritingRound(session, chosen, today, folded, followed)
        done.write(letters, failures)
        if not done.failures:
            break
        savepoint.rollback()
        failures |= done.failures
    savepoint.commit()
    for failure in failures.values():
        _keep(session, failure, earlier)
    return Written(done.added, sum(failure.is_new(earlier) for failure in failures.values()))


def _keep(session: Session, failure: Failure, earlier: Mapping[str, CalendarFailure]) -> None:
    """The error with the notices that are not told; `earlier` are those of mails about calendars."""
    if failure.letter is not None:
        mark_failed(session, failure.letter, failure.error, clock.now())
    else:
        keep_calendar_failure(session, failure.rows, failure.error, earlier, clock.now())
    journal_after(session, "letter.failed", level="error", kind=failure.kind, error=failure.name)


def _why(error: Exception) -> str:
    return str(error).removesuffix(".") or type(error).__name__
