"""The flows that drive the year: start, the daily check, decisions, reports, delivery.

What is done is done in the engine's transaction, with everything that follows from it. Afterwards
each step whose state has changed gets a run of its own flow, so that the UI shows it, and the
outbox is delivered. Should either fail, the next check makes up for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Annotated, Any, Literal

import httpx
from prefect import flow
from prefect.client.schemas.objects import State, StateType
from prefect.deployments.flow_runs import arun_deployment
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from prefect.runtime import flow_run
from pydantic import Field

from flows.choices import Enhet, Instans, Roll, Steg
from flows.forms import BudgetYear, Number, in_two
from flows.stage import refused, run_name, subflow
from flows.ui.current_runs import Place, forget_empty
from flows.ui.showing import Scene, scene, show_own, show_steps, show_years, stale_steps
from models.counting import counted
from models.errors import KommunplanError, RefusedError
from models.events import Outcome
from tasks import clock
from tasks.actions import Engine
from tasks.engine import engine
from tasks.mail.delivery import deliver
from tasks.mail.queue import next_attempt_at
from tasks.settings import settings
from tasks.year import Advance

Flows = dict[str, Flow[..., Any]]


def named_flows() -> tuple[Flows, Flows]:
    """The flows of steps and of occasions by slug: Orsa's as they are written, another municipality's from
    its definition."""
    if not settings().is_orsa:
        from flows import kommun

        return kommun.STEPS, kommun.OCCASIONS
    from flows import kommunplansprocessen, skyldigheter, tillfallen, uppfoljning

    return _flows_in(kommunplansprocessen, uppfoljning, skyldigheter), _flows_in(tillfallen)


def _flows_in(*modules: ModuleType) -> Flows:
    return {
        name.replace("_", "-"): found
        for module in modules
        for name, found in vars(module).items()
        if isinstance(found, Flow)
    }


STEPS, OCCASIONS = named_flows()


def flow_of(slug: str) -> tuple[Flow[..., Any], dict[str, Any]]:
    """The flow that shows the step, and which of its occasions; a nameless one for a step of a running
    year that the definition has no more."""
    if slug in STEPS:
        return STEPS[slug], {}
    name, number = place_of(slug)
    if number is not None:
        return OCCASIONS[name], {"nummer": number}
    from flows.generic import step_flow

    return step_flow(slug, slug), {}


def place_of(slug: str) -> tuple[str, int | None]:
    """The step as the forms have it: `storre-avvikelse` and 2 for `storre-avvikelse-2`."""
    name, _, number = slug.rpartition("-")
    if slug not in STEPS and name in OCCASIONS and number.isdecimal():
        return name, int(number)
    return slug, None


def slug_of(steg: str, nummer: int | None) -> str:
    """The step that a form names; RefusedError where a number is missing, or belongs to no occasion."""
    if steg in OCCASIONS and nummer is None:
        raise RefusedError(
            f"{steg} kan finnas flera gånger. Säg vilken i fältet nummer; årets sida visar dem."
        )
    if steg not in OCCASIONS and nummer is not None:
        raise RefusedError(f"{steg} har inget nummer. Töm fältet nummer.")
    return steg if nummer is None else f"{steg}-{nummer}"


def named(pattern: str) -> Callable[[], str]:
    """A run's name from its form: `{steg}: {roll} klar`, where the step has its number if it has one."""

    def name() -> str:
        given = flow_run.parameters
        number = given.get("nummer")
        steg = f"{given.get('steg')}-{number}" if number else given.get("steg")
        return pattern.format_map({**given, "steg": steg})

    return name


NOTHING_NEW = "Inget nytt"
NOTHING_TO_SEND = "Inget att skicka"
Text = Annotated[str, Field(min_length=1)]
Link = Annotated[str, Field(pattern=r"^(https?://\S{3,})?$")]
EventNumber = Annotated[int, Field(ge=1)]


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
        said.append(f"{on.undo_start(budgetar)} är borttaget, som om det aldrig hade startats.")
        return []

    if gor == "ångra":
        return await drive(undo, said=said)
    return await drive(lambda on: [on.start_year(budgetar, knowingly=anda)])


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
        lambda on: [
            on.report(
                slug_of(steg, nummer), roll, enhet, by=av, comment=kommentar, budget_year=budgetar
            )
        ]
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
        lambda on: [on.override(slug_of(steg, nummer), by=av, reason=skal, budget_year=budgetar)]
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
    return await drive(lambda on: [on.open_early(steg, by=av, reason=skal, budget_year=budgetar)])


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
        lambda on: [on.set_aside(slug_of(steg, nummer), by=av, reason=skal, budget_year=budgetar)]
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
        lambda on: [on.uphold(slug_of(steg, nummer), by=av, reason=skal, budget_year=budgetar)]
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
        lambda on: [
            on.decide(
                slug_of(steg, nummer), instans, utfall, by=av, on=datum, paragraph=paragraf,
                reason=skal, changes=andring, diarienummer=diarienummer, note=anteckning,
                minutes=protokoll, minority=minoritet, signed_at_once=omedelbart_justerad,
                back_to=aterremiss_till or "", outside_meeting=utan_sammantrade,
                budget_year=budgetar,
            )
        ]
    )  # fmt: skip


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
        "paragraph": paragraf, "reason": skal, "changes": andring, "diarienummer": diarienummer,
        "note": anteckning, "minutes": protokoll,
    }  # fmt: skip
    ticks = {"minority": minoritet, "signed_at_once": omedelbart_justerad}
    said: Any = {name: text for name, text in texts.items() if text.strip()}
    said |= {name: tick for name, tick in ticks.items() if tick is not None}

    def work(on: Engine) -> list[Advance]:
        if stryk and (said or utfall or datum or utan_sammantrade):
            raise RefusedError(
                "Ett beslut som stryks kan inte rättas samtidigt. Töm de andra fälten."
            )
        return [
            on.correct(
                handelse, by=av, why=varfor, withdraw=stryk, outcome=utfall, on=datum,
                outside_meeting=utan_sammantrade, budget_year=budgetar, **said,
            )
        ]  # fmt: skip

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
        lambda on: [on.number(slug_of(steg, nummer), diarienummer, by=av, budget_year=budgetar)]
    )


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
    await forget_empty(skicka.name, NOTHING_TO_SEND)
    name = "Skickat" if done.sent else NOTHING_TO_SEND
    if done.deferred:
        name = "Väntar på e-postservern"
    elif done.failed:
        name = "Några gick inte att skicka"
    message = (
        f"{counted(done.sent, 'skickat', 'skickade')}, {done.deferred} försöks igen, "
        f"{done.failed} gick inte att skicka."
    )
    return State(type=StateType.COMPLETED, name=name, message=f"{message} {done.error}".strip())


