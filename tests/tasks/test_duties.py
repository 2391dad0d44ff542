"""The duties beyond the tables, started by what triggers them, through the engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models.errors import RefusedError, UnknownError
from models.events import Outcome
from models.state import Status
from tests.factories import day, orsa
from tests.hands import add_meeting
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, text
from views.rehearsal import usual_outcome


@pytest.fixture
def november(make_town: MakeTown) -> Town:
    """Orsa's Kommunplan 2028 in November, everything before taken as done."""
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    return town


def finish(town: Town, slug: str, on: str) -> None:
    engine, step = town.on(on), orsa().step(slug)
    for key in town.stored().missing(step):
        engine.report(slug, key.role, key.unit, by="prov")
    for body in step.chain:
        add_meeting(engine, body, day(on), by="prov")
        engine.decide(slug, body, usual_outcome(step, body), by="prov", on=day(on))


X1 = "skattesatsforslag-skatteverket"


def told(town: Town, slug: str) -> set[str]:
    return {one.role for one in town.notices() if one.step == slug and one.kind == "oppnat"}


def test_kf_adopts_the_tax_rate_and_skatteverket_is_to_know_at_once(november: Town) -> None:
    """Lag (1965:269) 3 a §."""
    finish(november, "skattesats-kf", "2027-11-29")
    assert november.stored()["skattesats-skatteverket"].opened_on == day("2027-11-29")
    assert told(november, "skattesats-skatteverket") == {"ekonomichef"}
    [mail] = [m for m in november.mails() if m.step == "skattesats-skatteverket"]
    assert mail.subject.startswith("Genast tis 30 nov: ")
    assert mail.rule == "sänds när Skattesats i KF är klart"


def test_the_proposed_rate_is_reported_when_october_ends_without_a_decision(
    make_town: MakeTown,
) -> None:
    town = make_town()
    town.on("2027-10-25").start_year(2028)
    assert town.stored()["skattesatsforslag-skatteverket"].status is Status.PLANNED
    town.on("2027-10-26").check()
    assert town.stored()["skattesatsforslag-skatteverket"].opened_on == day("2027-10-26")
    assert told(town, X1) == {"ekonomichef"}


def test_nobody_is_reminded_of_the_proposed_rate_where_kf_decides_in_october_after_all(
    make_town: MakeTown,
) -> None:
    town = make_town()
    town.on("2027-10-25").start_year(2028)
    on = town.on("2027-10-25")
    on.open_early("skattesats-kf", by="Petra", reason="KF tar skattesatsen i oktober")
    on.report("skattesats-forslag", "ekonomichef", None, by="Eva")
    add_meeting(on, "KS", day("2027-10-25"), by="Kim")
    on.decide("skattesats-forslag", "KS", Outcome.FORESLAR, by="Kim", on=day("2027-10-25"))
    finish(town, "skattesats-kf", "2027-10-29")
    assert town.stored()["skattesats-skatteverket"].opened_on == day("2027-10-29")
    town.on("2027-11-15").check()
    assert town.stored()[X1].status is Status.IN_PROGRESS, "it was opened to be made ready"
    assert {one.kind for one in town.notices() if one.step == X1} == {"oppnat"}


def test_kfs_budget_starts_the_plans_and_the_distribution_of_every_unit(november: Town) -> None:
    finish(november, "skattesats-kf", "2027-11-29")
    assert november.stored()["verksamhetsplaner"].status is Status.PLANNED
    finish(november, "kommunplan-kf", "2027-11-29")
    november.on("2027-12-01").check()
    areas = {f"verksamhetsomradeschef:{u}" for u in orsa().role("verksamhetsomradeschef").units}
    offices = {f"forvaltningschef:{u}" for u in orsa().role("forvaltningschef").units}
    # KS meets on the 6th and its papers have gone: its clerk is told at once
    companies = {f"bolags-vd:{u}" for u in orsa().role("bolags-vd").units}
    assert told(november, "verksamhetsplaner") == {
        *(areas | offices | companies),
        "kommunsekreterare",
    }
    assert told(november, "intern-fordelning") == areas | offices | {"namndordforande:miljonamnden"}


def test_kfs_budget_late_in_december_starts_them_then(november: Town) -> None:
    november.on("2027-12-10").check()
    assert november.stored()["verksamhetsplaner"].status is Status.PLANNED
    for slug in ("skattesats-kf", "kommunplan-kf"):
        finish(november, slug, "2027-12-20")
    assert november.stored()["verksamhetsplaner"].opened_on == day("2027-12-20")


def test_the_proposal_is_on_the_website_when_kf_is_announced(make_town: MakeTown) -> None:
    """KL 8 kap. 14 §: KF 29 November is announced on the 22nd at the latest; a moved KF moves it."""
    from tests.hands import move_meeting

    town = make_town()
    town.on("2027-10-01").start_year(2028)
    for slug in ("kommunplan-su", "mbl-forhandling", "kommunplan-ks"):
        finish(town, slug, "2027-10-18")
    on = town.on("2027-10-19")
    with on.trying(2028) as year:
        assert year.plan["budgetforslag-webbplats"].due == day("2027-11-22")
    move_meeting(on, "KF", day("2027-11-29"), day("2027-11-24"), by="Kim", reason="val")
    with on.trying(2028) as year:
        assert year.plan["budgetforslag-webbplats"].due == day("2027-11-17")
    assert "flyttat" in {n.kind for n in town.notices() if n.step == "budgetforslag-webbplats"}


