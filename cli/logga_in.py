"""`kommunplan logga-in`: a link that signs in to the pages, from the server itself."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cli.terminal import Json, print_json, say, settings_and_day


def logga_in(
    *,
    som: Annotated[
        str, Parameter("--som", help="Vems adress; annars den som har processägarens roll i dag")
    ] = "",
    som_json: Json = False,
) -> None:
    """Ger en länk som loggar in på sidorna, en gång inom 15 minuter: när inloggning eller e-post ligger nere.

    Den som har länken är den personen på sidorna. Att den gjordes står i journalen, det som görs i loggen.
    """
    from tasks.database import open_database
    from tasks.people.sign_in import command_link
    from tasks.watch.journal import keep_journal

    chosen, today = settings_and_day()
    keep_journal(chosen)
    link = command_link(open_database(chosen), chosen, today, som)
    if som_json:
        print_json(link)
        return
    say(f"Länken loggar in som {link.name} <{link.address}>, en gång inom 15 minuter:")
    say(link.url, whole=True)
