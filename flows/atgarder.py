"""What the process owner does besides the steps, from forms: meetings, days, mails, links, definition.

Each has a twin on the command line. What a form can preview it previews unless it is told to act.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final, Literal, get_args

from prefect import flow
from prefect.client.schemas.objects import State

import flows.steps.made  # noqa: F401 - the flows by which what they change is shown
from flows.forms.acts import form_of
from flows.forms.choices import Instans, Mote
from flows.forms.fields import BudgetYear, Text, in_two
from flows.steps.driving import drive
from flows.steps.previewing import preview
from flows.ui import previews
from models.acts.links import RevokeLinks
from models.acts.mails import Resend, ResendFailed
from models.acts.meetings import AddMeeting, CancelMeeting, MeetingAct, MoveMeeting
from models.acts.parts import Postpone
from models.acts.years import ChangeDefinition, ReadDirectory
from models.errors import RefusedError
from tasks.engine import Engine
from tasks.office import Done

FORHANDSGRANSKA: Final = "förhandsgranska"

skjut_upp = form_of(Postpone, "{steg}: till {till}")
skicka_om = form_of(Resend, "{steg}: mejl på nytt")
skicka_misslyckade = form_of(ResendFailed, "Mejl som inte gick att skicka", whole=True)
aterkalla_lank = form_of(RevokeLinks, "Svarslänkar återkallas", shown=False)


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

    def look(on: Engine) -> previews.Preview:
        _refuse_day(instans, "Välj flytta i gor; den kan flyttas tillbaka.")
        return previews.move(on.try_(MoveMeeting(body=instans, day=fran, to=till, by=av)))

    if gor == FORHANDSGRANSKA:
        return await preview("flytta", look)
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

    def look(on: Engine) -> previews.Preview:
        _refuse_day(instans, "Välj ställ in i gor; dagen kan läggas till igen.")
        return previews.move(on.try_(CancelMeeting(body=instans, day=dag, by=av)))

    if gor == "förhandsgranska inställt":
        return await preview("sammantrade", look)
    if gor == "lägg till":
        return await _change(
            AddMeeting(body=instans, day=dag, by=av, if_needed=vid_behov, reason=skal)
        )
    return await _change(CancelMeeting(body=instans, day=dag, by=av, reason=skal))


@in_two
@flow(name="Läs in definitionskatalogen", flow_run_name="Läs in sammanträden och rollinnehavare")
async def las_in() -> State[Any]:
    """Läser in sammanträden och rollinnehavare på nytt ur definitionskatalogens filer.

    Körs när filerna har ändrats. Det som har ändrats för hand, som ett flyttat sammanträde, rörs inte. Ett
    pågående års steg ändras inte av det; se formuläret byt-definition.
    """

    def work(on: Engine) -> Done:
        read = on.do(ReadDirectory())
        return replace(read, years=on.check())

    return await drive(work)


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

    def asked() -> ChangeDefinition:
        mapping = dict(previews.pair(one) for one in karta or ())
        return ChangeDefinition(mapping=mapping, by=av, reason=skal, budget_year=budgetar)

    def work(on: Engine) -> Done:
        if not (skal.strip() and av.strip()):
            raise RefusedError("Att byta definition kräver skäl och vem du är. Fyll i skal och av.")
        return on.do(asked())

    if gor == FORHANDSGRANSKA:
        return await preview("byt-definition", lambda on: previews.definition(on.try_(asked())))
    return await drive(work)


async def _change(act: MeetingAct) -> State[Any]:
    """A change of the meetings, and what the years make of it."""

    def work(on: Engine) -> Done:
        done = on.do(act)
        return replace(done, said=done.said or ("Det var redan så; ingenting är ändrat.",))

    return await drive(work)


def _refuse_day(instans: str, way_out: str) -> None:
    """What has meetings is a body, or a step that is a day."""
    if instans not in get_args(Instans):
        raise RefusedError(f"{instans} är en mötesdag, som inte kan förhandsgranskas. {way_out}")
