"""`kommunplan sammantraden`: the bodies' meetings listed, read in, moved, added and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

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
    make_app,
    print_json,
    say,
    settings_and_day,
    tell_as_json,
)

if TYPE_CHECKING:
    from tasks.meetings.change import Changed
    from views.meeting_list import MeetingLine, MeetingList, RestingStep

sammantraden = make_app(
    "sammantraden", "Instansernas sammanträden: visa, läsa in, flytta, lägga till och ställa in."
)
Body = Annotated[
    str, Parameter(help="Instans, till exempel KS eller Kommunstyrelsen", completer=gatherings)
]
Day = Annotated[date, Parameter(help="Dag, till exempel 2027-10-18")]
Year = Annotated[int | None, Parameter("--ar", help="Kalenderår")]


@sammantraden.command(name="lista")
def list_them(
    *,
    instans: Annotated[
        str | None, Parameter("--instans", help="Bara den här instansen", completer=gatherings)
    ] = None,
    ar: Year = None,
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


@sammantraden.command(name="las-in")
def read_in(
    fil: Annotated[Path, Parameter(help="TOML, CSV, Excel, .ics, eller kommunens tabell")],
    *,
    ar: Year = None,
    lagg_till: Annotated[
        bool, Parameter("--lagg-till", negative="", help="Lägg till utan att ta bort något")
    ] = False,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Ersätter sammanträdena för just de instanser och det år som filen gäller. Allt eller inget.

    I en tabell betyder * vid behov och ** att dagen är en annan veckodag än den vanliga.
    """
    tell_as_json(som_json)
    from tasks.meetings.entry import import_meetings

    _tell(import_meetings(engine(), fil, by=author(av), year=ar, add=lagg_till))


@sammantraden.command(name="flytta")
def move(
    instans: Body, fran: Day, till: Day, *, skal: Reason = "", av: By = None, som_json: Json = False
) -> None:
    """Flyttar ett sammanträde. Vilar ett pågående år på det krävs --skal."""
    tell_as_json(som_json)
    from tasks.meetings.entry import move_meeting

    _tell(move_meeting(engine(), instans, fran, till, by=author(av), reason=skal))


@sammantraden.command(name="lagg-till")
def add(
    instans: Body,
    dag: Day,
    *,
    vid_behov: Annotated[
        bool, Parameter("--vid-behov", negative="", help="Hålls bara om det behövs")
    ] = False,
    skal: Reason = "",
    av: By = None,
    som_json: Json = False,
) -> None:
    """Lägger till ett sammanträde, också ett extra som redan har hållits. Ett som var vid behov blir ett
    ordinarie."""
    tell_as_json(som_json)
    from tasks.meetings.entry import add_meeting

    _tell(add_meeting(engine(), instans, dag, by=author(av), if_needed=vid_behov, reason=skal))


@sammantraden.command(name="stall-in")
def cancel(
    instans: Body,
    dag: Day,
    *,
    prov: Preview = False,
    skal: Reason = "",
    av: By = None,
    som_json: Json = False,
) -> int:
    """Ställer in ett sammanträde. Vilar ett pågående år på det krävs --skal.

    Med --prov: vart ärendena går i stället, varje datum som flyttas, varje regel som bryts, och vem som får
    vilket mejl. Provet avslutas med 1 om det bryter mot lagen.
    """
    if prov:
        from cli.flytta import tell_trial
        from tasks.meetings.what_if import try_cancel

        chosen, today = settings_and_day()
        return tell_trial(try_cancel(chosen, instans, dag, today), som_json=som_json)
    tell_as_json(som_json)
    from tasks.meetings.entry import cancel_meeting

    _tell(cancel_meeting(engine(), instans, dag, by=author(av), reason=skal))
    return 0


def _tell(changed: Changed) -> None:
    for line in changed.done or ["Det var redan så; ingenting är ändrat."]:
        say(line)
    for line in (*changed.notes, *changed.follows):
        say(f"  {line}")
    after(*changed.years)


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
        days = " → ".join(str(day) for day in (change.before, change.after) if day)
        why = f": {change.reason}" if change.reason else ""
        say(f"  {change.name} {days} {change.change} {change.made_on} av {change.by}{why}")


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
