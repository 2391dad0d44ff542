"""The plan of a budget year on literal dates, and what holds for every meeting calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.frames import first_day, last_day
from calendars.schedule import plan_year
from calendars.work_time import days_of_work
from calendars.workdays import WORKDAYS
from models.events import Outcome
from models.plan import Meeting, YearPlan
from models.process import Step, TaskKey
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    decided,
    make_definition,
    make_meetings,
    make_step,
    make_year,
    opened,
    orsa,
    orsa_meetings,
    reopened,
    reported,
)
from views.what_if import moved_meetings


def orsa_plan(budget_year: int = 2028) -> YearPlan:
    return plan_year(orsa(), budget_year, orsa_meetings())


def meetings_of(plan: YearPlan, slug: str) -> list[tuple[str, str]]:
    return [(link.body, str(link.meeting)) for link in plan[slug].links]


# --- Orsa 2027, for the budget of 2028 ---


@pytest.mark.parametrize(
    ("slug", "chain"),
    [
        ("planeringsforutsattningar", [("KS", "2027-04-12")]),
        ("budgetberedning", [("SU", "2027-05-25")]),
        ("ekonomiska-ramar", [("KS", "2027-06-07")]),
        ("verksamhetsplan-forslag", [("SU", "2027-08-31")]),
        ("skattesats-forslag", [("KS", "2027-10-18")]),
        ("kommunplan-su", [("SU", "2027-10-05")]),
        ("kommunplan-ks", [("KS", "2027-10-18")]),
        ("skattesats-kf", [("KF", "2027-11-29")]),
        ("kommunplan-kf", [("KF", "2027-11-29")]),
        ("uppfoljning-mars", [("SU", "2027-03-02"), ("KS", "2027-03-15")]),
        ("uppfoljning-april", [("SU", "2027-05-25")]),
        ("delarsrapport", [("SU", "2027-10-05"), ("KS", "2027-10-18"), ("KF", "2027-11-29")]),
        ("arsredovisning", [("SU", "2027-03-30"), ("KS", "2027-04-12"), ("KF", "2027-05-24")]),
    ],
)
def test_each_body_meets_on_its_day_of_2027(slug: str, chain: list[tuple[str, str]]) -> None:
    assert meetings_of(orsa_plan(), slug) == chain


def test_the_days_of_the_steps_that_are_days() -> None:
    plan = orsa_plan()
    assert plan["bokslutsdag"].meeting_day == date(2027, 3, 11)
    assert plan["bokslutsdag"].due == date(2027, 3, 11)
    assert plan["mal-och-budgetdag"].meeting_day == date(2027, 5, 11)


def test_2027_has_a_meeting_for_every_link() -> None:
    assert orsa_plan().gaps == ()


@pytest.mark.parametrize("budget_year", [2027, 2028, 2029])
def test_every_statutory_limit_is_met_by_the_body_that_it_binds(budget_year: int) -> None:
    plan = orsa_plan(budget_year)
    for step in plan.steps.values():
        for limit in step.limits:
            if limit.body is None:  # what nobody decides is to be done by then
                assert step.due <= limit.warn_on, (step.slug, limit.citation)
                continue
            meeting = next(link.meeting for link in step.links if link.body == limit.body)
            assert meeting is not None
            assert meeting <= limit.warn_on, (step.slug, limit.citation)


def test_arsredovisning_is_handed_over_on_12_april_well_before_the_15th() -> None:
    limit = orsa_plan()["arsredovisning"].limits[0]
    assert (limit.statute_day, limit.last_day) == (date(2027, 4, 15), date(2027, 4, 15))


def test_15_april_2028_is_paskafton_and_moves_but_the_warning_does_not() -> None:
    limit = orsa_plan(2029)["arsredovisning"].limits[0]
    assert limit.statute_day == date(2028, 4, 15)
    assert limit.last_day == date(2028, 4, 18)
    assert limit.warn_on == date(2028, 4, 13)


def test_31_october_2027_is_a_sunday_and_is_never_extended() -> None:
    limit = orsa_plan()["kommunplan-ks"].first_limit
    assert limit is not None
    assert (limit.statute_day, limit.last_day) == (date(2027, 10, 31), date(2027, 10, 31))
    assert limit.warn_on == date(2027, 10, 29)


def test_strategiutskottet_meets_3_october_2028_since_ks_meets_the_16th() -> None:
    assert meetings_of(orsa_plan(2029), "kommunplan-su") == [("SU", "2028-10-03")]
    assert meetings_of(orsa_plan(2029), "kommunplan-ks") == [("KS", "2028-10-16")]


def test_parts_are_due_at_the_manusstopp_three_weeks_before_the_meeting() -> None:
    assert orsa_plan()["kommunplan-kf"].due == date(2027, 11, 8)


def test_parts_are_due_at_the_next_step_of_beredning_where_what_they_build_on_is_decided_late() -> (
    None
):
    plan = orsa_plan()
    assert plan["kommunplan-su"].due == date(2027, 9, 14)  # manusstopp, three weeks before 5/10
    assert plan["kommunplan-ks"].due == date(2027, 10, 11)  # utskick, a week before 18/10
    assert plan["ekonomiska-ramar"].due == date(2027, 5, 31)  # SU has its budgetberedning on 25/5


def test_decisions_are_to_be_registered_three_working_days_after_the_meeting() -> None:
    [link] = orsa_plan()["kommunplan-kf"].links
    assert link.register_by == date(2027, 12, 2)


def test_work_opens_on_the_first_working_day_of_its_window() -> None:
    plan = orsa_plan()
    assert plan["bokslut"].opens == date(2027, 1, 4)
    assert plan["mal-och-budgetdiskussioner"].opens == date(2027, 4, 1)


# --- What has happened replans the rest ---


def returned_by_ks() -> YearPlan:
    """Återremiss of the kommunplan by KS on 18 October 2027, all before it done."""
    before = [s.slug for s in orsa().steps if s.slug not in ("kommunplan-ks", "kommunplan-kf")]
    year = make_year(
        *(completed_before_start(slug, "2027-10-05") for slug in before),
        opened("kommunplan-ks", "2027-10-01"),
        reported("kommunplan-ks", EKONOMICHEF, "2027-10-11"),
        decided("kommunplan-ks", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="ofullst."),
        definition=orsa(),
    )
    return plan_year(orsa(), 2028, orsa_meetings(), year)


def test_after_aterremiss_on_18_october_ks_meets_15_november_and_kf_still_29_november() -> None:
    plan = returned_by_ks()
    assert meetings_of(plan, "kommunplan-ks") == [("KS", "2027-11-15")]
    assert meetings_of(plan, "kommunplan-kf") == [("KF", "2027-11-29")]
    assert plan["kommunplan-ks"].due == date(2027, 10, 25)
    assert plan.gaps == ()


def test_after_aterremiss_the_statutory_limit_stands_and_can_be_seen_to_be_broken() -> None:
    step = returned_by_ks()["kommunplan-ks"]
    assert step.links[0].meeting is not None
    assert step.links[0].meeting > step.limits[0].last_day


def test_two_returns_push_kf_to_december() -> None:
    year = make_year(
        opened("kommunplan-ks", "2027-10-01"),
        decided("kommunplan-ks", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="1"),
        decided(
            "kommunplan-ks", "KS", "2027-11-15", round=2, outcome=Outcome.ATERREMISS, reason="2"
        ),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, orsa_meetings(), year)
    assert meetings_of(plan, "kommunplan-ks") == [("KS", "2027-12-06")]
    assert meetings_of(plan, "kommunplan-kf") == [("KF", "2027-12-20")]


@pytest.mark.parametrize(
    ("ks", "kf", "expected"),
    [
        # KL 11:10 outweighs the fourteen days that are practice
        ("2027-11-22", ["2027-11-29", "2027-12-20"], "2027-11-29"),
        # nothing is left to keep: the fourteen days hold
        ("2027-11-29", ["2027-11-29", "2027-12-06", "2027-12-20"], "2027-12-20"),
    ],
)
def test_kf_waits_its_fourteen_days_unless_the_statute_would_be_missed_for_them(
    ks: str, kf: list[str], expected: str
) -> None:
    meetings = make_meetings(SU=["2027-10-05"], KS=["2027-10-18", ks], KF=kf)
    year = make_year(
        opened("kommunplan-ks", "2027-10-01"),
        decided("kommunplan-ks", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="x"),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, meetings, year)
    assert meetings_of(plan, "kommunplan-ks") == [("KS", ks)]
    assert meetings_of(plan, "kommunplan-kf") == [("KF", expected)]


def test_a_statutory_day_outweighs_the_time_between_two_steps() -> None:
    meetings = make_meetings(
        SU=["2027-05-25", "2027-08-31", "2027-10-12"],
        KS=["2027-06-07", "2027-10-18", "2027-11-15"],
        KF=["2027-11-29"],
    )
    plan = plan_year(orsa(), 2028, meetings)
    assert meetings_of(plan, "kommunplan-su") == [("SU", "2027-10-12")]
    assert meetings_of(plan, "kommunplan-ks") == [("KS", "2027-10-18")]


def test_the_lead_holds_within_a_chain() -> None:
    meetings = make_meetings(
        SU=["2027-10-05", "2027-10-12"], KS=["2027-10-18", "2027-10-25"], KF=["2027-11-01"]
    )
    assert meetings_of(plan_year(orsa(), 2028, meetings), "delarsrapport") == [
        ("SU", "2027-10-05"),
        ("KS", "2027-10-18"),
        ("KF", "2027-11-01"),
    ]


def test_bordlaggning_moves_to_the_bodys_next_meeting_and_the_rest_after_it() -> None:
    year = make_year(
        opened("delarsrapport", "2027-09-01"),
        reported("delarsrapport", EKONOMICHEF, "2027-09-14"),
        decided("delarsrapport", "SU", "2027-10-05", outcome=Outcome.BORDLAGGNING),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, orsa_meetings(), year)
    assert meetings_of(plan, "delarsrapport") == [
        ("SU", "2027-11-02"),
        ("KS", "2027-11-15"),
        ("KF", "2027-11-29"),
    ]


def test_the_lead_holds_for_the_next_body_also_after_a_deferral() -> None:
    definition = make_definition(
        steg=[
            make_step(
                "budget",
                slag="beslut",
                beslutskedja=["KS", "KF"],
                fonster={"fran": "oktober", "till": "november"},
            )
        ]
    )
    meetings = make_meetings(
        KS=["2027-10-04", "2027-10-18"], KF=["2027-10-25", "2027-11-01", "2027-11-29"]
    )
    year = make_year(
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-01"),
        decided("budget", "KS", "2027-10-04", outcome=Outcome.BORDLAGGNING),
        decided("budget", "KS", "2027-10-18"),
        definition=definition,
    )
    plan = plan_year(definition, 2028, meetings, year)
    assert meetings_of(plan, "budget") == [("KS", "2027-10-18"), ("KF", "2027-11-01")]


def test_a_return_from_kf_goes_to_ks_and_keeps_what_strategiutskottet_decided() -> None:
    year = make_year(
        opened("arsredovisning", "2027-03-01"),
        reported("arsredovisning", EKONOMICHEF, "2027-03-09"),
        decided("arsredovisning", "SU", "2027-03-30"),
        decided("arsredovisning", "KS", "2027-04-12", link=1),
        decided(
            "arsredovisning",
            "KF",
            "2027-04-26",
            link=2,
            outcome=Outcome.ATERREMISS,
            reason="revisorerna",
        ),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, orsa_meetings(), year)
    assert meetings_of(plan, "arsredovisning") == [
        ("SU", "2027-03-30"),
        ("KS", "2027-05-10"),
        ("KF", "2027-05-24"),
    ]


def test_a_body_that_decided_later_than_planned_pushes_the_next() -> None:
    year = make_year(
        opened("delarsrapport", "2027-09-01"),
        reported("delarsrapport", EKONOMICHEF, "2027-09-14"),
        decided("delarsrapport", "SU", "2027-11-02"),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, orsa_meetings(), year)
    assert meetings_of(plan, "delarsrapport") == [
        ("SU", "2027-11-02"),
        ("KS", "2027-11-15"),
        ("KF", "2027-11-29"),
    ]


def test_a_rerun_gets_the_next_meeting_and_time_for_its_parts() -> None:
    year = make_year(
        completed_before_start("ekonomiska-ramar", "2027-06-30"),
        reopened("ekonomiska-ramar", "2027-08-16"),
        definition=orsa(),
    )
    step = plan_year(orsa(), 2028, orsa_meetings(), year)["ekonomiska-ramar"]
    assert step.links[0].meeting == date(2027, 9, 13)
    assert step.due == date(2027, 8, 23)


def test_a_rerun_that_no_meeting_waits_for_gets_ten_working_days() -> None:
    year = make_year(
        completed_before_start("skatteprognos", "2027-05-03"),
        reopened("skatteprognos", "2027-06-14"),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, orsa_meetings(), year)
    assert plan["skatteprognos"].due == date(2027, 6, 29)  # midsommarafton does not count


def test_what_is_decided_keeps_its_day_when_the_calendar_changes() -> None:
    year = make_year(
        opened("uppfoljning-april", "2027-05-03"),
        reported("uppfoljning-april", EKONOMICHEF, "2027-05-11"),
        decided("uppfoljning-april", "SU", "2027-05-20"),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, (), year)
    assert meetings_of(plan, "uppfoljning-april") == [("SU", "2027-05-20")]


# --- What cannot be planned is said ---


def test_a_link_without_a_meeting_is_a_gap_in_swedish() -> None:
    plan = plan_year(make_definition(), 2028, make_meetings(KF=["2027-11-29"]))
    assert plan.gaps == (
        "budgetdag: ingen dag är bestämd mellan 2027-04-01 och 2027-04-30.",
        "forslag: inget sammanträde i KS (Instans KS) passar mellan 2027-10-01 och 2027-10-31."
        " Ett extra sammanträde i KS senast 2027-10-29 löser det.",
        "budget: inget sammanträde i KS (Instans KS) passar mellan 2027-10-01 och 2027-11-30."
        " Ett extra sammanträde i KS senast 2027-11-30 löser det.",
    )
    assert plan["forslag"].links[0].meeting is None
    assert plan["forslag"].links[0].register_by == date(2027, 10, 29)


def test_a_return_with_no_meeting_left_says_after_which_day() -> None:
    year = make_year(
        opened("forslag", "2027-10-01"),
        decided("forslag", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="x"),
    )
    plan = plan_year(make_definition(), 2028, make_meetings(KS=["2027-10-18"]), year)
    assert "forslag: inget sammanträde i KS (Instans KS) passar efter 2027-10-18." in plan.gaps


def test_what_was_completed_before_the_start_is_no_gap() -> None:
    definition = make_definition()
    year = make_year(*(completed_before_start(s.slug, "2027-12-01") for s in definition.steps))
    assert plan_year(definition, 2028, (), year).gaps == ()


def test_a_meeting_after_the_statutory_day_is_planned_rather_than_none() -> None:
    definition = make_definition(
        steg=[
            make_step(
                "forslag",
                slag="beslut",
                beslutskedja=["KS"],
                fonster={"fran": "oktober", "till": "november"},
                lagfrister=[{"vad": "x", "senast": "31 oktober", "instans": "KS", "lagrum": "y"}],
            )
        ]
    )
    late = plan_year(definition, 2028, make_meetings(KS=["2027-11-15"]))
    assert late["forslag"].links[0].meeting == date(2027, 11, 15)
    timely = plan_year(definition, 2028, make_meetings(KS=["2027-10-04", "2027-11-15"]))
    assert timely["forslag"].links[0].meeting == date(2027, 10, 4)


# --- Points in the year ---


def test_a_month_is_from_its_first_day_to_its_last() -> None:
    assert first_day("februari", 2028) == date(2028, 2, 1)
    assert last_day("februari", 2028) == date(2028, 2, 29)
    assert last_day("februari", 2027) == date(2027, 2, 28)


def test_29_february_becomes_the_28th_where_there_is_none() -> None:
    assert first_day("29 februari", 2027) == last_day("29 februari", 2027) == date(2027, 2, 28)
    definition = make_definition(
        steg=[make_step("a", fonster={"fran": "29 februari", "till": "mars"})]
    )
    assert plan_year(definition, 2028, ())["a"].opens == date(2027, 3, 1)
    assert definition.year_in_progress(date(2027, 2, 28)) == 2028
    assert definition.year_in_progress(date(2028, 2, 28)) == 2028


def test_what_is_to_be_done_on_a_weekend_is_due_on_the_friday() -> None:
    definition = make_definition(
        steg=[make_step("a", fonster={"fran": "30 oktober", "till": "31 oktober"})]
    )
    step = plan_year(definition, 2028, ())["a"]  # a Saturday and a Sunday in 2027
    assert (step.opens, step.due) == (date(2027, 10, 15), date(2027, 10, 29))


@pytest.mark.parametrize(
    ("today", "budget_year"),
    [
        (date(2026, 11, 23), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2028),
        (date(2027, 12, 31), 2028),
    ],
)
def test_the_cycle_in_progress_changes_with_the_first_window(today: date, budget_year: int) -> None:
    assert orsa().year_in_progress(today) == budget_year


def test_a_cycle_that_begins_in_autumn_two_years_before_is_in_progress_from_then() -> None:
    definition = make_definition(
        steg=[
            make_step("a", fonster={"fran": "september", "till": "mars", "ar": -2, "till_ar": -1})
        ]
    )
    assert definition.year_in_progress(date(2026, 8, 31)) == 2027
    assert definition.year_in_progress(date(2026, 9, 1)) == 2028


# --- Every calendar ---


BODIES = st.sampled_from(["SU", "KS", "KF"])
INFORMAL = st.sampled_from(["bokslutsdag", "mal-och-budgetdag"])
DAYS = st.dates(date(2026, 12, 1), date(2028, 3, 31))
MEETINGS = st.builds(Meeting, BODIES, st.none(), DAYS)
CALENDARS = st.lists(MEETINGS | st.builds(Meeting, st.none(), INFORMAL, DAYS), max_size=40) | (
    st.lists(MEETINGS, min_size=40, max_size=80)  # so many that every chain has some to choose from
)


def assert_orderly(plan: YearPlan, since: int = 0) -> None:
    """No link before the one ahead of it, and with the lead between them where both meet."""
    for slug, step in plan.steps.items():
        days = [(link.body, link.meeting) for link in step.links]
        met = [(body, meeting) for body, meeting in days if meeting is not None]
        for (_, earlier), (_, later) in pairwise(met):
            assert earlier <= later, slug
        for (_, before), (body, after) in pairwise(days[since:]):
            if before and after:
                assert after - before >= timedelta(days=orsa().body(body).lead), slug


def assert_on_working_days(plan: YearPlan) -> None:
    for step in plan.steps.values():
        assert WORKDAYS.is_workday(step.opens)
        assert WORKDAYS.is_workday(step.due), step.slug
        assert all(WORKDAYS.is_workday(link.register_by) for link in step.links)
        assert all(WORKDAYS.is_workday(limit.warn_on) for limit in step.limits)


def assert_opens_after_what_starts_it(plan: YearPlan, step: Step) -> None:
    """Not before the last word of what starts it, save for what is made ready because it will be missing;
    and no later than that, or its window, asks for. Its own bodies meet after it has been started."""
    assert step.starts is not None
    assert step.starts.step is not None
    own, starter = plan[step.slug], plan[step.starts.step]
    if step.starts.missing_by is not None:
        expected = last_day(step.starts.missing_by, plan.budget_year - 1) + timedelta(days=1)
    else:
        last = starter.links[-1].meeting if starter.links else None
        expected = last or starter.window_end
        assert own.opens >= WORKDAYS.forward(expected), step.slug
    if step.starts.within is None:
        expected = max(expected, own.window_start)
    else:
        assert own.due == WORKDAYS.add(WORKDAYS.forward(expected), step.starts.within)
    assert own.opens <= WORKDAYS.forward(expected), step.slug
    started = starter.links[-1].meeting if starter.links else None
    for link in own.links:
        assert link.meeting is None or own.window_start <= link.meeting, step.slug
        if step.starts.missing_by is None and started and link.meeting:
            assert started < link.meeting, step.slug


@given(CALENDARS)
@settings(deadline=None, max_examples=100)
def test_any_calendar_gives_an_orderly_plan_on_working_days(meetings: Sequence[Meeting]) -> None:
    plan = plan_year(orsa(), 2028, meetings)
    assert_orderly(plan)
    assert_on_working_days(plan)
    for step in orsa().steps:
        own = plan[step.slug]
        assert own.opens <= own.due, step.slug
        if step.starts is None or step.starts.step is None:
            assert own.opens <= WORKDAYS.forward(own.window_start)
            assert days_of_work(orsa().quiet, own.opens, own.due) >= orsa().work_days(step)
        else:
            assert_opens_after_what_starts_it(plan, step)
        for link in own.links:
            fits = link.meeting is not None and link.meeting <= own.window_end
            assert link.meeting is None or own.window_start <= link.meeting
            said = f"{step.slug}: inget sammanträde i {link.body} "
            waits = f"{step.slug}: väntar på {link.waits_for}" if link.waits_for else said
            told = any(gap.startswith((said, waits)) for gap in plan.gaps)
            assert told == (not fits and not own.dormant), step.slug
        for slug in step.hard:
            before = [link.meeting for link in plan[slug].links]
            if before and before[-1] and own.links and (last := own.links[-1].meeting):
                assert before[-1] <= last


@given(
    CALENDARS,
    st.dates(date(2027, 9, 1), date(2028, 2, 1)),
    st.sampled_from(list(Outcome)),
    st.integers(0, 2),
)
@settings(deadline=None, max_examples=100)
def test_whatever_a_body_did_the_rest_is_planned_after_it(
    meetings: Sequence[Meeting], on: date, outcome: Outcome, link: int
) -> None:
    chain = orsa().step("delarsrapport").chain
    year = make_year(
        opened("delarsrapport", "2027-09-01"),
        reported("delarsrapport", TaskKey(role="ekonomichef"), "2027-09-01"),
        *(decided("delarsrapport", chain[i], "2027-09-01", link=i) for i in range(link)),
        decided("delarsrapport", chain[link], str(on), link=link, outcome=outcome, reason="x"),
        definition=orsa(),
    )
    plan = plan_year(orsa(), 2028, meetings, year)
    assert_orderly(plan, since=3)
    assert_on_working_days(plan)
    turn = year["delarsrapport"].link
    for open_link in plan["delarsrapport"].links[turn:]:
        assert open_link.meeting is None or open_link.meeting >= on


@given(st.integers(2020, 2040), CALENDARS)
@settings(deadline=None, max_examples=30)
def test_no_year_and_no_calendar_makes_planning_fail(
    budget_year: int, meetings: Sequence[Meeting]
) -> None:
    assert_on_working_days(plan_year(orsa(), budget_year, meetings))
    assert_on_working_days(plan_year(make_definition(), budget_year, meetings))


def test_what_fits_nowhere_is_planned_late_and_the_gap_says_what_would_help() -> None:
    kept = [m for m in orsa_meetings() if m.body != "KF" or m.day.year != 2027]
    meetings = [*kept, *make_meetings(KF=["2027-05-24", "2027-10-25", "2027-12-20"])]
    plan = plan_year(orsa(), 2028, meetings)
    assert meetings_of(plan, "skattesats-kf") == [("KF", "2027-12-20")]
    [gap] = [gap for gap in plan.gaps if gap.startswith("skattesats-kf")]
    assert "Närmast: 2027-10-25 och 2027-12-20. Planeras till 2027-12-20." in gap
    assert gap.endswith("Ett extra sammanträde i KF senast 2027-11-30 löser det.")


def test_a_moved_meeting_carries_its_items_with_it() -> None:
    moved = [
        replace(m, day=date(2027, 12, 6), moved_from=m.day)
        if (m.body, m.day) == ("KF", date(2027, 11, 29))
        else m
        for m in orsa_meetings()
    ]
    plan = plan_year(orsa(), 2028, moved)
    for slug in ("skattesats-kf", "kommunplan-kf", "delarsrapport"):
        assert meetings_of(plan, slug)[-1] == ("KF", "2027-12-06")


@given(st.sampled_from(["SU", "KS", "KF"]), st.integers(0, 9), st.integers(-21, 21))
@settings(deadline=None, max_examples=60)
def test_moving_a_meeting_there_and_back_restores_every_date(
    body: str, number: int, by: int
) -> None:
    days = [m.day for m in orsa_meetings() if m.body == body and m.day.year == 2027]
    day = days[number % len(days)]
    to = WORKDAYS.forward(day + timedelta(days=by))
    if to in days:
        return
    there = moved_meetings(orsa_meetings(), body, day, to)
    back = moved_meetings(there, body, to, day)
    assert plan_year(orsa(), 2028, back) == plan_year(orsa(), 2028, orsa_meetings())
