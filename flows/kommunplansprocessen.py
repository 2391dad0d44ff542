"""Kommunplansprocessen: the fourteen steps of the governance model's first table, in its order.

The docstrings are what the Prefect UI shows; window, bodies, roles and law are data, in
`calendars/orsa/definition.toml`, and a test holds the two together.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.stage import BudgetYear, in_two, stage


@in_two
@flow(name="K01 Bokslut")
async def bokslut(budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = "") -> State[Any]:
    """Bokslut (januari–mars). Inget beslut.

    Analys av föregående års resultat och måluppfyllelse. Varje chef lämnar sin del; steget är
    klart när alla delar är inne.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("bokslut", budgetar, kor_om_skal, av)


@in_two
@flow(name="K02 Preliminär skatteprognos")
async def skatteprognos(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Preliminär skatteprognos (februari–mars). Inget beslut.

    Preliminär skatteprognos och vad den betyder för de ekonomiska ramarna, budgetåret och de
    följande tre åren.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("skatteprognos", budgetar, kor_om_skal, av)


@in_two
@flow(name="K03 Bokslutsdag")
async def bokslutsdag(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Bokslutsdag (mars). Inget beslut.

    Nuläges- och omvärldsanalysen diskuteras för att skapa en gemensam plattform för
    planeringsarbetet. Politiker och ledningsgrupp deltar.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("bokslutsdag", budgetar, kor_om_skal, av)


@in_two
@flow(name="K04 Planeringsförutsättningar i KS")
async def planeringsforutsattningar(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Planeringsförutsättningar i KS (april). Beslutas av KS.

    Beslut om planeringsförutsättningar: mål, uppdrag och ekonomiska ramar för nästa år
    tydliggörs.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("planeringsforutsattningar", budgetar, kor_om_skal, av)


@in_two
@flow(name="K05 Mål- och budgetdiskussioner")
async def mal_och_budgetdiskussioner(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Mål- och budgetdiskussioner (april–maj). Inget beslut.

    Mål och budget diskuteras både inom den politiska organisationen och inom
    tjänstemannaorganisationen.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("mal-och-budgetdiskussioner", budgetar, kor_om_skal, av)


@in_two
@flow(name="K06 Mål- och budgetdag")
async def mal_och_budgetdag(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Mål- och budgetdag (maj). Inget beslut.

    Information från utskott, nämnder och ledningsgrupp med förslag till mål samt ekonomiska
    förutsättningar.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("mal-och-budgetdag", budgetar, kor_om_skal, av)


@in_two
@flow(name="K07 Budgetberedning")
async def budgetberedning(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Budgetberedning (maj). Beslutas av SU.

    Strategiutskottet är budgetberedning och lägger förslag till kommunplan och budget för
    kommande år samt plan för de följande tre åren.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("budgetberedning", budgetar, kor_om_skal, av)


@in_two
@flow(name="K08 Ekonomiska ramar i KS")
async def ekonomiska_ramar(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Ekonomiska ramar i KS (juni). Beslutas av KS.

    Beslut om ekonomiska ramar för nästkommande år. Ett inriktningsbeslut: anslagen är KF:s
    (KL 5 kap. 1 §).

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("ekonomiska-ramar", budgetar, kor_om_skal, av)


@in_two
@flow(name="K09 Förslag till verksamhetsplan")
async def verksamhetsplan_forslag(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Förslag till verksamhetsplan (augusti–september). Beslutas av SU.

    Utskotten och miljönämnden lämnar förslag till verksamhetsplan för nästkommande år till
    strategiutskottet.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("verksamhetsplan-forslag", budgetar, kor_om_skal, av)


@in_two
@flow(name="K10 Förslag till skattesats i KS")
async def skattesats_forslag(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Förslag till skattesats i KS (oktober). Beslutas av KS.

    Kommunstyrelsens förslag till skattesats för kommande år.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("skattesats-forslag", budgetar, kor_om_skal, av)


@in_two
@flow(name="K11 Kommunplan i strategiutskottet")
async def kommunplan_su(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Kommunplan i strategiutskottet (oktober). Beslutas av SU.

    Strategiutskottets förslag till kommunplan med mål och budget. Ett utskott kan inte
    besluta den (KL 6 kap. 38 §).

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("kommunplan-su", budgetar, kor_om_skal, av)


@in_two
@flow(name="K12 Kommunplan i KS")
async def kommunplan_ks(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Kommunplan i KS (oktober). Beslutas av KS.

    Kommunstyrelsens förslag till kommunplan med mål och budget.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("kommunplan-ks", budgetar, kor_om_skal, av)


@in_two
@flow(name="K13 Skattesats i KF")
async def skattesats_kf(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Skattesats i KF (november). Beslutas av KF.

    Kommunfullmäktiges beslut om skattesats för kommande år.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("skattesats-kf", budgetar, kor_om_skal, av)


@in_two
@flow(name="K14 Kommunplan i KF")
async def kommunplan_kf(
    budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = ""
) -> State[Any]:
    """Kommunplan i KF (november). Beslutas av KF.

    Kommunfullmäktiges beslut om kommunplan med mål och budget för nästkommande år.

    Args:
        budgetar: Budgetår. Tomt betyder det som pågår.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await stage("kommunplan-kf", budgetar, kor_om_skal, av)
