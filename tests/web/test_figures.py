"""The figures of a step on the page: given with "klart", checked at their fields, never demanded."""

from __future__ import annotations

import re

import pytest

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
