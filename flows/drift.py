"""The flows by which the year is driven: its start, the daily check, reports and decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State

from flows.forms.choices import Enhet, Instans, Roll, Steg
from flows.forms.fields import BudgetYear, EventNumber, Link, Number, Text, in_two, named
from flows.forms.wording import in_forms
from flows.steps.driving import drive
from flows.steps.endings import NOTHING_NEW, run_name
from flows.steps.registry import slug_of
from flows.ui.current_runs import forget_empty
from models.act import Act
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.parts import GoOn, Report
from models.acts.rounds import LeaveOut, OpenEarly, Uphold
from models.acts.years import StartYear, UndoStart
from models.errors import RefusedError
from models.minutes import Minutes
from models.outcomes import Outcome
from tasks.engine import Engine
from tasks.year import Advance


@in_two
@flow(name="Starta budgetår", flow_run_name=run_name)
async def starta_ar(
    budgetar: BudgetYear = None, gor: Literal["starta", "ångra"] = "starta", anda: bool = False
) -> State[Any]:
    """Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa.

    Steg vars fönster redan har passerat registreras som klara före start, utan mejl.
    Körs av sig själv när processen ska börja; kör för hand för att börja tidigare eller mitt i ett år.

    Args:
        budgetar: Det budgetår som pågår, eller nästa. Tomt betyder det år vars process pågår i dag.
        gor: Ångra tar bort ett år som startats av misstag, så länge ingen har registrerat något i det och
            inget mejl om det har gått. Ange då budgetar.
        anda: Starta också ett annat år, till en övning eller för historiken.
    """
    said: list[str] = []

    def undo(on: Engine) -> list[Advance]:
        if budgetar is None:
            raise RefusedError("Vilket år startades av misstag? Fyll i budgetar.")
        if anda:
            raise RefusedError("Anda gäller att starta ett år. Ta bort krysset för att ångra.")
        said.extend(on.do(UndoStart(budget_year=budgetar)).said)
        return []

    if gor == "ångra":
        return await drive(undo, said=said)
    return await drive(lambda on: _years(on, StartYear(budget_year=budgetar, knowingly=anda)))


@in_two
@flow(name="Daglig kontroll", flow_run_name=run_name)
async def kontroll() -> State[Any]:
    """Öppnar det som ska öppnas, påminner, eskalerar och skickar det som väntar.

    Körs varje dag 06.30 och rättar allt som har missats, till exempel efter dagar då servern
    varit avstängd. Ofarlig att köra när som helst och hur ofta som helst.
    """
    done = await drive(lambda on: on.check(), whole=True)
    await forget_empty(kontroll.name, NOTHING_NEW)  # of yesterday's no trace is needed
    return done


@in_two
@flow(name="Rapportera klart", flow_run_name=named("{steg}: {roll} klar"))
async def klar(
    steg: Steg,
    roll: Roll,
    av: Text,
    enhet: Enhet | None = None,
    kommentar: str = "",
    nummer: Number = None,
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Registrerar att en roll har gjort sin del av ett steg.

    När alla delar är inne går steget vidare direkt: till första beslutsinstans, eller till klart.
    Att rapportera samma del två gånger ändrar ingenting.

    Args:
        steg: Steget som delen hör till.
        roll: Rollen vars del är klar.
        av: Vem som lämnar uppgiften; står i loggen.
        enhet: Behövs bara för roller som finns för flera enheter.
        kommentar: Står i loggen.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: _years(
            on,
            Report(
                step=slug_of(steg, nummer),
                role=roll,
                unit=enhet,
                by=av,
                comment=kommentar,
                budget_year=budgetar,
            ),
        )
    )


@in_two
@flow(name="Gå vidare utan alla delar", flow_run_name=named("{steg}: går vidare"))
async def ga_vidare(
    steg: Steg, skal: Text, av: Text, nummer: Number = None, budgetar: BudgetYear = None
) -> State[Any]:
    """Låter ett steg gå vidare fast delar saknas. Processägarens beslut; skälet står i loggen.

    Args:
        steg: Steget som ska gå vidare.
        skal: Varför; står i loggen.
        av: Vem som bestämmer det; står i loggen.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: _years(
            on, GoOn(step=slug_of(steg, nummer), by=av, reason=skal, budget_year=budgetar)
        )
    )


