"""`kommunplan flytta`: what follows if a meeting moves, and, without `--prov`, moving it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli.completers import gatherings
from cli.console import Console
from cli.terminal import (
    By,
    Json,
    Preview,
    Reason,
    after,
    author,
    engine,
    print_json,
    say,
    settings_and_day,
    tell_as_json,
)

if TYPE_CHECKING:
    from views.meeting_preview import MeetingPreview


def flytta(
    instans: Annotated[str, Parameter(help="Instansen, till exempel KF", completer=gatherings)],
    fran: Annotated[date, Parameter(help="Den dag som sammanträdet har i dag")],
    till: Annotated[date, Parameter(help="Den nya dagen")],
    *,
    prov: Preview = False,
    skal: Reason = "",
    av: By = None,
    som_json: Json = False,
) -> int:
    """Flyttar ett sammanträde med de ärenden som är planerade till det, eller visar vad som följer.

    Med --prov: varje datum som flyttas, vad det då blir för ont om tid till, varje regel som bryts,
    och vem som får vilket mejl.
    Provet avslutas med 1 om flytten bryter mot lagen.
    """
    if not prov:
        from tasks.meetings.entry import move_meeting

        tell_as_json(som_json)
        changed = move_meeting(engine(), instans, fran, till, by=author(av), reason=skal)
        for line in (*changed.done, *changed.follows, *changed.notes):
            say(line)
        after(*changed.years)
        return 0
    from tasks.meetings.what_if import try_move

    chosen, today = settings_and_day()
    return tell_trial(try_move(chosen, instans, fran, till, today), som_json=som_json)


def tell_trial(found: MeetingPreview, *, som_json: bool) -> int:
    """Prints what would follow; the exit code, 1 where it would break the law."""
    if som_json:
        print_json(found)
    else:
        _print(Console(), found)
    return 1 if found.breaks_the_law else 0


def _print(console: Console, found: MeetingPreview) -> None:
    to = f"→ {found.to}" if found.to else "ställs in"
    for year in found.years:
        console.print(f"{year.plan_name}: om {found.body} {found.day} {to}", style="bold")
        for title, style, rows in (
            ("Sammanträdet", "bold", [one.said() for one in year.papers]),
            ("Datum som flyttas", "bold", [f"{one.step}: {one.said()}" for one in year.moved]),
            ("För kort om tid", "yellow", year.short),
            ("Bryter då mot lagen", "bold red", year.breaches),
            ("Blir då en risk", "yellow", year.risks),
            ("Upphör", "green", [one.cited for one in year.mended]),
            ("Mejl, ett till var och en", "bold", year.told_to),
        ):
            if rows:
                console.print(title, style=style)
            for row in rows:
                console.print(f"  {row}", markup=False, highlight=False)
        if not year.rests_on_it:
            console.print("Inget i årets process vilar på sammanträdet.")
    console.print("Inget är ändrat: det här var ett prov.")