def test_ks_cannot_have_its_last_word_before_the_negotiation(make_town: MakeTown) -> None:
    """MBL 11 §."""
    town = make_town()
    town.on("2027-10-01").start_year(2028)
    finish(town, "kommunplan-su", "2027-10-05")
    on = town.on("2027-10-18")
    on.report("kommunplan-ks", "ekonomichef", None, by="Eva")
    with pytest.raises(RefusedError, match="Först måste bli klart: mbl-forhandling"):
        on.decide("kommunplan-ks", "KS", Outcome.FORESLAR, by="Kim", on=day("2027-10-18"))
    on.report("mbl-forhandling", "kommunchef", None, by="Klas", comment="behövs inte")
    on.decide("kommunplan-ks", "KS", Outcome.FORESLAR, by="Kim", on=day("2027-10-18"))


@pytest.fixture
def october(make_town: MakeTown) -> Town:
    town = make_town()
    town.on("2027-10-01").start_year(2028)
    return town


def forecast(town: Town, on: str, **units: int) -> None:
    """A forecast with these deviations, of a budget of 20 000 tkr each."""
    rows = [
        {"enhet": unit, "budget": 20_000, "prognos": 20_000 - deviation}
        for unit, deviation in units.items()
    ]
    town.on(on).record("delarsrapport", {"prognos": rows}, by="Eva")


def raised(town: Town) -> list[str]:
    """But for what each KF raises."""
    found = [event for event in town.log() if event.kind == "anmalt"]
    return [event.slug for event in found if event.step != "kallelse"]


def test_a_deficit_of_a_namnd_goes_to_ks(october: Town) -> None:
    forecast(october, "2027-10-04", miljonamnden=-1, omsorg=0, larande=300)
    assert raised(october) == ["underskott-namnd-1"]
    step = october.stored().definition.step("underskott-namnd-1")
    assert (step.parts, step.chain) == (("namndordforande:miljonamnden",), ("KS",))
    assert step.title == "Underskott i nämnd: Miljönämnden"
    assert told(october, "underskott-namnd-1") == {"namndordforande:miljonamnden"}


def test_ks_settles_its_own_deficit_within_its_frame(october: Town) -> None:
    forecast(october, "2027-10-04", omsorg=-300)
    assert raised(october) == ["underskott-ks-1"]
    on = october.on("2027-10-18")
    on.report("underskott-ks-1", "verksamhetsomradeschef", "omsorg", by="Olga")
    on.report("underskott-ks-1", "ekonomichef", None, by="Eva")
    on.decide("underskott-ks-1", "KS", Outcome.BIFALL, by="Kim", on=day("2027-10-18"))
    assert october.stored()["underskott-ks-1"].status is Status.COMPLETED


def test_what_ks_cannot_settle_is_raised_to_kf(october: Town) -> None:
    forecast(october, "2027-10-04", omsorg=-300)
    on = october.on("2027-10-18")
    on.override("underskott-ks-1", by="Petra", reason="känt")
    on.decide("underskott-ks-1", "KS", Outcome.FORESLAR, by="Kim", on=day("2027-10-18"))
    state = october.stored()
    assert state.awaited_body(state.definition.step("underskott-ks-1")) == "KF"


@pytest.mark.parametrize(("deviation", "is_great"), [(-399, False), (-401, True), (-1_001, True)])
def test_a_great_deviation_is_raised_at_once_to_the_presidium(
    october: Town, deviation: int, is_great: bool
) -> None:
    """Orsa's threshold: 2 percent of the budget (400 of 20 000 tkr), or 1 000 tkr."""
    forecast(october, "2027-10-04", samhalle=deviation)
    assert ("storre-avvikelse-1" in raised(october)) is is_great
    if is_great:
        assert told(october, "storre-avvikelse-1") == {"ks-presidium", "ekonomichef"}
        step = october.stored().definition.step("storre-avvikelse-1")
        assert step.window.days(2028)[1] == day("2027-10-06")


def test_a_corrected_forecast_raises_nothing_twice_and_a_later_one_anew_when_the_first_is_done(
    october: Town,
) -> None:
    forecast(october, "2027-10-04", omsorg=-300)
    forecast(october, "2027-10-05", omsorg=-310)
    assert raised(october) == ["underskott-ks-1"]
    on = october.on("2027-10-18")
    on.override("underskott-ks-1", by="Petra", reason="känt")
    on.decide("underskott-ks-1", "KS", Outcome.BIFALL, by="Kim", on=day("2027-10-18"))
    forecast(october, "2027-10-19", omsorg=-320)
    assert raised(october) == ["underskott-ks-1", "underskott-ks-2"]


