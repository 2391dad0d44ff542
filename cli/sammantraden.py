"""`kommunplan sammantraden`: the bodies' meetings listed, read in, moved, added and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.completers import gatherings
from cli.console import Console
from cli.doing import DOING, MOVE_A_MEETING
from cli.terminal import Json, make_app, print_json, say, settings_and_day

if TYPE_CHECKING:
    from views.meeting_list import MeetingChangeLine, MeetingLine, MeetingList, RestingStep

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


def _print_list(console: Console, listed: MeetingList) -> None:
    if not listed.meetings:
        say("Inga sammanträden. Läs in dem med kommunplan sammantraden las-in FIL.")
    else:
        console.print(_table(listed.meetings))
    if any(one.if_needed for one in listed.meetings):
        say("* hålls bara vid behov")
    if any(one.example for one in listed.meetings):
        console.print("Sammanträden är EXEMPEL: byt mot era egna.", style="yellow")
    if listed.changes:
        console.print("Ändrat för hand", style="bold")
    for change in listed.changes:
        say(f"  {_told(change)}")


def _told(change: MeetingChangeLine) -> str:
    days = " → ".join(str(day) for day in (change.before, change.after) if day)
    why = f": {change.reason}" if change.reason else ""
    return f"{change.name} {days} {change.change} {change.made_on} av {change.by}{why}"


def _table(meetings: Sequence[MeetingLine]) -> Table:
    table = Table(pad_edge=False)
    for heading in ("Instans", "Datum", "Dag", "V.", "Steg som vilar på det"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Datum", "Dag", "V."))
    for one in meetings:
        table.add_row(
            one.body or one.step,
            f"{one.day}{'*' if one.if_needed else ''}",
            one.weekday[:3],
            str(one.week),
            "\n".join(map(_step, one.steps)),
        )
    return table


def _step(step: RestingStep) -> str:
    return f"{step.slug} ({step.budget_year}{', klart' if step.is_done else ''})"
