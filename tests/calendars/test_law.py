"""The statutes, each with literal dates: what breaks it, what is at risk, what is fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from calendars.law.case import Case, ExceptionDecided, Finding, Severity, election_day
from calendars.law.matters import needs_no_preparation
from calendars.law.review import review
from calendars.meeting_dates import dates_of
from calendars.schedule import plan_year
from models.plan import Meeting, RoleHolder
from models.process import Definition
from tests.factories import day, make_decision, make_definition, make_meetings, orsa, orsa_meetings

BREACH, RISK, PRACTICE = Severity.BREACH, Severity.RISK, Severity.PRACTICE
UNTESTED = Severity.UNTESTED


def with_meetings(**days: Sequence[str]) -> tuple[Meeting, ...]:
    """Orsa's example meetings, with those of the given bodies in 2027 replaced."""
    kept = [m for m in orsa_meetings() if m.body not in days or m.day.year != 2027]
    return (*kept, *make_meetings(**days))


SPRING = ["2027-03-15", "2027-04-12", "2027-06-07"]
"""KS before the summer, for the cases that are about the autumn."""


def autumn_in_two_steps() -> tuple[Meeting, ...]:
    """KS proposes the tax on 18 October; SU and KS take up the kommunplan after that."""
    spring = ["2027-03-02", "2027-03-30", "2027-05-25", "2027-08-31"]
    return with_meetings(
        SU=[*spring, "2027-10-26"],
        KS=[*SPRING, "2027-10-18", "2027-11-08"],
        KF=["2027-05-24", "2027-11-29"],
    )


def make_case(
    meetings: Sequence[Meeting] | None = None,
    budget_year: int = 2028,
    definition: Definition | None = None,
    **overrides: Any,
) -> Case:
    chosen = definition or orsa()
    known = orsa_meetings() if meetings is None else meetings
    return Case(chosen, plan_year(chosen, budget_year, known), known, **overrides)


def found(case: Case, rule: str) -> list[Finding]:
    return [finding for finding in review(case) if finding.rule == rule]


def kinds(case: Case, rule: str) -> list[tuple[Severity, str | None, date | None]]:
    return [(f.severity, f.step, f.day) for f in found(case, rule)]


def decided(rule: str, body: str) -> ExceptionDecided:
    return ExceptionDecided(rule, body, day("2027-10-18"), "Statens budget kom sent")


@pytest.mark.parametrize("budget_year", [2027, 2028, 2029])
def test_orsas_example_years_break_no_statute(budget_year: int) -> None:
    assert [f for f in review(make_case(budget_year=budget_year)) if f.severity is BREACH] == []


def test_every_finding_has_its_citation_and_a_swedish_sentence() -> None:
    for finding in review(make_case(with_meetings(KS=["2027-12-13"], KF=["2027-12-20"]))):
        assert finding.citation
        assert finding.text.endswith(".")


# --- KL 11 kap. 8 § ---


def test_the_boards_proposal_after_october_breaks_the_law() -> None:
    case = make_case(with_meetings(KS=[*SPRING, "2027-11-08"], KF=["2027-05-24", "2027-11-29"]))
    assert kinds(case, "KL-11-8") == [(BREACH, "kommunplan-ks", day("2027-11-08"))]


def test_sarskilda_skal_let_it_wait_to_november_if_the_tax_was_proposed_in_october() -> None:
    # KS treats the tax on 18 October, the kommunplan was deferred to 8 November
    meetings = autumn_in_two_steps()
    case = make_case(meetings, exceptions=[decided("KL-11-8", "KS")])
    assert kinds(case, "KL-11-8") == [(RISK, "kommunplan-ks", day("2027-11-08"))]


def test_sarskilda_skal_do_not_help_without_a_tax_proposal_in_october() -> None:
    case = make_case(
        with_meetings(KS=[*SPRING, "2027-11-08"], KF=["2027-05-24", "2027-11-29"]),
        exceptions=[decided("KL-11-8", "KS")],
    )
    [finding] = found(case, "KL-11-8")
    assert finding.severity is BREACH
    assert "skattesatsen före oktober månads utgång" in finding.text


