"""The flows that drive the year: start, the daily check, decisions, reports, delivery.

What is done is done in the engine's transaction, with everything that follows from it. Afterwards
each step whose state has changed gets a run of its own flow, so that the UI shows it, and the
outbox is delivered. Should either fail, the next check makes up for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from prefect import flow, tags
from prefect.client.schemas.objects import State, StateType
from prefect.deployments.flow_runs import arun_deployment
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from pydantic import Field

from flows import kommunplansprocessen, uppfoljning
from flows.choices import Enhet, Instans, Roll, Steg
from flows.stage import BudgetYear, in_two, refused, run_name, subflow
from models.errors import KommunplanError
from models.events import Outcome
from tasks import clock
from tasks.actions import Engine
from tasks.delivery import deliver, next_attempt_at
from tasks.engine import engine
from tasks.year import Advance

STEPS: dict[str, Flow[..., Any]] = {
    name.replace("_", "-"): found
    for module in (kommunplansprocessen, uppfoljning)
    for name, found in vars(module).items()
    if isinstance(found, Flow)
}
"""The step flows by slug."""

Text = Annotated[str, Field(min_length=1)]


@in_two
@flow(name="Starta budgetår", flow_run_name=run_name)
async def starta_ar(budgetar: BudgetYear = None) -> State[Any]:
    """Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa.

    Steg vars fönster redan har passerat registreras som klara före start, utan mejl.
    Körs av sig själv den 2 januari; kör för hand för att börja tidigare eller mitt i ett år.

    Args:
        budgetar: Budgetår. Tomt betyder det år vars process pågår i dag.
    """
    return await drive(lambda on: [on.start_year(budgetar)])


@in_two
@flow(name="Daglig kontroll", flow_run_name=run_name)
async def kontroll() -> State[Any]:
    """Öppnar det som ska öppnas, påminner, eskalerar och skickar det som väntar.

    Körs varje dag 06.30 och rättar allt som har missats, till exempel efter dagar då servern
    varit avstängd. Ofarlig att köra när som helst och hur ofta som helst.
    """
    return await drive(lambda on: on.check(), deliver_anyway=True)


@in_two
@flow(name="Rapportera klart", flow_run_name="{steg}: {roll} klar")
async def klar(
    steg: Steg,
    roll: Roll,
    av: Text,
    enhet: Enhet | None = None,
    kommentar: str = "",
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
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: [on.report(steg, roll, enhet, by=av, comment=kommentar, budget_year=budgetar)]
    )


@in_two
@flow(name="Gå vidare utan alla delar", flow_run_name="{steg}: går vidare")
async def ga_vidare(steg: Steg, skal: Text, av: Text, budgetar: BudgetYear = None) -> State[Any]:
    """Låter ett steg gå vidare fast delar saknas. Processägarens beslut; skälet står i loggen.

    Args:
        steg: Steget som ska gå vidare.
        skal: Varför; står i loggen.
        av: Vem som bestämmer det; står i loggen.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(lambda on: [on.override(steg, by=av, reason=skal, budget_year=budgetar)])


@in_two
@flow(name="Registrera beslut", flow_run_name="{steg}: {instans}")
async def beslut(
    steg: Steg,
    instans: Instans,
    utfall: Outcome,
    av: Text,
    datum: date | None = None,
    paragraf: str = "",
    skal: str = "",
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Registrerar vad en instans beslutade. Steget, och det som bygger på det, går vidare direkt.

    Vid återremiss eller avslag går steget tillbaka till beredningen och nästa sammanträde söks upp;
    vid bordläggning väntar det på instansens nästa sammanträde.

    Args:
        steg: Steget som ärendet hör till.
        instans: Instansen som har beslutat.
        utfall: Vad den beslutade.
        av: Vem som registrerar beslutet; står i loggen.
        datum: Sammanträdets dag. Tomt betyder den planerade dagen.
        paragraf: Till exempel KS § 74/2027.
        skal: Krävs vid återremiss och avslag.
        budgetar: Budgetår. Tomt betyder det som pågår.
    """
    return await drive(
        lambda on: [
            on.decide(
                steg, instans, utfall, by=av, on=datum, paragraph=paragraf, reason=skal,
                budget_year=budgetar,
            )
        ]
    )  # fmt: skip


@in_two
@flow(name="Skicka mejl", flow_run_name=run_name)
async def skicka() -> State[Any]:
    """Levererar det som väntar i utkorgen, äldst först. Ofarlig att upprepa.

    Kommer e-postservern inte att nås försöker den igen av sig själv, med allt längre mellanrum.
    """
    try:
        on = engine()
        done = await deliver(on.database, on.settings)
    except KommunplanError as error:
        return refused(error)
    if done.next_attempt_at is not None:
        await _deliver_again(done.next_attempt_at)
    name = "Skickat"
    if done.deferred:
        name = "Väntar på e-postservern"
    elif done.failed:
        name = "Några gick inte att skicka"
    message = (
        f"{done.sent} skickade, {done.deferred} försöks igen, {done.failed} gick inte att skicka."
    )
    return State(type=StateType.COMPLETED, name=name, message=f"{message} {done.error}".strip())


async def drive(
    work: Callable[[Engine], Iterable[Advance]], *, deliver_anyway: bool = False
) -> State[Any]:
    """Does the work, shows every step that it changed, and delivers the mails that it made."""
    unseen: list[str] = []
    try:
        on = await asyncio.to_thread(engine)
        advances = list(await asyncio.to_thread(lambda: list(work(on))))
        for advance in advances:
            with tags("steg", str(advance.budget_year)):
                for slug in advance.stale:
                    state = await subflow(STEPS[slug], budgetar=advance.budget_year)
                    if not state.is_completed():
                        unseen.append(slug)
        waiting = await asyncio.to_thread(next_attempt_at, on.database)
    except KommunplanError as error:
        return refused(error)
    mails = sum(advance.mails for advance in advances)
    if waiting is not None and (mails or (deliver_anyway and waiting <= clock.now())):
        await subflow(skicka)
    events = sum(len(advance.events) for advance in advances)
    shown = sum(len(advance.stale) for advance in advances)
    if unseen:
        return State(
            type=StateType.FAILED, name="Läget syns inte",
            message=(
                f"Allt är registrerat, men flödena för {', '.join(unseen)} gick inte att köra. "
                "Se deras loggar; nästa kontroll försöker igen."
            ),
        )  # fmt: skip
    name = "Inget nytt" if not (events or mails or shown) else "Klart"
    return State(
        type=StateType.COMPLETED, name=name,
        message=f"{events} händelser, {mails} mejl, {shown} steg med nytt läge.",
    )  # fmt: skip


async def _deliver_again(at: datetime) -> None:
    """A run of the delivery for when the first deferred mail may be tried; one for each minute."""
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    try:
        await arun_deployment(
            "Skicka mejl/skicka", scheduled_time=minute, timeout=0, as_subflow=False,
            idempotency_key=f"skicka-{minute.isoformat()}",
        )  # fmt: skip
    except ObjectNotFound:
        return  # no deployment of it on this server: the next check delivers
