"""`kommunplan beslut`, `ratta` and `diariefor`: what the minutes say, and putting it right."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from cyclopts import Parameter

from cli.completers import bodies, steps
from cli.terminal import (
    By,
    Json,
    Reason,
    StepName,
    Year,
    after,
    author,
    engine,
    say,
    tell_as_json,
    tell_step,
)
from models.errors import RefusedError
from models.events import Outcome

Changes = Annotated[str, Parameter("--andring", help="Vad som ändrades, vid bifall med ändring")]
Number = Annotated[str, Parameter("--diarienummer", help="Till exempel 'KS 2027/00123'")]
Note = Annotated[str, Parameter("--anteckning", help="Anteckning till beslutet")]
Outside = Annotated[
    bool,
    Parameter(
        "--utan-sammantrade",
        negative="",
        help="Fattades mellan sammanträdena, av ordföranden (KL 6:39); kräver --anteckning",
    ),
]
Link = Annotated[str, Parameter("--protokoll", help="Protokollets adress, https://…")]


def _by_value(name: str) -> str:
    """An outcome is written as the letters and the log have it, not by the name of its constant."""
    return Outcome[name].value if name in Outcome.__members__ else name.lower()


def beslut(
    steg: Annotated[
        str, Parameter(help="Stegets namn, till exempel kommunplan-ks", completer=steps)
    ],
    instans: Annotated[
        str, Parameter(help="Instansen som beslutade, till exempel KS", completer=bodies)
    ],
    utfall: Annotated[Outcome, Parameter(name_transform=_by_value, help="Vad instansen beslutade")],
    *,
    datum: Annotated[
        date | None, Parameter("--datum", help="Sammanträdets dag; annars den planerade")
    ] = None,
    paragraf: Annotated[str, Parameter("--paragraf", help="Till exempel 'KS § 74/2027'")] = "",
    skal: Reason = "",
    andring: Changes = "",
    till: Annotated[
        str,
        Parameter(
            "--till", help="Instansen som det återvisas till; annars den före", completer=bodies
        ),
    ] = "",
    minoritet: Annotated[
        bool,
        Parameter("--minoritet", negative="", help="En minoritet i KF drev igenom det (KL 5:50)"),
    ] = False,
    omedelbart_justerad: Annotated[
        bool,
        Parameter("--omedelbart-justerad", negative="", help="Paragrafen justerades samma dag"),
    ] = False,
    resultat: Annotated[
        list[str] | None,
        Parameter("--resultat", negative="", help="Till exempel skattesats=22,31; kan upprepas"),
    ] = None,
    diarienummer: Number = "",
    protokoll: Link = "",
    anteckning: Note = "",
    utan_sammantrade: Outside = False,
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Registrerar vad en instans beslutade. Det som bygger på beslutet går vidare direkt."""
    tell_as_json(som_json)
    from cli.resultat import tell_raised, values_of

    values = values_of(resultat or [])
    on = engine()
    done = on.decide(
        steg,
        instans,
        utfall,
        by=author(av),
        on=datum,
        results=values,
        budget_year=budgetar,
        paragraph=paragraf,
        reason=skal,
        changes=andring,
        back_to=till,
        minority=minoritet,
        signed_at_once=omedelbart_justerad,
        diarienummer=diarienummer,
        minutes=protokoll,
        note=anteckning,
        outside_meeting=utan_sammantrade,
    )
    tell_raised(on, done)
    tell_step(on, steg, done)
    for number, key in enumerate(done.events, done.first_number):
        if "/beslut/" in key:
            say(f"Beslutet har nummer {number}. Blev det fel: kommunplan ratta {number}.")


def ratta(
    nummer: Annotated[int, Parameter(help="Beslutets nummer; kommunplan arende visar det")],
    *,
    varfor: Annotated[str, Parameter("--varfor", help="Varför det rättas; står i loggen")] = "",
    stryk: Annotated[
        bool, Parameter("--stryk", negative="", help="Beslutet har aldrig fattats")
    ] = False,
    utfall: Annotated[
        Outcome | None, Parameter("--utfall", name_transform=_by_value, help="Rätt utfall")
    ] = None,
    datum: Annotated[date | None, Parameter("--datum", help="Rätt sammanträdesdag")] = None,
    paragraf: Annotated[str | None, Parameter("--paragraf", help="Rätt paragraf")] = None,
    andring: Annotated[str | None, Parameter("--andring", help="Vad som ändrades")] = None,
    beslutsskal: Annotated[str | None, Parameter("--beslutsskal", help="Instansens skäl")] = None,
    diarienummer: Annotated[str | None, Parameter("--diarienummer", help="Diarienummer")] = None,
    anteckning: Annotated[str | None, Parameter("--anteckning", help="Anteckning")] = None,
    protokoll: Annotated[str | None, Parameter("--protokoll", help="Protokollets adress")] = None,
    minoritet: Annotated[
        bool | None,
        Parameter("--minoritet", negative="--ej-minoritet", help="En minoritet drev igenom det"),
    ] = None,
    omedelbart_justerad: Annotated[
        bool | None,
        Parameter(
            "--omedelbart-justerad",
            negative="--ej-omedelbart-justerad",
            help="Justerades samma dag",
        ),
    ] = None,
    utan_sammantrade: Outside = False,
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Rättar ett felregistrerat beslut, eller stryker det. Det som inte anges står kvar som det var.

    Ingenting skrivs över: det felaktiga beslutet står kvar i loggen, med numret på det som rättade det.
    """
    tell_as_json(som_json)
    said: dict[str, Any] = {
        "paragraph": paragraf,
        "changes": andring,
        "reason": beslutsskal,
        "diarienummer": diarienummer,
        "note": anteckning,
        "minutes": protokoll,
        "minority": minoritet,
        "signed_at_once": omedelbart_justerad,
    }
    said = {name: value for name, value in said.items() if value is not None}
    anything = bool(said or utfall or datum or utan_sammantrade)
    if stryk and anything:
        raise RefusedError(
            f"--stryk betyder att beslut {nummer} aldrig har fattats. Ange antingen det eller vad som "
            "är rätt, inte båda."
        )
    if not (stryk or anything):
        raise RefusedError(
            f"Vad är fel i beslut {nummer}? Ange det som är rätt, till exempel --paragraf 74 eller "
            "--datum 2027-10-18, eller --stryk om det aldrig har fattats."
        )
    on = engine()
    done = on.correct(
        nummer,
        by=author(av),
        why=varfor,
        withdraw=stryk,
        outcome=utfall,
        on=datum,
        outside_meeting=utan_sammantrade,
        budget_year=budgetar,
        **said,
    )
    say(f"Beslut {nummer} är {'struket' if stryk else 'rättat'}; det står kvar i loggen.")
    slug = next(key for key in done.events if key.endswith("/rattelse")).partition("/")[0]
    tell_step(on, slug, done)


def diariefor(
    steg: StepName,
    nummer: Annotated[str, Parameter(help="Diarienumret, till exempel 'KS 2027/00123'")],
    *,
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Ger stegets ärende dess diarienummer, som gäller i alla dess steg och instanser. Ett nytt rättar."""
    tell_as_json(som_json)
    from tasks.reading import arenden

    on = engine()
    done = on.number(steg, nummer, by=author(av), budget_year=budgetar)
    found = arenden(on.database, on.today, steg, done.budget_year).arenden[0]
    told = "har nu" if any("/diariefort/" in key for key in done.events) else "har redan"
    steps = ", ".join(step.slug for step in found.steps)
    say(f"{done.plan}: {found.name} ({steps}) {told} diarienummer {found.diarienummer}.")
    after(done)
