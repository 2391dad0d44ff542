"""What a driving flow does: the work, and what follows from it.

What is done is done in the engine's transaction, with everything that follows from it. Afterwards
each step whose state has changed gets a run of its own flow, so that the UI shows it, and the
outbox is delivered. Should either fail, the next check makes up for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from prefect.client.schemas.objects import State, StateType

from flows.leverans import deliver_waiting
from flows.steps.endings import NOTHING_NEW, refused
from flows.ui.current_runs import Place
from flows.ui.showing import Scene, scene, show_own, show_steps, show_years, stale_steps
from models.counting import counted
from models.errors import KommunplanError
from tasks.engine import Engine, engine
from tasks.year import Advance


async def drive(
    work: Callable[[Engine], Iterable[Advance]], *, whole: bool = False, said: Sequence[str] = ()
) -> State[Any]:
    """Does the work, shows every step that it changed and the year, and delivers the mails it made. As a
    whole: also what an earlier run has left to show and to deliver. `said` is what the work itself has to
    say, and may be filled by it."""
    try:
        on = await asyncio.to_thread(engine)
        advances = list(await asyncio.to_thread(lambda: list(work(on))))
        mails = sum(advance.mails for advance in advances)
        seen = await scene(on)
        shown = await _show(seen, advances, deliver=bool(mails) or whole, whole=whole)
    except KommunplanError as error:
        return refused(error)
    events = sum(len(advance.events) for advance in advances)
    said = (*said, *(f"Obs: {note}" for advance in advances for note in advance.notes))
    if shown.failed:
        return State(
            type=StateType.FAILED,
            name="Läget syns inte",
            message=f"Allt är registrerat, men {shown.failed} Nästa kontroll försöker igen.",
        )
    news = events or mails or shown.steps or shown.pages or said
    happened = counted(events, "händelse", "händelser")
    counts = f"{happened}, {mails} mejl, {shown.steps} steg med nytt läge."
    message = " ".join(filter(None, (*said, counts, shown.headline)))
    return State(type=StateType.COMPLETED, name="Klart" if news else NOTHING_NEW, message=message)


async def follow_up(done: Advance, slug: str, state: str, *, run_id: str, mails: int) -> None:
    """What follows a step's run from its form, which shows the step itself in this state: the other steps
    that changed and the year are shown, mails go."""
    seen = await scene(await asyncio.to_thread(engine))
    place = (done.budget_year, slug)
    await _show(seen, [done], deliver=bool(mails), own={place: run_id})
    await show_own(seen, place, state)


@dataclass(frozen=True, slots=True)
class _Shown:
    """How many steps were shown, how many pages say something new, the years in a line, and what could not
    be shown, as a sentence."""

    steps: int
    pages: int
    headline: str
    failed: str = ""


async def _show(
    seen: Scene,
    advances: Iterable[Advance],
    *,
    deliver: bool,
    whole: bool = False,
    own: Mapping[Place, str] | None = None,
) -> _Shown:
    """Shows the steps that changed, lets the mails go, and then shows the years. `own` is a step's run
    that is under way and shows its step itself."""
    own = own or {}
    stale = await stale_steps(seen, advances, whole=whole)
    places = [place for place in stale.changed if place not in own]
    made, unseen = await show_steps(seen, [*places, *stale.faded])
    if deliver:
        await deliver_waiting(seen.engine)
    headline = " ".join(f"{sheet.plan_name}: {sheet.headline}." for sheet in seen.sheets)
    failed = (
        f"flödena för {', '.join(unseen)} gick inte att köra; se deras loggar." if unseen else ""
    )
    try:
        pages = await show_years(seen, {**made, **own}, renewed=stale.faded)
        return _Shown(len(places), pages, headline, failed)
    except httpx.HTTPError as error:  # the mails are on their way; the next check shows the years
        return _Shown(
            len(places), 0, headline, f"{failed} översikten gick inte att visa: {error}.".strip()
        )
