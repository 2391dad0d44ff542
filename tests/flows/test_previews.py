"""What the form of a step says of a new round, from a real year; without Prefect."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.ui import previews
from models.errors import RefusedError
from models.events import Outcome
from tests.hands import try_rerun
from tests.tasks.town import Town


@pytest.fixture
def october(tmp_path: Path) -> Town:
    """KS has proposed the tax rate, and KF waits for it."""
    town = Town(tmp_path)
    town.on("2027-10-01").start_year(2028)
    on = town.on("2027-10-18")
    on.report("skattesats-forslag", "ekonomichef", None, by="Eva", results={"skattesats": "22,32"})
    on.decide("skattesats-forslag", "KS", Outcome.FORESLAR, by="Kim", paragraph="74")
    return town


def test_the_message_says_how_many_and_which(october: Town) -> None:
    told = try_rerun(october.on("2027-10-19"), "skattesats-forslag", budget_year=2028)
    assert previews.new_round(told).message.startswith(
        "Ingenting är ändrat. Ett nytt varv av Förslag till skattesats i KS skulle ge: "
        "klara steg som omprövas 0; steg som bygger vidare på det 2 "
        "(skattesats-kf, skattesatsforslag-skatteverket); "
        "beslut som ersätts 1 (KS § 74/2027: föreslår nästa instans besluta); datum som flyttas "
    )


def test_the_page_has_a_heading_for_each_list(october: Town) -> None:
    told = try_rerun(october.on("2027-10-19"), "skattesats-forslag", budget_year=2028)
    page = previews.new_round(told).text
    assert page.startswith("# Nytt varv av Förslag till skattesats i KS (Kommunplan 2028)\n\n")
    assert "## Klara steg som omprövas: 0\n\nInga.\n" in page
    assert "## Beslut som ersätts: 1\n\n- KS § 74/2027: föreslår nästa instans besluta\n" in page
    assert "- skattesats-kf\n- skattesatsforslag-skatteverket\n" in page


def test_a_preview_leaves_the_year_as_it_was(october: Town) -> None:
    october.on("2027-10-19").check()
    before = october.tables()
    try_rerun(october.on("2027-10-19"), "skattesats-forslag", budget_year=2028)
    assert october.tables() == before


def test_a_new_round_takes_its_figures_along(october: Town) -> None:
    on = october.on("2027-10-20")
    on.rerun(
        "skattesats-forslag",
        by="Petra",
        reason="Ny prognos",
        token="a",
        results={"skattesats": 22.31},
        budget_year=2028,
    )
    assert october.log()[-1].kind == "resultat"
    _, name, message = on.show("skattesats-forslag", budget_year=2028)
    assert name == "Återöppnat"
    assert str(message).endswith("Skattesats: 22,31.")


def test_a_new_round_with_bad_figures_is_not_begun(october: Town) -> None:
    before = october.log()
    with pytest.raises(RefusedError, match="högst två decimaler"):
        october.on("2027-10-20").rerun(
            "skattesats-forslag",
            by="Petra",
            reason="Ny prognos",
            token="a",
            results={"skattesats": 22.312},
            budget_year=2028,
        )
    assert october.log() == before
