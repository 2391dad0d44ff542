"""`kommunplan lankar`: the links from the mails, listed without what would open them, and revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.console import Console
from cli.terminal import By, Json, author, engine, make_app, print_json, say, tell_as_json
from models.errors import RefusedError

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


@lankar.command(name="aterkalla")
def revoke(
    nummer: Annotated[int | None, Parameter(help="Länkens nummer i listan")] = None,
    *,
    adress: Annotated[
        str, Parameter("--adress", help="Alla länkar som är sända till den här adressen")
    ] = "",
    av: By = None,
    som_json: Json = False,
) -> None:
    """Drar tillbaka en länk, eller alla som är sända till en adress. Nästa mejl har en ny."""
    tell_as_json(som_json)
    from tasks.links.listing import revoke_link, revoke_links_of

    if (nummer is None) == (not adress):
        raise RefusedError("Ange antingen länkens nummer eller --adress. Inget är ändrat.")
    on = engine()
    count = (
        revoke_links_of(on.database, adress, by=author(av))
        if nummer is None
        else revoke_link(on.database, nummer, by=author(av))
    )
    if count:
        say(f"{count} {'länk är återkallad' if count == 1 else 'länkar är återkallade'}.")
    else:
        say("Det var redan så; ingenting är ändrat.")


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
