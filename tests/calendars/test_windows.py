"""Optional steps, negotiations and windows as the definition allows them and the year plans them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.schedule import plan_year
from models.errors import DefinitionError
from models.plan import YearPlan
from models.process import Definition
from models.state import Status
from tests.factories import make_definition, make_meetings, make_need, make_step
from views.rehearsal import rehearse


def faults(*steps: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        make_definition(steg=list(steps))
    return list(error.value.faults)


def negotiated(**overrides: Any) -> Definition:
    """KS decides in October, after a negotiation that may take all autumn."""
    mbl = {"slag": "mbl", "fonster": {"fran": "hösten", "till": "hösten"}, **overrides}
    return make_definition(
        steg=[
            make_step("mbl", **mbl),
            make_step(
                "budget",
                slag="beslut",
                beslutskedja=["KS"],
                kraver=[make_need("mbl")],
                fonster={"fran": "oktober", "till": "oktober"},
            ),
        ]
    )


# --- MBL ---


def plan(definition: Definition, *days: str) -> YearPlan:
    return plan_year(definition, 2028, make_meetings(KS=days))


def test_a_negotiation_ends_the_working_day_before_the_decision_and_says_why() -> None:
    step = plan(negotiated(), "2027-10-18")["mbl"]  # a Monday
    assert step.due == date(2027, 10, 15)
    [limit] = step.limits
    assert (limit.citation, limit.statute_day, limit.warn_on) == (
        "MBL 11 §",
        date(2027, 10, 17),
        date(2027, 10, 15),
    )
    assert limit.what == "Förhandlingen är klar före beslutet i KS 2027-10-18"


def test_a_negotiation_that_ends_earlier_keeps_its_own_last_day() -> None:
    early = negotiated(fonster={"fran": "september", "till": "september"})
    assert plan(early, "2027-10-18")["mbl"].due == date(2027, 9, 30)


def test_a_negotiation_without_a_meeting_ahead_has_its_window() -> None:
    step = plan(negotiated())["mbl"]
    assert (step.due, step.limits) == (date(2027, 11, 30), ())


def test_what_is_required_and_can_only_be_done_too_late_is_told_when_it_is_read() -> None:
    fault = (
        "definition.toml: steg 'budget', kraver: 'mbl' kan börja tidigast 1 november, och fönstret är över "
        '31 oktober. Flytta ett av fönstren, eller skriv slag = "mjuk".'
    )
    with pytest.raises(DefinitionError) as refusal:
        negotiated(fonster={"fran": "november", "till": "november"})
    assert refusal.value.faults == (fault,)


def test_a_decision_waits_for_what_begins_on_the_last_day_of_its_window() -> None:
    last = negotiated(fonster={"fran": "31 oktober", "till": "november"})
    assert plan(last, "2027-10-18", "2027-11-15").gaps == (
        "budget: väntar på mbl, som öppnas 2027-10-31. Planeras till 2027-11-15.",
    )


def test_the_decision_waits_for_the_negotiation_and_is_made_on_its_day() -> None:
    year = rehearse(negotiated(), 2028, make_meetings(KS=["2027-10-18"]))
    assert year.state["mbl"].completed_on == date(2027, 10, 15)
    assert year.state["budget"].completed_on == date(2027, 10, 18)


@given(st.dates(date(2027, 10, 1), date(2027, 10, 31)))
def test_a_negotiation_always_comes_before_its_decision(day: date) -> None:
    year = plan(negotiated(), day.isoformat())
    assert year["mbl"].due < day


def test_a_negotiation_that_no_decision_waits_for_is_told() -> None:
    fault = (
        "definition.toml: steg 'mbl', slag: förhandlingen ska vara klar före beslutet som den gäller "
        '(MBL 11 §). Lägg { steg = "mbl", slag = "hard", … } i beslutets kraver.'
    )
    mbl = make_step("mbl", slag="mbl")
    soft = make_step(
        "b", slag="beslut", beslutskedja=["KS"], kraver=[make_need("mbl", slag="mjuk")]
    )
    assert faults(mbl) == [fault]
    assert faults(mbl, soft) == [fault]
    assert faults(mbl, make_step("b", kraver=[make_need("mbl")])) == [fault]


# --- Optional steps ---


def test_nobody_may_hard_require_what_is_optional() -> None:
    assert faults(make_step("a", valfri=True), make_step("b", kraver=[make_need("a")])) == [
        "definition.toml: steg 'b', kraver: 'a' är valfritt och kan inte krävas hårt. "
        'Skriv slag = "mjuk", eller gör steget obligatoriskt.'
    ]


# --- Windows ---


def test_a_window_with_a_start_takes_no_weeks() -> None:
    window = {"fran": "mars", "till": "mars", "veckor": 4}
    assert faults(make_step("a", fonster=window)) == [
        "definition.toml: steg 'a', fonster: veckor gäller ett fönster utan fran. Ta bort ett av dem."
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [("hösten", "våren"), ("slutet av mars", "mitten av mars"), ("vecka 14", "4 april")],
)
def test_a_window_that_in_some_year_would_end_before_it_begins_is_told(
    start: str, end: str
) -> None:
    [fault] = faults(make_step("a", fonster={"fran": start, "till": end}))
    assert f"till {end!r} ligger före fran {start!r}" in fault


@pytest.mark.parametrize(
    ("window", "opens", "due"),
    [
        ({"fran": "våren", "till": "våren"}, "2027-03-01", "2027-05-31"),
        ({"fran": "mitten av december", "till": "mitten av december"}, "2027-12-06", "2027-12-20"),
        ({"fran": "12 januari", "till": "12 januari"}, "2026-12-22", "2027-01-12"),
        ({"till": "15 april"}, "2027-03-18", "2027-04-15"),
        ({"till": "15 april", "veckor": 8}, "2027-02-18", "2027-04-15"),
        ({"fran": "vintern", "till": "vintern"}, "2026-12-01", "2027-02-26"),
        ({"fran": "vecka 34", "till": "vecka 38", "ar": 0}, "2028-08-21", "2028-09-22"),
    ],
)
def test_a_step_is_due_by_its_window_and_opens_with_it_or_ten_working_days_before_that(
    window: dict[str, Any], opens: str, due: str
) -> None:
    step = plan_year(make_definition(steg=[make_step("a", fonster=window)]), 2028, ())["a"]
    assert (str(step.opens), str(step.due)) == (opens, due)


LONG = {"fran": "november", "ar": -2, "till": "januari", "till_ar": -1}


@pytest.mark.parametrize(
    ("today", "budget_year"),
    [("2026-10-31", 2027), ("2026-11-01", 2028), ("2027-10-31", 2028), ("2027-11-01", 2029)],
)
def test_a_cycle_that_begins_in_november_two_years_before_is_in_progress_from_then(
    today: str, budget_year: int
) -> None:
    definition = make_definition(steg=[make_step("direktiv", fonster=LONG), make_step("b")])
    assert definition.year_in_progress(date.fromisoformat(today)) == budget_year


def test_a_cycle_with_a_senast_begins_when_that_opens() -> None:
    definition = make_definition(steg=[make_step("a", fonster={"till": "15 januari"})])
    assert definition.year_in_progress(date(2026, 12, 17)) == 2027
    assert definition.year_in_progress(date(2026, 12, 18)) == 2028


def test_a_cycle_over_two_new_years_is_planned_and_ends() -> None:
    definition = make_definition(
        steg=[
            make_step("direktiv", slag="beslut", beslutskedja=["KS"], fonster=LONG),
            make_step(
                "revidering",
                slag="beslut",
                beslutskedja=["KF"],
                kraver=[make_need("direktiv")],
                fonster={"fran": "våren", "till": "juni", "ar": 0},
            ),
        ]
    )
    meetings = make_meetings(KS=["2026-11-24", "2027-01-26"], KF=["2027-06-14", "2028-06-12"])
    year = rehearse(definition, 2028, meetings)
    assert year.plan.gaps == ()
    assert [link.meeting for link in year.plan["direktiv"].links] == [date(2027, 1, 26)]
    assert {step.status for step in year.state.steps.values()} == {Status.COMPLETED}
    assert year.state["revidering"].completed_on == date(2028, 6, 12)
