"""`kommunplan flytta`: what follows if a meeting moves, and, without `--prov`, moving it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

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


def tell_trial(found: dict[str, Any], *, som_json: bool) -> int:
    """Prints what would follow; the exit code, 1 where it would break the law."""
    if som_json:
        print_json(found)
    else:
        _print(Console(), found)
    return 1 if any(f["slag"] == "brott" for year in found["ar"] for f in year["bryts"]) else 0


def _print(console: Console, found: dict[str, Any]) -> None:
    from tasks.meetings.what_if import told_to

    def lines(title: str, rows: list[str], style: str = "bold") -> None:
        if rows:
            console.print(title, style=style)
        for row in rows:
            console.print(f"  {row}", markup=False, highlight=False)

    to = f"→ {found['till']}" if found["till"] else "ställs in"
    move = f"{found['instans']} {found['fran']} {to}"
    for year in found["ar"]:
        console.print(f"{year['plan']}: om {move}", style="bold")
        lines("Sammanträdet", [_change(row) for row in year["sammantradet"]])
        lines("Datum som flyttas", [f"{r['steg']}: {_change(r)}" for r in year["flyttas"]])
        lines("För kort om tid", year["for_kort"], "yellow")
        broken = [f"{f['text']} ({f['lagrum']})" for f in year["bryts"] if f["slag"] == "brott"]
        risks = [f"{f['text']} ({f['lagrum']})" for f in year["bryts"] if f["slag"] != "brott"]
        lines("Bryter då mot lagen", broken, "bold red")
        lines("Blir då en risk", risks, "yellow")
        lines("Upphör", [f"{f['text']} ({f['lagrum']})" for f in year["lagas"]], "green")
        lines("Mejl, ett till var och en", told_to(year["mejl"]))
        if not (year["flyttas"] or year["bryts"]):
            console.print("Inget i årets process vilar på sammanträdet.")
    console.print("Inget är ändrat: det här var ett prov.")


def _change(row: dict[str, Any]) -> str:
    return f"{row['vad']} {row['fore'] or 'utan dag'} → {row['efter'] or 'utan dag'}"
