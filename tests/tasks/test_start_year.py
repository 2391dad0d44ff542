"""The start of a year: what has passed is taken as done, what is now opens, and again does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import RefusedError, UnknownError
from models.events import CompletedBeforeStart, Opened
from models.state import Status
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, own_definition, replaced

OPEN_IN_LATE_NOVEMBER = {
    "skattesats-kf",
    "kommunplan-kf",
    "delarsrapport",
    "revisorernas-bedomning-delarsrapport",
    "budgetforslag-webbplats",
    "internkontroll",
    "beslutsuppfoljning",
    "bolagens-redovisning",
    "dagar-for-namnderna",
    "kvalitetsarbete",
    "val-av-revisorer",  # 2026 is an election year
}
KALLELSE = "kallelse-1"
"""Of KF on 30 November, whose manusstopp has been."""
AHEAD_IN_LATE_NOVEMBER = {"skattesats-skatteverket", "verksamhetsplaner", "intern-fordelning"}
"""What KF's decisions start."""
DORMANT_IN_2026 = {
    "overgripande-mal",
    "atgardsplan-balanskrav",
    "styrmodell-oversyn",
    "skattesats-december",
    "skattesats-december-skatteverket",
}


def test_steps_whose_window_has_passed_are_completed_before_start(town: Town) -> None:
    town.on("2026-11-23").start_year(2027)
    state = town.stored()
    passed = {slug for slug, step in state.steps.items() if step.before_start}
    assert len(state.steps) == 55 + 1
    not_begun = AHEAD_IN_LATE_NOVEMBER | DORMANT_IN_2026
    assert passed == set(state.steps) - OPEN_IN_LATE_NOVEMBER - not_begun - {KALLELSE}
    assert {state[slug].status for slug in not_begun} == {Status.PLANNED}
    assert {state[slug].status for slug in passed} == {Status.COMPLETED}
    assert {str(state[slug].completed_on) for slug in passed} == {"2026-11-23"}
    assert {state[slug].status for slug in OPEN_IN_LATE_NOVEMBER} == {Status.IN_PROGRESS}


def test_the_log_says_what_was_taken_as_done_and_what_was_opened(town: Town) -> None:
    done = town.on("2026-11-23").start_year(2027)
    log = town.log()
    assert [event.key for event in log] == list(done.events)
    assert sum(isinstance(event, CompletedBeforeStart) for event in log) == 36
    assert {e.step for e in log if isinstance(e, Opened)} == OPEN_IN_LATE_NOVEMBER


def test_of_what_should_have_begun_only_the_owner_is_asked_in_one_letter(town: Town) -> None:
    done = town.on("2026-11-23").start_year(2027, asks=True)
    [mail] = town.mails()
    assert (mail.address, done.mails) == ("petra.processagare@orsa.example", 1)
    assert {(one.kind, one.step) for one in town.notices()} == {
        ("redan-gjort", slug) for slug in (*OPEN_IN_LATE_NOVEMBER, KALLELSE)
    }


def test_nobody_is_mailed_about_what_had_passed(town: Town) -> None:
    done = town.on("2026-11-23").start_year(2027)
    told = town.notices()
    assert {one.step for one in told} == {*OPEN_IN_LATE_NOVEMBER, KALLELSE}
    assert {one.kind for one in told} <= {"oppnat", "inbjudan"}
    assert len(town.mails()) == done.mails


def test_starting_again_the_same_day_changes_no_row(town: Town) -> None:
    town.on("2026-11-23").start_year(2027)
    before = town.tables()
    done = town.on("2026-11-23").start_year(2027)
    assert (done.events, done.mails, done.is_new) == ((), 0, False)
    assert town.tables() == before


def test_starting_again_later_takes_nothing_more_as_done(town: Town) -> None:
    town.on("2026-11-23").start_year(2027)
    done = town.on("2026-12-07").start_year(2027)
    # KF has not been told to have taken the budget in November: it may fix another rate in December
    assert done.events == ("kallelse/anmalt/KF/2026-12-21", "skattesats-december/oppnat")
    assert {town.stored()[slug].status for slug in OPEN_IN_LATE_NOVEMBER} == {Status.IN_PROGRESS}


