"""What a driving flow does: the work, and what follows from it.

What is done is done in the engine's transaction, with everything that follows from it. Afterwards the mails
go, each step whose state has changed gets a run of its own flow, so that the UI shows it, and the year's
pages are drawn. Should any of that fail, the next check makes up for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from prefect.client.schemas.objects import State, StateType

from flows.forms.wording import in_forms
from flows.leverans import deliver_waiting
from flows.prefect_tasks import completed, done, log, refused, task
from flows.steps.endings import NOTHING_NEW, refused_run
from flows.ui.current_runs import Place
from flows.ui.showing import scene, show_own, show_steps, show_years, stale_steps
from models.counting import counted
from models.errors import KommunplanError
from tasks import clock
from tasks.advance_words import events_in_words, mailed_since
from tasks.context import Done
from tasks.database import DatabaseBusyError
from tasks.engine import Engine, engine
from tasks.reading import year_sheets
from tasks.year import Advance
from views.account import account
from views.sheet import YearSheet

Work = Callable[[Engine], Done]


@dataclass(frozen=True, slots=True)
class ActDone:
    """What was done, and the years as they stand after it."""

    done: Done
    sheets: Sequence[YearSheet]
    log: Sequence[str]

    @property
    def events(self) -> int:
        return sum(len(year.events) for year in self.done.years)

    @property
    def mails(self) -> int:
        return sum(year.mails for year in self.done.years)

    @property
    def said(self) -> list[str]:
        """What it has to say itself: what was done, what follows, also by the law, what is worth a second
        look."""
        return [*self.done.said, *self.done.follows, *self.law, *self.notes]

    @property
    def law(self) -> list[str]:
        """What it meant for the law: the breaches and risks that came or ceased."""
        return [one.sentence for one in self.done.law or ()]

    @property
    def notes(self) -> list[str]:
        """What is worth a second look."""
        notes = [in_forms(note) for note in self.done.notes]
        notes += [note for year in self.done.years for note in year.notes]
        return [f"Obs: {note}" for note in notes]


@task("Registrera")
async def registrera(work: Work) -> State[Any]:
    """Does the work, in one transaction with all that follows, and tells the owner of it."""
    try:
        registered = await asyncio.to_thread(_register, work)
    except DatabaseBusyError:
        raise  # it is tried again
    except KommunplanError as error:
        log([f"Avvisat, och inget är ändrat: {in_forms(error)}"], logging.WARNING)
        return refused(error)
    log([*registered.done.said, *registered.log, *registered.notes])
    return completed(registered)


def _register(work: Work) -> ActDone:
    on = engine()
    before, began = year_sheets(on.database, on.today), clock.now()
    came_of_it = work(on)
    after = year_sheets(on.database, on.today)
    mails = sum(year.mails for year in came_of_it.years)
    lines = account(
        [line for year in came_of_it.years for line in events_in_words(on.database, year)],
        before,
        after,
        mails=mails,
        mailed=mailed_since(on.database, began) if mails else (),
    )
    return ActDone(came_of_it, after, tuple(lines))


async def drive(work: Work, *, whole: bool = False, shown: bool = True) -> State[Any]:
    """Does the work, delivers the mails that it made, and shows every step that it changed and the year. As a
    whole: also what an earlier run has left to deliver and to show. What touches no year is not `shown`."""
    try:
        registered: ActDone = await done(registrera, work)
    except KommunplanError as error:
        return await refused_run(error)
    said = registered.said
    if not shown:
        return completed(None, " ".join(said) or "Det var redan så; ingenting är ändrat.")
    if registered.mails or whole:
        said += await deliver_waiting()
    result = await _show(registered.sheets, registered.done.years, whole=whole)
    if result.failed:
        return not_shown(result.failed)
    happened = counted(registered.events, "händelse", "händelser")
    counts = f"{happened}, {registered.mails} mejl, {result.steps} steg med nytt läge."
    headline = " ".join(f"{one.plan_name}: {one.headline}." for one in registered.sheets)
    news = registered.events or registered.mails or result.steps or result.pages or said
    message = " ".join(filter(None, (*said, counts, headline)))
    return completed(None, message, "Klart" if news else NOTHING_NEW)


async def follow_up(advance: Advance, slug: str, state: str, *, run_id: str, mails: int) -> str:
    """What follows a step's run from its form, which shows the step itself in this state: mails go, the other
    steps that changed and the year are shown. What could not be shown, as a sentence; else empty."""
    if mails:
        await deliver_waiting()
    on = engine()
    sheets = await asyncio.to_thread(year_sheets, on.database, on.today)
    place = (advance.budget_year, slug)
    return (await _show(sheets, [advance], own={place: (run_id, state)})).failed


def not_shown(what: str) -> State[Any]:
    """How a run ends whose work is done, where Prefect could not be made to show all of it."""
    return State(
        type=StateType.FAILED,
        name="Läget syns inte",
        message=f"Allt är registrerat, men {what} Nästa kontroll försöker igen.",
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """How many steps were shown, how many pages say something new, and what could not be shown, as a
    sentence."""

    steps: int = 0
    pages: int = 0
    failed: str = ""


async def _show(
    sheets: Sequence[YearSheet],
    advances: Sequence[Advance],
    *,
    whole: bool = False,
    own: Mapping[Place, tuple[str, str]] | None = None,
) -> _Shown:
    """Shows the steps that changed, and then the years. `own` is a step's run that is under way and shows
    its step itself: its id, and in which state."""
    own = own or {}
    try:
        seen = await scene(sheets)
        stale = await stale_steps(seen, advances, whole=whole)
        places = [place for place in stale.changed if place not in own]
        made, unseen = await show_steps(seen, [*places, *stale.faded])
        made |= {place: run_id for place, (run_id, _) in own.items()}

        async def years() -> int:
            pages = await show_years(seen, made, renewed=stale.faded, whole=whole)
            for place, (_, state) in own.items():
                await show_own(seen, place, state)
            return pages

        pages: int = await done(visa, years)
    except (KommunplanError, httpx.HTTPError) as error:
        return _Shown(failed=f"översikten gick inte att visa: {error}.")
    flows = ", ".join(unseen)
    failed = f"flödena för {flows} gick inte att köra; se deras loggar." if unseen else ""
    return _Shown(len(places), pages, failed)


@task("Visa")
async def visa(show: Callable[[], Awaitable[int]]) -> State[Any]:
    """Lets Prefect's lists and pages say what is true of the years now; how many pages say something new."""
    pages = await show()
    log([f"Visat: {counted(pages, 'sida', 'sidor')} med något nytt."])
    return completed(pages)