def test_only_the_board_can_find_sarskilda_skal_for_its_proposal() -> None:
    meetings = autumn_in_two_steps()
    [finding] = found(make_case(meetings, exceptions=[decided("KL-11-8", "SU")]), "KL-11-8")
    assert finding.severity is BREACH
    assert "beslutat av SU" in finding.text


# --- KL 11 kap. 10–11 §§ ---


def test_budget_and_tax_on_29_november_are_in_time() -> None:
    case = make_case()
    assert kinds(case, "KL-11-10") == kinds(case, "KL-11-11") == []


def test_kf_in_december_breaks_both_the_budgets_and_the_taxs_limit() -> None:
    case = make_case(with_meetings(KF=["2027-05-24", "2027-12-06"]))
    assert kinds(case, "KL-11-10") == [(BREACH, "kommunplan-kf", day("2027-12-06"))]
    assert kinds(case, "KL-11-11") == [(BREACH, "skattesats-kf", day("2027-12-06"))]


def test_sarskilda_skal_let_the_budget_wait_but_never_the_tax() -> None:
    case = make_case(
        with_meetings(KF=["2027-05-24", "2027-12-06"]), exceptions=[decided("KL-11-11", "KF")]
    )
    assert kinds(case, "KL-11-10") == [(RISK, "kommunplan-kf", day("2027-12-06"))]
    assert kinds(case, "KL-11-11") == [(BREACH, "skattesats-kf", day("2027-12-06"))]


def test_only_fullmaktige_can_find_sarskilda_skal_for_the_budget() -> None:
    case = make_case(
        with_meetings(KF=["2027-05-24", "2027-12-06"]), exceptions=[decided("KL-11-11", "KS")]
    )
    assert kinds(case, "KL-11-10") == [(BREACH, "kommunplan-kf", day("2027-12-06"))]


# --- election years ---


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2018, "2018-09-09"), (2022, "2022-09-11"), (2026, "2026-09-13"), (2030, "2030-09-08")],
)
def test_election_day_is_the_second_sunday_of_september(year: int, expected: str) -> None:
    assert election_day(year) == day(expected)


def test_there_is_no_general_election_in_2027() -> None:
    assert election_day(2027) is None


def test_in_an_election_year_the_newly_elected_adopt_the_budget() -> None:
    meetings = [m for m in orsa_meetings() if m.body != "KF" or m.day.year != 2026]
    early = (*meetings, *make_meetings(KF=["2026-10-12"]))
    definition = orsa().model_copy(
        update={
            "steps": tuple(
                step.model_copy(
                    update={"own_window": step.window.model_copy(update={"start": "oktober"})}
                )
                if step.slug == "kommunplan-kf"
                else step
                for step in orsa().steps
            )
        }
    )
    case = make_case(early, 2027, definition)
    planned = case.plan["kommunplan-kf"].links[0]
    plan = replace(
        case.plan,
        steps={
            **case.plan.steps,
            "kommunplan-kf": replace(
                case.plan["kommunplan-kf"], links=(replace(planned, meeting=day("2026-10-12")),)
            ),
        },
    )
    assert kinds(replace(case, plan=plan), "KL-11-10-VAL") == [
        (BREACH, "kommunplan-kf", day("2026-10-12"))
    ]


def test_in_an_election_year_the_outgoing_board_proposes() -> None:
    assert kinds(make_case(budget_year=2027), "KL-6-18") == [
        (PRACTICE, "kommunplan-ks", day("2026-10-19"))
    ]
    assert kinds(make_case(budget_year=2028), "KL-6-18") == []


# --- Skatteverket ---


def test_a_tax_rate_decided_in_november_means_that_the_proposal_is_reported() -> None:
    assert kinds(make_case(), "SKV-3A") == [(PRACTICE, "skattesats-kf", day("2027-10-31"))]


def test_without_a_proposal_by_the_end_of_october_there_is_nothing_to_report() -> None:
    case = make_case(with_meetings(KS=[*SPRING, "2027-11-08"], KF=["2027-05-24", "2027-11-29"]))
    assert kinds(case, "SKV-3A") == [(RISK, "skattesats-kf", day("2027-10-31"))]


