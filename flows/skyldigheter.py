"""Skyldigheter: what the two tables leave out, from the governance model's text (T) and the law (X).

The docstrings are what the Prefect UI shows, the fields its forms; window, bodies, roles and law are
data, in `calendars/orsa/definition.toml`, and a test holds the two together.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.forms.fields import UPPDATERA, BudgetYear, Gor, in_two, with_help
from flows.steps.stage import stage


@in_two
@flow(name="T02 Övergripande mål", validate_parameters=False)
@with_help
async def overgripande_mal(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Övergripande mål (mars–juni). Beslutas av SU → KS → KF.

    Fullmäktiges övergripande mål för mandatperioden. Strategiutskottet och KS förbereder. Bara
    mandatperiodens första år; därefter kan de ändras i den årliga kommunplanen.

    Öppnas när fönstret börjar, mandatperiodens första år.
    """
    return await stage("overgripande-mal", budgetar, gor, skal, av)


@in_two
@flow(name="T03 Översyn av verksamhetsmålen", validate_parameters=False)
@with_help
async def verksamhetsmal(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Översyn av verksamhetsmålen (augusti–september). Beslutas av KS.

    Verksamhetsmålen ses över varje år i samband med budgetarbetet. Utskotten bereder för KS;
    nämnden beslutar om sina.

    Öppnas när fönstret börjar.
    """
    return await stage("verksamhetsmal", budgetar, gor, skal, av)


@in_two
@flow(name="T04 Verksamhetsplaner fastställs", validate_parameters=False)
@with_help
async def verksamhetsplaner(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Verksamhetsplaner fastställs (december). Beslutas av KS.

    Varje verksamhetsområde och förvaltning har en verksamhetsplan för budgetåret. Den
    fastställs när kommunplanen är beslutad.

    Startas i fönstret, när Kommunplan i KF är klart.
    """
    return await stage("verksamhetsplaner", budgetar, gor, skal, av)


@in_two
@flow(name="T06 Intern fördelning av budgeten", validate_parameters=False)
@with_help
async def intern_fordelning(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Intern fördelning av budgeten (december–januari). Inget beslut.

    Varje nämnd och verksamhetsområde fördelar sin ram när KF har fastställt budgeten.

    Startas i fönstret, när Kommunplan i KF är klart.
    """
    return await stage("intern-fordelning", budgetar, gor, skal, av)


@in_two
@flow(name="T08 Åtgärdsplan för balanskravet", validate_parameters=False)
@with_help
async def atgardsplan_balanskrav(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Åtgärdsplan för balanskravet (mars–november). Beslutas av KS → KF.

    Balanskravsresultatet är negativt. Det ska regleras under de tre följande åren, och KF ska
    anta en åtgärdsplan. Finns synnerliga skäl att inte reglera det (KL 11 kap. 13 §) beslutar
    KF det, och steget får utgå.

    Startas i fönstret, när balanskravsresultatet ligger under 0 tkr.
    """
    return await stage("atgardsplan-balanskrav", budgetar, gor, skal, av)


@in_two
@flow(name="T09 Investeringsplan", validate_parameters=False)
@with_help
async def investeringsplan(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Investeringsplan (april–maj). Beslutas av SU.

    Investeringsplan för kommunplansperioden, framtagen i samband med budgetarbetet.

    Öppnas när fönstret börjar.
    """
    return await stage("investeringsplan", budgetar, gor, skal, av)


@in_two
@flow(name="T13a Revisorernas bedömning av årsredovisningen", validate_parameters=False)
@with_help
async def revisorernas_bedomning_arsredovisning(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Revisorernas bedömning av årsredovisningen (april–maj). Inget beslut.

    Ekonomichefen begär revisorernas skriftliga bedömning, och revisorerna lämnar den inför KF:s
    behandling (KL 12 kap. 2 §), här före utskicket.

    Öppnas när fönstret börjar. Ska vara klart till utskicket inför KF (Årsredovisning).
    """
    return await stage("revisorernas-bedomning-arsredovisning", budgetar, gor, skal, av)


@in_two
@flow(name="T13b Revisorernas bedömning av delårsrapporten", validate_parameters=False)
@with_help
async def revisorernas_bedomning_delarsrapport(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Revisorernas bedömning av delårsrapporten (oktober–november). Inget beslut.

    Ekonomichefen begär revisorernas skriftliga bedömning, och revisorerna lämnar den inför KF:s
    behandling (KL 12 kap. 2 §), här före utskicket.

    Öppnas när fönstret börjar. Ska vara klart till utskicket inför KF (Delårsrapport).
    """
    return await stage("revisorernas-bedomning-delarsrapport", budgetar, gor, skal, av)


@in_two
@flow(name="T15 Internkontroll", validate_parameters=False)
@with_help
async def internkontroll(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Internkontroll (november–december). Beslutas av KS.

    Uppföljning av årets internkontroll och plan för nästa år, enligt kommunens reglemente (KL 6
    kap. 6 §).

    Öppnas när fönstret börjar.
    """
    return await stage("internkontroll", budgetar, gor, skal, av)


@in_two
@flow(name="X1 Förslag till skattesats till Skatteverket", validate_parameters=False)
@with_help
async def skattesatsforslag_skatteverket(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Förslag till skattesats till Skatteverket (1 november–5 november). Inget beslut.

    KF har inte beslutat om skattesatsen vid oktober månads utgång. KS ska då genast underrätta
    Skatteverket om förslaget till skattesats.

    Startas genast när Skattesats i KF inte är klart 31 oktober. Ska vara klart inom 1
    arbetsdag.
    """
    return await stage("skattesatsforslag-skatteverket", budgetar, gor, skal, av)


@in_two
@flow(name="X2 Budgetförslaget på webbplatsen", validate_parameters=False)
@with_help
async def budgetforslag_webbplats(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Budgetförslaget på webbplatsen (oktober–november). Inget beslut.

    Styrelsens förslag till budget hålls tillgängligt på webbplatsen från tillkännagivandet av
    det KF där budgeten fastställs.

    Startas i fönstret, när Kommunplan i KS är klart. Ska vara klart när sammanträdet i KF
    kungörs (Kommunplan i KF).
    """
    return await stage("budgetforslag-webbplats", budgetar, gor, skal, av)


@in_two
@flow(name="X3 Skattesatsen till Skatteverket", validate_parameters=False)
@with_help
async def skattesats_skatteverket(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Skattesatsen till Skatteverket (november–december). Inget beslut.

    KF har fastställt skattesatsen. Skatteverket ska genast underrättas.

    Startas genast när Skattesats i KF är klart. Ska vara klart inom 1 arbetsdag.
    """
    return await stage("skattesats-skatteverket", budgetar, gor, skal, av)


@in_two
@flow(name="X4 Förslag till revisorernas budget", validate_parameters=False)
@with_help
async def revisorernas_budget(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Förslag till revisorernas budget (september–oktober). Inget beslut.

    Fullmäktiges presidium upprättar förslaget till budget för revisorernas verksamhet.

    Öppnas när fönstret börjar.
    """
    return await stage("revisorernas-budget", budgetar, gor, skal, av)


@in_two
@flow(name="X5 MBL-förhandling om budgeten", validate_parameters=False)
@with_help
async def mbl_forhandling(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """MBL-förhandling om budgeten (september–oktober). Inget beslut.

    Innebär budgeten viktigare förändringar förhandlar arbetsgivaren innan KS beslutar om
    förslaget. Behövs ingen förhandling rapporteras det, med kommentar.

    Öppnas när fönstret börjar.
    """
    return await stage("mbl-forhandling", budgetar, gor, skal, av)


@in_two
@flow(name="X6 Årsredovisning och revisionsberättelser på webbplatsen", validate_parameters=False)
@with_help
async def arsredovisning_webbplats(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Årsredovisning och revisionsberättelser på webbplatsen (april–maj). Inget beslut.

    Årsredovisningen och revisionsberättelserna hålls tillgängliga på webbplatsen från
    tillkännagivandet av det KF där de behandlas.

    Öppnas när fönstret börjar. Ska vara klart när sammanträdet i KF kungörs (Årsredovisning).
    """
    return await stage("arsredovisning-webbplats", budgetar, gor, skal, av)


@in_two
@flow(name="X7 Ansvarsfrihet", validate_parameters=False)
@with_help
async def ansvarsfrihet(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Ansvarsfrihet (maj–juni). Beslutas av KF.

    KF beslutar om ansvarsfrihet beviljas eller vägras, sedan årsredovisningen har godkänts.
    Beslutet motiveras om det inte är uppenbart obehövligt. Revisionsberättelsen får behandlas
    utan beredning (KL 5 kap. 32 §).

    Öppnas när fönstret börjar.
    """
    return await stage("ansvarsfrihet", budgetar, gor, skal, av)


@in_two
@flow(name="X8.1 Årligt beslut om Orsabostäder AB", validate_parameters=False)
@with_help
async def bolagsbeslut_orsabostader(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Årligt beslut om Orsabostäder AB (februari–april). Beslutas av KS.

    KS prövar om den verksamhet som bolaget har bedrivit under föregående kalenderår har varit
    förenlig med det kommunala ändamålet och utförts inom de kommunala befogenheterna. Annars
    lämnar KS förslag till KF om åtgärder.

    Öppnas när fönstret börjar.
    """
    return await stage("bolagsbeslut-orsabostader", budgetar, gor, skal, av)


@in_two
@flow(name="X8.2 Årligt beslut om Orsalokaler AB", validate_parameters=False)
@with_help
async def bolagsbeslut_orsalokaler(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Årligt beslut om Orsalokaler AB (februari–april). Beslutas av KS.

    KS prövar om den verksamhet som bolaget har bedrivit under föregående kalenderår har varit
    förenlig med det kommunala ändamålet och utförts inom de kommunala befogenheterna. Annars
    lämnar KS förslag till KF om åtgärder.

    Öppnas när fönstret börjar.
    """
    return await stage("bolagsbeslut-orsalokaler", budgetar, gor, skal, av)


@in_two
@flow(name="X8.3 Årligt beslut om Orsa vatten och avfall AB", validate_parameters=False)
@with_help
async def bolagsbeslut_orsa_vatten_och_avfall(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Årligt beslut om Orsa vatten och avfall AB (februari–april). Beslutas av KS.

    KS prövar om den verksamhet som bolaget har bedrivit under föregående kalenderår har varit
    förenlig med det kommunala ändamålet och utförts inom de kommunala befogenheterna. Annars
    lämnar KS förslag till KF om åtgärder.

    Öppnas när fönstret börjar.
    """
    return await stage("bolagsbeslut-orsa-vatten-och-avfall", budgetar, gor, skal, av)


@in_two
@flow(name="X9 Uppföljning av privata utförare", validate_parameters=False)
@with_help
async def privata_utforare(
    budgetar: BudgetYear = None, gor: Gor = UPPDATERA, skal: str = "", av: str = ""
) -> State[Any]:
    """Uppföljning av privata utförare (mars–juni). Beslutas av KS → KF.

    KS årliga rapport till KF om uppföljningen av privata utförare. Föreslagen i prop.
    2025/26:164; att den gäller vet vi bara ur en andrahandskälla, så steget är valfritt tills
    det är kontrollerat.

    Öppnas när fönstret börjar.
    """
    return await stage("privata-utforare", budgetar, gor, skal, av)
