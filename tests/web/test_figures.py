"""The figures of a step on the page: given with "klart", checked at their fields, never demanded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tasks.town import own_definition
from tests.web.conftest import MakeSite
from tests.web.site import EVA, Site

RESULT = "bokslutsresultat-resultat"
BALANCE = "bokslutsresultat-balanskravsresultat"


@pytest.fixture
def annual(site: Site) -> str:
    """The ekonomichef's link to årsredovisning, which comes to a result and to how many goals are met."""
    return site.link(step="arsredovisning", address=EVA)


def later(site: Site, day: str, step: str) -> str:
    site.day = day
    site.town.on(day).check()
    return site.link(step=step, address=EVA)


def test_figures_are_registered_with_the_part_and_shown_in_its_history(
    site: Site, annual: str
) -> None:
    given = {RESULT: "4 200", BALANCE: "−1 300", "maluppfyllelse-uppfyllda": "12"}
    assert site.send(annual, "klart", **given).status_code == 303
    [figures] = site.facts("resultat")
    assert figures.by == "Eva Exempel <eva.ekonomichef@orsa.example>"
    assert figures.values == {
        "bokslutsresultat": {"resultat": 4200, "balanskravsresultat": -1300},
        "maluppfyllelse": {"uppfyllda": 12, "delvis": 0, "ej": 0, "ej_matbara": 0},
    }
    page = site.open(annual).text
    assert "Tack, din del är registrerad som klar" in page
    assert "Bokslutsresultat: resultat 4\N{NO-BREAK SPACE}200 tkr, balanskravsresultat" in page


def test_a_part_is_done_without_figures(site: Site, annual: str) -> None:
    assert site.send(annual, "klart").status_code == 303
    assert site.facts("resultat") == []
    assert len(site.facts("rapporterat")) == 1


def test_what_is_wrong_stands_at_its_field_and_nothing_is_registered(
    site: Site, annual: str
) -> None:
    before = site.town.tables()
    answered = site.send(annual, "klart", **{RESULT: "fyra", "maluppfyllelse-delvis": "-1"})
    assert answered.status_code == 422
    faults = dict(re.findall(r'class="fault" id="klart-(\S+)-fel">([^<]*)<', answered.text))
    assert faults == {
        RESULT: "Årets resultat, tkr: &#39;fyra&#39; är inget tal.",
        BALANCE: "Balanskravsresultat, tkr: saknas.",
        "maluppfyllelse-uppfyllda": "Uppfyllda mål: saknas.",
        "maluppfyllelse-delvis": "Delvis uppfyllda: -1 är för lågt (minst 0).",
    }
    assert 'value="fyra"' in answered.text
    assert site.town.tables() == before
    mended = {RESULT: "4", BALANCE: "4", "maluppfyllelse-uppfyllda": "1"}
    assert site.send(annual, "klart", **mended).status_code == 303


def test_a_forecast_has_a_row_for_each_unit_and_an_empty_one_stays_as_it_was(site: Site) -> None:
    omsorg = {"enhet": "omsorg", "budget": 210_000, "prognos": 210_000}
    site.town.on("2027-03-01").record("uppfoljning-mars", {"prognos": [omsorg]}, by="Petra")
    link = site.link(step="uppfoljning-mars", address=EVA)
    page = site.open(link).text
    units = site.town.stored().definition.units
    assert all(f"{unit.name}: budget, tkr</label>" in page for unit in units)
    assert "Registrerat nu: avvikelse +0 tkr (Omsorg +0 tkr)." in page
    half = site.send(link, "klart", **{"prognos-larande-budget": "180 000"})
    assert "Lärande: prognos, tkr: saknas." in half.text
    larande = {"prognos-larande-budget": "180 000", "prognos-larande-prognos": "179 000"}
    assert site.send(link, "klart", **larande).status_code == 303
    assert site.town.stored()["uppfoljning-mars"].results["prognos"] == [
        omsorg,
        {"enhet": "larande", "budget": 180_000, "prognos": 179_000},
    ]