def test_anybody_can_raise_a_deviation_and_a_retried_command_raises_one(october: Town) -> None:
    for _ in range(2):
        _, slug = october.on("2027-10-04").raise_occasion(
            "storre-avvikelse", "Vattenläcka i Digerberget", by="Olga", token="a", amount=-800
        )
        assert slug == "storre-avvikelse-1"
    assert raised(october) == ["storre-avvikelse-1"]


def test_a_mission_of_kf_has_its_owner_its_day_and_its_report_back(october: Town) -> None:
    on = october.on("2027-10-04")
    _, slug = on.raise_occasion(
        "uppdrag",
        "Utred badhusets framtid",
        by="Kim",
        token="a",
        due=day("2028-03-31"),
        part="verksamhetsomradeschef:samhalle",
        text="KF § 98/2027",
    )
    assert told(october, slug) == {"verksamhetsomradeschef:samhalle"}
    step = october.stored().definition.step(slug)
    assert (step.chain, step.title) == (("KS", "KF"), "Uppdrag: Utred badhusets framtid")
    with pytest.raises(UnknownError, match="Rollen 'rektor' finns inte"):
        on.raise_occasion("uppdrag", "x", by="Kim", token="b", part="rektor")
    with pytest.raises(RefusedError, match="2027-10-01 har redan varit"):
        on.raise_occasion("uppdrag", "x", by="Kim", token="b", due=day("2027-10-01"))


# --- A negative balanskravsresultat: KL 11 kap. 12–13 §§ ---


def deficit(make_town: MakeTown, **overrides: Path) -> Town:
    town = make_town(**overrides)
    town.on("2027-02-01").start_year(2028)
    town.on("2027-03-01").record(
        "bokslut", {"bokslutsresultat": {"resultat": -3000, "balanskravsresultat": -2500}}, by="Eva"
    )
    return town


def years_followed(town: Town, budget_year: int) -> list[str]:
    state = town.stored(budget_year)
    return [s.title for s in state.definition.steps if s.occasion_of == "balanskrav-uppfoljning"]


def test_a_deficit_starts_a_plan_for_kf_and_three_years_of_follow_up(make_town: MakeTown) -> None:
    town = deficit(make_town)
    assert town.stored()["atgardsplan-balanskrav"].opened_on == day("2027-03-01")
    assert orsa().step("atgardsplan-balanskrav").chain == ("KS", "KF")
    for year in (2029, 2030, 2031, 2032):
        town.on(date(year - 1, 1, 10).isoformat()).start_year(year)
        town.on(date(year - 1, 2, 10).isoformat()).check()
    followed = {year: years_followed(town, year) for year in (2029, 2030, 2031, 2032)}
    assert followed == {
        2029: ["Reglering av balanskravet (år 1 av 3 efter 2026)"],
        2030: ["Reglering av balanskravet (år 2 av 3 efter 2026)"],
        2031: ["Reglering av balanskravet (år 3 av 3 efter 2026)"],
        2032: [],
    }


def test_a_surplus_starts_none(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-02-01").start_year(2028)
    town.on("2027-03-01").record(
        "bokslut", {"bokslutsresultat": {"resultat": -3000, "balanskravsresultat": 0}}, by="Eva"
    )
    assert town.stored()["atgardsplan-balanskrav"].status is Status.PLANNED
    town.on("2028-01-10").start_year(2029)
    assert years_followed(town, 2029) == []


def test_where_kf_finds_synnerliga_skal_nothing_is_followed(make_town: MakeTown) -> None:
    town = deficit(make_town)
    town.on("2027-06-21").set_aside(
        "atgardsplan-balanskrav", by="Kim", reason="KF § 71/2027: synnerliga skäl"
    )
    town.on("2028-01-10").start_year(2029)
    assert years_followed(town, 2029) == []


def test_two_years_at_once_keep_their_own_steps_and_mails(make_town: MakeTown) -> None:
    """January 2028: the distribution of Kommunplan 2028 beside the bokslut for Kommunplan 2029."""
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    for slug in ("skattesats-kf", "kommunplan-kf"):
        finish(town, slug, "2027-11-29")
    town.on("2028-01-10").start_year(2029)
    town.on("2028-01-10").check()
    said = [text(mail) for mail in town.mails() if mail.queued_on == day("2028-01-10")]
    assert any("Intern fördelning" in one and "Kommunplan 2028" in one for one in said)
    assert any("Bokslut" in one and "Kommunplan 2029" in one for one in said)
    town.on("2028-01-11").report("bokslut", "ekonomichef", None, by="Eva", budget_year=2029)
    assert town.stored(2028)["bokslut"].before_start
    assert len(town.stored(2029)["bokslut"].reported) == 1


def test_a_rerun_far_back_re_dates_what_is_open_and_not_what_is_done(make_town: MakeTown) -> None:
    """The frames were taken as done: a new budgetberedning in October asks whether they stand, and does
    not push the plan past KF's last day."""
    from tests.hands import try_rerun

    town = make_town()
    town.on("2027-10-18").start_year(2028)
    found = try_rerun(town.on("2027-10-18"), "budgetberedning")
    assert {one.step for one in found.moved} == {"budgetberedning"}
    assert found.reconsidered == ("ekonomiska-ramar", "verksamhetsplan-forslag")
