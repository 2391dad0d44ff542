"""A step's figures beside the nearest earlier ones of the same kind."""

from __future__ import annotations

from models.comparisons import Comparison, compared
from models.events import Resulted
from models.process import Definition
from models.state import YearState
from tests.factories import day, make_definition, make_need, make_step, make_year, opened

KINDS = ["skattesats", "ramar"]


def chain_of_steps() -> Definition:
    """`kf` rests on `ks` and `yttrande`, and both on `prognos`."""
    steps = [
        make_step("prognos", resultat=KINDS),
        make_step("yttrande", kraver=[make_need("prognos")], resultat=KINDS),
        make_step("ks", kraver=[make_need("prognos")], resultat=KINDS),
        make_step("kf", kraver=[make_need("ks"), make_need("yttrande")], resultat=KINDS),
    ]
    return make_definition(steg=steps)


def year(**rates: str) -> YearState:
    events = [
        event
        for number, (slug, rate) in enumerate(rates.items(), 1)
        for event in (
            opened(slug, "2027-10-01"),
            Resulted(
                step=slug, on=day("2027-10-02"), round=1, number=number, values={"skattesats": rate}
            ),
        )
    ]
    return make_year(*events, definition=chain_of_steps())


def beside(state: YearState, slug: str, kind: str = "skattesats") -> Comparison | None:
    return compared(state, state.definition.step(slug), kind)


def test_what_kf_decided_stands_beside_what_ks_proposed() -> None:
    state = year(prognos="22.40", ks="22.32", kf="22.31")
    assert beside(state, "kf") == Comparison("ks", "22,32", "−0,01")
    assert beside(state, "ks") == Comparison("prognos", "22,40", "−0,08")


def test_the_nearest_step_that_has_a_figure_is_the_one_however_far_it_is() -> None:
    assert beside(year(prognos="22.40", kf="22.31"), "kf") == Comparison(
        "prognos", "22,40", "−0,09"
    )


def test_of_two_equally_near_it_is_the_one_named_first() -> None:
    state = year(yttrande="22.50", ks="22.32", kf="22.31")
    found = beside(state, "kf")
    assert found is not None
    assert found.step == "ks"


def test_the_same_figure_has_no_difference() -> None:
    assert beside(year(ks="22.31", kf="22.31"), "kf") == Comparison("ks", "22,31", "")


def test_without_a_figure_here_or_an_earlier_one_there_is_nothing_to_compare() -> None:
    assert beside(year(ks="22.32"), "kf") is None
    assert beside(year(kf="22.31"), "kf") is None
    assert beside(year(ks="22.32", kf="22.31"), "kf", "ramar") is None


def test_what_comes_later_is_no_ground() -> None:
    assert beside(year(ks="22.32", kf="22.31"), "ks") is None
