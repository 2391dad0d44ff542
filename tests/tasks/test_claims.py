"""What one alone may have in a year: the database refuses the second, whatever its writer knew."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from models.errors import KommunplanError, RefusedError
from models.events import Outcome
from tests.factories import day, orsa
from tests.hands import Hands
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town
from views.rehearsal import usual_outcome

MINORITY = "minoritet/skattesats"


@pytest.fixture(scope="module")
def november_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rate awaits KF, whose number has not been given yet."""
    town = Town(tmp_path_factory.mktemp("november"))
    town.on("2027-10-01").start_year(2028)
    on, step = town.on("2027-10-18"), orsa().step("skattesats-forslag")
    for key in town.stored().missing(step):
        on.report(step.slug, key.role, key.unit, by="Eva")
    on.decide(step.slug, "KS", usual_outcome(step, "KS"), by="Kim")
    town.on("2027-11-02").report("skattesats-kf", "ekonomichef", None, by="Eva")
    town.close()
    return town.path


@pytest.fixture
def november(make_town: MakeTown, november_file: Path) -> Town:
    return make_town(like=november_file)


def put_off(on: Hands, **told: object) -> None:
    on.decide("skattesats-kf", "KF", Outcome.BORDLAGGNING, by="Kim", minority=True, **told)


def insert(town: Town, name: str, number: int) -> None:
    """As a writer who knows of nothing."""
    with town.database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO claim VALUES (1, ?, ?)", (name, number))


def test_a_minority_is_claimed_once_for_an_ärende(november: Town) -> None:
    put_off(november.on("2027-11-29"))
    decided = [n for n, event in enumerate(november.log(), 1) if event.kind == "beslut"]
    assert november.claims() == {MINORITY: decided[-1]}
    with pytest.raises(IntegrityError, match=r"UNIQUE.*claim\.name"):
        insert(november, MINORITY, 1)
    insert(november, "minoritet/kommunplan", 1)


def test_whoever_did_not_know_of_the_minority_registers_nothing(november: Town) -> None:
    insert(november, MINORITY, 1)
    before = november.tables()
    with pytest.raises(KommunplanError, match=r"UNIQUE.*claim\.name"):
        put_off(november.on("2027-11-29"))
    assert november.tables() == before


def test_a_minority_that_is_struck_out_can_be_used_again(november: Town) -> None:
    put_off(november.on("2027-11-29"))
    number = november.claims()[MINORITY]
    november.on("2027-11-30").correct(number, by="Kim", why="det var majoriteten", minority=False)
    assert november.claims() == {}
    put_off(november.on("2027-12-20"))
    assert november.claims() == {MINORITY: len(november.log())}


def test_a_claim_is_an_events(november: Town) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        insert(november, MINORITY, 999)


def test_a_number_is_one_ärendes_and_an_ärende_has_one_number(november: Town) -> None:
    november.on("2027-11-02").number("skattesats-kf", "KS 2027/1", by="Kim")
    given = len(november.log())
    assert november.claims() == {"arende/skattesats": given, "diarienummer/KS 2027/1": given}
    for name in november.claims():
        with pytest.raises(IntegrityError, match=r"UNIQUE.*claim\.name"):
            insert(november, name, 1)


def test_a_number_that_is_put_right_is_free_for_the_ärende_that_has_it(november: Town) -> None:
    on = november.on("2027-11-02")
    on.number("skattesats-kf", "KS 2027/1", by="Kim")
    with pytest.raises(RefusedError, match="redan ärendet skattesats"):
        on.number("kommunplan-ks", "KS 2027/1", by="Kim")
    on.number("skattesats-kf", "KS 2027/2", by="Kim")
    on.number("kommunplan-ks", "KS 2027/1", by="Kim")
    assert set(november.claims()) == {
        "arende/skattesats",
        "diarienummer/KS 2027/2",
        "arende/kommunplan",
        "diarienummer/KS 2027/1",
    }


def test_a_number_that_the_minutes_give_is_claimed_too(november: Town) -> None:
    november.on("2027-11-29").decide(
        "skattesats-kf",
        "KF",
        Outcome.BIFALL,
        by="Kim",
        on=day("2027-11-29"),
        diarienummer="KS 2027/9",
    )
    assert set(november.claims()) == {"arende/skattesats", "diarienummer/KS 2027/9"}


def test_the_claims_of_a_year_are_its_own(november: Town) -> None:
    november.on("2027-11-02").number("skattesats-kf", "KS 2027/1", by="Kim")
    november.on("2027-11-02").start_year(2029)
    november.on("2027-11-02").number("skattesats-kf", "KS 2027/1", by="Kim", budget_year=2029)
    assert set(november.claims(2028)) == set(november.claims(2029))