def test_frames_are_given_for_the_budget_year_and_the_three_after_it(site: Site) -> None:
    link = later(site, "2027-06-01", "ekonomiska-ramar")
    page = site.open(link).text
    assert re.findall(r"Ram (\d{4}), tkr", page) == ["2028", "2029", "2030", "2031"]
    site.send(link, "klart", **{"ramar-2028-tkr": "512000", "ramar-2029-tkr": "520000"})
    assert site.town.stored()["ekonomiska-ramar"].results["ramar"] == [
        {"ar": 2028, "tkr": 512_000},
        {"ar": 2029, "tkr": 520_000},
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2231", "Kronor per hundra: 2231 är för högt (högst 40)."),
        ("22,315", "Kronor per hundra: skattesatsen anges med högst två decimaler."),
    ],
)
def test_a_tax_rate_is_written_as_people_write_it(site: Site, written: str, said: str) -> None:
    link = later(site, "2027-10-04", "skattesats-forslag")
    assert said in site.send(link, "klart", skattesats=written).text
    assert site.send(link, "klart", skattesats="22,31").status_code == 303
    assert site.town.stored()["skattesats-forslag"].results == {"skattesats": "22.31"}


# --- A part's own ---

OLGA = "olga.omsorg@orsa.example"
GOALS = {
    "maluppfyllelse-uppfyllda": "3",
    "maluppfyllelse-delvis": "1",
    "maluppfyllelse-ej": "0",
    "maluppfyllelse-ej_matbara": "0",
}


def fields_of(page: str) -> list[str]:
    return re.findall(r'<input id="(?:klart|ratta)-([^"]+)"', page)


@pytest.fixture
def omsorg(site: Site) -> str:
    """The link of the verksamhetsområdeschef of Omsorg to bokslut."""
    return site.link(step="bokslut", address=OLGA)


def test_a_part_is_asked_only_for_its_own_figures(site: Site, omsorg: str) -> None:
    assert fields_of(site.open(omsorg).text) == list(GOALS)
    of_eva = fields_of(site.open(site.link(step="bokslut", address=EVA)).text)
    assert of_eva == [RESULT, BALANCE, *GOALS]


def test_what_a_chef_sends_of_another_parts_figures_is_not_the_municipalitys(
    site: Site, omsorg: str
) -> None:
    """The page has no such field; what a browser sends all the same is nobody's."""
    site.send(omsorg, "klart", **{RESULT: "-1 250", BALANCE: "-1 250", **GOALS})
    [event] = site.facts("resultat")
    assert str(event.task) == "verksamhetsomradeschef:omsorg"
    assert list(site.town.stored()["bokslut"].results) == ["maluppfyllelse"]


def test_who_gave_figures_corrects_them_by_the_same_link(site: Site, omsorg: str) -> None:
    site.send(omsorg, "klart", **GOALS)
    page = site.open(omsorg).text
    assert re.findall(r'name="maluppfyllelse-uppfyllda" [^>]*value="([^"]*)"', page) == ["3"]
    for met in ("5", "6"):
        sent = {**GOALS, "maluppfyllelse-uppfyllda": met, "skal": "räknat om"}
        assert site.send(omsorg, "ratta", **sent).status_code == 303
    page = site.open(omsorg).text
    who = "verksamhetsområdeschef, Omsorg"
    assert (
        f"Siffror registrerades för {who}. Måluppfyllelse: 6 uppfyllda, 1 delvis (förut 5 uppfyllda, "
        "1 delvis) (Olga Exempel)" in page
    )
    assert "räknat om" in page
    assert site.town.stored()["bokslut"].results["maluppfyllelse"]["uppfyllda"] == 6
    assert len(site.facts("rapporterat")) == 1


def test_what_is_wrong_in_a_correction_stands_at_its_field(site: Site, omsorg: str) -> None:
    site.send(omsorg, "klart", **GOALS)
    answered = site.send(omsorg, "ratta", **{**GOALS, "maluppfyllelse-delvis": "många"})
    assert answered.status_code == 422
    assert 'id="ratta-maluppfyllelse-delvis-fel"' in answered.text
    assert "Fyll i de siffror som ska gälla." in site.send(omsorg, "ratta").text
    assert len(site.facts("resultat")) == 1