@in_two
@flow(name="Öppna i förtid", flow_run_name=named("{steg}: öppnas i förtid"))
async def oppna(steg: Steg, skal: Text, av: Text, budgetar: BudgetYear = None) -> State[Any]:
    """Öppnar ett steg före dess tid, eller ett som vilar: en instans tar upp ärendet tidigare i år.

    Annars öppnas varje steg av sig självt när dess fönster börjar, eller när det som startar det har hänt.

    Args:
        steg: Steget som öppnas.
        skal: Varför; står i loggen.
        av: Vem som bestämmer det; står i loggen.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: _years(on, OpenEarly(step=steg, by=av, reason=skal, budget_year=budgetar))
    )


@in_two
@flow(name="Låt ett steg utgå", flow_run_name=named("{steg}: utgår"))
async def utga(
    steg: Steg, skal: Text, av: Text, nummer: Number = None, budgetar: BudgetYear = None
) -> State[Any]:
    """Säger att ett steg inte görs i år: ett valfritt, ett tillfälle, eller ett som ett belopp startade.

    Processägarens beslut; skälet står i loggen. Ångras genom att steget körs om.

    Args:
        steg: Steget som utgår.
        skal: Varför; står i loggen.
        av: Vem som bestämmer det; står i loggen.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: _years(
            on, LeaveOut(step=slug_of(steg, nummer), by=av, reason=skal, budget_year=budgetar)
        )
    )


