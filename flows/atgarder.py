"""What the process owner does besides the steps, from forms: meetings, days, mails, links, definition.

Each has a twin on the command line. What a form can preview it previews unless it is told to act.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final, Literal, get_args

from prefect import flow
from prefect.client.schemas.objects import State, StateType
from prefect.runtime import flow_run
from pydantic import Field

from flows.forms.choices import Enhet, Instans, Mote, Roll, Steg
from flows.forms.fields import BudgetYear, Number, Text, in_two, named
from flows.forms.wording import in_forms
from flows.steps.driving import drive
from flows.steps.endings import refused
from flows.steps.registry import slug_of
from flows.ui import previews
from flows.ui.artifacts import write
from flows.ui.pages import Page
from flows.ui.prefect_api import own_client
from models.acts.links import RevokeLinks
from models.acts.mails import Resend, ResendFailed
from models.acts.meetings import AddMeeting, CancelMeeting, MeetingAct, MoveMeeting
from models.acts.parts import Postpone
from models.acts.years import ChangeDefinition, ReadDirectory
from models.errors import KommunplanError, RefusedError
from tasks.engine import Engine, engine
from tasks.year import Advance

FORHANDSGRANSKA: Final = "förhandsgranska"
LinkNumber = Annotated[int | None, Field(ge=1)]


@in_two
@flow(name="Flytta ett sammanträde", flow_run_name="{instans} {fran} → {till}")
async def flytta(
    instans: Mote,
    fran: date,
    till: date,
    av: Text,
    gor: Literal["förhandsgranska", "flytta"] = FORHANDSGRANSKA,
    skal: str = "",
) -> State[Any]:
    """Flyttar ett sammanträde, eller en dag som bokslutsdagen, med de ärenden som är planerade till det.

    Förhandsgranskningen visar varje datum som flyttas, varje lagregel som då bryts och vem som får vilket
    mejl, och ändrar ingenting. När det flyttas får de som väntas i stegen och processägaren mejl.

    Args:
        instans: Instansen, eller steget som är en mötesdag.
        fran: Den dag som sammanträdet har nu.
        till: Den nya dagen; en arbetsdag som inte har varit.
        av: Vem som bestämmer det; står i loggen.
        gor: Förhandsgranska ändrar ingenting. Välj flytta när förhandsgranskningen ser rätt ut.
        skal: Varför. Krävs om ett pågående år vilar på dagen; står i loggen.
    """

    def preview(on: Engine) -> tuple[str, str]:
        _refuse_day(instans, "Välj flytta i gor; den kan flyttas tillbaka.")
        return previews.move(on.try_(MoveMeeting(body=instans, day=fran, to=till, by=av)))

    if gor == FORHANDSGRANSKA:
        return await _preview("flytta", preview)
    return await _change(MoveMeeting(body=instans, day=fran, to=till, by=av, reason=skal))


@in_two
@flow(name="Lägg till eller ställ in ett sammanträde", flow_run_name="{instans} {dag}: {gor}")
async def sammantrade(
    gor: Literal["förhandsgranska inställt", "ställ in", "lägg till"],
    instans: Mote,
    dag: date,
    av: Text,
    vid_behov: bool = False,
    skal: str = "",
) -> State[Any]:
    """Lägger till ett extra sammanträde eller ställer in ett. De pågående årens datum följer med direkt.

    Till ett helt års sammanträden: läs in en fil med kommunplan sammantraden las-in.

    Args:
        gor: Förhandsgranska inställt ändrar ingenting: det visar vart ärendena går i stället, och vilken
            lagregel som då bryts.
        instans: Instansen, eller steget som är en mötesdag.
        dag: Sammanträdets dag; en som inte har varit, om det inte är ett extra som har hållits.
        av: Vem som bestämmer det; står i loggen.
        vid_behov: Det nya hålls bara om det behövs.
        skal: Varför. Krävs om ett pågående år vilar på dagen som ställs in; står i loggen.
    """

    def preview(on: Engine) -> tuple[str, str]:
        _refuse_day(instans, "Välj ställ in i gor; dagen kan läggas till igen.")
        return previews.move(on.try_(CancelMeeting(body=instans, day=dag, by=av)))

    if gor == "förhandsgranska inställt":
        return await _preview("sammantrade", preview)
    if gor == "lägg till":
        return await _change(
            AddMeeting(body=instans, day=dag, by=av, if_needed=vid_behov, reason=skal)
        )
    return await _change(CancelMeeting(body=instans, day=dag, by=av, reason=skal))


@in_two
@flow(name="Skjut upp delarna i ett steg", flow_run_name=named("{steg}: till {till}"))
async def skjut_upp(
    steg: Steg, till: date, skal: Text, av: Text, nummer: Number = None, budgetar: BudgetYear = None
) -> State[Any]:
    """Ger dem som har en del i ett steg en senare sista dag: svaret på en fråga om mer tid.

    Sammanträdet ligger fast, så dagen kan inte sättas efter att handlingarna går ut eller efter lagfristen;
    då flyttas i stället sammanträdet. De som väntas får mejl med den nya dagen, och påminns efter den.

    Args:
        steg: Steget, som pågår och där delar saknas.
        till: Den nya sista dagen; en arbetsdag efter den som gäller nu.
        skal: Varför; står i loggen och i mejlen.
        av: Vem som bestämmer det; står i loggen.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: (
            on.do(
                Postpone(
                    step=slug_of(steg, nummer), until=till, by=av, reason=skal, budget_year=budgetar
                )
            ).years
        )
    )


