"""`kommunplan klar`, `oppna` and `utga`: a part is done, and what becomes of a step besides its parts."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cli.completers import roles
from cli.terminal import (
    By,
    Json,
    Reason,
    StepName,
    Unit,
    Year,
    author,
    engine,
    tell_as_json,
    tell_step,
)
from models.errors import RefusedError


def klar(
    steg: StepName,
    *,
    roll: Annotated[str, Parameter("--roll", help="Rollen vars del är klar", completer=roles)] = "",
    enhet: Unit = None,
    kommentar: Annotated[str, Parameter("--kommentar", help="Kommentar till loggen")] = "",
    alla: Annotated[
        bool,
        Parameter("--alla", negative="", help="Gå vidare utan de delar som saknas (kräver --skal)"),
    ] = False,
    resultat: Annotated[
        list[str] | None,
        Parameter("--resultat", negative="", help="Till exempel skattesats=22,31; kan upprepas"),
    ] = None,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """En roll har gjort sin del av ett steg. När alla delar är inne går steget vidare direkt."""
    tell_as_json(som_json)
    if not (roll or alla):
        raise RefusedError(
            "Ange vems del som är klar med --roll (och --enhet), eller --alla med --skal."
        )
    from cli.resultat import tell_raised, values_of

    values = values_of(resultat or [])
    if alla and values:
        raise RefusedError(
            f"--alla går vidare utan delar; registrera resultatet för sig: kommunplan resultat {steg} …"
        )
    # the letters and the lists name a part as role:unit
    roll, _, unit = roll.partition(":")
    enhet = enhet or unit or None
    on = engine()
    if alla:
        done = on.override(steg, by=author(av), reason=skal, budget_year=budgetar)
    else:
        done = on.report(
            steg,
            roll,
            enhet,
            by=author(av),
            comment=kommentar,
            results=values,
            budget_year=budgetar,
        )
    tell_raised(on, done)
    tell_step(on, steg, done)


def oppna(
    steg: StepName,
    *,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Öppnar ett steg före dess tid, eller ett som vilar: en instans tar upp ärendet tidigare i år."""
    tell_as_json(som_json)
    on = engine()
    done = on.open_early(steg, by=author(av), reason=skal, budget_year=budgetar)
    tell_step(on, steg, done)


def utga(
    steg: StepName,
    *,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Ett valfritt steg görs inte i år. Ångras med kor-om."""
    tell_as_json(som_json)
    on = engine()
    done = on.set_aside(steg, by=author(av), reason=skal, budget_year=budgetar)
    tell_step(on, steg, done)
