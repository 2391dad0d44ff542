"""`kommunplan bevisa`: exit code 0 when what is stored is what was registered, 1 when something differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli.console import Console
from cli.terminal import Json, print_json, say, settings_and_day
from models.counting import counted

if TYPE_CHECKING:
    from views.proof import Proof

DIFFERS = 1


def bevisa(
    *,
    sigill: Annotated[
        list[str] | None,
        Parameter(
            "--sigill",
            negative="",
            help="Ett sigill som har skrivits av, som '1234 ab12…'; kan upprepas",
        ),
    ] = None,
    export: Annotated[
        Path | None,
        Parameter(
            "--export",
            help="Skriv i stället kedjan med sitt innehåll till en fil, att pröva utan kommunplan",
        ),
    ] = None,
    som_json: Json = False,
) -> int:
    """Prövar att loggen, sammanträdena, rollinnehavarna och mejlen är de som registrerades.

    Varje rad prövas mot kedjan, och kedjan mot sigillfilen och de sigill som anges. Avslutas med 0 när allt
    håller och med 1 när något har ändrats, tagits bort eller lagts till vid sidan av. Ändrar inget.
    """
    from tasks.database import open_database
    from tasks.proof import export as write_export
    from tasks.proof import prove
    from tasks.seals import read_seals, seal_of

    chosen, _ = settings_and_day()
    database = open_database(chosen)
    if export is not None:
        links = write_export(database, export)
        say(f"{counted(links, 'länk', 'länkar')} är skrivna till {export}.")
        return 0
    given = [seal_of(one, "--sigill") for one in sigill or ()]
    found = prove(database, [*read_seals(chosen), *given])
    if som_json:
        print_json(found)
    else:
        _print(Console(), found)
    return 0 if found.is_proven else DIFFERS


def _print(console: Console, found: Proof) -> None:
    held = (
        f"{counted(found.rows, 'rad', 'rader')} är prövade mot {counted(found.links, 'länk', 'länkar')}, och "
        f"kedjan mot {counted(found.seals, 'sigill', 'sigill')}."
    )
    console.print(held)
    for fault in found.faults:
        console.print(f"  {fault.said}", style="red", markup=False, highlight=False)
    if found.is_proven:
        console.print("Allt är som det registrerades.", style="green")
    console.print(f"Sigill nu: {found.links} {found.head}", highlight=False, soft_wrap=True)