@in_two
@flow(name="Låt ett klart steg stå fast", flow_run_name=named("{steg}: står fast"))
async def star_fast(
    steg: Steg, av: Text, skal: str = "", nummer: Number = None, budgetar: BudgetYear = None
) -> State[Any]:
    """Säger att ett klart steg står fast, fast något som det bygger på har börjat ett nytt varv.

    Det är svaret på mejlet om omprövning. Ska steget i stället göras om: kör dess eget formulär med nytt
    varv. Frågar ingen efter svaret ändras ingenting.

    Args:
        steg: Steget som står fast.
        av: Vem som säger det; står i loggen.
        skal: Varför, om det behöver sägas; står i loggen.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: _years(
            on, Uphold(step=slug_of(steg, nummer), by=av, reason=skal, budget_year=budgetar)
        )
    )


@in_two
@flow(name="Registrera beslut", flow_run_name=named("{steg}: {instans}"))
async def beslut(
    steg: Steg,
    instans: Instans,
    utfall: Outcome,
    av: Text,
    datum: date | None = None,
    paragraf: str = "",
    skal: str = "",
    andring: str = "",
    diarienummer: str = "",
    anteckning: str = "",
    protokoll: Link = "",
    minoritet: bool = False,
    omedelbart_justerad: bool = False,
    aterremiss_till: Instans | None = None,
    utan_sammantrade: bool = False,
    nummer: Number = None,
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Registrerar vad en instans beslutade. Steget, och det som bygger på det, går vidare direkt.

    Vid återremiss eller avslag går ärendet tillbaka till beredningen, som kan vara ett tidigare steg, och
    nästa sammanträde söks upp; vid bordläggning väntar det på instansens nästa sammanträde.

    Args:
        steg: Steget som ärendet hör till.
        instans: Instansen som har beslutat.
        utfall: Vad den beslutade.
        av: Vem som registrerar beslutet; står i loggen.
        datum: Sammanträdets dag. Tomt betyder den planerade dagen.
        paragraf: Till exempel KS § 74/2027, eller bara 74.
        skal: Krävs vid återremiss, vid avslag och när ansvarsfrihet vägras.
        andring: Krävs vid bifall med ändring: vad som ändrades, för dem som bygger vidare.
        diarienummer: Till exempel KS 2027/00123. Ett för hela ärendet; tomt när det är känt.
        anteckning: Annat som protokollet säger; står i loggen.
        protokoll: Adress till protokollet, som börjar med https://.
        minoritet: En minoritet i KF genomdrev bordläggningen eller återremissen (KL 5 kap. 50 §).
        omedelbart_justerad: Paragrafen justerades omedelbart.
        aterremiss_till: Instansen som ska bereda ärendet på nytt. Tomt betyder den före.
        utan_sammantrade: Beslutet fattades mellan sammanträdena, av ordföranden (KL 6 kap. 39 §). Skriv hur i
            anteckning. Annars ska instansen ha ett sammanträde den dagen.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: _years(
            on,
            Decide(
                step=slug_of(steg, nummer),
                body=instans,
                outcome=utfall,
                by=av,
                on=datum,
                minutes=Minutes(
                    paragraph=paragraf,
                    reason=skal,
                    changes=andring,
                    diarienummer=diarienummer,
                    note=anteckning,
                    minutes=protokoll,
                    minority=minoritet,
                    signed_at_once=omedelbart_justerad,
                ),
                back_to=aterremiss_till or "",
                outside_meeting=utan_sammantrade,
                budget_year=budgetar,
            ),
        )
    )


@in_two
@flow(name="Rätta ett beslut", flow_run_name="Beslut {handelse} rättas")
async def ratta(
    handelse: EventNumber,
    varfor: Text,
    av: Text,
    stryk: bool = False,
    utfall: Outcome | None = None,
    datum: date | None = None,
    paragraf: str = "",
    skal: str = "",
    andring: str = "",
    diarienummer: str = "",
    anteckning: str = "",
    protokoll: Link = "",
    minoritet: bool | None = None,
    omedelbart_justerad: bool | None = None,
    utan_sammantrade: bool = False,
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Rättar ett beslut som registrerades fel. Det som lämnas tomt är som det var.

    Det felaktiga står kvar i historiken, med rättelsen. Har ett senare steg redan byggt på beslutet kan
    utfallet inte rättas; då körs steget om.

    Args:
        handelse: Beslutets nummer i loggen. Är det fel räknar svaret upp de senaste beslutens nummer.
        varfor: Varför det rättas; står i loggen.
        av: Vem som rättar; står i loggen.
        stryk: Beslutet har aldrig fattats. Övriga fält lämnas då tomma.
        utfall: Vad instansen i själva verket beslutade.
        datum: Sammanträdets dag.
        paragraf: Till exempel KS § 74/2027, eller bara 74.
        skal: Skälet till återremiss eller avslag.
        andring: Vad som ändrades, vid bifall med ändring.
        diarienummer: Till exempel KS 2027/00123.
        anteckning: Annat som protokollet säger.
        protokoll: Adress till protokollet, som börjar med https://.
        minoritet: Om en minoritet i KF genomdrev det (KL 5 kap. 50 §).
        omedelbart_justerad: Om paragrafen justerades omedelbart.
        utan_sammantrade: Det fattades mellan sammanträdena, av ordföranden; skriv hur i anteckning.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    texts = {
        "paragraph": paragraf,
        "reason": skal,
        "changes": andring,
        "diarienummer": diarienummer,
        "note": anteckning,
        "minutes": protokoll,
    }
    ticks = {"minority": minoritet, "signed_at_once": omedelbart_justerad}
    said: Any = {name: text for name, text in texts.items() if text.strip()}
    said |= {name: tick for name, tick in ticks.items() if tick is not None}

    def work(on: Engine) -> list[Advance]:
        return _years(
            on,
            Correct(
                event_number=handelse,
                by=av,
                why=varfor,
                withdraw=stryk,
                outcome=utfall,
                on=datum,
                outside_meeting=utan_sammantrade,
                budget_year=budgetar,
                minutes=Minutes(**said),
            ),
        )

    return await drive(work)


@in_two
@flow(name="Diarieför ett ärende", flow_run_name=named("{steg}: {diarienummer}"))
async def diariefor(
    steg: Steg, diarienummer: Text, av: Text, nummer: Number = None, budgetar: BudgetYear = None
) -> State[Any]:
    """Ger ett ärende dess diarienummer, som gäller genom alla instanser. Ett nytt rättar ett som var fel.

    Args:
        steg: Ett steg i ärendet.
        diarienummer: Till exempel KS 2027/00123.
        av: Vem som registrerar det; står i loggen.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: _years(
            on,
            GiveNumber(
                step=slug_of(steg, nummer), diarienummer=diarienummer, by=av, budget_year=budgetar
            ),
        )
    )


def _years(on: Engine, act: Act) -> list[Advance]:
    """The years that the act was done to, with what is worth a second look."""
    done = on.do(act)
    notes = tuple(map(in_forms, done.notes))
    return [replace(year, notes=notes) for year in done.years]
