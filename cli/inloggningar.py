"""`kommunplan inloggningar`: accounts of the municipality's own sign-in, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.console import Console
from cli.terminal import By, Json, author, engine, make_app, print_json, say, tell_as_json

if TYPE_CHECKING:
    from views.sign_in import ListedIdentity

inloggningar = make_app(
    "inloggningar", "Konton hos kommunens inloggning: vems de är, godkänns en gång."
)
Number = Annotated[int, Parameter(help="Inloggningens nummer i listan")]


@inloggningar.default
def list_them(*, som_json: Json = False) -> None:
    """Kontona, de som väntar på att godkännas först."""
    from tasks.people.identities import list_identities
    from views.sign_in import IdentityList

    known = list_identities(engine().database)
    if som_json:
        print_json(IdentityList(identities=known))
    elif known:
        _print(Console(), known)
    else:
        say("Ingen har loggat in med ett eget konto.")


@inloggningar.command(name="godkann")
def confirm(
    nummer: Number,
    adress: Annotated[str, Parameter(help="Adressen som kontot ska vara")],
    *,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Godkänner att kontot är den adressens; från och med nu släpps det in med de roller den har."""
    from tasks.people.identities import confirm_identity

    tell_as_json(som_json)
    say(confirm_identity(engine().database, nummer, adress, author(av)))


@inloggningar.command(name="ta-bort")
def remove(nummer: Number, *, som_json: Json = False) -> None:
    """Kontot släpper inte in någon längre, och den som är inloggad med det är ute."""
    from tasks.people.identities import remove_identity

    tell_as_json(som_json)
    say(remove_identity(engine().database, nummer))


def _print(console: Console, known: Sequence[ListedIdentity]) -> None:
    table = Table(pad_edge=False)
    for heading in ("Nr", "Adress", "Konto", "Senast", "Godkänd av"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Nr", "Senast"))
    for one in known:
        confirmed = one.confirmed_by or "ingen: släpps inte in"
        table.add_row(str(one.number), one.address, one.subject, str(one.seen_on), confirmed)
    console.print(table)
