"""The month of decision is not the month of work: when it opens, when it is due, who is told in time."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from calendars.definition import parse_definition
from calendars.law.case import Case, Severity
from calendars.law.review import review
from calendars.schedule import plan_year
from calendars.work_time import days_of_work, work_after, work_before
from calendars.workdays import WORKDAYS
from models.errors import DefinitionError
from models.plan import YearPlan
from models.process import Definition, QuietDays
from notifications.notices import Kind
from tests.factories import (
    make_body,
    make_decision,
    make_definition,
    make_meetings,
    make_need,
    make_raw,
    make_step,
    orsa,
    orsa_meetings,
)
from views.rehearsal import rehearse

# --- Orsa's 2027, day for day ---


@cache
def orsa_plan() -> YearPlan:
    return plan_year(orsa(), 2028, orsa_meetings())


@pytest.mark.parametrize(
    ("slug", "opens", "due"),
    [
        # U1: SU meets on 2 March and has its manusstopp three weeks before
        ("uppfoljning-mars", "2027-01-26", "2027-02-09"),
        # K11: SU meets on 5 October; its parts were due on the 4th
        ("kommunplan-su", "2027-08-31", "2027-09-14"),
        # K12: KS meets on 18 October, SU has the ärende on the 5th; the papers go on the 11th
        ("kommunplan-ks", "2027-10-01", "2027-10-11"),
        # K9: ten working days before 10 August, and four weeks and more of holidays
        ("verksamhetsplan-forslag", "2027-06-29", "2027-08-10"),
        # K6: 7 May is a bridge between two days off
        ("mal-och-budgetdag", "2027-04-23", "2027-05-11"),
        # X1: KF decides on 29 November, so that KS has to tell its proposal after 31 October
        ("skattesatsforslag-skatteverket", "2027-10-26", "2027-11-02"),
        # X3: at once when KF has decided on 29 November
        ("skattesats-skatteverket", "2027-11-29", "2027-11-30"),
        # T4: from KF's decision on 29 November, to KS on 6 December
        ("verksamhetsplaner", "2027-11-29", "2027-12-03"),
    ],
)
def test_work_opens_in_time_for_its_day(slug: str, opens: str, due: str) -> None:
    plan = orsa_plan()[slug]
    assert (str(plan.opens), str(plan.due)) == (opens, due)


def test_the_window_stays_what_the_table_says() -> None:
    plan = orsa_plan()["uppfoljning-mars"]
    assert (plan.window_start, plan.window_end) == (date(2027, 3, 1), date(2027, 3, 31))


def test_what_cannot_have_its_time_is_said_with_why() -> None:
    assert orsa_plan().short_of_time == (
        "ekonomiska-ramar: sista dagen är 2027-05-31, efter manusstopp 2027-05-17. budgetberedning, som det "
        "bygger på, beslutas i SU 2027-05-25.",
        "kommunplan-ks: sista dagen är 2027-10-11, efter manusstopp 2027-09-27. kommunplan-su, som det "
        "bygger på, beslutas i SU 2027-10-05.",
        "verksamhetsplaner: den som har en del får 4 arbetsdagar och inte 5, och sista dagen är 2027-12-03, "
        "efter manusstopp 2027-11-15. kommunplan-kf planeras bli klart 2027-11-29.",
        "skattesats-skatteverket: den som har en del får 1 arbetsdag och inte 5. Det ska vara klart 1 "
        "arbetsdag efter skattesats-kf, som planeras bli klart 2027-11-29.",
    )


def test_the_review_of_the_year_says_it_too() -> None:
    found = review(Case(orsa(), orsa_plan(), orsa_meetings()))
    said = [one for one in found if one.rule == "PRAXIS-ARBETSTID"]
    assert {one.severity for one in said} == {Severity.PRACTICE}
    assert {one.text for one in said} == set(orsa_plan().short_of_time)


# --- A decision in December ---


def in_december(*chain: str, **overrides: Any) -> Definition:
    december = {"fran": "december", "till": "december"}
    return make_definition(
        instans=[make_body("KS", ledtid=7), make_body("KF", utskick=10, ledtid=10)],
        steg=[make_decision("plan", *(chain or ["KS"]), **{"fonster": december, **overrides})],
    )


def test_a_decision_in_december_is_worked_on_in_november() -> None:
    """KS meets on 9 December: the parts were due on the 8th, when the papers had been out for a week."""
    meetings = make_meetings(KS=["2027-12-09"])
    year = rehearse(in_december(), 2028, meetings)
    plan = year.plan["plan"]
    assert (plan.window_start, plan.window_end) == (date(2027, 12, 1), date(2027, 12, 31))
    assert (str(plan.opens), str(plan.due)) == ("2027-11-04", "2027-11-18")
    assert (plan.links[0].papers, plan.short_of_time) == (date(2027, 12, 2), "")
    [asked] = [day for day, one in year.notices if one.kind is Kind.OPENED and one.body == "KS"]
    assert asked == date(2027, 11, 19), "the morning after the last day for the parts"


def test_the_clerk_of_a_body_that_meets_soon_after_another_is_asked_before_the_papers_go() -> None:
    """KF's papers go out ten days before, on the very day that KS meets."""
    definition = in_december("KS", "KF")
    year = rehearse(definition, 2028, make_meetings(KS=["2027-12-10"], KF=["2027-12-20"]))
    [asked] = [
        (day, one) for day, one in year.notices if one.kind is Kind.OPENED and one.body == "KF"
    ]
    assert year.plan["plan"].links[1].papers == date(2027, 12, 10)
    assert (asked[0], asked[1].rule) == (
        date(2027, 12, 9),
        "sänds innan handlingarna till KF 20 december går ut",
    )


