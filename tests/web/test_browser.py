"""The page in Debian's chromium: acted on without JavaScript, and held against axe-core's rules."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from models.events import Outcome
from tests.web.site import EVA, Site

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
WIDTHS = (360, 1280)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],  # of what passes the names are enough: a third of the time
}
CUT = """[...document.querySelectorAll('main *:not(textarea)')]
    .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML)"""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium saknas: apt-get install chromium"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for these tests. Ended with them: while it lives a loop runs in this process, and
    asynchronous tests cannot."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """A page of the site in a new window. No request may go anywhere else, and nothing be complained of."""
    windows: list[BrowserContext] = []
    asked: list[str] = []
    said: list[str] = []

    def open_window(path: str, *, width: int = 360, script: bool = False) -> Page:
        window = chromium.new_context(
            base_url=site.address,
            java_script_enabled=script,
            locale="sv-SE",
            viewport={"width": width, "height": 800},
        )
        windows.append(window)
        page = window.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path)
        return page

    yield open_window
    for window in windows:
        window.close()
    outside = [url for url in asked if f"http://{urlsplit(url).netloc}" != site.address]
    assert outside == []
    # a browser tells of every answer that is not 200
    assert [text for text in said if "Failed to load resource" not in text] == []


@pytest.fixture
def annual(site: Site) -> str:
    return site.link(step="arsredovisning", address=EVA)


def test_a_chef_reports_done_without_javascript(site: Site, visit: Visit, annual: str) -> None:
    page = visit(annual)
    page.get_by_label("Kommentar (frivillig)").fill("Bilaga 2 följer\npå torsdag")
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    assert page.url == f"{site.address}{annual}"
    expect(page.get_by_role("heading", name="Tack, din del är registrerad")).to_be_visible()
    page.reload()
    page.go_back()
    [fact] = site.facts("rapporterat")
    assert fact.by == "Eva Exempel <eva.ekonomichef@orsa.example>"
    assert fact.comment == "Bilaga 2 följer på torsdag"


def test_a_chef_asks_for_time_mends_what_was_wrong_and_asks_knowingly(
    site: Site, visit: Visit, annual: str
) -> None:
    page = visit(annual)
    send = page.get_by_role("button", name="Fråga om mer tid")
    send.click()
    assert page.title().startswith("Fel: ")
    faults = page.get_by_role("alert").get_by_role("link")
    assert faults.count() == 2
    faults.first.click()
    assert page.url.endswith("#mer-tid-dag")
    page.get_by_label("Vilken dag").fill("2027-04-06")
    page.get_by_label("Varför behövs mer tid?").fill("Revisionen dröjer")
    send.click()
    assert page.get_by_label("Vilken dag").input_value() == "2027-04-06"
    page.get_by_label("Jag vet att sammanträdet då missas").check()
    send.click()
    expect(page.get_by_role("heading", name="din fråga är skickad")).to_be_visible()
    assert [fact.reason for fact in site.facts("ber-om-tid")] == ["Revisionen dröjer"]


def test_a_chef_says_not_mine_with_the_keyboard_alone(
    site: Site, visit: Visit, annual: str
) -> None:
    page = visit(annual)
    page.get_by_label("Varför, och vems uppgift").focus()
    page.keyboard.type("Det är controllerns")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="ditt svar är skickat")).to_be_visible()
    assert len(site.facts("inte-min")) == 1


def test_a_chef_mends_a_figure_at_its_field_and_reports_without_javascript(
    site: Site, visit: Visit, annual: str
) -> None:
    page = visit(annual)
    report = page.get_by_role("button", name="Rapportera att min del är klar")
    result = page.get_by_role("group", name="Bokslutsresultat (frivilligt)")
    result.get_by_label("Årets resultat, tkr").fill("fyra tusen")
    result.get_by_label("Balanskravsresultat, tkr").fill("3 900")
    report.click()
    page.get_by_role("alert").get_by_role("link", name="är inget tal").click()
    assert page.url.endswith("#klart-bokslutsresultat-resultat")
    assert result.get_by_label("Balanskravsresultat, tkr").input_value() == "3 900"
    result.get_by_label("Årets resultat, tkr").fill("4 200")
    report.click()
    expect(page.get_by_role("heading", name="Tack, din del är registrerad")).to_be_visible()
    assert site.town.stored()["arsredovisning"].results == {
        "bokslutsresultat": {"resultat": 4200, "balanskravsresultat": 3900}
    }


def test_two_windows_and_a_second_press_act_once(site: Site, visit: Visit, annual: str) -> None:
    first, second = visit(annual), visit(annual)
    for page in (first, second):
        page.get_by_role("button", name="Rapportera att min del är klar").click()
        expect(page.get_by_role("heading", name="Tack, din del är registrerad")).to_be_visible()
    assert len(site.facts("rapporterat")) == 1


# --- What everybody can use ---


def shown(site: Site, visit: Visit) -> Iterator[tuple[str, Page]]:
    """Every face of the page, with scripts on: the page has none, but axe is one."""

    def look(link: str) -> Page:
        return visit(link, script=True)

    annual = site.link(step="arsredovisning", address=EVA)
    yield "the task", look(annual)
    yield "no such link", look("/svara/okand.lank")
    yield "no such page", look("/")
    page = look(annual)
    page.get_by_role("button", name="Fråga om mer tid").click()
    yield "what is wrong", page
    page.get_by_label("Årets resultat, tkr").fill("fyra")
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    yield "a figure is wrong", page
    page.get_by_label("Vilken dag").fill("2027-04-06")
    page.get_by_label("Varför behövs mer tid?").fill("Revisionen dröjer")
    page.get_by_role("button", name="Fråga om mer tid").click()
    yield "a meeting is missed", page
    page.get_by_label("Jag vet att sammanträdet då missas").check()
    page.get_by_role("button", name="Fråga om mer tid").click()
    yield "the question is sent", page
    site.town.on("2027-03-04").report("skatteprognos", "ekonomichef", None, by="Petra")
    yield "somebody else was first", look(site.link(step="skatteprognos", kind="oppnat"))
    page = look(site.link(step="bokslut", address=EVA))
    page.get_by_role("button", name="Svara att uppgiften inte är min").click()
    page.get_by_label("Varför, och vems uppgift").fill("Det är controllerns")
    page.get_by_role("button", name="Svara att uppgiften inte är min").click()
    yield "not mine", page
    page = look(site.link(step="uppfoljning-mars", address=EVA))
    yield "many figures", page
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    yield "done", page
    site.town.change("UPDATE answer_link SET expires_on = '2027-02-28'")
    yield "expired", look(annual)


def test_every_face_of_the_page_keeps_axes_rules_and_bears_larger_text(
    site: Site, visit: Visit
) -> None:
    seen = []
    for face, page in shown(site, visit):
        seen.append(face)
        assert page.locator("html").get_attribute("lang") == "sv"
        assert page.locator("h1").count() == 1
        for width in WIDTHS:
            keeps_its_rules(page, face, width)
    assert len(seen) == 12


def keeps_its_rules(page: Page, face: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{face}: {found.generate_report()}"
    assert len(found.response["passes"]) > 10, f"{face}: axe has looked at little"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, face
    # WCAG 1.4.4 and 1.4.10: twice the text, in a window as wide as the smallest telephone
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for narrow in (width, 320):
        page.set_viewport_size({"width": narrow, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= narrow, face
        assert page.evaluate(CUT) == [], face
    page.evaluate("document.documentElement.style.fontSize = ''")


def test_axe_is_awake(visit: Visit, annual: str) -> None:
    """A page with a fault has one found: else the rules above would say nothing."""
    page = visit(annual, script=True)
    page.evaluate("document.querySelector('label').remove()")
    assert "label" in Axe().run(page, options=RULES).generate_snapshot()


def test_what_is_wrong_has_the_focus_and_each_field_names_its_fault(
    visit: Visit, annual: str
) -> None:
    page = visit(annual, script=True)
    page.get_by_role("button", name="Fråga om mer tid").click()
    expect(page.get_by_role("alert")).to_be_focused()
    for name in ("mer-tid-dag", "mer-tid-skal"):
        described = page.locator(f"#{name}").get_attribute("aria-describedby") or ""
        faults = [page.locator(f"#{id}").inner_text() for id in described.split()]  # noqa: A001
        assert any(text.startswith(("Ange vilken dag", "Skriv varför")) for text in faults)


def test_tab_goes_through_the_forms_in_the_order_they_are_read(visit: Visit, annual: str) -> None:
    page = visit(annual, script=True)
    reached: list[Any] = []
    for _ in range(20):
        page.keyboard.press("Tab")
        now = page.evaluate("document.activeElement.id || document.activeElement.textContent")
        if not reached or reached[-1] != now:
            reached.append(now)
    figures = ("resultat", "balanskravsresultat")
    goals = ("uppfyllda", "delvis", "ej", "ej_matbara")
    assert reached[:13] == [
        *(f"klart-bokslutsresultat-{name}" for name in figures),
        *(f"klart-maluppfyllelse-{name}" for name in goals),
        "klart-kommentar",
        "Rapportera att min del är klar",
        "mer-tid-dag",
        "mer-tid-skal",
        "Fråga om mer tid",
        "inte-min-skal",
        "Svara att uppgiften inte är min",
    ]


def test_no_script_that_somebody_wrote_is_run(site: Site, visit: Visit, annual: str) -> None:
    evil = "<script>document.title='ägd'</script><img src=x onerror=\"document.title='ägd'\">"
    site.send(annual, "klart", kommentar=evil)
    page = visit(annual, script=True)
    assert evil in page.locator(".receipt").inner_text()
    assert page.title() == "Årsredovisning 2026 · Kommunplan 2028"
    assert page.locator("main script, main img").count() == 0


# --- Figures of each kind, as a chef on a small telephone gives them ---


def fresh_link(site: Site, day: str, step: str) -> str:
    site.day = day
    site.town.on(day).check()
    return site.link(step=step, address=EVA)


def test_a_tax_rate_is_given_mended_and_read_back_on_a_small_telephone(
    site: Site, visit: Visit
) -> None:
    link = fresh_link(site, "2027-10-04", "skattesats-forslag")
    page = visit(link, width=320)
    rate = page.get_by_role("group", name="Skattesats (frivilligt)").get_by_label(
        "Kronor per hundra"
    )
    rate.fill("2231")
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    page.get_by_role("alert").get_by_role("link", name="2231 är för högt").click()
    assert page.url.endswith("#klart-skattesats")
    rate.fill("22,31")
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    expect(page.get_by_role("heading", name="Tack, din del är registrerad")).to_be_visible()
    expect(page.get_by_text("Skattesats: 22,31")).to_be_visible()
    assert site.town.stored()["skattesats-forslag"].results == {"skattesats": "22.31"}


def test_a_figure_that_was_wrong_is_corrected_where_it_was_given(site: Site, visit: Visit) -> None:
    page = visit(site.link(step="bokslut", address="olga.omsorg@orsa.example"), width=320)
    assert page.get_by_label("Årets resultat, tkr").count() == 0, "it is the ekonomichef's"
    page.get_by_label("Uppfyllda mål").fill("3")
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    own = page.get_by_role("group", name="Måluppfyllelse")
    assert own.get_by_label("Uppfyllda mål").input_value() == "3"
    own.get_by_label("Uppfyllda mål").fill("tre")
    page.get_by_role("button", name="Rätta mina siffror").click()
    page.get_by_role("alert").get_by_role("link", name="är inget tal").click()
    assert page.url.endswith("#ratta-maluppfyllelse-uppfyllda")
    own.get_by_label("Uppfyllda mål").fill("4")
    page.get_by_role("button", name="Rätta mina siffror").click()
    expect(page.locator(".history")).to_contain_text("4 uppfyllda (förut 3 uppfyllda)")
    assert site.town.stored()["bokslut"].results["maluppfyllelse"]["uppfyllda"] == 4


def test_a_forecast_is_given_unit_by_unit_on_a_small_telephone(site: Site, visit: Visit) -> None:
    page = visit(site.link(step="uppfoljning-mars", address=EVA), width=320)
    page.locator("summary", has_text="Fyll i prognos per enhet").click()
    forecast = page.get_by_role("group", name="Prognos per enhet")
    forecast.get_by_label("Omsorg: budget, tkr").fill("210 000")
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    expect(page.get_by_role("alert").get_by_role("link", name="saknas")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    forecast.get_by_label("Omsorg: budget, tkr").fill("210 000")
    forecast.get_by_label("Omsorg: prognos, tkr").fill("212 500")
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    expect(page.get_by_role("heading", name="Tack, din del är registrerad")).to_be_visible()
    assert site.town.stored()["uppfoljning-mars"].results == {
        "prognos": [{"enhet": "omsorg", "budget": 210_000, "prognos": 212_500}]
    }
    history = page.locator(".history").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "avvikelse −2 500 tkr (Omsorg −2 500 tkr)" in history


def test_the_minutes_of_what_a_part_rests_on_are_a_link_on_a_small_telephone(
    site: Site, visit: Visit
) -> None:
    on = site.town.on("2027-10-19")
    on.check()
    on.report("skattesats-forslag", "ekonomichef", None, by="Eva")
    minutes = "https://orsa.example/protokoll/ks-1018"
    on.decide("skattesats-forslag", "KS", Outcome.FORESLAR, by="Kim", minutes=minutes)
    site.town.on("2027-11-02").check()
    site.day = "2027-11-02"
    page = visit(site.link(step="skattesats-kf", address=EVA), width=320)
    paper = page.locator("dl").get_by_role("link", name="Protokoll, KS 2027-10-18")
    assert paper.get_attribute("href") == minutes


def test_the_page_shows_deadline_meeting_and_history_and_a_spent_link_its_receipt(
    site: Site, visit: Visit, annual: str
) -> None:
    page = visit(annual, width=320)
    shown = page.locator("dl").inner_text()
    for words in ("Klart senast", "tisdag 9 mars 2027", "Strategiutskottet, tisdag 30 mars 2027"):
        assert words in shown
    assert "KL 11 kap." in shown
    assert "Dokument" not in shown, "a row with nothing in it"
    assert "öppnades" in page.locator(".history").inner_text()
    page.get_by_role("button", name="Rapportera att min del är klar").click()
    again = visit(annual, width=320)
    expect(again.get_by_role("heading", name="Tack, din del är registrerad")).to_be_visible()
    assert [one.inner_text() for one in again.get_by_role("button").all()] == ["Rätta mina siffror"]
    assert "2027" in again.locator(".history").inner_text()