# --- reports ---


def test_the_annual_report_is_handed_over_by_15_april() -> None:
    late = with_meetings(KS=["2027-04-19", "2027-06-07", "2027-10-18"])
    assert kinds(make_case(), "KL-11-20") == []
    assert kinds(make_case(late), "KL-11-20") == [(BREACH, "arsredovisning", day("2027-04-19"))]


def test_15_april_2028_is_paskafton_and_nobody_relies_on_the_18th() -> None:
    kept = [m for m in orsa_meetings() if m.body != "KS" or m.day.year != 2028]
    on_the_18th = (*kept, *make_meetings(KS=["2028-04-18", "2028-10-16"]))
    assert kinds(make_case(on_the_18th, 2029), "KL-11-20") == [
        (RISK, "arsredovisning", day("2028-04-18"))
    ]
    on_the_19th = (*kept, *make_meetings(KS=["2028-04-19", "2028-10-16"]))
    assert kinds(make_case(on_the_19th, 2029), "KL-11-20") == [
        (BREACH, "arsredovisning", day("2028-04-19"))
    ]


def test_the_annual_report_is_approved_before_the_end_of_june() -> None:
    late = with_meetings(KF=["2027-09-27", "2027-11-29"])
    assert kinds(make_case(late), "KL-5-24") == [
        (BREACH, "ansvarsfrihet", day("2027-09-27")),
        (BREACH, "ansvarsfrihet-miljonamnden", day("2027-09-27")),  # KL 9:35: in this KF too
        (BREACH, "arsredovisning", day("2027-09-27")),
    ]


def test_the_interim_report_is_handed_over_within_two_months() -> None:
    late = with_meetings(KS=["2027-03-15", "2027-04-12", "2027-11-08"])
    assert kinds(make_case(), "KL-11-16") == []
    assert kinds(make_case(late), "KL-11-16") == [(BREACH, "delarsrapport", day("2027-11-08"))]


def test_nobody_relies_on_a_sunday_moving_the_limit() -> None:
    # 31 October 2027 is a Sunday: Monday 1 November may be in time, and is said to be a risk
    on_monday = with_meetings(KS=["2027-03-15", "2027-04-12", "2027-11-01"])
    assert kinds(make_case(on_monday), "KL-11-16") == [(RISK, "delarsrapport", day("2027-11-01"))]


@pytest.mark.parametrize(
    ("period_end", "breaks"),
    [("29 juni", True), ("30 juni", False), ("31 augusti", False), ("september", True)],
)
def test_the_interim_period_is_between_half_and_two_thirds_of_the_year(
    period_end: str, breaks: bool
) -> None:
    steps = tuple(
        step.model_copy(update={"period_end": period_end})
        if "delarsrapport" in step.concerns
        else step
        for step in orsa().steps
    )
    case = make_case(definition=orsa().model_copy(update={"steps": steps}))
    assert bool(found(case, "LKBR-13-1")) is breaks


@pytest.mark.parametrize(
    ("ks", "expected"), [("2027-05-17", RISK), ("2027-05-24", BREACH), ("2027-05-10", None)]
)
def test_the_auditors_need_time_before_fullmaktige(ks: str, expected: Severity | None) -> None:
    case = make_case()
    planned = case.plan["arsredovisning"]
    links = tuple(
        replace(link, meeting=day(ks)) if link.body == "KS" else link for link in planned.links
    )
    steps = {**case.plan.steps, "arsredovisning": replace(planned, links=links)}
    found_ = kinds(replace(case, plan=replace(case.plan, steps=steps)), "KL-12-2")
    assert found_ == ([(expected, "arsredovisning", day("2027-05-24"))] if expected else [])


# --- before fullmäktige ---


def test_an_item_that_no_board_prepares_breaks_the_law() -> None:
    steps = tuple(
        step.model_copy(update={"requires": ()}) if step.slug == "skattesats-kf" else step
        for step in orsa().steps
    )
    case = make_case(definition=orsa().model_copy(update={"steps": steps}))
    assert [(f.severity, f.step) for f in found(case, "KL-5-26")] == [(BREACH, "skattesats-kf")]


