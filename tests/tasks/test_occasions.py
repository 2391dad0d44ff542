"""What happens any number of times, through the engine: raised once, told at once, and followed for years."""

from __future__ import annotations

import pytest

from models.errors import RefusedError
from models.events import Raised
from models.state import Status
from tests.tasks.town import Town

DEFICIT = {"bokslutsresultat": {"resultat": -4200, "balanskravsresultat": -3900}}
BALANCED = {"bokslutsresultat": {"resultat": 100, "balanskravsresultat": 0}}


@pytest.fixture
def year(town: Town) -> Town:
    town.on("2027-01-04").start_year(2028)
    return town


def followed(town: Town, budget_year: int) -> list[str]:
    """What the year has been left by earlier ones."""
    on = town.on(f"{budget_year - 1}-01-04")
    on.start_year(budget_year)
    return [event.title for event in town.log(budget_year) if isinstance(event, Raised)]


def test_the_same_run_raises_it_once(year: Town) -> None:
    on = year.on("2027-03-10")
    _, slug = on.raise_occasion("uppdrag", "Utred badhuset", by="Kim", token="run-1")
    assert slug == "uppdrag-1"
    before = year.tables()
    done, again = on.raise_occasion("uppdrag", "Utred badhuset", by="Kim", token="run-1")
    assert (again, done.events, done.mails) == ("uppdrag-1", (), 0)
    assert year.tables() == before
    _, other = on.raise_occasion("uppdrag", "Utred bron", by="Kim", token="run-2")
    assert other == "uppdrag-2"


def test_a_large_deviation_is_told_the_same_day_to_the_presidium_and_the_ekonomichef(
    year: Town,
) -> None:
    on = year.on("2027-03-10")
    rows = [{"enhet": "omsorg", "budget": 210_000, "prognos": 214_500}]
    done = on.record("uppfoljning-mars", {"prognos": rows}, by="Eva")
    assert {key.partition("/")[0] for key in done.events} >= {
        "uppfoljning-mars",
        "underskott-ks",
        "storre-avvikelse",
    }
    told = [one for one in year.notices() if one.step == "storre-avvikelse-1"]
    assert {(one.role, one.kind, str(one.queued_on)) for one in told} == {
        ("ks-presidium", "oppnat", "2027-03-10"),
        ("ekonomichef", "oppnat", "2027-03-10"),
    }
    assert year.stored()["storre-avvikelse-1"].status is Status.IN_PROGRESS
    assert on.record("uppfoljning-mars", {"prognos": rows}, by="Eva").events == ()


def test_a_refused_figure_raises_nothing(year: Town) -> None:
    before = year.tables()
    rows = [{"enhet": "omsorg", "budget": 210_000, "prognos": "mycket"}]
    with pytest.raises(RefusedError, match="'mycket' är inget tal"):
        year.on("2027-03-10").record("uppfoljning-mars", {"prognos": rows}, by="Eva")
    assert year.tables() == before


def test_a_deficit_is_followed_for_the_three_years_after_it(year: Town) -> None:
    year.on("2027-03-22").record("bokslut", DEFICIT, by="Eva")
    assert year.stored(2028)["atgardsplan-balanskrav"].status is Status.IN_PROGRESS
    assert followed(year, 2029) == ["Reglering av balanskravet (år 1 av 3 efter 2026)"]
    assert followed(year, 2030) == ["Reglering av balanskravet (år 2 av 3 efter 2026)"]
    assert followed(year, 2031) == ["Reglering av balanskravet (år 3 av 3 efter 2026)"]
    assert followed(year, 2032) == []
    year.on("2028-03-10").check()
    assert len(followed(year, 2029)) == 1  # not once for each check


def test_where_nothing_was_negative_nothing_follows(year: Town) -> None:
    year.on("2027-03-22").record("bokslut", BALANCED, by="Eva")
    year.on("2027-11-15").check()
    assert year.stored(2028)["atgardsplan-balanskrav"].status is Status.PLANNED
    assert followed(year, 2029) == []


def test_what_kf_found_reason_not_to_restore_is_not_followed(year: Town) -> None:
    """KL 11 kap. 13 §: synnerliga skäl."""
    year.on("2027-03-22").record("bokslut", DEFICIT, by="Eva")
    year.on("2027-06-22").set_aside(
        "atgardsplan-balanskrav", by="Petra", reason="KF 2027-06-21: synnerliga skäl"
    )
    assert followed(year, 2029) == []
