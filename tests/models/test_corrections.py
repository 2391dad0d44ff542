"""How a decision that was registered wrongly is put right: what may and may not be corrected, and how it is
folded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.events import Decided, Outcome
from models.fold import after, fold
from models.state import Status
from tests.factories import EKONOMICHEF, completed_before_start, day, opened, orsa, reported, storby
from tests.models.growing_year import SKATT, Year, in_kf, told


def test_a_correction_is_a_new_event_that_points_at_the_old_one() -> None:
    year = Year(*SKATT)
    wrong = year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR, paragraph="47")
    event = year.correct(wrong, paragraph="74")
    assert (event.corrects, event.reason) == (wrong.key, "skrev fel")
    assert wrong in year.log
    [decision] = year.state["skatt"].decisions
    assert decision.paragraph == "KS § 74/2027"
    assert decision == year.state["skatt"].standing[0]


def test_a_correction_can_be_corrected() -> None:
    year = Year(*SKATT)
    wrong = year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR, paragraph="47")
    first = year.correct(wrong, paragraph="48")
    assert first.decision is not None
    year.correct(first.decision, first.key, paragraph="74")
    [decision] = year.state["skatt"].decisions
    assert decision.paragraph == "KS § 74/2027"


def test_a_wrong_outcome_is_changed_with_all_that_followed_from_it() -> None:
    year = in_kf()
    wrong = year.decide("plan-kf", "KF", "2027-11-01", Outcome.ATERREMISS, reason="x")
    assert year.state["plan-ks"].status is Status.REOPENED
    year.correct(wrong, outcome=Outcome.BIFALL, reason="")
    assert year.standing() == [("plan-su", 1, 1), ("plan-ks", 1, 1), ("plan-kf", 1, 1)]
    assert year.state["plan-kf"].completed_on == date(2027, 11, 1)
    [decision] = year.state["plan-kf"].decisions
    assert (decision.back_step, decision.back_link) == ("", 0)


def test_a_decision_that_was_a_return_in_truth_goes_back_through_the_arende() -> None:
    year = in_kf()
    wrong = year.decide("plan-kf", "KF", "2027-11-01", Outcome.BIFALL)
    event = year.correct(wrong, outcome=Outcome.ATERREMISS, reason="räkna om")
    assert event.decision is not None
    assert (event.decision.back_step, event.decision.back_link) == ("plan-ks", 0)
    assert year.standing() == [("plan-su", 1, 1), ("plan-ks", 2, 0), ("plan-kf", 2, 0)]


def test_a_decision_that_was_never_made_is_struck_out_and_can_be_registered_when_it_is() -> None:
    year = Year(*SKATT)
    wrong = year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    event = year.correct(wrong, withdraw=True)
    assert event.decision is None
    assert year.state["skatt"].decisions == ()
    assert year.state.awaited_body(storby().step("skatt")) == "KS"


def test_a_correction_that_changes_nothing_is_refused() -> None:
    year = Year(*SKATT)
    wrong = year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    assert told(lambda: year.correct(wrong, outcome=Outcome.FORESLAR)) == (
        "Beslutet i KS 2027-10-18 är redan registrerat så."
    )


def test_a_correction_without_a_reason_is_refused() -> None:
    year = Year(*SKATT)
    wrong = year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    assert told(lambda: year.correct(wrong, paragraph="74", why=" ")) == (
        "Det krävs ett skäl för att rätta ett beslut i skatt. Ange det med --varfor."
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"outcome": Outcome.ANDRING}, "Vad ändrades i skatt?"),
        ({"outcome": Outcome.ATERREMISS}, "Det krävs ett skäl för återremiss i skatt."),
        ({"outcome": Outcome.BEVILJAR}, "beviljar ansvarsfrihet kan inte KS i skatt"),
        ({"paragraph": "KF § 7/2027"}, "Paragrafen KF § 7/2027 är inte KS:s."),
        ({"minority": True}, "En minoritet kan inte genomdriva föreslår nästa instans besluta"),
        ({"on": date(2028, 1, 3)}, "Beslutsdatum 2028-01-03 ligger i framtiden"),
    ],
)
def test_a_correction_is_asked_what_the_decision_was(changed: Any, message: str) -> None:
    year = Year(*SKATT)
    wrong = year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    assert told(lambda: year.correct(wrong, **changed)).startswith(message)


def two_decisions() -> tuple[Year, Decided, Decided]:
    year = Year(*SKATT)
    first = year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    return year, first, year.decide("skatt", "KF", "2027-11-29", Outcome.BIFALL)


def test_only_the_latest_outcome_can_be_changed() -> None:
    year, first, _ = two_decisions()
    changes: list[dict[str, Any]] = [{"outcome": Outcome.BORDLAGGNING}, {"withdraw": True}]
    for change in changes:
        assert told(lambda change=change: year.correct(first, **change)) == (  # type: ignore[misc]
            "Utfallet i KS 2027-10-18 kan inte rättas: skatt har flera beslut efter det. "
            "Rätta det senaste först."
        )


def test_the_rest_of_an_earlier_decision_can_be_put_right() -> None:
    year, first, _ = two_decisions()
    year.correct(first, on=date(2027, 10, 25), note="extra sammanträde")
    assert [str(d.on) for d in year.state["skatt"].standing] == ["2027-10-25", "2027-11-29"]


@pytest.mark.parametrize(("which", "on"), [(0, "2027-11-30"), (1, "2027-10-11")])
def test_the_days_of_a_step_stay_in_their_order(which: int, on: str) -> None:
    year, *decisions = two_decisions()
    other = ("2027-11-29", "2027-10-18")[which]
    assert told(lambda: year.correct(decisions[which], on=day(on))) == (
        f"Beslutsdatum {on} stämmer inte med stegets andra beslut ({other}). Kontrollera datumet."
    )


def test_an_outcome_that_others_have_built_on_is_not_changed_but_its_paragraph_is() -> None:
    year = in_kf()
    first = year.state["plan-ks"].standing[0]
    year.decide("plan-kf", "KF", "2027-11-01", Outcome.BORDLAGGNING)
    assert told(lambda: year.correct(first, outcome=Outcome.ATERREMISS, reason="x")) == (
        "Utfallet i KS 2027-10-18 kan inte rättas: plan-kf bygger redan på det. "
        "Rätta först det som är beslutat där, eller gör om: kommunplan kor-om plan-ks --skal …"
    )
    year.correct(first, paragraph="74")
    assert year.state["plan-ks"].standing[0].paragraph == "KS § 74/2027"


def test_between_two_outcomes_with_one_effect_what_followed_stays_as_it_is() -> None:
    year = in_kf()
    first = year.state["plan-ks"].standing[0]
    year.decide("plan-kf", "KF", "2027-11-29", Outcome.BIFALL)
    before = year.state["plan-kf"]
    year.correct(first, outcome=Outcome.ANDRING, changes="ramen höjs")
    assert year.state["plan-ks"].version == 2
    assert year.state["plan-kf"] == before


def test_a_return_that_has_been_worked_on_is_not_taken_back() -> None:
    year = in_kf()
    wrong = year.decide("plan-kf", "KF", "2027-11-01", Outcome.ATERREMISS, reason="x")
    year.happens(reported("plan-ks", EKONOMICHEF, "2027-11-03", round=2))
    assert told(lambda: year.correct(wrong, outcome=Outcome.BIFALL)) == (
        "Utfallet i KF 2027-11-01 kan inte rättas: i det nya varvet har delar redan lämnats. "
        "Registrera det som gäller när steget är klart igen, eller kör om det."
    )


@pytest.mark.parametrize("cut", range(9))
def test_a_correction_is_folded_in_the_place_of_the_decision(cut: int) -> None:
    """Whatever was folded before it: the log from its beginning gives what the year went on with."""
    year = in_kf()
    wrong = year.decide("plan-kf", "KF", "2027-11-01", Outcome.BIFALL)
    year.correct(wrong, on=date(2027, 11, 29), paragraph="112")
    assert year.state["plan-kf"].completed_on == date(2027, 11, 29)
    state = fold(storby(), year.log[:cut])
    for place, event in enumerate(year.log[cut:], cut):
        state = after(storby(), state, year.log[:place], event)
    assert state == year.state


def test_kfs_tax_rate_can_be_put_right_though_the_proposal_was_reported_for_want_of_it() -> None:
    """The notice to Skatteverket of 1 November was made because KF had not decided; that of 30 November
    rests on the decision."""
    year = Year(
        completed_before_start("skattesats-forslag", "2027-10-18"),
        opened("skattesats-kf", "2027-11-01"),
        reported("skattesats-kf", EKONOMICHEF, "2027-11-08"),
        opened("skattesatsforslag-skatteverket", "2027-11-01"),
        reported("skattesatsforslag-skatteverket", EKONOMICHEF, "2027-11-02"),
        definition=orsa(),
    )
    wrong = year.decide("skattesats-kf", "KF", "2027-11-29", Outcome.BIFALL)
    year.correct(wrong, outcome=Outcome.BORDLAGGNING)
    assert year.state["skattesats-kf"].status is Status.AWAITING
    right = year.decide("skattesats-kf", "KF", "2027-11-30", Outcome.BIFALL)
    year.happens(opened("skattesats-skatteverket", "2027-11-30"))
    year.happens(reported("skattesats-skatteverket", EKONOMICHEF, "2027-11-30"))
    assert "skattesats-skatteverket bygger redan på det" in told(
        lambda: year.correct(right, outcome=Outcome.BORDLAGGNING)
    )


def test_a_corrected_day_keeps_the_order_of_the_bodies() -> None:
    year = in_kf()
    year.decide("plan-kf", "KF", "2027-11-29", Outcome.BIFALL)
    [ks] = year.state["plan-ks"].standing
    assert "2027-11-30 stämmer inte med beslutet i KF 2027-11-29 (plan-kf)" in told(
        lambda: year.correct(ks, on=day("2027-11-30"))
    )
    assert "2027-10-04 stämmer inte med beslutet i SU 2027-10-05 (plan-su)" in told(
        lambda: year.correct(ks, on=day("2027-10-04"))
    )
    year.correct(ks, on=day("2027-10-19"))
