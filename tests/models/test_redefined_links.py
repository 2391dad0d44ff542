"""How far a completed step has come in its chain, when its year goes over to a changed definition."""

from __future__ import annotations

from models.events import Outcome, Redefined
from models.fold import apply
from models.process import Definition
from models.state import YearState
from tests.factories import (
    EKONOMICHEF,
    NORR,
    SODER,
    completed_before_start,
    day,
    decided,
    make_definition,
    make_raw,
    make_year,
    opened,
    reported,
)


def longer(definition: Definition) -> Definition:
    """`forslag` is decided by KF too."""
    steps = [
        {**step, "beslutskedja": ["KS", "KF"]} if step["slug"] == "forslag" else step
        for step in make_raw()["steg"]
    ]
    return make_definition(steg=steps)


def gone_over(state: YearState) -> YearState:
    return apply(
        state,
        Redefined(
            on=day("2027-11-01"),
            number=1,
            mapping={},
            reason="ny ordning",
            definition=longer(state.definition).model_dump_json(by_alias=True),
        ),
    )


def test_one_that_was_completed_before_the_start_has_still_met_none_of_its_bodies() -> None:
    state = make_year(completed_before_start("forslag", "2027-10-01"))
    assert state["forslag"].link == 0
    assert gone_over(state)["forslag"].link == 0


def test_one_that_its_bodies_completed_is_through_the_new_chain_too() -> None:
    state = make_year(
        opened("underlag", "2027-03-01"),
        *(reported("underlag", task, "2027-03-02") for task in (NORR, SODER, EKONOMICHEF)),
        opened("forslag", "2027-10-01"),
        reported("forslag", EKONOMICHEF, "2027-10-02"),
        decided("forslag", "KS", "2027-10-18", outcome=Outcome.BIFALL),
    )
    assert state["forslag"].completed_on == day("2027-10-18")
    after = gone_over(state)["forslag"]
    assert (after.link, after.completed_on) == (2, day("2027-10-18"))
