"""`kommunplan kalender` and `ics`: addresses to subscribe to, and the same calendar as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.completers import calendars
from cli.console import Console
from cli.doing import DOING
from cli.files import write_files
from cli.terminal import Json, engine, make_app, print_json, say

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


kalender.command(DOING["kalender-skapa"], name="skapa")
kalender.command(DOING["kalender-aterkalla"], name="aterkalla")


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