def test_a_part_that_is_not_done_has_nothing_to_correct(site: Site, omsorg: str) -> None:
    assert site.send(omsorg, "ratta", **GOALS).status_code == 409
    assert site.facts("resultat") == []


def test_a_completed_steps_figures_are_corrected_with_a_reason(site: Site, omsorg: str) -> None:
    site.send(omsorg, "klart", **GOALS)
    site.town.on("2027-03-01").override("bokslut", by="Petra", reason="vi går vidare")
    changed = {**GOALS, "maluppfyllelse-ej": "2"}
    without = site.send(omsorg, "ratta", **changed)
    assert without.status_code == 422
    assert "Steget är klart. Skriv varför siffrorna ändras." in without.text
    assert site.send(omsorg, "ratta", **changed, skal="fel rad").status_code == 303
    assert site.town.stored()["bokslut"].results["maluppfyllelse"]["ej"] == 2


def test_a_new_round_is_corrected_by_its_own_link(site: Site, omsorg: str) -> None:
    site.send(omsorg, "klart", **GOALS)
    on = site.town.on("2027-03-01")
    on.override("bokslut", by="Petra", reason="vi går vidare")
    on.rerun("bokslut", by="Petra", reason="nya siffror", token="t")
    assert site.send(omsorg, "ratta", **GOALS).status_code == 303
    assert len(site.facts("resultat")) == 1


def test_a_link_that_has_expired_corrects_nothing(site: Site, omsorg: str) -> None:
    site.send(omsorg, "klart", **GOALS)
    page = site.open(omsorg)
    site.town.change("UPDATE answer_link SET expires_on = '2027-02-28'")
    changed = {**GOALS, "maluppfyllelse-ej": "2"}
    assert site.post(site.client, page, "ratta", **changed).status_code == 410
    assert len(site.facts("resultat")) == 1


def test_a_rate_that_was_given_stands_in_its_field_as_people_write_it(site: Site) -> None:
    link = later(site, "2027-10-04", "skattesats-forslag")
    site.send(link, "klart", skattesats="22,31")
    page = site.open(link).text
    assert re.findall(r'name="skattesats" [^>]*value="([^"]*)"', page) == ["22,31"]
    assert site.send(link, "ratta", skattesats="22,31").status_code == 303
    assert len(site.facts("resultat")) == 1, "nothing was changed"


def test_a_units_chef_gives_its_own_row_and_the_rest_is_somebody_elses(
    make_site: MakeSite, tmp_path: Path
) -> None:
    """Uppföljningen i mars, where each verksamhetsområde forecasts for itself."""
    definition = own_definition(tmp_path / "egen")
    file = definition / "definition.toml"
    before, begin, after = file.read_text(encoding="utf-8").partition('slug = "uppfoljning-mars"')
    after = after.replace('["ekonomichef"]', '["verksamhetsomradeschef", "ekonomichef"]', 1)
    file.write_text(before + begin + after, encoding="utf-8")
    site = make_site(definition=definition)
    olga = site.link(step="uppfoljning-mars", address=OLGA)
    assert fields_of(site.open(olga).text) == ["prognos-omsorg-budget", "prognos-omsorg-prognos"]
    rest = fields_of(site.open(site.link(step="uppfoljning-mars", address=EVA)).text)
    assert "prognos-miljonamnden-budget" in rest
    assert not [name for name in rest if name.startswith(("prognos-omsorg-", "prognos-larande-"))]
    row = {"prognos-omsorg-budget": "210 000", "prognos-omsorg-prognos": "212 500"}
    assert site.send(olga, "klart", **row).status_code == 303
    assert len(site.facts("anmalt")) == 2, "a deficit and a deviation, once each"
    eva = site.link(step="uppfoljning-mars", address=EVA)
    other = {"prognos-miljonamnden-budget": "9 000", "prognos-miljonamnden-prognos": "9 000"}
    assert site.send(eva, "klart", **other).status_code == 303
    assert [row["enhet"] for row in site.town.stored()["uppfoljning-mars"].results["prognos"]] == [
        "miljonamnden",
        "omsorg",
    ]
    assert len(site.facts("anmalt")) == 2
