"""What fullmäktige, after whom nobody decides, can make of an item, and what their decision has to tell."""

from __future__ import annotations

import pytest

from models.acts.figures import Record
from models.choices import Scope, outcomes
from models.errors import RefusedError
from models.outcomes import Outcome
from models.process import TaskKey
from models.rights import refusal
from models.visitor import Visitor
from tests.factories import day
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town

STEP, KF = "skattesats-kf", "2027-11-29"


@pytest.fixture
def ready(make_town: MakeTown) -> Town:
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    on = town.on(KF)
    on.check()
    for key in town.stored().missing(town.stored().definition.step(STEP)):
        on.report(STEP, key.role, key.unit, by="Eva")
    return town


def test_fullmaktige_propose_to_nobody(ready: Town) -> None:
    """It closed the year's budget as if KF had taken it."""
    with pytest.raises(RefusedError, match="KF beslutar sist"):
        ready.on(KF).decide(STEP, "KF", Outcome.FORESLAR, by="Kim", on=day(KF))
    state = ready.stored()
    asked = Scope(state.definition, state, given={"step": STEP, "body": "KF"})
    assert Outcome.FORESLAR not in {one.value for one in outcomes(asked)}
    before = Scope(state.definition, state, given={"step": "skattesats-forslag", "body": "KS"})
    assert Outcome.FORESLAR in {one.value for one in outcomes(before)}


def test_a_tax_rate_that_is_decided_and_not_told_is_said_to_be_missing(ready: Town) -> None:
    done = ready.on(KF).decide(STEP, "KF", Outcome.BIFALL, by="Kim", on=day(KF))
    [note] = [str(one) for one in done.notes if "Skattesats" in str(one)]
    assert note.startswith("Skattesats är inte registrerad i skattesats-kf")
    assert "kommunplan resultat skattesats-kf" in note


def test_a_tax_rate_that_comes_with_the_decision_is_not(ready: Town) -> None:
    done = ready.on(KF).decide(
        STEP, "KF", Outcome.BIFALL, by="Kim", on=day(KF), results={"skattesats": 22.31}
    )
    assert not [one for one in done.notes if "Skattesats" in str(one)]


def test_who_has_a_part_does_not_change_what_fullmaktige_decided(ready: Town) -> None:
    eva = Visitor("Eva", "eva@orsa.example", "länk", keys=frozenset({TaskKey(role="ekonomichef")}))
    act = Record(
        step=STEP, role="ekonomichef", results={"skattesats": 39.99}, by="Eva", budget_year=2028
    )
    assert refusal(eva, act, ready.stored()) is None
    ready.on(KF).decide(STEP, "KF", Outcome.BIFALL, by="Kim", on=day(KF))
    assert "beslutat" in str(refusal(eva, act, ready.stored()))