def test_the_auditors_report_may_be_treated_without_preparation() -> None:
    """KL 5 kap. 32 §: so nothing is asked of the ansvarsfrihet, which rests on it."""
    alone = tuple(
        step.model_copy(update={"requires": ()}) if "ansvarsfrihet" in step.concerns else step
        for step in orsa().steps
    )
    case = make_case(definition=orsa().model_copy(update={"steps": alone}))
    assert found(case, "KL-5-26") == []


def test_a_committee_cannot_decide_the_budget() -> None:
    steps = tuple(
        step.model_copy(update={"concerns": ("budget",)}) if step.slug == "kommunplan-su" else step
        for step in orsa().steps
    )
    case = make_case(definition=orsa().model_copy(update={"steps": steps}))
    assert [(f.severity, f.step) for f in found(case, "KL-6-38")] == [(BREACH, "kommunplan-su")]


def test_the_notice_of_a_meeting_after_a_holiday_is_warned_of() -> None:
    # a week before Monday 8 January 2029 is New Year's Day; here: a week before 2 May is 25 April
    case = make_case(with_meetings(KF=["2027-05-13", "2027-11-29"]))  # 6 May 2027 is Ascension Day
    [finding] = found(case, "KL-5-13")
    assert (finding.severity, finding.day) == (RISK, day("2027-05-06"))
    assert "2027-05-05" in finding.text


def test_the_boards_proposal_is_public_from_the_notice() -> None:
    case = make_case(with_meetings(KS=["2027-10-25"], KF=["2027-11-01"]))
    assert kinds(case, "KL-8-14") == []
    tight = make_case(with_meetings(KS=["2027-10-25"], SU=["2027-10-05"], KF=["2027-10-30"]))
    assert [f for f in found(tight, "KL-8-14") if f.severity is not BREACH] == []


# --- people and days off ---


def test_a_role_without_holder_on_its_deadline_is_found() -> None:
    def holder(last: str | None) -> RoleHolder:
        return RoleHolder(
            "ekonomichef",
            None,
            "Eva Exempel",
            "eva@orsa.example",
            day("2025-01-01"),
            day(last) if last else None,
        )

    leaves = found(make_case(holders=[holder("2027-05-28")]), "PRAXIS-ROLLER")
    eva = [f for f in leaves if f.text.startswith("ekonomichef ")]
    assert [f.step for f in eva][:1] == ["ekonomiska-ramar"]
    assert "skatteprognos" not in {f.step for f in eva}
    stays = found(make_case(holders=[holder(None)]), "PRAXIS-ROLLER")
    assert not [f for f in stays if f.text.startswith("ekonomichef ")]


def test_a_holder_whose_term_ends_before_the_deadline_is_named() -> None:
    eva = RoleHolder(
        "ekonomichef", None, "Eva Exempel", "eva@orsa.example", day("2025-01-01"), day("2027-03-15")
    )
    texts = [f.text for f in found(make_case(holders=[eva]), "PRAXIS-ROLLER")]
    assert any("Eva Exempel slutar 2027-03-15" in text for text in texts)


def test_a_limit_on_a_sunday_troubles_nothing_that_is_planned_before_the_friday() -> None:
    """31 October 2027 is a Sunday: KS meet on the 18th, and the presidium's proposal is due on the 29th."""
    assert found(make_case(), "LEDIG-DAG") == []


def test_a_limit_on_a_sunday_is_worked_towards_from_the_friday() -> None:
    late = with_meetings(KS=[*SPRING, "2027-11-01"], KF=["2027-05-24", "2027-11-29"])
    findings = found(make_case(late), "LEDIG-DAG")
    assert {(f.step, f.day) for f in findings} == {
        ("skattesats-forslag", day("2027-10-31")),
        ("kommunplan-ks", day("2027-10-31")),
        ("delarsrapport", day("2027-10-31")),
    }
    assert all("Räkna med 2027-10-29" in f.text for f in findings)


# --- duties that the tables leave out ---


def without_a_step(case: Case) -> dict[str, str]:
    findings = [f for f in review(case) if f.severity is UNTESTED]
    return {finding.rule: finding.text for finding in findings}


