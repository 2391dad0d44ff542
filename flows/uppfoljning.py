"""Gemensam budget- och måluppföljning: the four steps of the second table, in its order.

The docstrings are what the Prefect UI shows; window, bodies, roles and law are data, in
`calendars/orsa/definition.toml`, and a test holds the two together.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.stage import BudgetYear, in_two, stage


@in_two
@flow(name="U1 Uppföljning i mars")
async def uppfoljning_mars(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Uppföljning i mars (mars). Beslutas av SU → KS.

    Ekonomisk uppföljning och måluppföljning samt prognos. Antagande: perioden
    januari–februari.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("uppfoljning-mars", budgetar, kor_om_skal, av)


@in_two
@flow(name="U2 Uppföljning till och med april")
async def uppfoljning_april(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Uppföljning till och med april (maj). Beslutas av SU.

    Översiktlig uppföljning till och med april inför budgetberedningen.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("uppfoljning-april", budgetar, kor_om_skal, av)


@in_two
@flow(name="U3 Delårsrapport")
async def delarsrapport(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Delårsrapport (september–november). Beslutas av SU → KS → KF.

    Delårsrapport. Antagande: perioden slutar den 31 augusti.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("delarsrapport", budgetar, kor_om_skal, av)


@in_two
@flow(name="U4 Årsredovisning")
async def arsredovisning(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Årsredovisning (mars–maj). Beslutas av SU → KS → KF.

    Årsredovisning med uppföljning av kommunplanen, för året två år före budgetåret.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("arsredovisning", budgetar, kor_om_skal, av)
