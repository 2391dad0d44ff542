"""`kommunplan lankar`: the links from the mails, listed without what would open them, and revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.console import Console
from cli.doing import DOING
from cli.terminal import Json, engine, make_app, print_json, say

if TYPE_CHECKING:
    from views.links import ListedLink

lankar = make_app(
    "lankar", "Länkarna i mejlen, som en uppgift besvaras med: visa och dra tillbaka."
)


@lankar.default
def list_them(
    *,
    alla: Annotated[
        bool, Parameter("--alla", negative="", help="Också använda, utgångna och återkallade")
    ] = False,
    som_json: Json = False,
) -> None:
    """Länkarna som kan användas: vems, för vad och till och med vilken dag. Själva adressen visas aldrig."""
    from tasks.links.listing import list_links
    from views.links import LinkList

    on = engine()
    listed = [link for link in list_links(on.database, on.today) if alla or link.is_open]
    if som_json:
        print_json(LinkList(links=tuple(listed)))
    elif listed:
        _print(Console(), listed)
    else:
        say("Inga länkar kan användas." if not alla else "Inga länkar är gjorda.")


lankar.command(DOING["aterkalla-lank"], name="aterkalla")


def _print(console: Console, listed: list[ListedLink]) -> None:
    table = Table(pad_edge=False)
    for heading in ("Nr", "Steg", "Del", "Till", "T.o.m.", "Läge"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Nr", "T.o.m."))
    for link in listed:
        table.add_row(
            str(link.number),
            f"{link.step} ({link.budget_year})",
            link.part,
            f"{link.name} {link.address}",
            str(link.expires_on),
            link.standing,
        )
    console.print(table)