def test_orsa_has_a_step_for_all_that_is_asked_for() -> None:
    assert without_a_step(make_case()) == {}


@pytest.mark.parametrize(("mandatar", "needs_none"), [(4, True), (1, False), (None, False)])
def test_newly_elected_fullmaktige_change_a_namnds_term_without_preparation(
    mandatar: int | None, needs_none: bool
) -> None:
    """KL 5:30: the years in which fullmäktige have been elected, and no other."""
    starts = {"startas_av": {"mandatar": mandatar}} if mandatar else {}
    step = make_decision("m", "KF", titel="Ändrad mandattid för miljönämnden", **starts)
    definition = make_definition(steg=[step])
    assert needs_no_preparation(definition.step("m")) is needs_none


def test_duties_without_a_step_are_told() -> None:
    steps = tuple(step for step in orsa().steps if step.process in ("kommunplan", "uppfoljning"))
    requires = {step.slug for step in steps}
    kept = tuple(
        step.model_copy(
            update={"requires": tuple(need for need in step.requires if need.step in requires)}
        )
        for step in steps
    )
    fields = {name: getattr(orsa(), name) for name in Definition.model_fields}
    told = without_a_step(
        make_case(definition=Definition.model_construct(**{**fields, "steps": kept}))
    )
    assert set(told) == {
        *("KL-12-12", "KL-5-32", "KL-8-16A"),
        *("KL-11-8-REV", "KL-5-24-STEG", "KL-6-9", "KL-8-14", "KL-8-15", "KL-12-2"),
        "SKV-3A",
    }
    assert told["KL-5-24-STEG"].startswith("Ansvarsfriheten prövas inte: inget steg i fullmäktige")


def test_what_nothing_has_started_is_asked_of_no_rule() -> None:
    """In 2026, the fourth year of its term, no meeting need fit KF's goals for the term."""
    spring = ["2026-02-16", "2026-04-27", "2026-05-25", "2026-09-28", "2026-11-30"]
    kept = [m for m in orsa_meetings() if m.body != "KF" or m.day.year != 2026]
    case = make_case((*kept, *make_meetings(KF=spring)), 2027)
    assert case.plan["overgripande-mal"].dormant
    steps = {f.step for f in review(case)}
    assert not {"overgripande-mal", "atgardsplan-balanskrav"} & steps


def test_what_the_boards_proposal_rests_on_comes_before_it() -> None:
    case = make_case()
    planned = case.plan["kommunplan-su"]
    late = replace(planned, links=(replace(planned.links[0], meeting=day("2027-11-02")),))
    plan = replace(case.plan, steps={**case.plan.steps, "kommunplan-su": late})
    assert kinds(replace(case, plan=plan), "KL-11-9") == [
        (RISK, "kommunplan-su", day("2027-11-02"))
    ]
    assert kinds(case, "KL-11-9") == []


# --- the days around a meeting ---


def test_the_days_around_kf_on_29_november_2027() -> None:
    dates = dates_of(orsa(), "KF", day("2027-11-29"), appealable=True)
    assert [(one.slug, one.day) for one in dates.before] == [
        ("manusstopp", day("2027-11-08")),
        ("beredning", day("2027-11-15")),
        ("utskick", day("2027-11-19")),
    ]
    assert dates.notice_by == day("2027-11-22")
    assert (dates.signed_by, dates.posted_by, dates.appeal_ends) == (
        day("2027-12-13"),
        day("2027-12-15"),
        day("2028-01-05"),
    )


def test_omedelbar_justering_lets_the_days_after_the_meeting_count_from_it() -> None:
    dates = dates_of(orsa(), "KF", day("2027-11-29"), appealable=True, signed=day("2027-11-29"))
    assert (dates.signed_by, dates.posted_by, dates.appeal_ends) == (
        day("2027-11-29"),
        day("2027-12-01"),
        day("2027-12-22"),
    )
    assert dates.notice_by == day("2027-11-22")


def test_a_proposal_has_no_appeal_period_and_a_board_no_statutory_notice() -> None:
    dates = dates_of(orsa(), "KS", day("2027-10-18"))
    assert dates.appeal_ends is None
    assert dates.notice_by is None
