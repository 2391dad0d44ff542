"""Gemensam budget- och måluppföljning: the four steps of the second table, in its order.

The docstrings are what the Prefect UI shows, the fields its forms; window, bodies, roles and law are
data, in `calendars/orsa/definition.toml`, and a test holds the two together.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.forms.fields import UPPDATERA, BudgetYear, Gor, in_two, with_help
from flows.steps.stage import stage
from models.results import Bokslutsresultat, Maluppfyllelse, Prognos


@in_two
@flow(name="U1 Uppföljning i mars", validate_parameters=False)
@with_help
async def uppfoljning_mars(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    prognos: Prognos | None = None,
) -> State[Any]:
    """Uppföljning i mars (mars). Beslutas av SU → KS.

    Ekonomisk uppföljning och måluppföljning samt prognos. Antagande: perioden januari–februari.

    Öppnas när fönstret börjar.
    """
    return await stage("uppfoljning-mars", budgetar, gor, skal, av, prognos=prognos)


@in_two
@flow(name="U2 Uppföljning till och med april", validate_parameters=False)
@with_help
async def uppfoljning_april(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    prognos: Prognos | None = None,
) -> State[Any]:
    """Uppföljning till och med april (maj). Beslutas av SU.

    Översiktlig uppföljning till och med april inför budgetberedningen.

    Öppnas när fönstret börjar.
    """
    return await stage("uppfoljning-april", budgetar, gor, skal, av, prognos=prognos)


@in_two
@flow(name="U3 Delårsrapport", validate_parameters=False)
@with_help
async def delarsrapport(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    prognos: Prognos | None = None,
    maluppfyllelse: Maluppfyllelse | None = None,
) -> State[Any]:
    """Delårsrapport (september–november). Beslutas av SU → KS → KF.

    Delårsrapport. Antagande: perioden slutar den 31 augusti.

    Öppnas när fönstret börjar.
    """
    return await stage(
        "delarsrapport", budgetar, gor, skal, av, prognos=prognos, maluppfyllelse=maluppfyllelse
    )


@in_two
@flow(name="U4 Årsredovisning", validate_parameters=False)
@with_help
async def arsredovisning(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    bokslutsresultat: Bokslutsresultat | None = None,
    maluppfyllelse: Maluppfyllelse | None = None,
) -> State[Any]:
    """Årsredovisning (mars–maj). Beslutas av SU → KS → KF.

    Årsredovisning med uppföljning av kommunplanen, för året två år före budgetåret.

    Öppnas när fönstret börjar.
    """
    return await stage(
        "arsredovisning",
        budgetar,
        gor,
        skal,
        av,
        bokslutsresultat=bokslutsresultat,
        maluppfyllelse=maluppfyllelse,
    )
