"""`kommunplan sammantraden`: the bodies' meetings listed, read in, moved, added and cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from rich.table import Table

from cli.completers import gatherings
from cli.console import Console
from cli.doing import DOING, MOVE_A_MEETING
from cli.terminal import Json, make_app, print_json, say, settings_and_day

if TYPE_CHECKING:
    pass

sammantraden = make_app(
    "sammantraden", "Instansernas sammanträden: visa, läsa in, flytta, lägga till och ställa in."
)
for word, command in {
    "las-in": DOING["sammantraden-las-in"],
    "flytta": MOVE_A_MEETING,
    "lagg-till": DOING["sammantraden-lagg-till"],
    "stall-in": DOING["sammantraden-stall-in"],
}.items():
    sammantraden.command(command, name=word)
CalendarYear = Annotated[int | None, Parameter("--ar", help="Kalenderår")]


@sammantraden.command(name="lista")
def list_them(
    *,
    instans: Annotated[
        str | None, Parameter("--instans", help="Bara den här instansen", completer=gatherings)
    ] = None,
    ar: CalendarYear = None,
    som_json: Json = False,
) -> None:
    """Sammanträdena från och med i år, med veckodag, vecka och de steg som vilar på vart och ett."""
    from tasks.database import open_database
    from tasks.meetings.listing import list_meetings

    chosen, today = settings_and_day()
    listed = list_meetings(open_database(chosen), chosen, today, name=instans, year=ar)
    if som_json:
        print_json(listed)
    else:
        _print_list(Console(), listed)


def _print_list(console: Console, listed: Mapping[str, Any]) -> None:
    rows = listed["sammantraden"]
    if not rows:
        say("Inga sammanträden. Läs in dem med kommunplan sammantraden las-in FIL.")
    else:
        table = Table(pad_edge=False)
        for heading in ("Instans", "Datum", "Dag", "V.", "Steg som vilar på det"):
            table.add_column(heading, overflow="fold", no_wrap=heading in ("Datum", "Dag", "V."))
        for row in rows:
            table.add_row(
                row["instans"] or row["mote"],
                row["datum"] + ("*" if row["vid_behov"] else ""),
                row["veckodag"][:3],
                str(row["vecka"]),
                _steps(row["steg"]),
            )
        console.print(table)
    if any(row["vid_behov"] for row in rows):
        say("* hålls bara vid behov")
    if any(row["exempel"] for row in rows):
        console.print("Sammanträden är EXEMPEL: byt mot era egna.", style="yellow")
    if listed["andringar"]:
        console.print("Ändrat för hand", style="bold")
    for change in listed["andringar"]:
        days = " → ".join(filter(None, (change["fran"], change["till"])))
        why = f": {change['skal']}" if change["skal"] else ""
        say(f"  {change['namn']} {days} {change['andring']} {change['dag']} av {change['av']}{why}")


def _steps(steps: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{step['slug']} ({step['budgetar']}{', klart' if step['klart'] else ''})" for step in steps
    )