def test_a_step_is_past_from_the_day_after_its_window(make_town: MakeTown, tmp_path: Path) -> None:
    on_the_last_day = make_town(data=tmp_path / "last")
    on_the_last_day.on("2027-03-31").start_year(2028)
    assert on_the_last_day.stored()["skatteprognos"].status is Status.IN_PROGRESS
    day_after = make_town(data=tmp_path / "after")
    day_after.on("2027-04-01").start_year(2028)
    assert day_after.stored()["skatteprognos"].before_start


def test_on_new_years_day_nothing_is_open_yet_but_the_year_is_there(town: Town) -> None:
    done = town.on("2027-01-01").start_year()
    assert (done.budget_year, done.events, done.mails) == (2028, (), 0)
    assert done.is_new
    rows = town.tables()
    assert rows["event"] == rows["mail"] == []
    assert len(town.stored().steps) == 55
    assert {step.status for step in town.stored().steps.values()} == {Status.PLANNED}


@pytest.mark.parametrize("day", ["2027-01-02", "2027-01-03"])
def test_the_weekend_after_new_year_opens_nothing(town: Town, day: str) -> None:
    town.on("2027-01-01").start_year()
    before = town.tables()
    assert town.on(day).check()[0].events == ()
    assert town.tables() == before


def test_the_first_working_day_opens_bokslut_for_each_chef(town: Town) -> None:
    town.on("2027-01-01").start_year()
    (done,) = town.on("2027-01-04").check()
    assert (done.events, done.mails) == (("bokslut/oppnat",), 8)
    assert {mail.step for mail in town.mails()} == {"bokslut"}


@pytest.mark.parametrize(
    ("day", "budget_year"), [("2026-11-23", 2027), ("2026-12-31", 2027), ("2027-01-01", 2028)]
)
def test_without_a_year_it_is_the_one_in_progress(town: Town, day: str, budget_year: int) -> None:
    assert town.on(day).start_year().budget_year == budget_year


def test_two_years_go_side_by_side(town: Town) -> None:
    town.on("2026-11-23").start_year(2027)
    town.on("2027-01-04").start_year(2028)
    years = town.on("2027-01-05").check()
    assert [year.budget_year for year in years] == [2027, 2028]
    assert town.stored(2027)["bokslut"].before_start
    assert town.stored(2028)["bokslut"].status is Status.IN_PROGRESS
    town.on("2027-01-05").report("bokslut", "kommunchef", None, by="Klas")
    assert town.stored(2027)["bokslut"].reported == {}
    assert len(town.stored(2028)["bokslut"].reported) == 1


def test_a_year_started_ahead_is_not_the_one_that_is_meant_unless_named(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    town.on("2027-03-10").start_year(2029)
    done = town.on("2027-03-10").report("bokslut", "kommunchef", None, by="Klas")
    assert done.budget_year == 2028
    assert town.on("2028-01-03").look("bokslut")[0] == "Planerat"


def test_a_running_year_keeps_the_definition_that_it_started_with(
    make_town: MakeTown, tmp_path: Path
) -> None:
    definition = own_definition(tmp_path)
    town = make_town(definition=definition)
    town.on("2027-01-04").start_year(2028)
    replaced(definition / "definition.toml", 'titel = "Bokslut"', 'titel = "Årsbokslut"')
    town.on("2027-01-05").start_year(2028)
    town.on("2027-01-05").start_year(2029)
    assert town.stored(2028).definition.step("bokslut").title == "Bokslut"
    assert town.stored(2029).definition.step("bokslut").title == "Årsbokslut"


@pytest.mark.parametrize("year", [1999, 2101, -1, 0])
def test_a_year_that_cannot_be_is_refused_and_nothing_changes(town: Town, year: int) -> None:
    before = town.tables()
    with pytest.raises(RefusedError, match=f"Budgetåret {year} går inte"):
        town.on("2027-01-04").start_year(year)
    assert town.tables() == before


def test_a_year_that_is_not_started_is_named_with_those_that_are(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)
    before = town.tables()
    with pytest.raises(UnknownError, match=r"2031.*Välj bland: 2028"):
        town.on("2027-01-04").report("bokslut", "kommunchef", None, by="Klas", budget_year=2031)
    assert town.tables() == before


def test_before_any_year_is_started_the_way_out_is_named(town: Town) -> None:
    with pytest.raises(
        RefusedError, match=r"^Inget budgetår är startat\. Kör kommunplan starta-ar\.$"
    ):
        town.on("2027-01-04").report("bokslut", "kommunchef", None, by="Klas")
    assert town.on("2027-01-04").check() == ()