async def drive(
    work: Callable[[Engine], Iterable[Advance]], *, whole: bool = False, said: Sequence[str] = ()
) -> State[Any]:
    """Does the work, shows every step that it changed and the year, and delivers the mails it made. As a
    whole: also what an earlier run has left to show and to deliver. `said` is what the work itself has to
    say, and may be filled by it."""
    try:
        on = await asyncio.to_thread(engine)
        advances = list(await asyncio.to_thread(lambda: list(work(on))))
        mails = sum(advance.mails for advance in advances)
        seen = await scene(on)
        shown = await _show(seen, advances, deliver=bool(mails) or whole, whole=whole)
    except KommunplanError as error:
        return refused(error)
    events = sum(len(advance.events) for advance in advances)
    said = (*said, *(f"Obs: {note}" for advance in advances for note in advance.notes))
    if shown.failed:
        return State(
            type=StateType.FAILED, name="Läget syns inte",
            message=f"Allt är registrerat, men {shown.failed} Nästa kontroll försöker igen.",
        )  # fmt: skip
    news = events or mails or shown.steps or shown.pages or said
    happened = counted(events, "händelse", "händelser")
    counts = f"{happened}, {mails} mejl, {shown.steps} steg med nytt läge."
    message = " ".join(filter(None, (*said, counts, shown.headline)))
    return State(type=StateType.COMPLETED, name="Klart" if news else NOTHING_NEW, message=message)


async def follow_up(done: Advance, slug: str, state: str, *, run_id: str, mails: int) -> None:
    """What follows a step's run from its form, which shows the step itself in this state: the other steps
    that changed and the year are shown, mails go."""
    seen = await scene(await asyncio.to_thread(engine))
    place = (done.budget_year, slug)
    await _show(seen, [done], deliver=bool(mails), own={place: run_id})
    await show_own(seen, place, state)


@dataclass(frozen=True, slots=True)
class _Shown:
    """How many steps were shown, how many pages say something new, the years in a line, and what could not
    be shown, as a sentence."""

    steps: int
    pages: int
    headline: str
    failed: str = ""


async def _show(
    seen: Scene,
    advances: Iterable[Advance],
    *,
    deliver: bool,
    whole: bool = False,
    own: Mapping[Place, str] | None = None,
) -> _Shown:
    """Shows the steps that changed, lets the mails go, and then shows the years. `own` is a step's run
    that is under way and shows its step itself."""
    own = own or {}
    stale = await stale_steps(seen, advances, whole=whole)
    places = [place for place in stale.changed if place not in own]
    made, unseen = await show_steps(seen, [*places, *stale.faded], _shown_by)
    if deliver:
        await _deliver(seen.engine)
    headline = " ".join(f"{sheet.plan_name}: {sheet.headline}." for sheet in seen.sheets)
    failed = (
        f"flödena för {', '.join(unseen)} gick inte att köra; se deras loggar." if unseen else ""
    )
    try:
        pages = await show_years(seen, {**made, **own}, renewed=stale.faded)
        return _Shown(len(places), pages, headline, failed)
    except httpx.HTTPError as error:  # the mails are on their way; the next check shows the years
        return _Shown(
            len(places), 0, headline, f"{failed} översikten gick inte att visa: {error}.".strip()
        )


def _shown_by(slug: str) -> tuple[str, int | None, Flow[..., Any]]:
    """A step's deployment, its number if it is an occasion, and its flow."""
    name, number = place_of(slug)
    return name, number, flow_of(slug)[0]


async def _deliver(on: Engine) -> None:
    waiting = await asyncio.to_thread(next_attempt_at, on.database)
    if waiting is not None and waiting <= clock.now():
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
