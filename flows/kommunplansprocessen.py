"""Kommunplansprocessen: the fourteen steps of the governance model's first table, in its order.

The docstrings are what the Prefect UI shows, the fields its forms; window, bodies, roles and law are
data, in `calendars/orsa/definition.toml`, and a test holds the two together.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.forms.fields import UPPDATERA, BudgetYear, Gor, in_two, with_help
from flows.steps.stage import stage
from models.results import Bokslutsresultat, Maluppfyllelse, Ramar, Skattesats


@in_two
@flow(name="K01 Bokslut", validate_parameters=False)
@with_help
async def bokslut(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    bokslutsresultat: Bokslutsresultat | None = None,
    maluppfyllelse: Maluppfyllelse | None = None,
) -> State[Any]:
    """Bokslut (januari–mars). Inget beslut.

    Analys av föregående års resultat och måluppfyllelse. Varje chef lämnar sin del; steget är
    klart när alla delar är inne.

    Öppnas när fönstret börjar.
    """
    return await stage(
        "bokslut",
        budgetar,
        gor,
        skal,
        av,
        bokslutsresultat=bokslutsresultat,
        maluppfyllelse=maluppfyllelse,
    )


@in_two
@flow(name="K02 Preliminär skatteprognos", validate_parameters=False)
@with_help
async def skatteprognos(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Preliminär skatteprognos (februari–mars). Inget beslut.

    Preliminär skatteprognos och vad den betyder för de ekonomiska ramarna, budgetåret och de
    följande tre åren.

    Öppnas när fönstret börjar.
    """
    return await stage("skatteprognos", budgetar, gor, skal, av)


@in_two
@flow(name="K03 Bokslutsdag", validate_parameters=False)
@with_help
async def bokslutsdag(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Bokslutsdag (mars). Inget beslut.

    Nuläges- och omvärldsanalysen diskuteras för att skapa en gemensam plattform för
    planeringsarbetet. Politiker och ledningsgrupp deltar.

    Öppnas när fönstret börjar.
    """
    return await stage("bokslutsdag", budgetar, gor, skal, av)


@in_two
@flow(name="K04 Planeringsförutsättningar i KS", validate_parameters=False)
@with_help
async def planeringsforutsattningar(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    ramar: Ramar | None = None,
) -> State[Any]:
    """Planeringsförutsättningar i KS (april). Beslutas av KS.

    Beslut om planeringsförutsättningar: mål, uppdrag och ekonomiska ramar för nästa år
    tydliggörs.

    Öppnas när fönstret börjar.
    """
    return await stage("planeringsforutsattningar", budgetar, gor, skal, av, ramar=ramar)


@in_two
@flow(name="K05 Mål- och budgetdiskussioner", validate_parameters=False)
@with_help
async def mal_och_budgetdiskussioner(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Mål- och budgetdiskussioner (april–maj). Inget beslut.

    Mål och budget diskuteras både inom den politiska organisationen och inom
    tjänstemannaorganisationen.

    Öppnas när fönstret börjar.
    """
    return await stage("mal-och-budgetdiskussioner", budgetar, gor, skal, av)


@in_two
@flow(name="K06 Mål- och budgetdag", validate_parameters=False)
@with_help
async def mal_och_budgetdag(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Mål- och budgetdag (maj). Inget beslut.

    Information från utskott, nämnder och ledningsgrupp med förslag till mål samt ekonomiska
    förutsättningar.

    Öppnas när fönstret börjar.
    """
    return await stage("mal-och-budgetdag", budgetar, gor, skal, av)


@in_two
@flow(name="K07 Budgetberedning", validate_parameters=False)
@with_help
async def budgetberedning(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Budgetberedning (maj). Beslutas av SU.

    Strategiutskottet är budgetberedning och lägger förslag till kommunplan och budget för
    kommande år samt plan för de följande tre åren.

    Öppnas när fönstret börjar.
    """
    return await stage("budgetberedning", budgetar, gor, skal, av)


@in_two
@flow(name="K08 Ekonomiska ramar i KS", validate_parameters=False)
@with_help
async def ekonomiska_ramar(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    ramar: Ramar | None = None,
) -> State[Any]:
    """Ekonomiska ramar i KS (juni). Beslutas av KS.

    Beslut om ekonomiska ramar för nästkommande år. Ett inriktningsbeslut: anslagen är KF:s (KL
    5 kap. 1 §).

    Öppnas när fönstret börjar.
    """
    return await stage("ekonomiska-ramar", budgetar, gor, skal, av, ramar=ramar)


@in_two
@flow(name="K09 Förslag till verksamhetsplan", validate_parameters=False)
@with_help
async def verksamhetsplan_forslag(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Förslag till verksamhetsplan (augusti–september). Beslutas av SU.

    Utskotten och miljönämnden lämnar förslag till verksamhetsplan för nästkommande år till
    strategiutskottet.

    Öppnas när fönstret börjar.
    """
    return await stage("verksamhetsplan-forslag", budgetar, gor, skal, av)


@in_two
@flow(name="K10 Förslag till skattesats i KS", validate_parameters=False)
@with_help
async def skattesats_forslag(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    skattesats: Skattesats | None = None,
) -> State[Any]:
    """Förslag till skattesats i KS (oktober). Beslutas av KS.

    Kommunstyrelsens förslag till skattesats för kommande år.

    Öppnas när fönstret börjar.
    """
    return await stage("skattesats-forslag", budgetar, gor, skal, av, skattesats=skattesats)


@in_two
@flow(name="K11 Kommunplan i strategiutskottet", validate_parameters=False)
@with_help
async def kommunplan_su(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Kommunplan i strategiutskottet (oktober). Beslutas av SU.

    Strategiutskottets förslag till kommunplan med mål och budget. Ett utskott kan inte besluta
    den (KL 6 kap. 38 §).

    Öppnas när fönstret börjar.
    """
    return await stage("kommunplan-su", budgetar, gor, skal, av)


@in_two
@flow(name="K12 Kommunplan i KS", validate_parameters=False)
@with_help
async def kommunplan_ks(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Kommunplan i KS (oktober). Beslutas av KS.

    Kommunstyrelsens förslag till kommunplan med mål och budget.

    Öppnas när fönstret börjar.
    """
    return await stage("kommunplan-ks", budgetar, gor, skal, av)


@in_two
@flow(name="K13 Skattesats i KF", validate_parameters=False)
@with_help
async def skattesats_kf(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    skattesats: Skattesats | None = None,
) -> State[Any]:
    """Skattesats i KF (november). Beslutas av KF.

    Kommunfullmäktiges beslut om skattesats för kommande år.

    Öppnas när fönstret börjar.
    """
    return await stage("skattesats-kf", budgetar, gor, skal, av, skattesats=skattesats)


@in_two
@flow(name="K14 Kommunplan i KF", validate_parameters=False)
@with_help
async def kommunplan_kf(
    budgetar: BudgetYear = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    ramar: Ramar | None = None,
) -> State[Any]:
    """Kommunplan i KF (november). Beslutas av KF.

    Kommunfullmäktiges beslut om kommunplan med mål och budget för nästkommande år.

    Öppnas när fönstret börjar.
    """
    return await stage("kommunplan-kf", budgetar, gor, skal, av, ramar=ramar)
