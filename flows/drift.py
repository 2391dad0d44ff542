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

from flows.choices import Enhet, Instans, Roll, Steg
from flows.stage import BudgetYear, in_two, refused, run_name, subflow
from models.errors import KommunplanError
from models.events import Outcome
from tasks import clock
from tasks.actions import Engine
from tasks.delivery import deliver, next_attempt_at
from tasks.engine import engine
from tasks.settings import settings
from tasks.year import Advance


def step_flows() -> dict[str, Flow[..., Any]]:
    """The step flows by slug: Orsa's as they are written, another municipality's from its definition."""
    if not settings().is_orsa:
        from flows import kommun

        return kommun.FLOWS
    from flows import kommunplansprocessen, uppfoljning

    return {
        name.replace("_", "-"): found
        for module in (kommunplansprocessen, uppfoljning)
        for name, found in vars(module).items()
        if isinstance(found, Flow)
    }


STEPS = step_flows()


def flow_of(slug: str) -> Flow[..., Any]:
    """The step's flow; a nameless one for a step of a running year that the definition has no more."""
    if slug in STEPS:
        return STEPS[slug]
    from flows.kommun import step_flow

    return step_flow(slug, slug)


Text = Annotated[str, Field(min_length=1)]


@in_two
@flow(name="Starta budgetår", flow_run_name=run_name)
async def starta_ar(budgetar: BudgetYear = None) -> State[Any]:
    """Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa.

    Steg vars fönster redan har passerat registreras som klara före start, utan mejl.
    Körs av sig själv när processen ska börja; kör för hand för att börja tidigare eller mitt i ett år.

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
@flow(name="Låt ett valfritt steg utgå", flow_run_name="{steg}: utgår")
async def utga(steg: Steg, skal: Text, av: Text, budgetar: BudgetYear = None) -> State[Any]:
    """Säger att ett valfritt steg inte görs i år. Processägarens beslut; skälet står i loggen.

    Ångras genom att steget körs om.

    Args:
        steg: Steget som utgår.
        skal: Varför; står i loggen.
        av: Vem som bestämmer det; står i loggen.
        budgetar: Budgetår. Tomt betyder det senast startade.
    """
    return await drive(lambda on: [on.set_aside(steg, by=av, reason=skal, budget_year=budgetar)])


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
    try:
        on = await asyncio.to_thread(engine)
        advances = list(await asyncio.to_thread(lambda: list(work(on))))
        unseen = await _show(on, advances)
        mails = sum(advance.mails for advance in advances)
        await _deliver(on, due=bool(mails) or deliver_anyway)
    except KommunplanError as error:
        return refused(error)
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


async def follow_up(done: Advance, *, but: str, mails: int) -> None:
    """What follows a step's run from its form: the other steps that changed are shown, mails go."""
    on = await asyncio.to_thread(engine)
    await _show(on, [done], but=but)
    await _deliver(on, due=bool(mails))


async def _show(on: Engine, advances: Iterable[Advance], *, but: str = "") -> list[str]:
    """A run for each step whose state Prefect does not show; the steps whose run did not end well.

    Only when a run has ended is its state noted as shown: one that died is made up for by the next check.
    """
    unseen: list[str] = []
    for advance in advances:
        with tags("steg", str(advance.budget_year)):
            for slug in advance.stale:
                if slug == but:
                    continue
                state = await subflow(flow_of(slug), budgetar=advance.budget_year)
                if state.is_completed():
                    await asyncio.to_thread(
                        on.mark_shown, slug, str(state.name), advance.budget_year
                    )
                else:
                    unseen.append(slug)
    return unseen


async def _deliver(on: Engine, *, due: bool) -> None:
    waiting = await asyncio.to_thread(next_attempt_at, on.database)
    if due and waiting is not None and waiting <= clock.now():
        await subflow(skicka)


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
