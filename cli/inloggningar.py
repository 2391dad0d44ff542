"""`kommunplan inloggningar`: accounts of the municipality's own sign-in, and whose they are."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.console import Console
from cli.terminal import By, author, engine, make_app, say

inloggningar = make_app(
    "inloggningar", "Konton hos kommunens inloggning: vems de är, godkänns en gång."
)
Number = Annotated[int, Parameter(help="Inloggningens nummer i listan")]


@inloggningar.default
def list_them() -> None:
    """Kontona, de som väntar på att godkännas först."""
    from tasks.people.identities import list_identities

    known = list_identities(engine().database)
    if not known:
        say("Ingen har loggat in med ett eget konto.")
        return
    table = Table(pad_edge=False)
    for heading in ("Nr", "Adress", "Konto", "Senast", "Godkänd av"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Nr", "Senast"))
    for one in known:
        confirmed = one.confirmed_by or "ingen: släpps inte in"
        table.add_row(str(one.number), one.address, one.subject, str(one.seen_on), confirmed)
    Console().print(table)


@inloggningar.command(name="godkann")
def confirm(
    nummer: Number,
    adress: Annotated[str, Parameter(help="Adressen som kontot ska vara")],
    *,
    av: By = None,
) -> None:
    """Godkänner att kontot är den adressens; från och med nu släpps det in med de roller den har."""
    from tasks.people.identities import confirm_identity

    say(confirm_identity(engine().database, nummer, adress, author(av)))


@inloggningar.command(name="ta-bort")
def remove(nummer: Number) -> None:
    """Kontot släpper inte in någon längre, och den som är inloggad med det är ute."""
    from tasks.people.identities import remove_identity

    say(remove_identity(engine().database, nummer))