@in_two
@flow(name="Skicka mejl på nytt", flow_run_name=named("{steg}: mejl på nytt"))
async def skicka_om(
    steg: Steg,
    av: Text,
    roll: Roll | None = None,
    enhet: Enhet | None = None,
    nummer: Number = None,
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Skickar uppgiften en gång till, till dem som har den i dag, också om den har bytt innehavare.

    Mejlet är nytt: med dagens datum och läge och en egen svarslänk. Det står i utskicken att det är sänt på
    nytt, och av vem. Den som inte väntas just nu får inget.

    Args:
        steg: Steget som uppgiften hör till.
        av: Vem som begär det; står i mejlet och bland utskicken.
        roll: Rollen som ska få det. Tomt betyder alla som väntas i steget.
        enhet: Behövs bara för roller som finns för flera enheter.
        nummer: Vilket av dem, för det som kan finnas flera gånger, som uppdrag. Annars tomt.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: (
            on.do(
                Resend(
                    step=slug_of(steg, nummer),
                    role=roll,
                    unit=enhet,
                    by=av,
                    token=str(flow_run.id),
                    budget_year=budgetar,
                )
            ).years
        )
    )


@in_two
@flow(name="Försök igen med mejl som inte gick", flow_run_name="Mejl som inte gick att skicka")
async def skicka_misslyckade(av: Text) -> State[Any]:
    """Försöker igen med de mejl som inte gick att skicka, när felet är avhjälpt.

    Har uppgiften en annan innehavare eller adress nu får den ett nytt mejl, och det gamla läggs åt sidan.
    Årets sida säger om det finns sådana mejl.

    Args:
        av: Vem som begär det; står i mejlen och bland utskicken.
    """
    said: list[str] = []

    def work(on: Engine) -> tuple[Advance, ...]:
        done = on.do(ResendFailed(by=av, token=str(flow_run.id)))
        said.extend(done.said)
        return done.years

    return await drive(work, said=said, whole=True)


@in_two
@flow(name="Läs in definitionskatalogen", flow_run_name="Läs in sammanträden och rollinnehavare")
async def las_in() -> State[Any]:
    """Läser in sammanträden och rollinnehavare på nytt ur definitionskatalogens filer.

    Körs när filerna har ändrats. Det som har ändrats för hand, som ett flyttat sammanträde, rörs inte. Ett
    pågående års steg ändras inte av det; se formuläret byt-definition.
    """
    said: list[str] = []

    def work(on: Engine) -> tuple[Advance, ...]:
        said.extend(on.do(ReadDirectory()).said)
        return on.check()

    return await drive(work, said=said)