# --- The setting ---


@pytest.mark.parametrize(
    ("given", "opens"),
    [
        ({}, "2027-11-04"),
        ({"arbetsdagar": {"beslut": 3}}, "2027-11-15"),
        ({"arbetsdagar": {"arbete": 3}}, "2027-11-04"),
        ({"tysta_dagar": {"veckor": [45]}}, "2027-10-28"),
    ],
)
def test_how_many_days_is_a_setting_of_the_kind_of_step(given: dict[str, Any], opens: str) -> None:
    december = {"fran": "december", "till": "december"}
    definition = make_definition(steg=[make_decision("plan", "KS", fonster=december)], **given)
    plan = plan_year(definition, 2028, make_meetings(KS=["2027-12-09"]))["plan"]
    assert (str(plan.opens), str(plan.due)) == (opens, "2027-11-18")


def test_a_step_may_have_a_number_of_its_own() -> None:
    plan = plan_year(in_december(arbetsdagar=2), 2028, make_meetings(KS=["2027-12-09"]))["plan"]
    assert str(plan.opens) == "2027-11-16"


def test_what_follows_on_a_decision_has_fewer() -> None:
    definition = orsa()
    few = {step.slug for step in definition.steps if definition.work_days(step) == 5}
    assert few == {
        *("kommunplan-ks", "kommunplan-kf", "skattesats-kf"),  # the next body of the ärende
        *("verksamhetsplaner", "intern-fordelning", "budgetforslag-webbplats"),
        *("skattesatsforslag-skatteverket", "skattesats-skatteverket"),
        *("skattesats-december", "skattesats-december-skatteverket"),
    }
    assert {definition.work_days(step) for step in definition.steps} == {5, 10}


# --- What can be known when the definition is read ---


def faults(*steps: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(DefinitionError) as error:
        parse_definition(make_raw(steg=list(steps)), "definition.toml")
    return tuple(error.value.faults)


DECIDED = make_decision("budget", "KF", fonster={"fran": "november", "till": "november"})


def test_more_days_than_it_is_to_be_done_within_are_refused() -> None:
    after = make_step("anmal", startas_av={"steg": "budget", "inom": 1}, arbetsdagar=5)
    assert faults(DECIDED, after) == (
        "definition.toml: steg 'anmal', arbetsdagar: 5 är fler än startas_av ger med inom = 1. Ändra ett av "
        "dem.",
    )


def test_more_days_than_there_are_until_its_window_is_over_are_refused() -> None:
    window = {"fran": "november", "till": "november"}
    after = make_step("plan", startas_av={"steg": "budget"}, fonster=window, arbetsdagar=30)
    assert faults(DECIDED, after) == (
        "definition.toml: steg 'plan', arbetsdagar: 30 får inte plats. Från det att 'budget' kan vara klart "
        "till fönstrets slut är det som mest 21. Ändra fönstret eller arbetsdagarna.",
    )


def test_what_the_settings_give_every_step_makes_no_definition_wrong() -> None:
    after = make_step("anmal", startas_av={"steg": "budget", "inom": 1})
    assert parse_definition(make_raw(steg=[DECIDED, after]), "definition.toml")


# --- Counting ---


def test_quiet_days_are_not_counted() -> None:
    quiet = QuietDays(weeks=(28, 29, 30, 31), bridges=True)
    assert days_of_work(quiet, date(2027, 7, 9), date(2027, 8, 9)) == 1
    assert work_before(quiet, date(2027, 8, 9), 1) == date(2027, 7, 9)
    assert work_after(quiet, date(2027, 7, 9), 1) == date(2027, 8, 9)
    assert work_before(quiet, date(2027, 1, 5), 2) == date(2026, 12, 30)
    assert work_after(quiet, date(2026, 12, 30), 2) == date(2027, 1, 5)
    assert days_of_work(quiet, date(2027, 8, 9), date(2027, 7, 9)) == 0


def test_where_every_day_is_quiet_working_days_are_counted() -> None:
    always = QuietDays(weeks=tuple(range(1, 54)))
    assert work_before(always, date(2027, 11, 18), 10) == WORKDAYS.add(date(2027, 11, 18), -10)


def test_parts_wait_for_what_they_build_on() -> None:
    """KS proposes on 16 November and KF decides on 29 November: the manusstopp of 8 November is too soon."""
    definition = make_definition(
        instans=[make_body("KS"), make_body("KF", utskick=10)],
        steg=[
            make_decision("forslag", "KS"),
            make_decision("budget", "KF", kraver=[make_need("forslag")]),
        ],
    )
    plan = plan_year(definition, 2028, make_meetings(KS=["2027-11-16"], KF=["2027-11-29"]))
    assert plan["budget"].due == date(2027, 11, 19)
    assert plan["budget"].short_of_time.endswith("bygger på, beslutas i KS 2027-11-16.")
