"""`kommunplan kalender` and `ics`: addresses to subscribe to, and the same calendar as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.completers import calendars
from cli.console import Console
from cli.files import write_files
from cli.terminal import By, Json, author, engine, make_app, print_json, say, tell_as_json

if TYPE_CHECKING:
    from views.feeds import Feed

kalender = make_app(
    "kalender",
    "Kalendrar att prenumerera på, för en roll eller en instans: skapa och dra tillbaka.",
)
ics = make_app("ics", "En rolls eller instans kalender som fil (.ics).")

Calendar = Annotated[
    str,
    Parameter(
        help="Roll, roll:enhet eller instans: ekonomichef, KS; processägarens har allt",
        completer=calendars,
    ),
]


@kalender.command(name="skapa")
def make(vems: Calendar, *, som_json: Json = False, av: By = None) -> None:
    """Gör en hemlig adress som ett kalenderprogram prenumererar på. Den visas bara nu."""
    from tasks.calendars.feed import make_feed

    on = engine()
    feed = make_feed(on.database, on.settings, vems, by=author(av), today=on.today)
    if som_json:
        print_json(feed)
        return
    say(f"Kalender {feed.number}, {feed.title}:")
    sys.stdout.write(f"{feed.address}\n")  # whole, however narrow the terminal
    say(
        "I Outlook: Lägg till kalender, Prenumerera från webben. Den som har adressen kan läsa kalendern; "
        f"den visas inte igen. Dra tillbaka den med kommunplan kalender aterkalla {feed.number}."
    )
    if not on.settings.page_is_public:
        say(
            "Adressen går bara att nå från den här datorn. Sätt KOMMUNPLAN_PAGE_URL, och skapa en ny."
        )


@kalender.command(name="lista")
def list_them(*, som_json: Json = False) -> None:
    """Adresserna som är gjorda: för vem, av vem, och om de gäller. Själva adressen visas aldrig."""
    from tasks.calendars.feed import list_feeds

    feeds = list_feeds(engine().database)
    if som_json:
        print_json(feeds)
    elif feeds:
        _print(Console(), feeds)
    else:
        say("Inga kalenderadresser är gjorda. Gör en med kommunplan kalender skapa ROLL.")


@kalender.command(name="aterkalla")
def revoke(
    nummer: Annotated[int, Parameter(help="Kalenderns nummer i listan")],
    *,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Drar tillbaka en adress: från nu leder den ingenstans."""
    tell_as_json(som_json)
    from tasks.calendars.feed import revoke_feed

    on = engine()
    if revoke_feed(on.database, nummer, by=author(av), today=on.today):
        say(f"Kalender {nummer} är återkallad; adressen leder ingenstans.")
    else:
        say("Det var redan så; ingenting är ändrat.")


@ics.default
def export(
    vems: Calendar,
    *,
    till: Annotated[Path | None, Parameter("--till", help="Fil att skriva; annars skärmen")] = None,
) -> None:
    """Kalendern för en roll eller en instans: sista dagar och sammanträden i det som pågår och kommer."""
    from tasks.calendars.feed import calendar_of

    on = engine()
    content = calendar_of(on.database, on.settings, vems, on.today)
    if till is None:
        sys.stdout.write(content.decode())
        return
    for path in write_files((till, lambda: content)):
        say(f"Skrivet till {path}.", whole=True)


def _print(console: Console, feeds: list[Feed]) -> None:
    table = Table(pad_edge=False)
    for heading in ("Nr", "Kalender", "Skapad", "Läge"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Nr")
    for feed in feeds:
        gone = f"återkallad {feed.revoked_on} av {feed.revoked_by}" if feed.revoked_on else "gäller"
        table.add_row(str(feed.number), feed.title, f"{feed.made_on} av {feed.made_by}", gone)
    console.print(table)