@in_two
@flow(name="Återkalla svarslänkar", flow_run_name="Svarslänkar återkallas")
async def aterkalla_lank(av: Text, nummer: LinkNumber = None, adress: str = "") -> State[Any]:
    """Drar tillbaka länkar som har sänts i mejl, så att de inte längre leder någonstans.

    Används när ett mejl har hamnat fel. Nästa mejl har en ny länk. kommunplan lankar visar numren.

    Args:
        av: Vem som bestämmer det.
        nummer: Länkens nummer. Tomt när alla länkar till en adress återkallas.
        adress: Adressen som länkarna är sända till. Tom när en länk återkallas med sitt nummer.
    """

    act = RevokeLinks(number=nummer, address=adress, by=av)
    try:
        done = await asyncio.to_thread(lambda: engine().do(act))
    except KommunplanError as error:
        return refused(error)
    said = " ".join(done.said) or "Det var redan så; ingenting är ändrat."
    return State(type=StateType.COMPLETED, name="Klart", message=said)


@in_two
@flow(name="Byt definition", flow_run_name="Byt definition")
async def byt_definition(
    gor: Literal["förhandsgranska", "byt"] = FORHANDSGRANSKA,
    skal: str = "",
    av: str = "",
    karta: list[str] | None = None,
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Låter ett pågående år gå över till den ändrade definitionen i definitionskatalogen.

    Förhandsgranskningen visar vilka steg som tillkommer, utgår och får nya datum, och ändrar ingenting. Det
    som har hänt står kvar i loggen.

    Args:
        gor: Förhandsgranska ändrar ingenting. Välj byt när förhandsgranskningen ser rätt ut.
        skal: Varför. Krävs för att byta; står i loggen.
        av: Vem som bestämmer det. Krävs för att byta; står i loggen.
        karta: Vad ett pågående steg blir, om det ändras: gammalt=nytt, eller gammalt= om det avslutas.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """

    def mapping() -> dict[str, str]:
        return dict(previews.pair(one) for one in karta or ())

    if gor == FORHANDSGRANSKA:
        return await _preview(
            "byt-definition",
            lambda on: previews.definition(
                on.try_(ChangeDefinition(mapping=mapping(), by=av, budget_year=budgetar))
            ),
        )

    def work(on: Engine) -> tuple[Advance, ...]:
        if not (skal.strip() and av.strip()):
            raise RefusedError("Att byta definition kräver skäl och vem du är. Fyll i skal och av.")
        return on.do(
            ChangeDefinition(mapping=mapping(), by=av, reason=skal, budget_year=budgetar)
        ).years

    return await drive(work)


async def _change(act: MeetingAct) -> State[Any]:
    """A change of the meetings, and what the years make of it."""
    said: list[str] = []

    def change(on: Engine) -> tuple[Advance, ...]:
        done = on.do(act)
        said.extend(done.said or ["Det var redan så; ingenting är ändrat."])
        said.extend((*done.follows, *map(in_forms, done.notes)))
        return done.years

    return await drive(change, said=said)


def _refuse_day(instans: str, way_out: str) -> None:
    """What has meetings is a body, or a step that is a day."""
    if instans not in get_args(Instans):
        raise RefusedError(f"{instans} är en mötesdag, som inte kan förhandsgranskas. {way_out}")


async def _preview(form: str, work: Callable[[Engine], tuple[str, str]]) -> State[Any]:
    """What a form would do, as the run's message and as a page of its own. Nothing is changed."""
    try:
        message, text = await asyncio.to_thread(lambda: work(engine()))
    except KommunplanError as error:
        return refused(error)
    page = Page(f"forhandsvisning-{form}", text, message, str(flow_run.id))
    await write(own_client(), [page], str(flow_run.id))
    return State(type=StateType.COMPLETED, name="Förhandsvisning", message=message)
