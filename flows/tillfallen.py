"""Tillfällen: what can happen any number of times in a year, or not at all. A run raises one, or shows one.

The docstrings are what the Prefect UI shows, the fields its forms; the rest is data, in
`calendars/orsa/definition.toml`, and a test holds the two together.
"""

from datetime import date
from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State

from flows.forms.choices import Del, Enhet, Instans
from flows.forms.fields import UPPDATERA, BudgetYear, Gor, Number, in_two, with_help
from flows.steps.stage import occasion
from models.results import Tkr


@in_two
@flow(name="T05 Uppdrag")
@with_help
async def uppdrag(
    rubrik: str = "",
    text: str = "",
    enhet: Enhet | None = None,
    ansvarig: Del | None = None,
    instans: Instans | None = None,
    senast: date | None = None,
    belopp_tkr: Tkr | None = None,
    av: str = "",
    nummer: Number = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Uppdrag. Beslutas av KS → KF.

    Ett särskilt uppdrag från den politiska organisationen, med ansvarig, dag och återrapport.
    KS följer upp att KF:s beslut genomförs.

    Anmäls här.
    """
    return await occasion(
        "uppdrag",
        rubrik,
        av,
        nummer,
        gor,
        skal,
        budgetar,
        text=text,
        unit=enhet,
        part=ansvarig or "",
        body=instans or "",
        due=senast,
        amount=belopp_tkr,
    )


@in_two
@flow(name="T07a Underskott i nämnd")
@with_help
async def underskott_namnd(
    rubrik: str = "",
    text: str = "",
    enhet: Literal["miljonamnden"] | None = None,
    ansvarig: Del | None = None,
    instans: Instans | None = None,
    senast: date | None = None,
    belopp_tkr: Tkr | None = None,
    av: str = "",
    nummer: Number = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Underskott i nämnd. Beslutas av KS.

    En nämnd som prognostiserar eller konstaterar ett underskott anmäler det till KS.

    Anmäls här, eller av sig självt när avvikelsen ligger under 0 tkr för Miljönämnden.
    """
    return await occasion(
        "underskott-namnd",
        rubrik,
        av,
        nummer,
        gor,
        skal,
        budgetar,
        text=text,
        unit=enhet,
        part=ansvarig or "",
        body=instans or "",
        due=senast,
        amount=belopp_tkr,
    )


@in_two
@flow(name="T07b Underskott i KS verksamheter")
@with_help
async def underskott_ks(
    rubrik: str = "",
    text: str = "",
    enhet: Literal["kommunledning", "larande", "omsorg", "samhalle"] | None = None,
    ansvarig: Del | None = None,
    instans: Instans | None = None,
    senast: date | None = None,
    belopp_tkr: Tkr | None = None,
    av: str = "",
    nummer: Number = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Underskott i KS verksamheter. Beslutas av KS → KF.

    Underskottet åtgärdas i första hand genom omfördelning inom egen ram, vilket KS beslutar.
    Går inte det lyfts frågan till KF.

    Anmäls här, eller av sig självt när avvikelsen ligger under 0 tkr för Kommunledning,
    Lärande, Omsorg, Samhälle.
    """
    return await occasion(
        "underskott-ks",
        rubrik,
        av,
        nummer,
        gor,
        skal,
        budgetar,
        text=text,
        unit=enhet,
        part=ansvarig or "",
        body=instans or "",
        due=senast,
        amount=belopp_tkr,
    )


@in_two
@flow(name="T08b Reglering av balanskravet")
@with_help
async def balanskrav_uppfoljning(
    rubrik: str = "",
    text: str = "",
    enhet: Enhet | None = None,
    ansvarig: Del | None = None,
    instans: Instans | None = None,
    senast: date | None = None,
    belopp_tkr: Tkr | None = None,
    av: str = "",
    nummer: Number = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Reglering av balanskravet. Beslutas av KS → KF.

    Uppföljning av åtgärdsplanen: det negativa balanskravsresultatet ska vara reglerat inom tre
    år (KL 11 kap. 12 §).

    Anmäls här, eller av sig självt i 3 år efter Åtgärdsplan för balanskravet.
    """
    return await occasion(
        "balanskrav-uppfoljning",
        rubrik,
        av,
        nummer,
        gor,
        skal,
        budgetar,
        text=text,
        unit=enhet,
        part=ansvarig or "",
        body=instans or "",
        due=senast,
        amount=belopp_tkr,
    )


@in_two
@flow(name="T10 Större avvikelse")
@with_help
async def storre_avvikelse(
    rubrik: str = "",
    text: str = "",
    enhet: Enhet | None = None,
    ansvarig: Del | None = None,
    instans: Instans | None = None,
    senast: date | None = None,
    belopp_tkr: Tkr | None = None,
    av: str = "",
    nummer: Number = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    budgetar: BudgetYear = None,
) -> State[Any]:
    """Större avvikelse. Inget beslut.

    Större avvikelser lyfts omedelbart för diskussion.

    Anmäls här, eller av sig självt när avvikelsen ligger under −1000 tkr eller −2 % av
    budgeten. Ska vara klart inom 2 arbetsdagar.
    """
    return await occasion(
        "storre-avvikelse",
        rubrik,
        av,
        nummer,
        gor,
        skal,
        budgetar,
        text=text,
        unit=enhet,
        part=ansvarig or "",
        body=instans or "",
        due=senast,
        amount=belopp_tkr,
    )
