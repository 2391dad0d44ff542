"""`kommunplan starta-ar`: a budget year begins, or a start that was a mistake is taken back."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cli.completers import started_years, years_to_start
from cli.terminal import Json, after, engine, say, show, tell_as_json
from models.errors import RefusedError


def starta_ar(
    budgetar: Annotated[
        int | None,
        Parameter(
            help="Budgetår: det som pågår eller nästa; annars det som pågår",
            completer=years_to_start,
        ),
    ] = None,
    *,
    anda: Annotated[
        bool,
        Parameter(
            "--anda", negative="", help="Också ett annat år, till en övning eller historiken"
        ),
    ] = False,
    angra: Annotated[
        int | None,
        Parameter(
            "--angra",
            help="Ta bort ett år som just har startats av misstag",
            completer=started_years,
        ),
    ] = None,
    som_json: Json = False,
) -> None:
    """Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa.

    Ett år som startats av misstag kan tas bort med --angra, så länge ingen har registrerat något i det och
    inget mejl om det har gått.
    """
    tell_as_json(som_json)
    if angra is not None:
        if budgetar is not None or anda:
            raise RefusedError(
                f"--angra {angra} tar bort ett år och startar inget. Ange det för sig."
            )
        plan = engine().undo_start(angra)
        say(f"{plan} är borttaget, som om det aldrig hade startats.")
        show()
        return
    done = engine(create=True).start_year(budgetar, knowingly=anda)
    say(f"{done.plan} {'har startat' if done.is_new else 'är igång'}.")
    if done.is_new and budgetar is not None:
        say(f"Var det fel år: kommunplan starta-ar --angra {budgetar}.")
    after(done)
